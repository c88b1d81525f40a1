/*
  Zur Kontrolle, nach views.sql oder elexis_views.sql: Liest nur. Die ersten zwei Abfragen sollen nichts finden; was die
  dritte findet, lässt der Dienst aus oder meldet es; die vierte zeigt, welche Termine erinnert werden («definitiv»); die
  fünfte, welche Texte nur die Buchstaben einer Codepage fassen.

    sqlcmd -S SERVER -d DATENBANK -E -b -f 65001 -W -i check.sql
*/

-- 1. Spalten, die nicht den vereinbarten Typ haben.
SELECT c.TABLE_NAME, c.COLUMN_NAME, c.DATA_TYPE, c.CHARACTER_MAXIMUM_LENGTH, c.COLLATION_NAME
FROM INFORMATION_SCHEMA.COLUMNS AS c
WHERE c.TABLE_SCHEMA = N'vitosms'
  AND CASE
        WHEN c.COLUMN_NAME LIKE N'%Id' AND c.DATA_TYPE = N'nvarchar' AND c.CHARACTER_MAXIMUM_LENGTH = 64
            AND c.COLLATION_NAME = N'Latin1_General_100_BIN2' THEN 1
        WHEN c.COLUMN_NAME = N'Tag' OR c.COLUMN_NAME LIKE N'%Schluessel' THEN 1  -- roh: jeder Typ
        WHEN c.COLUMN_NAME IN (N'Geburtsdatum', N'Sterbedatum') THEN CASE c.DATA_TYPE WHEN N'date' THEN 1 ELSE 0 END
        WHEN c.COLUMN_NAME IN (N'Beginn', N'EroeffnetAm') THEN CASE c.DATA_TYPE WHEN N'datetime2' THEN 1 ELSE 0 END
        WHEN c.COLUMN_NAME = N'KeineMitteilungen' THEN CASE c.DATA_TYPE WHEN N'bit' THEN 1 ELSE 0 END
        WHEN c.COLUMN_NAME NOT LIKE N'%Id' AND c.DATA_TYPE IN (N'nvarchar', N'varchar', N'nchar', N'char') THEN 1
        ELSE 0
    END = 0;
GO
-- 2. Schlüssel, die mehrmals vorkommen. Von doppelten Patienten gilt, wer keine Mitteilung erhält.
SELECT N'MandantId' AS Befund, m.MandantId AS Wert FROM vitosms.Mandant AS m GROUP BY m.MandantId HAVING COUNT(*) > 1
UNION ALL
SELECT N'PatientId', p.PatientId FROM vitosms.Patient AS p GROUP BY p.PatientId HAVING COUNT(*) > 1
UNION ALL
SELECT N'BehandlungId', b.BehandlungId FROM vitosms.Behandlung AS b GROUP BY b.BehandlungId HAVING COUNT(*) > 1
UNION ALL
SELECT N'TerminId', t.TerminId FROM vitosms.Termin AS t GROUP BY t.TerminId HAVING COUNT(*) > 1;
GO
-- 3. Was nicht lesbar ist oder fehlt.
SELECT N'Termin ohne Beginn' AS Befund, t.TerminId AS Wert FROM vitosms.Termin AS t WHERE t.Beginn IS NULL
UNION ALL
SELECT N'Termin ohne Status', t.TerminId FROM vitosms.Termin AS t WHERE t.Status IS NULL
UNION ALL
SELECT N'Termin ohne Patient', t.TerminId
FROM vitosms.Termin AS t
LEFT JOIN vitosms.Patient AS p ON p.PatientId = t.PatientId
WHERE p.PatientId IS NULL
UNION ALL
SELECT N'Patient ohne Geburtsdatum', p.PatientId FROM vitosms.Patient AS p WHERE p.Geburtsdatum IS NULL
UNION ALL
SELECT N'Behandlung ohne Mandant', b.BehandlungId
FROM vitosms.Behandlung AS b
LEFT JOIN vitosms.Mandant AS m ON m.MandantId = b.MandantId
WHERE m.MandantId IS NULL
UNION ALL
SELECT N'Mandant ohne Lizenznummer', m.MandantId FROM vitosms.Mandant AS m WHERE m.Lizenznummer IS NULL;
GO
-- Mit der freiwilligen Spalte MandantId der Sicht Termin auch: Termine, deren Mandanten es nicht gibt; sie werden
-- ausgelassen und gemeldet. (Ohne MandantId unterschreibt, wer bezahlt.)
--   SELECT N'Termin eines Mandanten, den es nicht gibt' AS Befund, t.TerminId AS Wert
--   FROM vitosms.Termin AS t
--   LEFT JOIN vitosms.Mandant AS m ON m.MandantId = t.MandantId
--   WHERE t.MandantId IS NOT NULL AND m.MandantId IS NULL;
-- 4. Wie viele Termine welchen Status haben.
SELECT t.Status AS Status, COUNT(*) AS Termine FROM vitosms.Termin AS t GROUP BY t.Status;
GO
-- 5. Texte als varchar, mit ihrer Codepage (1252: Westeuropa, 850: DOS). Der Dienst liest jede richtig. Ein Buchstabe aber,
-- den sie nicht kennt, etwa das ć in Živković bei 1252, steht schon in der Tabelle als ? oder ohne Zeichen: dort hilft
-- nvarchar.
SELECT c.TABLE_NAME, c.COLUMN_NAME, c.COLLATION_NAME, COLLATIONPROPERTY(c.COLLATION_NAME, N'CodePage') AS Codepage
FROM INFORMATION_SCHEMA.COLUMNS AS c
WHERE c.TABLE_SCHEMA = N'vitosms' AND c.DATA_TYPE IN (N'varchar', N'char');
GO

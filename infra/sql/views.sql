/*
  Die vier Sichten, aus denen der Dienst liest (SQL Server 2016 SP1 oder neuer, Azure SQL).

  Für die Datenbankverantwortlichen einer Praxis: Rechts stehen die Tabellen der Praxissoftware (hier die aus
  example_schema.sql), links nach AS die Namen, die der Dienst erwartet. Angepasst wird nur die rechte Seite.
  Namen und Typen der Spalten sind fest vereinbart:

    Schlüssel (…Id)          nvarchar(64), Sortierung Latin1_General_100_BIN2, nie NULL, ohne Leerzeichen am Ende
    Geburtsdatum, Sterbedatum   date      (kein datetime: sonst werden Geburtstage nicht gefunden)
    Beginn, EroeffnetAm         datetime2(0), Ortszeit der Praxis
    KeineMitteilungen           bit
    alle anderen                Text

  Alles ausser den Schlüsseln darf NULL oder unsauber sein: Der Dienst meldet solche Zeilen und lässt sie aus.
  Was sich nicht umwandeln lässt, wird mit TRY_CONVERT zu NULL; so bricht keine einzelne Zeile die Abfrage ab.
  Das Skript kann beliebig oft ausgeführt werden. Es ändert keine Tabelle.
*/

IF SCHEMA_ID(N'vitosms') IS NULL
    EXEC (N'CREATE SCHEMA vitosms AUTHORIZATION dbo;');
    -- Gleicher Besitzer wie die Tabellen: So genügt dem Dienst das Leserecht auf diesem Schema (login.sql).
GO

/* Mandant: wer abrechnet. Ohne Lizenznummer wird für den Mandanten nichts versendet. */
CREATE OR ALTER VIEW vitosms.Mandant
AS
SELECT
    CONVERT(nvarchar(64), m.MandantNr) COLLATE Latin1_General_100_BIN2 AS MandantId,
    m.Bezeichnung AS Name,
    m.LizenzNr AS Lizenznummer,
    m.SMSAbsender AS AbsenderSMS,       -- 1 bis 11 Buchstaben oder Ziffern; anderes lässt der Dienst weg
    m.MailAbsender AS AbsenderEMail,
    m.TelefonZentrale AS Telefon        -- steht in den Mitteilungen für Rückfragen
FROM dbo.Mandant AS m;
GO

/* Patient: wer eine Mitteilung erhält. */
CREATE OR ALTER VIEW vitosms.Patient
AS
SELECT
    CONVERT(nvarchar(64), p.PatNr) COLLATE Latin1_General_100_BIN2 AS PatientId,
    p.Anrede AS Anrede,
    p.Vorname AS Vorname,
    p.Name AS Nachname,
    TRY_CONVERT(date, NULLIF(LTRIM(RTRIM(p.GebDatum)), ''), 104) AS Geburtsdatum,
    -- Vorsicht: Jeder Wert heisst «verstorben». Ein unleserliches Todesdatum darf deshalb nicht zu NULL werden,
    -- sonst erhielte eine verstorbene Person eine Mitteilung.
    CASE
        WHEN NULLIF(LTRIM(RTRIM(p.TodDatum)), '') IS NULL THEN NULL
        ELSE COALESCE(TRY_CONVERT(date, LTRIM(RTRIM(p.TodDatum)), 104), CONVERT(date, '19000101', 112))
    END AS Sterbedatum,
    p.TelMobil AS Mobiltelefon,         -- jede Schreibweise; der Dienst prüft die Nummer selbst
    p.EMail AS EMail,
    CASE UPPER(p.KorrSprache) WHEN 'D' THEN 'de' WHEN 'F' THEN 'fr' WHEN 'I' THEN 'it' WHEN 'E' THEN 'en' END
        AS Sprache,                     -- NULL: der Schalter Sprache gilt
    -- Nur ein klares «N» oder ein leeres Feld erlaubt Mitteilungen.
    CONVERT(bit, CASE WHEN COALESCE(UPPER(LTRIM(RTRIM(p.Kontaktsperre))), '') IN ('', 'N') THEN 0 ELSE 1 END)
        AS KeineMitteilungen
FROM dbo.Patient AS p;
GO

/* Behandlung: Die zuletzt eröffnete bestimmt, welcher Mandant bezahlt. */
CREATE OR ALTER VIEW vitosms.Behandlung
AS
SELECT
    CONVERT(nvarchar(64), b.BehandlungGuid) COLLATE Latin1_General_100_BIN2 AS BehandlungId,
    CONVERT(nvarchar(64), b.PatNr) COLLATE Latin1_General_100_BIN2 AS PatientId,
    CONVERT(nvarchar(64), b.MandantNr) COLLATE Latin1_General_100_BIN2 AS MandantId,
    TRY_CONVERT(datetime2(0), b.Eroeffnung) AS EroeffnetAm  -- NULL gilt als älteste
FROM dbo.Behandlung AS b;
GO

/* Termin: Erinnert wird nur an den Status «definitiv». Abgesagte Termine bleiben mit ihrem Status in der Sicht:
   Daran erkennt der Dienst unmittelbar vor dem Versand, dass nichts mehr zu senden ist. */
CREATE OR ALTER VIEW vitosms.Termin
AS
SELECT
    CONVERT(nvarchar(64), t.TerminNr) COLLATE Latin1_General_100_BIN2 AS TerminId,
    CONVERT(nvarchar(64), t.PatNr) COLLATE Latin1_General_100_BIN2 AS PatientId,
    -- Datum und Uhrzeit in fester Form zusammengesetzt (Stil 126 = ISO), unabhängig von der Sprache des Servers.
    -- Ohne lesbare Uhrzeit wird Beginn zu NULL, und der Dienst findet den Termin nicht.
    TRY_CONVERT(
        datetime2(0),
        CONVERT(char(10), t.TerminDatum, 23) + 'T' + RIGHT('0' + LTRIM(RTRIM(t.TerminZeit)), 5) + ':00',
        126
    ) AS Beginn,
    CASE t.StatusCode
        WHEN 0 THEN N'provisorisch'
        WHEN 1 THEN N'definitiv'
        WHEN 2 THEN N'abgesagt'
        WHEN 3 THEN N'nicht erschienen'
    END AS Status,
    t.Arzt AS Behandler,
    t.Raum AS Ort,
    t.Grund AS Besuchsgrund
FROM dbo.Termin AS t
WHERE t.Geloescht = 0
  AND t.PatNr IS NOT NULL;              -- Sperrzeiten ohne Patient gehören nicht in die Sicht
GO

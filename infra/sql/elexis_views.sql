/*
  Die vier Sichten für Tabellen in der Form von Elexis (elexis_schema.sql): ein durchgeführtes Beispiel, wie eine ganz
  andere Praxissoftware abgebildet wird. Nur eines von beiden ausführen, dieses Skript oder views.sql; dort stehen auch
  die vereinbarten Namen und Typen.

    sqlcmd -S SERVER -d DATENBANK -E -b -f 65001 -i elexis_views.sql

  So geht man vor, Sicht um Sicht:
    1. Wo steht der Schlüssel? Er muss in allen vier Sichten gleich geschrieben sein.
    2. Welche Zeilen gehören nicht hinein? Gelöschte, Sperrzeiten, andere Kontakte.
    3. Welche Form haben Daten und Zeiten? Zuerst die Form prüfen, dann umwandeln, immer mit Stil.
    4. Woran erkennt man «definitiv», «verstorben», «keine Mitteilungen»? Das weiss nur die Praxis: fragen.
    5. Im Zweifel so, dass nichts verschickt wird.
*/

SET ANSI_NULLS ON;
SET QUOTED_IDENTIFIER ON;
GO
-- Eine Datenbank behält ihren Kompatibilitätsgrad, auch wenn der Server aufgerüstet wird. (In Azure SQL hat sie hier oft
-- eine andere Nummer als DB_ID(): gesucht wird der Name.)
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = DB_NAME() AND compatibility_level < 110)
    RAISERROR (N'Diese Datenbank hat einen Compatibility Level unter 110; ohne ihn gibt es TRY_CONVERT nicht.', 16, 1);
GO
-- Gleicher Besitzer wie die Tabellen: So genügt dem Dienst das Leserecht auf diesem Schema (login.sql).
IF SCHEMA_ID(N'vitosms') IS NULL
    EXEC (N'CREATE SCHEMA vitosms AUTHORIZATION dbo;');
GO

/* Lizenznummer und Absender kennt die Praxissoftware nicht. Sie kommen in eine kleine eigene Tabelle, eine Zeile je
   Mandant:
     INSERT INTO dbo.VITOSMS_MANDANT (KontaktID, Lizenznummer, AbsenderSMS, AbsenderEMail)
     VALUES ('…', 'L-1', N'Praxis', N'praxis@praxis.example'); */
IF OBJECT_ID(N'dbo.VITOSMS_MANDANT', N'U') IS NULL
    CREATE TABLE dbo.VITOSMS_MANDANT (
        KontaktID     varchar(25)   NOT NULL CONSTRAINT PK_VITOSMS_MANDANT PRIMARY KEY,
        Lizenznummer  varchar(40)   NULL,
        AbsenderSMS   nvarchar(40)  NULL,
        AbsenderEMail nvarchar(254) NULL
    );
GO

/* Mandant: ein Kontakt mit Kennzeichen. Ohne Zeile in der eigenen Tabelle fehlt die Lizenznummer, und es wird nichts
   versendet. Die Schlüssel sind Text: RTRIM entfernt Leerzeichen am Ende, die SQL Server beim Vergleichen übersieht. */
CREATE OR ALTER VIEW vitosms.Mandant
AS
SELECT
    CONVERT(nvarchar(64), RTRIM(k.ID)) COLLATE Latin1_General_100_BIN2 AS MandantId,
    k.Bezeichnung1 AS Name,
    v.Lizenznummer AS Lizenznummer,
    v.AbsenderSMS AS AbsenderSMS,
    v.AbsenderEMail AS AbsenderEMail,
    k.Telefon1 AS Telefon
FROM dbo.KONTAKT AS k
LEFT JOIN dbo.VITOSMS_MANDANT AS v ON v.KontaktID = k.ID
WHERE k.istMandant = '1'
  AND k.deleted = '0';
GO

/* Patient: ein Kontakt mit einem anderen Kennzeichen. */
CREATE OR ALTER VIEW vitosms.Patient
AS
SELECT
    CONVERT(nvarchar(64), RTRIM(k.ID)) COLLATE Latin1_General_100_BIN2 AS PatientId,
    k.ID AS PatientSchluessel,
    CASE LOWER(k.Geschlecht) WHEN 'm' THEN N'Herr' WHEN 'w' THEN N'Frau' END AS Anrede,
    k.Bezeichnung2 AS Vorname,
    k.Bezeichnung1 AS Nachname,
    -- Acht Ziffern (Stil 112). Den 31. Februar macht TRY_CONVERT zu NULL, statt die Abfrage abzubrechen.
    CASE WHEN k.Geburtsdatum LIKE '[12][0-9][0-9][0-9][01][0-9][0-3][0-9]'
        THEN TRY_CONVERT(date, k.Geburtsdatum, 112)
    END AS Geburtsdatum,
    -- Ein Sterbedatum gibt es nicht, nur eine Etikette. Der Dienst fragt bloss, ob etwas dasteht: Jedes Datum heisst
    -- «verstorben».
    CASE
        WHEN EXISTS (
            SELECT 1
            FROM dbo.ETIKETTEN_OBJECT_LINK AS l
            JOIN dbo.ETIKETTEN AS e ON e.ID = l.etikette
            WHERE l.obj = k.ID AND LOWER(LTRIM(e.Name)) = N'verstorben'
        ) THEN CONVERT(date, '19000101', 112)
    END AS Sterbedatum,
    -- Ist kein Natel erfasst, so vielleicht unter Telefon: Der Dienst sendet nur an Mobilnummern.
    COALESCE(NULLIF(LTRIM(RTRIM(k.NatelNr)), N''), k.Telefon1) AS Mobiltelefon,
    -- Freiwillig, nur für die Anrufliste:
    --   k.Telefon1 AS TelefonPrivat, k.Telefon2 AS TelefonGeschaeft,
    k.EMail AS EMail,
    -- Eine Spalte, die es nicht gibt, wird ein NULL vom richtigen Typ: Hier gilt dann der Schalter Sprache.
    CONVERT(nvarchar(2), NULL) AS Sprache,
    CONVERT(bit, CASE
        WHEN EXISTS (
            SELECT 1
            FROM dbo.ETIKETTEN_OBJECT_LINK AS l
            JOIN dbo.ETIKETTEN AS e ON e.ID = l.etikette
            WHERE l.obj = k.ID AND LOWER(LTRIM(e.Name)) = N'keine mitteilungen'
        ) THEN 1
        ELSE 0
    END) AS KeineMitteilungen
FROM dbo.KONTAKT AS k
WHERE k.istPatient = '1'
  AND k.deleted = '0';
GO

/* Behandlung: Der Patient steht nicht bei der Behandlung, sondern bei ihrem Fall. Gelöschtes bezahlt niemand. */
CREATE OR ALTER VIEW vitosms.Behandlung
AS
SELECT
    CONVERT(nvarchar(64), RTRIM(b.ID)) COLLATE Latin1_General_100_BIN2 AS BehandlungId,
    CONVERT(nvarchar(64), RTRIM(f.PatientID)) COLLATE Latin1_General_100_BIN2 AS PatientId,
    f.PatientID AS PatientSchluessel,
    CONVERT(nvarchar(64), RTRIM(b.MandantID)) COLLATE Latin1_General_100_BIN2 AS MandantId,
    -- Von date zu datetime2 braucht es keinen Stil: Mitternacht.
    CASE WHEN b.Datum LIKE '[12][0-9][0-9][0-9][01][0-9][0-3][0-9]'
        THEN CONVERT(datetime2(0), TRY_CONVERT(date, b.Datum, 112))
    END AS EroeffnetAm
FROM dbo.BEHANDLUNGEN AS b
JOIN dbo.FAELLE AS f ON f.ID = b.FallID
WHERE b.deleted = '0'
  AND f.deleted = '0'
  AND f.PatientID IS NOT NULL;
GO

/* Termin: Tag und Minuten seit Mitternacht, beide als Text. */
CREATE OR ALTER VIEW vitosms.Termin
AS
SELECT
    CONVERT(nvarchar(64), RTRIM(a.ID)) COLLATE Latin1_General_100_BIN2 AS TerminId,
    CONVERT(nvarchar(64), RTRIM(a.PatID)) COLLATE Latin1_General_100_BIN2 AS PatientId,
    a.ID AS TerminSchluessel,
    a.PatID AS PatientSchluessel,
    a.Tag AS Tag,
    -- Nur Ziffern und höchstens ein Tag: Ein leerer Text würde sonst zu 0, also zu Mitternacht.
    CASE
        WHEN a.Tag LIKE '[12][0-9][0-9][0-9][01][0-9][0-3][0-9]'
            AND LEN(a.Beginn) > 0
            AND RTRIM(a.Beginn) NOT LIKE '%[^0-9]%'
            AND TRY_CONVERT(int, RTRIM(a.Beginn)) < 24 * 60
        THEN DATEADD(
            minute,
            TRY_CONVERT(int, RTRIM(a.Beginn)),
            CONVERT(datetime2(0), TRY_CONVERT(date, a.Tag, 112))
        )
    END AS Beginn,
    -- Diese Praxis liest die Geschichte: Definitiv ist, was zuletzt «geplant» oder «Normal» hiess; in der anderen Spalte
    -- steht dann etwa «Notfall». Gelöschtes bleibt in der Sicht, als abgesagt: So storniert der Dienst, was er schon
    -- aufbereitet hat. Zeilenumbrüche am Ende zählen nicht.
    CASE
        WHEN a.deleted = '1' THEN N'abgesagt'
        WHEN RTRIM(REPLACE(REPLACE(LOWER(a.StatusHistory), NCHAR(13), N' '), NCHAR(10), N' ')) LIKE N'%;geplant'
            OR RTRIM(REPLACE(REPLACE(LOWER(a.StatusHistory), NCHAR(13), N' '), NCHAR(10), N' ')) LIKE N'%;normal'
        THEN N'definitiv'
        ELSE a.TerminStatus
    END AS Status,
    -- Freiwillig: bei wem der Termin ist; er unterschreibt die Mitteilung. Elexis kennt nur den Bereich (wessen Agenda);
    -- zu welchem Mandanten er gehört, steht in einer eigenen Tabelle, die Sie anlegen, eine Zeile je Bereich:
    --   (SELECT CONVERT(nvarchar(64), RTRIM(b.KontaktID)) FROM dbo.VITOSMS_BEREICH AS b WHERE b.Bereich = a.Bereich)
    --       COLLATE Latin1_General_100_BIN2 AS MandantId,
    a.Bereich AS Behandler,
    CONVERT(nvarchar(80), NULL) AS Ort,
    CONVERT(nvarchar(200), a.Grund) AS Besuchsgrund         -- gekürzt; er kommt in keine Mitteilung
FROM dbo.AGNTERMINE AS a
-- Sperrzeiten haben keinen Patienten. Text von Hand bleibt in der Sicht: Der Dienst findet keinen Patienten dazu und
-- meldet den Termin. Wer das nicht will, verlangt hier:  AND EXISTS (… dbo.KONTAKT AS k WHERE k.ID = a.PatID)
WHERE NULLIF(LTRIM(RTRIM(a.PatID)), N'') IS NOT NULL;
GO

/* Die rohen Spalten Tag und …Schluessel sind freiwillig; views.sql erklärt sie. Tag ist hier Text, JJJJMMTT. Die Indexe
   dazu: IX_AGNTERMINE_Tag, IX_FAELLE_PatientID, IX_BEHANDLUNGEN_FallID und die Primärschlüssel sind schon da. Es fehlt der
   Patient in der Agenda, für «warum», die Suche nach Patienten und Geburtstage mit GeburtstagInaktivJahre:
     CREATE INDEX IX_vitosms_AGNTERMINE_PatID ON dbo.AGNTERMINE (PatID);
   PatID ist nvarchar, KONTAKT.ID varchar: Ein Index auf KONTAKT hilft nur mit einer Windows-Sortierung der Datenbank
   (Latin1_General_…, nicht SQL_…). */

/*
  Die vier Sichten, aus denen der Dienst liest (SQL Server 2016 SP1 oder neuer, Azure SQL).

    sqlcmd -S SERVER -d DATENBANK -E -b -f 65001 -i views.sql

  Für die Datenbankverantwortlichen einer Praxis: Rechts stehen die Tabellen der Praxissoftware (hier die aus
  example_schema.sql), links nach AS die Namen, die der Dienst erwartet. Angepasst wird nur die rechte Seite.
  Namen und Typen der Spalten sind fest vereinbart:

    Schlüssel (…Id)             nvarchar(64), Sortierung Latin1_General_100_BIN2, nie NULL, ohne Leerzeichen am Ende
                                (nur MandantId einer Behandlung darf NULL sein)
    Geburtsdatum, Sterbedatum   date      (kein datetime: sonst werden Geburtstage nicht gefunden)
    Beginn, EroeffnetAm         datetime2(0), Ortszeit der Praxis
    KeineMitteilungen           bit
    MandantId (eines Termins), TelefonPrivat, TelefonGeschaeft
                                freiwillig: Die Zeilen dafür sind auskommentiert; der Dienst findet sie in der Nacht
    Tag, TerminSchluessel, PatientSchluessel
                                freiwillig, roh: die Spalten der Praxissoftware, wie sie sind, damit ein Index sie
                                findet (am Ende dieses Skripts)
    alle anderen                nvarchar oder varchar (nicht text, ntext oder xml); gelesen werden 400 Zeichen

  Alles ausser den Schlüsseln darf NULL oder unsauber sein: Der Dienst meldet solche Zeilen und lässt sie aus.
  Jede Umwandlung zwischen Text und Datum nennt ihren Stil (104 = 31.12.1980, 112 = 19801231, 120 und 126 = ISO): So
  spielt es keine Rolle, welche Sprache das Login oder der Server hat. Zuerst prüft LIKE die Form, dann wandelt
  TRY_CONVERT um; was nicht passt, wird NULL, und keine einzelne Zeile bricht die Abfrage ab.
  Das Skript kann beliebig oft ausgeführt werden. Es ändert keine Tabelle. remove.sql entfernt alles wieder.
*/

-- sqlcmd schaltet die zweite Einstellung sonst aus; eine Sicht behält, was bei ihrer Erstellung galt.
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
    p.PatNr AS PatientSchluessel,
    p.Anrede AS Anrede,
    p.Vorname AS Vorname,
    p.Name AS Nachname,
    -- Nur Tag.Monat.Jahr mit vierstelligem Jahr: Ein zweistelliges liesse sich in zwei Jahrhunderte deuten.
    CASE WHEN LTRIM(RTRIM(p.GebDatum)) LIKE '%.%.[12][0-9][0-9][0-9]'
        THEN TRY_CONVERT(date, LTRIM(RTRIM(p.GebDatum)), 104)
    END AS Geburtsdatum,
    -- Vorsicht: Jeder Wert heisst «verstorben». Ein unleserliches Todesdatum darf deshalb nicht zu NULL werden,
    -- sonst erhielte eine verstorbene Person eine Mitteilung.
    CASE WHEN NULLIF(LTRIM(RTRIM(p.TodDatum)), '') IS NOT NULL
        THEN COALESCE(
            CASE WHEN LTRIM(RTRIM(p.TodDatum)) LIKE '%.%.[12][0-9][0-9][0-9]'
                THEN TRY_CONVERT(date, LTRIM(RTRIM(p.TodDatum)), 104)
            END,
            CONVERT(date, '19000101', 112)
        )
    END AS Sterbedatum,
    p.TelMobil AS Mobiltelefon,         -- jede Schreibweise; der Dienst prüft die Nummer selbst
    -- Freiwillig, nur für die Anrufliste:
    --   p.TelPrivat AS TelefonPrivat, p.TelGeschaeft AS TelefonGeschaeft,
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
    b.PatNr AS PatientSchluessel,
    CONVERT(nvarchar(64), b.MandantNr) COLLATE Latin1_General_100_BIN2 AS MandantId,
    CONVERT(datetime2(0), b.Eroeffnung) AS EroeffnetAm      -- NULL gilt als älteste
FROM dbo.Behandlung AS b;
GO

/* Termin: Erinnert wird nur an den Status «definitiv». Abgesagte Termine bleiben mit ihrem Status in der Sicht:
   Daran erkennt der Dienst unmittelbar vor dem Versand, dass nichts mehr zu senden ist. */
CREATE OR ALTER VIEW vitosms.Termin
AS
SELECT
    CONVERT(nvarchar(64), t.TerminNr) COLLATE Latin1_General_100_BIN2 AS TerminId,
    CONVERT(nvarchar(64), t.PatNr) COLLATE Latin1_General_100_BIN2 AS PatientId,
    t.TerminNr AS TerminSchluessel,
    t.PatNr AS PatientSchluessel,
    t.TerminDatum AS Tag,
    -- Datum und Uhrzeit in fester Form zusammengesetzt: 2026-11-24T08:15:00. Ohne lesbare Uhrzeit wird Beginn zu
    -- NULL (nie zu Mitternacht), und der Dienst findet den Termin nicht.
    CASE
        WHEN LTRIM(RTRIM(t.TerminZeit)) LIKE '[0-9]:[0-5][0-9]'
            OR LTRIM(RTRIM(t.TerminZeit)) LIKE '[0-2][0-9]:[0-5][0-9]'
        THEN TRY_CONVERT(
            datetime2(0),
            CONVERT(char(10), t.TerminDatum, 120) + 'T' + RIGHT('0' + LTRIM(RTRIM(t.TerminZeit)), 5) + ':00',
            126
        )
    END AS Beginn,
    CASE t.StatusCode
        WHEN 0 THEN N'provisorisch'
        WHEN 1 THEN N'definitiv'
        WHEN 2 THEN N'abgesagt'
        WHEN 3 THEN N'nicht erschienen'
    END AS Status,
    -- Freiwillig: bei wem der Termin ist. Er unterschreibt die Mitteilung (Name, Telefon, Absender); bezahlen muss er sie
    -- nicht. Fehlt die Spalte oder ist sie NULL, unterschreibt, wer bezahlt: In einer Gruppenpraxis verrät das unter
    -- Umständen, bei wem der Patient sonst in Behandlung ist.
    --   CONVERT(nvarchar(64), t.MandantNr) COLLATE Latin1_General_100_BIN2 AS MandantId,
    t.Arzt AS Behandler,
    t.Raum AS Ort,
    t.Grund AS Besuchsgrund
FROM dbo.Termin AS t
WHERE t.Geloescht = 0
  AND t.PatNr IS NOT NULL;              -- Sperrzeiten ohne Patient gehören nicht in die Sicht
GO

/* Die rohen Spalten: Was umgewandelt ist, findet kein Index; ohne sie liest jede Aufbereitung und jeder Versand alle
   Termine, Patienten und Behandlungen. Alle sind freiwillig und ändern keine Antwort. Wichtig ist nur:
     - Tag: der Tag des Termins als date, datetime, datetime2 oder als Text oder Zahl JJJJMMTT, ohne Umwandlung. Ist
       Beginn selbst eine Spalte der Tabelle, so ist sie auch der Tag:  t.Beginn AS Tag.
     - Die vier …Schluessel: dieselben Spalten, aus denen TerminId und PatientId entstehen, ohne Umwandlung; alle vier
       oder keine, die der Patienten überall vom gleichen Typ. varchar nur mit einer Windows-Sortierung der Datenbank
       (Latin1_General_…, nicht SQL_…).
   In der Nacht stellt der Dienst die Fragen einer Woche mit und ohne sie. Nur wenn beide Antworten gleich sind, benutzt er
   sie; «doctor» sagt, welche.

   Indexe, die es dazu braucht. Ein Index ändert keine Daten, kostet aber bei jedem Speichern etwas: nur anlegen, was
   fehlt, ausserhalb der Sprechstunde.
     - dbo.Termin (TerminDatum), hier schon da (IX_Termin_Datum): Eine Aufbereitung liest nur ihre Tage.
     - dbo.Termin (TerminNr) und dbo.Patient (PatNr), hier die Primärschlüssel: Ein Versand liest nur seine Termine.
     - dbo.Behandlung (PatNr), hier schon da (IX_Behandlung_PatNr): Beide lesen nur die Behandlungen ihrer Patienten.
     - dbo.Termin (PatNr): «warum», die Suche nach Patienten und Geburtstage mit GeburtstagInaktivJahre lesen nur die
       Termine ihrer Patienten:
         CREATE INDEX IX_vitosms_Termin_PatNr ON dbo.Termin (PatNr);
   Geburtstage lesen einmal am Tag alle Patienten: Tag und Monat ohne Jahr findet kein Index. */

-- The contract of the practice database as an SQLite file: four tables named as the views are on SQL Server.
--
-- The service attaches the file, read-only, under the name vitosms, so that one SQL text serves both engines.
-- Nothing here refuses a dirty row: only the ids must be present, all the rest may be NULL or wrong.
-- The indexes are for speed alone, none is unique.
--
--   ids           text, up to 64 characters, compared byte by byte
--   Geburtsdatum  'YYYY-MM-DD'; Sterbedatum too: any value but NULL means deceased
--   Beginn        'YYYY-MM-DD HH:MM:SS', time of day of the practice; EroeffnetAm in the same form
--   KeineMitteilungen  1: no messages; 0 or NULL: messages allowed
--
-- Optional columns, which a file may have in addition (ALTER TABLE Termin ADD COLUMN MandantId TEXT):
--
--   Termin.MandantId          who signs the message about the appointment; NULL: the payer
--   Patient.TelefonPrivat, Patient.TelefonGeschaeft  further numbers for the call list
--
-- Raw columns change no answer; with an index they save reading every row where the others are expressions of a view:
--
--   Termin.Tag                the day of Beginn as 'YYYYMMDD'
--   Termin.TerminSchluessel, Termin.PatientSchluessel, Patient.PatientSchluessel, Behandlung.PatientSchluessel
--                             what the ids are made of; all four or none

CREATE TABLE Mandant (
    MandantId TEXT NOT NULL,
    Name TEXT,
    Lizenznummer TEXT,
    AbsenderSMS TEXT,
    AbsenderEMail TEXT,
    Telefon TEXT
);

CREATE TABLE Patient (
    PatientId TEXT NOT NULL,
    Anrede TEXT,
    Vorname TEXT,
    Nachname TEXT,
    Geburtsdatum TEXT,
    Sterbedatum TEXT,
    Mobiltelefon TEXT,
    EMail TEXT,
    Sprache TEXT,
    KeineMitteilungen INTEGER
);

CREATE TABLE Behandlung (
    BehandlungId TEXT NOT NULL,
    PatientId TEXT NOT NULL,
    MandantId TEXT,
    EroeffnetAm TEXT
);

CREATE TABLE Termin (
    TerminId TEXT NOT NULL,
    PatientId TEXT NOT NULL,
    Beginn TEXT,
    Status TEXT,
    Behandler TEXT,
    Ort TEXT,
    Besuchsgrund TEXT
);

CREATE INDEX MandantById ON Mandant (MandantId);
CREATE INDEX PatientById ON Patient (PatientId);
CREATE INDEX BehandlungByPatient ON Behandlung (PatientId);
CREATE INDEX TerminById ON Termin (TerminId);
CREATE INDEX TerminByBeginn ON Termin (Beginn);

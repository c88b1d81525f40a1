"""A practice database made of Elexis' own test rows, read by the service through views that a DBA would write.

The scripts run unchanged into tables of Elexis' shape: dates as YYYYMMDD, minutes since midnight, free-form patient
ids. Only the four views speak the contract. What the scripts lack is the test's own: a Mandant, treatments, addresses.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.real.synthea import DATA

CREDITS = 10  # of each Mandant
TEMPLATES = {
    "Terminerinnerung": "[[Vorname]]/[[Nachname]]: [[Datum]] um [[Uhrzeit]] Uhr bei [[Behandler]]. [[Praxis]]",
    "Geburtstag": "Alles Gute, [[Vorname]] [[Nachname]]! [[Praxis]]",
}

# Elexis has primary keys; without them the contacts, which lie in two scripts, come twice. Columns in Elexis' order,
# the last ones of KONTAKT by place only.
RAW_TABLES = """
CREATE TABLE KONTAKT (
    ID TEXT, lastupdate INTEGER, deleted TEXT DEFAULT '0', istOrganisation TEXT DEFAULT '0',
    istPerson TEXT DEFAULT '0', istPatient TEXT DEFAULT '0', istAnwender TEXT DEFAULT '0',
    istMandant TEXT DEFAULT '0', istLabor TEXT DEFAULT '0', Land TEXT, Geburtsdatum TEXT, Geschlecht TEXT,
    Titel TEXT, TitelSuffix TEXT, Bezeichnung1 TEXT, Bezeichnung2 TEXT, Bezeichnung3 TEXT, Strasse TEXT, Plz TEXT,
    Ort TEXT, Telefon1 TEXT, Telefon2 TEXT, Fax TEXT, NatelNr TEXT, EMail TEXT, EMail2 TEXT, Website TEXT,
    Gruppe TEXT, PatientNr TEXT, Anschrift TEXT, Bemerkung TEXT, Diagnosen TEXT, PersAnamnese TEXT, SysAnamnese TEXT,
    FamAnamnese TEXT, Risiken TEXT, Allergien TEXT, ExtInfo TEXT, Column39 TEXT, Column40 TEXT
);
CREATE TABLE AGNTERMINE (
    ID TEXT, lastupdate INTEGER, PatID TEXT, Bereich TEXT, Tag TEXT, Beginn TEXT, Dauer TEXT, Grund TEXT,
    StatusHistory TEXT, TerminTyp TEXT, TerminStatus TEXT, ErstelltVon TEXT, Angelegt TEXT, lastedit TEXT,
    PalmID INTEGER, flags TEXT, deleted TEXT DEFAULT '0', Extension TEXT, linkgroup TEXT, priority TEXT,
    caseType TEXT, insuranceType TEXT, treatmentReason TEXT
);
CREATE TABLE CONFIG (lastupdate INTEGER, param TEXT, wert TEXT);
CREATE TABLE ETIKETTEN (
    ID TEXT, lastupdate INTEGER, Image TEXT, deleted TEXT, importance TEXT, Name TEXT, foreground TEXT,
    background TEXT, classes TEXT
);
CREATE TABLE ETIKETTEN_OBJCLASS_LINK (objclass TEXT, sticker TEXT);
CREATE TABLE ETIKETTEN_OBJECT_LINK (lastupdate INTEGER, obj TEXT, etikette TEXT);
CREATE TABLE REMINDERS (
    ID TEXT, lastupdate INTEGER, deleted TEXT, IdentID TEXT, OriginID TEXT, Responsible TEXT, DateDue TEXT,
    Status TEXT, Typ TEXT, Params TEXT, Message TEXT, priority TEXT, actionType TEXT, subject TEXT
);
CREATE TABLE REMINDERS_RESPONSIBLE_LINK (
    ID TEXT, lastupdate INTEGER, deleted TEXT, ReminderID TEXT, ResponsibleID TEXT
);
CREATE TABLE FAELLE (ID TEXT, deleted TEXT DEFAULT '0', PatientID TEXT);
CREATE TABLE BEHANDLUNGEN (ID TEXT, deleted TEXT DEFAULT '0', FallID TEXT, MandantID TEXT, Datum TEXT);
-- The service's own settings of a Mandant, which no practice software knows.
CREATE TABLE VITOSMS_MANDANT (KontaktID TEXT, Lizenznummer TEXT, AbsenderSMS TEXT, AbsenderEMail TEXT);
"""

# The DBA's choices. Deceased: who has the sticker so named, from the day it was stuck on. Definitive: what the
# history last calls planned or normal, unless deleted. Nothing is filtered but other contacts: blocks in the agenda
# without a patient, free text in place of one, and the row with Elexis' version are for the service to cope with.
VIEWS = """
CREATE VIEW Mandant AS
SELECT
    K.ID AS MandantId, K.Bezeichnung1 AS Name, V.Lizenznummer, V.AbsenderSMS, V.AbsenderEMail,
    K.Telefon1 AS Telefon
FROM KONTAKT AS K LEFT JOIN VITOSMS_MANDANT AS V ON V.KontaktID = K.ID
WHERE K.istMandant = '1' AND K.deleted = '0';

CREATE VIEW Patient AS
SELECT
    K.ID AS PatientId,
    CASE K.Geschlecht WHEN 'm' THEN 'Herr' WHEN 'w' THEN 'Frau' END AS Anrede,
    K.Bezeichnung2 AS Vorname, K.Bezeichnung1 AS Nachname,
    substr(K.Geburtsdatum, 1, 4) || '-' || substr(K.Geburtsdatum, 5, 2) || '-' || substr(K.Geburtsdatum, 7, 2)
        AS Geburtsdatum,
    (
        SELECT date(MIN(L.lastupdate) / 1000, 'unixepoch')
        FROM ETIKETTEN_OBJECT_LINK AS L JOIN ETIKETTEN AS E ON E.ID = L.etikette
        WHERE L.obj = K.ID AND E.Name = 'verstorben'
    ) AS Sterbedatum,
    COALESCE(K.NatelNr, K.Telefon1) AS Mobiltelefon, K.EMail, NULL AS Sprache,
    EXISTS (
        SELECT 1 FROM ETIKETTEN_OBJECT_LINK AS L JOIN ETIKETTEN AS E ON E.ID = L.etikette
        WHERE L.obj = K.ID AND E.Name = 'keine Mitteilungen'
    ) AS KeineMitteilungen
FROM KONTAKT AS K
WHERE K.istPatient = '1' AND K.deleted = '0';

CREATE VIEW Behandlung AS
SELECT
    B.ID AS BehandlungId, F.PatientID AS PatientId, B.MandantID AS MandantId,
    substr(B.Datum, 1, 4) || '-' || substr(B.Datum, 5, 2) || '-' || substr(B.Datum, 7, 2) AS EroeffnetAm
FROM BEHANDLUNGEN AS B JOIN FAELLE AS F ON F.ID = B.FallID
WHERE B.deleted = '0' AND F.deleted = '0';

CREATE VIEW Termin AS
SELECT
    ID AS TerminId, PatID AS PatientId,
    substr(Tag, 1, 4) || '-' || substr(Tag, 5, 2) || '-' || substr(Tag, 7, 2)
        || printf(' %02d:%02d:00', Beginn / 60, Beginn % 60) AS Beginn,
    CASE
        WHEN deleted = '1' THEN 'abgesagt'
        WHEN StatusHistory LIKE '%;geplant' OR StatusHistory LIKE '%;normal' THEN 'definitiv'
        ELSE TerminStatus
    END AS Status,
    Bereich AS Behandler, NULL AS Ort, Grund AS Besuchsgrund
FROM AGNTERMINE;
"""

# The Mandant is whom the agenda's settings name as the contact of an area; a second one has another licence.
MANDANTEN = """
INSERT INTO KONTAKT (ID, istPerson, istMandant, Bezeichnung1, Telefon1)
SELECT DISTINCT substr(wert, length('CONTACT/') + 1), '1', '1', 'Praxis am Test', '044 000 00 00'
FROM CONFIG WHERE wert LIKE 'CONTACT/%'
UNION ALL SELECT 'zweiter', '1', '1', 'Praxis beim Test', NULL
UNION ALL SELECT 'ohne-lizenz', '1', '1', 'Praxis zum Test', NULL;
INSERT INTO VITOSMS_MANDANT
SELECT
    ID,
    CASE ID WHEN 'zweiter' THEN 'VS-2' WHEN 'ohne-lizenz' THEN NULL ELSE 'VS-1' END,
    'Praxis', 'praxis@praxis.example'
FROM KONTAKT WHERE istMandant = '1';
"""

# Of the patients by number, the odd ones end with the second Mandant. The latest treatment of all is deleted.
TREATMENTS = """
INSERT INTO FAELLE (ID, PatientID) SELECT DISTINCT 'fall-' || PatientNr, ID FROM KONTAKT WHERE istPatient = '1';
INSERT INTO BEHANDLUNGEN (ID, FallID, MandantID, Datum)
SELECT 'a-' || F.ID, F.ID, IIF(substr(F.ID, -1) % 2 = 1, M.ID, 'zweiter'), '20120229'
FROM FAELLE AS F, KONTAKT AS M WHERE M.istMandant = '1' AND M.ID NOT IN ('zweiter', 'ohne-lizenz');
INSERT INTO BEHANDLUNGEN (ID, FallID, MandantID, Datum)
SELECT 'b-' || F.ID, F.ID, IIF(substr(F.ID, -1) % 2 = 1, 'zweiter', M.ID), '20140101'
FROM FAELLE AS F, KONTAKT AS M WHERE M.istMandant = '1' AND M.ID NOT IN ('zweiter', 'ohne-lizenz');
INSERT INTO BEHANDLUNGEN (ID, deleted, FallID, MandantID, Datum)
SELECT 'c-' || ID, '1', ID, 'ohne-lizenz', '20140501' FROM FAELLE;
"""

# What happens to the rows before a play, or between prepare and send.
ALIVE = "DELETE FROM ETIKETTEN_OBJECT_LINK WHERE etikette IN (SELECT ID FROM ETIKETTEN WHERE Name = 'verstorben');"
REACHABLE = """
UPDATE KONTAKT SET NatelNr = '079 000 00 0' || PatientNr WHERE istPatient = '1' AND PatientNr % 2 = 1;
UPDATE KONTAKT SET Telefon1 = '044 000 00 00', EMail = ' patient' || PatientNr || '@post.example '
WHERE istPatient = '1' AND PatientNr % 2 = 0;
"""
REFUSED = """
INSERT INTO ETIKETTEN (ID, Name) VALUES ('keine', 'keine Mitteilungen');
INSERT INTO ETIKETTEN_OBJECT_LINK SELECT 0, ID, 'keine' FROM KONTAKT WHERE istPatient = '1' AND PatientNr % 2 = 1;
UPDATE BEHANDLUNGEN SET deleted = '0' WHERE substr(FallID, -1) % 2 = 0;
"""
MOVED_OR_DELETED = """
UPDATE AGNTERMINE SET Tag = '20170102', Beginn = '485'
WHERE PatID IN (SELECT ID FROM KONTAKT WHERE istPatient = '1' AND PatientNr % 2 = 1);
UPDATE AGNTERMINE SET deleted = '1'
WHERE PatID IN (SELECT ID FROM KONTAKT WHERE istPatient = '1' AND PatientNr % 2 = 0);
"""


@dataclass(frozen=True)
class ElexisPractice:
    database: Path
    switches: Mapping[str, str]
    topups: Mapping[str, int]  # by MandantId


def is_there() -> bool:
    """Whether the data lies beside the repository."""
    return (DATA / "elexis").is_dir() and (DATA / "gsm").is_dir()


def write_elexis_practice(database: Path, *changes: str) -> ElexisPractice:
    """Fill a new SQLite file with all scripts and the test's own rows, then run the changes on its raw tables."""
    scripts = [path.read_text(encoding="utf-8") for path in sorted((DATA / "elexis").glob("*.sql"))]
    with opened(database) as connection:
        parts = [RAW_TABLES, *scripts, MANDANTEN, TREATMENTS, *changes, VIEWS]
        connection.executescript("\n".join(["BEGIN;", *parts, "COMMIT;"]))  # one transaction: a hundred times faster
        mandanten = [row["ID"] for row in connection.execute("SELECT ID FROM KONTAKT WHERE istMandant = '1'")]
    templates = {f"Vorlagen/{kind}/SMS/de": text for kind, text in TEMPLATES.items()}
    switches = {"TerminerinnerungSenden": "Ja", "GeburtstagsglueckwuenscheSenden": "Ja", "OffsetSuchTage": "31"}
    return ElexisPractice(database, {**switches, **templates}, dict.fromkeys(mandanten, CREDITS))


def change(database: Path, script: str) -> None:
    with opened(database) as connection:
        connection.executescript(script)


@contextmanager
def opened(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.row_factory = sqlite3.Row
        yield connection

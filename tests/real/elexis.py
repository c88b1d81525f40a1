"""A practice database made of Elexis' own test rows, as the views of infra/sql/elexis_views.sql answer them.

The scripts run unchanged into tables of Elexis' shape, in a file of their own: dates as YYYYMMDD, minutes since
midnight, free-form patient ids. The service reads another file, with the rows of the T-SQL views. The test adds what
the scripts lack: a Mandant, treatments, addresses.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.real.synthea import DATA
from tests.tsql import runner as tsql
from tests.tsql.functions import connect
from tests.tsql.scripts import SCRIPTS

CREDITS = 10  # of each Mandant
TEMPLATES = {
    "Terminerinnerung": "[[Vorname]]/[[Nachname]]: [[Datum]] um [[Uhrzeit]] Uhr bei [[Behandler]]. [[Praxis]]",
    "Geburtstag": "Alles Gute, [[Vorname]] [[Nachname]]! [[Praxis]]",
}

# Elexis has primary keys; without them the contacts, which are in two scripts, appear twice. Columns in Elexis' order,
# the last ones of KONTAKT by position only.
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

# The Mandant is the contact of an area in the agenda's settings; a second one has another licence.
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

# Patients with odd numbers were last treated by the second Mandant. The latest treatment of all is deleted.
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

# Changes of the rows before a play, or between prepare and send.
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
    database: Path  # for the service
    raw: Path  # the tables behind the views
    switches: Mapping[str, str]
    topups: Mapping[str, int]  # by MandantId


def is_there() -> bool:
    """Whether the data is in a folder beside the repository."""
    return (DATA / "elexis").is_dir() and (DATA / "gsm").is_dir()


def write_elexis_practice(folder: Path, *changes: str) -> ElexisPractice:
    """Fill new SQLite files with all scripts and the test's own rows, after the changes of the raw tables."""
    database, raw = folder / "practice.db", folder / "raw.db"
    scripts = [path.read_text(encoding="utf-8") for path in sorted((DATA / "elexis").glob("*.sql"))]
    with opened(raw) as connection:
        parts = [RAW_TABLES, *scripts, MANDANTEN, TREATMENTS, *changes]
        connection.executescript("\n".join(["BEGIN;", *parts, "COMMIT;"]))  # one transaction: a hundred times faster
        tsql.run_script(connection, SCRIPTS / "elexis_views.sql")
        tsql.answer(connection, database)
        mandanten = [row["ID"] for row in connection.execute("SELECT ID FROM KONTAKT WHERE istMandant = '1'")]
    templates = {f"Vorlagen/{kind}/SMS/de": text for kind, text in TEMPLATES.items()}
    switches = {"TerminerinnerungSenden": "Ja", "GeburtstagsglueckwuenscheSenden": "Ja", "OffsetSuchTage": "31"}
    return ElexisPractice(database, raw, {**switches, **templates}, dict.fromkeys(mandanten, CREDITS))


def change(practice: ElexisPractice, script: str) -> None:
    """Change the raw tables, and read the views again."""
    with opened(practice.raw) as connection:
        connection.executescript(script)
        tsql.answer(connection, practice.database)


@contextmanager
def opened(raw: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(raw)) as connection, connection:
        connection.row_factory = sqlite3.Row
        yield connection

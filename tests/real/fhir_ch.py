"""A practice database made of the Swiss patient samples of CH Core, valid and invalid, behind views.

The samples are read into rows of FHIR's shape: one for each value, with its path. Views turn them into the contract.
The test adds organisations, encounters and appointments, in FHIR's terms and with references.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.etree import ElementTree

from tests.real.synthea import DATA, ZONE

FOLDER = DATA / "fhir_ch"
TEMPLATES = {
    "Terminerinnerung": "[[Anrede]]/[[Vorname]]/[[Nachname]]: [[Uhrzeit]] Uhr bei [[Behandler]]. [[Praxis]]",
    "Geburtstag": "[[Anrede]]/[[Vorname]]/[[Nachname]]: alles Gute! [[Praxis]]",
}
CREDITS = 60  # of each organisation
SWITCHES = {"TerminerinnerungSenden": "Ja", "GeburtstagsglueckwuenscheSenden": "Ja", "DefaultSMSMandant": "mitte"}
# FHIR's states of an appointment; every patient has a booked one, and one of these in turn.
STATES = ("booked", "arrived", "proposed", "pending", "fulfilled", "cancelled", "noshow", "entered-in-error", None)

RAW_TABLES = """
-- The nth occurrence of an element of a Patient, and a value in it: ('…', 'telecom', 1, 'use', 'mobile').
CREATE TABLE element (patient TEXT, element TEXT, n INTEGER, path TEXT, value TEXT);
CREATE TABLE organization (id TEXT, name TEXT, licence TEXT, sms TEXT, email TEXT);
CREATE TABLE encounter (id TEXT, status TEXT, subject TEXT, service_provider TEXT, period_start TEXT);
CREATE TABLE appointment (id TEXT, status TEXT, start TEXT, participant TEXT, practitioner TEXT);
"""

# The DBA's choices. Name: the official one, else the first. Phone: a mobile one, else one that takes SMS, else the
# first of all. Definitive: booked or arrived. An encounter entered in error does not count.
VIEWS = """
CREATE VIEW human_name AS
SELECT
    patient, n,
    MAX(CASE path WHEN 'use' THEN value END) AS use, MAX(CASE path WHEN 'family' THEN value END) AS family,
    MAX(CASE path WHEN 'given' THEN value END) AS given
FROM element WHERE element = 'name' GROUP BY patient, n;

CREATE VIEW contact_point AS
SELECT
    patient, n,
    MAX(CASE path WHEN 'system' THEN value END) AS system, MAX(CASE path WHEN 'value' THEN value END) AS value,
    MAX(CASE path WHEN 'use' THEN value END) AS use
FROM element WHERE element = 'telecom' GROUP BY patient, n;

CREATE VIEW plain AS
SELECT
    patient,
    MAX(CASE WHEN element = 'gender' THEN value END) AS gender,
    MAX(CASE WHEN element = 'birthDate' THEN value END) AS birth_date,
    MAX(CASE WHEN element = 'deceasedDateTime' THEN value END) AS died,
    MAX(CASE WHEN element = 'language' THEN value END) AS language,
    MAX(CASE WHEN element = 'communication' AND path = 'language' THEN value END) AS speaks
FROM element GROUP BY patient;

CREATE VIEW Mandant AS
SELECT id AS MandantId, name AS Name, licence AS Lizenznummer, sms AS AbsenderSMS, email AS AbsenderEMail,
    NULL AS Telefon
FROM organization;

CREATE VIEW Patient AS
SELECT
    patient AS PatientId,
    CASE gender WHEN 'male' THEN 'Herr' WHEN 'female' THEN 'Frau' END AS Anrede,
    (SELECT given FROM human_name AS H WHERE H.patient = plain.patient ORDER BY use IS NOT 'official', n LIMIT 1)
        AS Vorname,
    (SELECT family FROM human_name AS H WHERE H.patient = plain.patient ORDER BY use IS NOT 'official', n LIMIT 1)
        AS Nachname,
    birth_date AS Geburtsdatum, died AS Sterbedatum,
    (
        SELECT value FROM contact_point AS C WHERE C.patient = plain.patient AND system IN ('phone', 'sms')
        ORDER BY CASE WHEN use = 'mobile' THEN 0 WHEN system = 'sms' THEN 1 ELSE 2 END, n LIMIT 1
    ) AS Mobiltelefon,
    (SELECT value FROM contact_point AS C WHERE C.patient = plain.patient AND system = 'email' ORDER BY n LIMIT 1)
        AS EMail,
    substr(COALESCE(speaks, language), 1, 2) AS Sprache, 0 AS KeineMitteilungen
FROM plain;

CREATE VIEW Behandlung AS
SELECT
    id AS BehandlungId, replace(subject, 'Patient/', '') AS PatientId,
    replace(service_provider, 'Organization/', '') AS MandantId,
    replace(substr(period_start, 1, 19), 'T', ' ') AS EroeffnetAm
FROM encounter WHERE status <> 'entered-in-error';

CREATE VIEW Termin AS
SELECT
    id AS TerminId, replace(participant, 'Patient/', '') AS PatientId,
    replace(substr(start, 1, 19), 'T', ' ') AS Beginn,
    CASE WHEN status IN ('booked', 'arrived') THEN 'definitiv' ELSE status END AS Status,
    practitioner AS Behandler, NULL AS Ort, NULL AS Besuchsgrund
FROM appointment;
"""

ORGANISATIONS = (
    ("mitte", "Praxis Mitte", "VS-1", "PraxisMitte", "mitte@praxis.example"),
    ("nord", "Praxis Nord", "VS-2", None, "nord@praxis.example"),
    ("alt", "Praxis Alt", "VS-3", "PraxisAlt", None),  # the licence is revoked
)

Element = tuple[str, str, int, str, str]  # a row of the table element
RESOURCE = ("resourceType", 0, "", "Patient")  # of each: a patient may have no element at all


@dataclass(frozen=True)
class FhirPractice:
    database: Path
    switches: Mapping[str, str]
    topups: Mapping[str, int]
    licences: Mapping[str, str]


def is_there() -> bool:
    """Whether the data is in a folder beside the repository."""
    return FOLDER.is_dir() and (DATA / "gsm").is_dir()


def write_fhir_practice(database: Path, day: date, own_numbers: bool) -> FhirPractice:
    """Fill a new SQLite file, with appointments on the day; own_numbers: for all patients without any telecom."""
    elements = read_elements()
    patients = list(dict.fromkeys(patient for patient, *_ in elements))
    reachable = {patient for patient, element, *_ in elements if element == "telecom"}
    numbers = [(patient, n) for n, patient in enumerate(patients) if own_numbers and patient not in reachable]
    elements += [row for patient, n in numbers for row in _number(patient, n)]
    named = [*(f"Patient/{patient}" for patient in patients), None, "Patient/nobody"]
    rows: dict[str, Sequence[tuple[str | int | None, ...]]] = {
        "element": elements,
        "organization": ORGANISATIONS,
        "encounter": [row for n, patient in enumerate(patients) for row in _encounters(patient, n)],
        "appointment": [row for n, participant in enumerate(named) for row in _appointments(participant, n, day)],
    }
    with opened(database) as connection:
        connection.executescript(f"BEGIN; {RAW_TABLES} {VIEWS} COMMIT;")
        for table, records in rows.items():
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(records[0]))})", records)
    templates = {f"Vorlagen/{kind}/SMS/de": text for kind, text in TEMPLATES.items()}
    topups = {organisation[0]: CREDITS for organisation in ORGANISATIONS}
    return FhirPractice(database, {**SWITCHES, **templates}, topups, {"VS-3": "revoked"})


def _number(patient: str, n: int) -> list[Element]:
    values = {"system": "phone", "value": f"+41 79 000 01 {n:02}", "use": "mobile"}
    return [(patient, "telecom", 0, path, value) for path, value in values.items()]


def _encounters(patient: str, n: int) -> list[tuple[str, ...]]:
    """None at all; a later one elsewhere; one entered in error; one at an organisation without a valid licence."""
    at = [(), ("nord", "mitte"), ("mitte", "nord"), ("nord", "alt"), ("mitte", "alt")][n % 5]
    last = "entered-in-error" if n % 5 == 3 else "finished"
    return [
        (f"e{n}-{year}", status, f"Patient/{patient}", f"Organization/{place}", f"{year}-03-01T08:00:00+01:00")
        for place, year, status in zip(at, (2020, 2022), ("finished", last), strict=False)
    ]


def _appointments(participant: str | None, n: int, day: date) -> list[tuple[str | None, ...]]:
    start = datetime.combine(day, time(7, 30), ZONE) + timedelta(minutes=n * 5)
    later = start + timedelta(hours=6)
    return [
        (f"a{n}", "booked", start.isoformat(), participant, "Dr. Test"),
        (f"b{n}", STATES[n % len(STATES)], later.isoformat(), participant, "Dr. Test"),
    ]


@contextmanager
def opened(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.row_factory = sqlite3.Row
        yield connection


def read_elements() -> list[Element]:
    """Every value of every sample, in FHIR Shorthand (.fsh, .txt) or XML."""
    rows: list[Element] = []
    for path in sorted(FOLDER.iterdir()):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".xml":
            rows += _of_xml(ElementTree.fromstring(text))  # noqa: S314 - the test's own data
        elif path.suffix in (".fsh", ".txt"):
            rows += _of_shorthand(text)
    return rows


def _of_xml(root: ElementTree.Element) -> Iterator[Element]:
    patient = next(child.attrib["value"] for child in root if _tag(child) == "id")
    seen: Counter[str] = Counter()
    yield patient, *RESOURCE
    for child in root:
        for path, value in _values(child, ()):
            yield patient, _tag(child), seen[_tag(child)], ".".join(path), value
        seen[_tag(child)] += 1


def _values(node: ElementTree.Element, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if "value" in node.attrib:
        yield path, node.attrib["value"]
    for child in node:
        yield from _values(child, (*path, _tag(child)))


def _tag(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


def _of_shorthand(text: str) -> Iterator[Element]:
    """The rules `* path = value` of each instance; an indented rule goes on with the path above it."""
    for instance in re.split(r"(?m)^Instance: *", re.sub(r"(?s)^/\*.*?\*/", "", text, flags=re.M))[1:]:
        patient = instance.split()[0]
        place, parent = _Places(), ""
        yield patient, *RESOURCE
        for indent, path, value in re.findall(r"(?m)^( *)\* (\S+)(?: += +(.+))?", instance):
            element, n, inner = place.of(f"{parent}.{path}" if indent else path)
            parent = parent if indent else path
            if value:
                yield patient, element, n, inner, _plain(value.strip())


class _Places:
    """Shorthand's soft indices: [+] is the next occurrence, [=] or none the same; each slice counts separately."""

    def __init__(self) -> None:
        self._current: dict[tuple[str, str], int] = {}
        self._count: Counter[str] = Counter()

    def of(self, path: str) -> tuple[str, int, str]:
        """The element, which occurrence of it this is in the order of appearance, and the path within."""
        first, _, inner = path.partition(".")
        element, slice_name, index = re.findall(r"(\w+)(?:\[([^\]=+\d][^\]]*)\])?(?:\[([=+0])\])?$", first)[0]
        if index == "+" or (element, slice_name) not in self._current:
            self._current[element, slice_name] = self._count[element]
            self._count[element] += 1
        return element, self._current[element, slice_name], re.sub(r"\[[^\]]*\]", "", inner)


def _plain(value: str) -> str:
    """A text without its quotes, a code without its system and display."""
    if value.startswith('"'):
        text: str = json.loads(value)
        return text
    code = re.fullmatch(r'[^#"]*#(\S+)(?: +".*")?', value)
    return code[1] if code else value

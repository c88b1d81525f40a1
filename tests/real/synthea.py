"""A practice database made of Synthea's synthetic patients, with phone numbers in the formats that people type.

Everything follows from the files and one seed. Data that Synthea lacks depends on a patient's place in the file, so
that every combination occurs: phones, e-mail addresses, languages, birthdays, licences, credits.
"""

import csv
import gzip
import json
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
CONTRACT = ROOT / "infra" / "sql" / "contract_sqlite.sql"

Record = dict[str, str]
Value = str | int | None

ZONE = ZoneInfo("Europe/Zurich")
TODAY = date(2023, 2, 28)  # a Tuesday, after all encounters; 29 February is greeted on it
SEARCHED_DAYS = 3
MANDANTEN = 24
MOVED_SHARE = 1 / 5  # of the encounters become appointments
DEFAULT_CREDITS = 17  # of DefaultSMSMandant, the busiest: not enough
CREDITS = 40  # enough for every other Mandant

STATES = ("definitiv",) * 5 + ("Definitiv", " DEFINITIV ", "provisorisch", "abgesagt", None)
LANGUAGES = ("de", "fr", None, "en", "it", "xx")
EMAILS = (
    None,
    "{name}.{n}@post.example",
    "{name}@",
    None,
    "079 000 {n:04}",
    "  {name}@mail.example ",
    "{name}.example",
)
BLANKS = (None, "", "  ")

# One part in German and Italian mostly; «À» and «ô» make the French one UCS-2; the English one is long.
SMS_TEMPLATES = {
    "Terminerinnerung": {
        "de": "Guten Tag [[Vorname]] [[Nachname]], Ihr Termin: [[Uhrzeit]] Uhr. [[Praxis]]",
        "fr": "Bonjour [[Vorname]] [[Nachname]], votre rendez-vous est à [[Uhrzeit]] h. À bientôt! [[Praxis]]",
        "it": "Buongiorno [[Vorname]] [[Nachname]], il Suo appuntamento è alle [[Uhrzeit]]. [[Praxis]]",
        "en": "Hello [[Vorname]] [[Nachname]], we look forward to seeing you at [[Uhrzeit]]. Please bring your "
        "insurance card and a list of your medicines, and call us if you cannot come. Yours, [[Praxis]]",
    },
    "Geburtstag": {
        "de": "Alles Gute zum Geburtstag, [[Vorname]] [[Nachname]]! [[Praxis]]",
        "fr": "Bon anniversaire, [[Vorname]] [[Nachname]]! [[Praxis]]",
        "it": "Buon compleanno, [[Vorname]] [[Nachname]]! [[Praxis]]",
        "en": "Happy birthday, [[Vorname]] [[Nachname]]! [[Praxis]]",
    },
}


@dataclass(frozen=True)
class SyntheaPractice:
    """The database, and its settings by the operator and the practice."""

    database: Path
    switches: Mapping[str, str]
    topups: Mapping[str, int]  # by MandantId
    licences: Mapping[str, str]  # "revoked" or "expired" by Lizenznummer; the others are valid


def is_there() -> bool:
    """Whether the data is in a folder beside the repository."""
    return (DATA / "synthea").is_dir() and (DATA / "phones").is_dir()


def phone_shapes() -> list[Record]:
    """Each as {"raw": …, "expected": E.164 or null}."""
    shapes: list[Record] = json.loads((DATA / "phones" / "ch_de_shapes.json").read_text("utf-8"))["vectors"]
    return shapes


def write_synthea_practice(database: Path) -> SyntheaPractice:
    """Fill a new SQLite file of the contract."""
    patients, encounters, providers = (_read(name) for name in ("patients", "encounters", "providers"))
    rng = random.Random(f"{TODAY}")
    moved = [encounter for encounter in encounters if rng.random() < MOVED_SHARE]
    taken = {encounter["Id"] for encounter in moved}
    kept = [encounter for encounter in encounters if encounter["Id"] not in taken]
    mandant_of = _mandant_of(encounters)
    names = {provider["Id"]: _name(provider["NAME"]) for provider in providers}
    mandanten = [
        _mandant(n, provider, names[provider]) for n, provider in enumerate(dict.fromkeys(mandant_of.values()))
    ]
    busiest = str(mandanten[0][0])
    rows = {
        "Mandant": mandanten,
        "Patient": [_patient(n, patient) for n, patient in enumerate(patients)],
        "Behandlung": _treatments(patients, kept, mandant_of),
        "Termin": _appointments(moved, rng),
    }
    _write(database, rows)
    return SyntheaPractice(database, _switches(busiest), _topups(mandanten, busiest), _licences(mandanten))


def _mandant_of(encounters: Sequence[Record]) -> dict[str, str]:
    """Provider to Mandant, the busiest first: the busiest providers are Mandanten, the others bill through them."""
    busy = [provider for provider, _ in Counter(encounter["PROVIDER"] for encounter in encounters).most_common()]
    return {provider: busy[n % MANDANTEN] for n, provider in enumerate(busy)}


def _read(name: str) -> list[Record]:
    with gzip.open(DATA / "synthea" / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(database: Path, rows: Mapping[str, Sequence[tuple[Value, ...]]]) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executescript(CONTRACT.read_text(encoding="utf-8"))
        for table, records in rows.items():
            places = ", ".join("?" * len(records[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({places})", records)


def _mandant(n: int, provider: str, name: str) -> tuple[Value, ...]:
    return (
        provider,
        f"Dr. {name}",
        BLANKS[n // 9 % 3] if n % 9 == 4 else f"VS-{n:04}",
        None if n % 8 == 3 else f"Praxis{n}",
        None if n % 3 == 2 else f"praxis{n}@praxis.example",
        "044 000 00 00",
    )


def _switches(busiest: str) -> dict[str, str]:
    return {
        "TerminerinnerungSenden": "Ja",
        "GeburtstagsglueckwuenscheSenden": "Ja",
        "DefaultSMSMandant": busiest,
        "OffsetSuchTage": str(SEARCHED_DAYS),
    }


def _topups(mandanten: Sequence[tuple[Value, ...]], busiest: str) -> dict[str, int]:
    """Some have no credits at all."""
    rich = {str(row[0]): CREDITS for n, row in enumerate(mandanten) if n % 11 != 5}
    return {**rich, busiest: DEFAULT_CREDITS}


def _licences(mandanten: Sequence[tuple[Value, ...]]) -> dict[str, str]:
    state = {6: "revoked", 8: "expired"}
    numbers = [(n, str(row[2])) for n, row in enumerate(mandanten) if row[2] and str(row[2]).strip()]
    return {number: state[n % 9] for n, number in numbers if n % 9 in state}


def _patient(n: int, patient: Record) -> tuple[Value, ...]:
    first, last = _name(patient["FIRST"]), _name(patient["LAST"])
    email = EMAILS[n // 2 % len(EMAILS)]
    mailbox = re.sub(r"[^a-z]", "", last.casefold())
    return (
        patient["Id"],
        {"Mr.": "Herr", "Mrs.": "Frau", "Ms.": "Frau"}.get(patient["PREFIX"]),
        first,
        last,
        _birth_date(n, date.fromisoformat(patient["BIRTHDATE"])).isoformat(),
        patient["DEATHDATE"] or None,
        _phone(n),
        email.format(name=mailbox, n=n) if email else None,
        LANGUAGES[n % len(LANGUAGES)],
        1 if n % 10 == 9 else (0, None)[n % 2],
    )


def _birth_date(n: int, born: date) -> date:
    """Every fifth has birthday today, some of them on 29 February."""
    if n % 5:
        return born
    return date(born.year - born.year % 4, 2, 29) if n % 15 == 0 else born.replace(month=TODAY.month, day=TODAY.day)


def _phone(n: int) -> str | None:
    """The formats in turn, and no number at all; Swiss ones with unassigned numbers, different for each patient."""
    shapes = [*phone_shapes(), None, None]
    shape = shapes[n % len(shapes)]
    if shape is None:
        return BLANKS[n % 3]
    if not (shape["expected"] or "").startswith("+41"):
        return shape["raw"]
    digits = iter(f"000{n:04}")
    last_seven = [match.start() for match in re.finditer(r"\d", shape["raw"])][-7:]
    return "".join(next(digits) if at in last_seven else char for at, char in enumerate(shape["raw"]))


def _treatments(
    patients: Sequence[Record], encounters: Sequence[Record], mandant_of: Mapping[str, str]
) -> list[tuple[Value, ...]]:
    """Every seventh patient has none; for some, the latest one is an edge case."""
    rows: list[tuple[Value, ...]] = []
    for n, patient in enumerate(patients):
        own = [encounter for encounter in encounters if encounter["PATIENT"] == patient["Id"]]
        own.sort(key=lambda encounter: (encounter["START"], encounter["Id"]))
        if n % 7:
            *before, latest = [_treatment(encounter, mandant_of) for encounter in own]
            rows += [*before, _awkward(n, latest, before[-1])]
    return rows


def _treatment(encounter: Record, mandant_of: Mapping[str, str]) -> tuple[Value, ...]:
    opened = encounter["START"].replace("T", " ").removesuffix("Z")
    return encounter["Id"], encounter["PATIENT"], mandant_of[encounter["PROVIDER"]], opened


def _awkward(n: int, latest: tuple[Value, ...], before: tuple[Value, ...]) -> tuple[Value, ...]:
    treatment, patient, mandant, opened = latest
    match n % 13:
        case 4:
            return treatment, patient, None, opened
        case 5:
            return treatment, patient, "gibt-es-nicht", opened
        case 6:
            return treatment, patient, mandant, None
        case 7:
            return treatment, patient, mandant, before[3]
        case _:
            return latest


def _appointments(encounters: Sequence[Record], rng: random.Random) -> list[tuple[Value, ...]]:
    """Six days from today, each at a different minute, so that the order of payment is certain."""
    minutes = rng.sample(range(6 * 600), len(encounters))
    rows: list[tuple[Value, ...]] = []
    for encounter, minute in zip(encounters, minutes, strict=True):
        day = datetime.combine(TODAY + timedelta(days=minute // 600), time(7, 30))
        starts_at = (day + timedelta(minutes=minute % 600)).isoformat(" ")
        state = rng.choice(STATES)
        rows.append((encounter["Id"], encounter["PATIENT"], starts_at, state, None, None, encounter["DESCRIPTION"]))
    return rows


def _name(synthea: str) -> str:
    """Synthea's names end in numbers."""
    return re.sub(r"\d+", "", synthea)

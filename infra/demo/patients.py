"""Generate the 400 patients of the demo practice: about thirty written cases, the others dealt like cards."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from infra.demo.contacts import FOREIGN_MOBILE_SHAPES, email, phone
from infra.demo.names import NAMES, SALUTATIONS

# 28 February of a year without a 29th, on a Wednesday: both days, and the days after them, are working days.
DAY_ONE = date(2029, 2, 27)
DAY_TWO = date(2029, 2, 28)
DAY_AFTER = date(2029, 3, 1)

SONNENHOF, ROSSIER, CAPAUL = "M1", "M2", "M3"  # well funded; few credits; licence revoked


@dataclass(frozen=True)
class Case:
    """The chosen properties of a patient; the others are random.

    `appointments` lists the searched days, "1" for DAY_TWO and "2" for DAY_AFTER ("11": two on one day);
    `payer` is the Mandant of the latest treatment, None without any treatment.
    """

    key: str
    appointments: str = ""
    status: str | None = "definitiv"
    phone: str = "mobile"
    email: str = "missing"
    payer: str | None = SONNENHOF
    names: str = "de"
    language: str | None = "de"
    born: date | None = None
    died: date | None = None
    no_messages: bool = False


@dataclass(frozen=True)
class Patient:
    """One row of the view Patient, with the case it came from."""

    case: Case
    patient_id: str
    salutation: str | None
    first_name: str
    family_name: str
    born: date | None
    mobile: str | None
    email: str | None


_DIED = date(2028, 11, 4)
_TOLD = (
    Case("birthday-one-sms", born=date(1961, 2, 27)),
    Case("birthday-one-mail", born=date(1979, 2, 27), phone="missing", email="valid", names="it", language="it"),
    Case("birthday-one-no-address", born=date(1944, 2, 27), phone="landline"),
    Case("birthday-one-deceased", born=date(1938, 2, 27), died=_DIED),
    Case("birthday-leap-day", born=date(1988, 2, 29), names="fr", language="fr"),
    Case("birthday-two-child", born=date(2021, 2, 28), names="rm", language=None),
    Case("birthday-two-no-address", born=date(1951, 2, 28), phone="broken", email="phone"),
    Case("birthday-two-deceased", born=date(1947, 2, 28), died=_DIED, email="valid"),
    Case("birthday-two-silent", born=date(1990, 2, 28), no_messages=True),
    Case("deceased-one", "1", died=_DIED),
    Case("deceased-two", "2", died=date(2029, 2, 20), phone="landline"),
    Case("silent-one", "1", no_messages=True),
    Case("silent-two", "2", no_messages=True, names="en", language="en"),
    Case("landline-one", "1", phone="landline"),
    Case("landline-two", "2", phone="landline", names="fr", language="fr"),
    Case("no-address", "1", phone="missing"),
    Case("phone-as-email", "2", phone="missing", email="phone"),
    Case("mail-only", "1", phone="landline", email="valid"),
    Case("from-germany", "1", phone="DE"),
    Case("from-france", "1", phone="FR", names="fr", language="fr"),
    Case("from-italy", "2", phone="IT", names="it", language="it"),
    Case("from-austria", "2", phone="AT"),
    Case("two-on-one-day", "11"),
    Case("untreated-one", "1", payer=None),
    Case("untreated-two", "2", payer=None, language="xx"),
    Case("revoked-last", "1", payer=CAPAUL),
    Case("cancels", "1"),
    Case("moves-an-hour", "1", names="fr", language="fr"),
    Case("moves-a-week", "2"),
    Case("dies", "2", born=date(1941, 6, 3)),
    Case("status-unknown-one", "1", status=None),
    Case("status-unknown-two", "2", status=None),
    Case("corrects-number", "12", phone="broken"),
)
# Payers with the number of patients, and of appointments on the first and on the second searched day.
_DEALT = ((SONNENHOF, 207, 36, 36), (ROSSIER, 90, 24, 24), (CAPAUL, 36, 6, 6), (None, 34, 4, 4))

_Card = TypeVar("_Card")

_STATUS: Mapping[str | None, int] = {
    "definitiv": 35,
    " Definitiv ": 4,
    "provisorisch": 5,
    "abgesagt": 4,
    None: 2,
}
_PHONES = {"mobile": 68, "landline": 9, "missing": 10, "broken": 7} | dict.fromkeys(FOREIGN_MOBILE_SHAPES, 2)
_EMAILS = {"valid": 40, "missing": 45, "broken": 9, "phone": 6}
_NAMES = {"de": 18, "fr": 8, "it": 5, "rm": 3, "en": 4}
_NO_MESSAGES = {False: 29, True: 1}
_DEAD: Mapping[date | None, int] = {None: 39, _DIED: 1}


def make_patients(rng: random.Random) -> tuple[Patient, ...]:
    """All 400, in random order, with ids P0001 … P0400."""
    cases = [*_TOLD, *(case for row in _DEALT for case in _dealt_cases(rng, *row))]
    rng.shuffle(cases)
    return tuple(_patient(rng, case, f"P{number:04}") for number, case in enumerate(cases, 1))


def _dealt_cases(rng: random.Random, payer: str | None, count: int, one: int, two: int) -> list[Case]:
    """`one` and `two` are how many have an appointment on the first and on the second searched day."""
    days = ["1"] * one + ["2"] * two + [""] * (count - one - two)
    columns = zip(
        days,
        _deal(rng, _STATUS, count),
        _deal(rng, _PHONES, count),
        _deal(rng, _EMAILS, count),
        _deal(rng, _NAMES, count),
        _deal(rng, _NO_MESSAGES, count),
        _deal(rng, _DEAD, count),
        strict=True,
    )
    return [
        Case("", day, status, phone, email, payer, names, _language(rng, names), None, died, silent)
        for day, status, phone, email, names, silent, died in columns
    ]


def _deal(rng: random.Random, deck: Mapping[_Card, int], count: int) -> list[_Card]:
    """Deal `count` cards of a shuffled deck, shuffled again when it is used up: shares hold for any seed."""
    cards = [card for card, times in deck.items() for _ in range(times)]
    rng.shuffle(cards)
    return [cards[place % len(cards)] for place in range(count)]


def _language(rng: random.Random, names: str) -> str | None:
    usual = None if names == "rm" else names
    return rng.choices((usual, "de", None, "xx"), (80, 8, 8, 4))[0]


def _patient(rng: random.Random, case: Case, patient_id: str) -> Patient:
    names = NAMES[case.names]
    woman = rng.random() < 0.53
    first, family = rng.choice(names.female if woman else names.male), rng.choice(names.family)
    born = case.born or _birthday(rng)
    grown_up = born is None or born < date(2013, 1, 1)
    words = SALUTATIONS.get(case.language or "de", SALUTATIONS["de"])
    return Patient(
        case=case,
        patient_id=patient_id,
        salutation=words[0 if woman else 1] if grown_up else None,
        first_name=first,
        family_name=family,
        born=born,
        mobile=phone(rng, case.phone),
        email=email(rng, case.email, first, family),
    )


def _birthday(rng: random.Random) -> date | None:
    """Any day except for those around the demo, which belong to the written cases; rarely unknown."""
    if rng.random() < 0.01:
        return None
    born = date(1934, 1, 1) + timedelta(days=rng.randrange(94 * 365))
    return born + timedelta(days=14) if (2, 20) <= (born.month, born.day) <= (3, 2) else born


def by_key(patients: Sequence[Patient]) -> dict[str, Patient]:
    """The patients of the written cases, by the key of their case."""
    return {patient.case.key: patient for patient in patients if patient.case.key}

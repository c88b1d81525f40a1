"""The question `find` answered in Python, as SQLite answers it for columns of text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from chalicelib.practice_db.statements import PHONES, TERMIN_MANDANT

_SEPARATORS = re.compile(r"[-./()'\u00a0’ ]")


def found_patients(
    tables: Any,
    numbers: Sequence[str],
    born: date | None,
    digits: str | None,
    words: Sequence[str],
    now: datetime,
    optional_columns: frozenset[str],
) -> list[dict[str, object]]:
    """Up to 51 patients by name, with their next definitive appointment from `now` (practice-local) on."""
    phones = ("Mobiltelefon", *(name.partition(".")[2] for name in PHONES if name in optional_columns))
    tests: list[Callable[[dict[str, Any]], bool]] = [
        lambda one: one["PatientId"] in numbers,
        lambda one: born is not None and (one["Geburtsdatum"] or "")[:10] == born.isoformat(),
        lambda one: bool(digits) and any(str(digits) in _SEPARATORS.sub("", one[name] or "") for name in phones),
        lambda one: bool(words) and all(_has(word, one) for word in words[:4]),
    ]
    found = [one for one in tables["Patient"] if any(test(one) for test in tests)]
    kept = ("PatientId", "Nachname", "Vorname", "Geburtsdatum", "Sterbedatum", *phones)
    places = sorted(
        found, key=lambda one: tuple(_ascending(one[name]) for name in ("Nachname", "Vorname", "PatientId"))
    )
    local = now.isoformat(" ", "seconds")
    return [
        {**{name: one[name] for name in kept}, "NaechsterTermin": _next(one["PatientId"], tables["Termin"], local)}
        for one in places[:51]
    ]


def only_of(tables: Any, limits: Sequence[Sequence[str]], optional_columns: frozenset[str]) -> Any:
    """The tables with the patients of one of these Mandanten and of one of these practitioners only, and their
    appointments with one of each; without a Mandant, if no other one has treated the patient.
    """
    mandanten, practitioners = limits or ((), ())
    treated = [*tables["Behandlung"], *(tables["Termin"] if TERMIN_MANDANT in optional_columns else [])]
    theirs = {one["PatientId"] for one in treated if one.get("MandantId") in mandanten}
    named = [(one["PatientId"], str(one["Behandler"] or "").strip(" ").lower()) for one in tables["Termin"]]
    seen = {patient for patient, name in named if name in practitioners}
    left = [one for one in tables["Patient"] if not mandanten or one["PatientId"] in theirs]
    patients = [one for one in left if not practitioners or one["PatientId"] in seen]
    others = {one["PatientId"] for one in tables["Behandlung"] if one["MandantId"] not in (None, *mandanten)}

    def is_theirs(one: dict[str, Any]) -> bool:
        mandant = one.get("MandantId") if TERMIN_MANDANT in optional_columns else None
        mine = one["PatientId"] not in others if mandant is None else mandant in mandanten
        named = str(one["Behandler"] or "").strip(" ").lower() in practitioners
        return (mine or not mandanten) and (named or not practitioners)

    return {**tables, "Patient": patients, "Termin": [one for one in tables["Termin"] if is_theirs(one)]}


def _has(word: str, patient: dict[str, Any]) -> bool:
    pattern = re.compile(re.sub("['’]", ".", re.escape(word)), re.IGNORECASE | re.ASCII | re.DOTALL)
    return any(pattern.search(patient[name] or "") for name in ("Nachname", "Vorname"))


def _next(patient: object, appointments: Iterable[dict[str, Any]], now: str) -> object:
    own = [one for one in appointments if one["PatientId"] == patient and (one["Beginn"] or "") >= now]
    return min((one["Beginn"] for one in own if (one["Status"] or "").strip(" ").lower() == "definitiv"), default=None)


def _ascending(value: str | None) -> tuple[bool, str]:
    return value is not None, value or ""

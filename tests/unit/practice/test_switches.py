"""The switches: names, defaults, allowed values, and failing closed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.practice.names import folded, meant, nearest
from chalicelib.practice.switches import SWITCHES, canonical_name, check_value, read_switches
from chalicelib.rules.candidate import parse_row
from chalicelib.rules.rule_input import Stage
from chalicelib.rules.rules import first_refusal
from chalicelib.schedule.closed_days import ClosedDays
from chalicelib.schedule.job import Job
from chalicelib.schedule.sending_window import SendingWindow
from chalicelib.text import LANGUAGES, Text
from tests.builders.entries import ZURICH, birthday_row, row, rule_input

REMINDERS, BIRTHDAYS, SEND, STATUS = Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS, Job.SEND, Job.STATUS
AUGUST_1 = date(2027, 8, 1)
WRONG = {
    "TerminerinnerungSenden": ["", "ja!", "Yes", "1"],
    "GeburtstagsglueckwuenscheSenden": ["Janein"],
    "EineErinnerungProTag": ["zwei"],
    "ErinnerungBeiVerschiebung": ["manchmal"],
    "GeburtstagInaktivJahre": ["51", "-1", "nie"],
    "DefaultSMSMandant": ["x" * 65],
    "OffsetStartTage": ["61", "-1", "1.0", "eins", "", "1e1", "²", "9" * 5000],
    "OffsetSuchTage": ["0", "32"],
    "CreditBestandPruefen": ["vielleicht"],
    "CreditMindestbestand": ["1000001", "-1"],
    "Versandfenster": ["8-20", "08:00-08:00", "08:00", ""],
    "Zeitzone": ["Mars/Phobos", "Europa/Zürich", "", "Europe", "../etc/passwd", "Europe/Zurich\0", "x" * 4000],
    "Sprache": ["Deutsch", "rm", ""],
    "PraxisSprache": ["Deutsch", "rm", "", "Sprache", "wie"],
    "BevorzugterKanal": ["Post", "Email", ""],
    "UmschriftErlaubt": ["ç", "", "Ja, bitte"],
    "MaxSMSTeile": ["11", "-1", "", "zwei", "1.5"],
    "UnbestaetigtAnrufen": ["169", "-1", "", "nie", "1.5"],
    "MeldungAn": ["niemand", "a@example.org, b", "a@b@c"],
    "NamenInMeldungen": ["immer", ""],
    "Geschlossen": ["Weihnachten", "24.12", "31.02.2027", "03.01.2027-24.12.2026", "XX", "1.1.2027-2.1.2027-3.1.2027"],
    "AufbewahrungTage": ["9", "3651"],
}
RIGHT: dict[str, list[tuple[str, Any]]] = {
    "TerminerinnerungSenden": [("Ja", True), ("nein", False), (" JA ", True)],
    "GeburtstagsglueckwuenscheSenden": [("ja", True)],
    "EineErinnerungProTag": [("Ja", True)],
    "ErinnerungBeiVerschiebung": [("Ja", True)],
    "GeburtstagInaktivJahre": [("0", 0), ("50", 50)],
    "DefaultSMSMandant": [("M1", "M1"), (" M1 ", "M1"), ("", None), ("x" * 64, "x" * 64)],
    "OffsetStartTage": [("0", 0), ("60", 60), (" 07 ", 7)],
    "OffsetSuchTage": [("1", 1), ("31", 31)],
    "CreditBestandPruefen": [("Nein", False)],
    "CreditMindestbestand": [("0", 0), ("1000000", 1_000_000)],
    "Versandfenster": [("20:00-06:00", SendingWindow(1200, 360)), ("8.00-20.00", SendingWindow(480, 1200))],
    "Zeitzone": [("Europe/Zurich", ZURICH), (" Europe/Zurich ", ZURICH)],
    "Sprache": [("fr", "fr"), ("IT", "it")],
    "PraxisSprache": [("fr", "fr"), (" EN ", "en"), ("wie sprache", "wie Sprache")],
    "BevorzugterKanal": [("e-mail", "E-Mail"), ("SMS", "SMS")],
    "UmschriftErlaubt": [("Ja", True), ("nein", False)],
    "MaxSMSTeile": [("0", 0), ("2", 2), ("10", 10)],
    "UnbestaetigtAnrufen": [("0", 0), ("24", 24), ("168", 168)],
    "MeldungAn": [
        ("", ()),
        ("a@example.org; b@example.org,", ("a@example.org", "b@example.org")),
        ("Anna <a@example.org>, mailto:b@example.org", ("a@example.org", "b@example.org")),
    ],
    "NamenInMeldungen": [("ja", True), ("Nein", False)],
    "Geschlossen": [
        ("1.8.2027", ClosedDays(((AUGUST_1, AUGUST_1),))),
        ("24.12.2026 – 03.01.2027; zh,", ClosedDays(((date(2026, 12, 24), date(2027, 1, 3)),), ("ZH",))),
    ],
    "AufbewahrungTage": [("10", 10), ("3650", 3650)],
}
DEFAULTS = {
    "TerminerinnerungSenden": False, "GeburtstagsglueckwuenscheSenden": False, "GeburtstagInaktivJahre": 0,
    "ErinnerungBeiVerschiebung": False, "EineErinnerungProTag": False,
    "DefaultSMSMandant": None,
    "OffsetStartTage": 1, "OffsetSuchTage": 1, "CreditBestandPruefen": True, "CreditMindestbestand": 100,
    "Versandfenster": SendingWindow(480, 1200), "Zeitzone": ZURICH, "Sprache": "de", "BevorzugterKanal": "SMS",
    "PraxisSprache": "wie Sprache",
    "UmschriftErlaubt": False, "MaxSMSTeile": 0, "UnbestaetigtAnrufen": 0, "MeldungAn": (), "NamenInMeldungen": False,
    "Geschlossen": ClosedDays(),
    "AufbewahrungTage": 180,
}  # fmt: skip
names = st.sampled_from(sorted(SWITCHES))


def cases(table: dict[str, list[Any]]) -> list[Any]:
    return [pytest.param(name, value, id=f"{name}={str(value)[:30]!r}") for name in table for value in table[name]]


def test_a_missing_switch_has_its_default() -> None:
    read = read_switches({})
    assert (read.values, read.invalid) == (DEFAULTS, {})


@pytest.mark.parametrize(("name", "case"), cases(RIGHT))
def test_an_allowed_value_is_read(name: str, case: tuple[str, Any]) -> None:
    text, value = case
    assert check_value(name, text, name) is None
    assert read_switches({name: text})[name] == value


@pytest.mark.parametrize(("name", "text"), cases(WRONG))
def test_a_wrong_value_names_parameter_value_and_what_is_allowed(name: str, text: str) -> None:
    shown, allowed = text if len(text) <= 60 else text[:57] + "…", Text(f"switch.{name}.allowed")
    wrong = Text("parameter.invalid", allowed, parameter=f"Schalter/{name}", value=shown)
    assert check_value(name, text, f"Schalter/{name}") == wrong
    assert dict(read_switches({name: text}).invalid) == {name: wrong}


def test_every_switch_has_right_and_wrong_examples_here() -> None:
    assert set(WRONG) == set(RIGHT) == set(DEFAULTS) == set(SWITCHES)


@pytest.mark.parametrize(
    ("saved", "language"),
    [
        ({}, "de"),
        ({"Sprache": "it"}, "it"),
        ({"Sprache": "it", "PraxisSprache": "wie Sprache"}, "it"),
        ({"Sprache": "it", "PraxisSprache": "FR"}, "fr"),
        ({"Sprache": "it", "PraxisSprache": "rm"}, "it"),
        ({"Sprache": "rm", "PraxisSprache": "en"}, "en"),
        ({"Sprache": "rm"}, "de"),
        ({"Sprache": "rm", "PraxisSprache": "rm"}, "de"),
    ],
)
def test_what_is_written_for_a_practice_is_in_the_language_of_its_switches(
    saved: dict[str, str], language: str
) -> None:
    assert read_switches(saved).language == language


@given(names, st.text(max_size=200))
@example("Zeitzone", "Mars/Phobos")
@example("Zeitzone", "\ud800")
@example("MeldungAn", "a@\ud800")
def test_checking_never_raises(name: str, text: str) -> None:
    problem = check_value(name, text, name)
    assert problem is None or problem.code == "parameter.invalid"


@given(
    st.dictionaries(names | st.text(max_size=40), st.sampled_from(["Ja", "1", "", "08:00-20:00", "x@y"]) | st.text())
)
def test_reading_never_raises_and_every_switch_is_valid_or_reported(raw: dict[str, str]) -> None:
    read = read_switches(raw)
    assert set(read.values) | set(read.invalid) == set(SWITCHES)
    assert not set(read.values) & set(read.invalid)
    assert read.language in LANGUAGES


@pytest.mark.parametrize(
    ("name", "jobs"),
    [
        ("TerminerinnerungSenden", {REMINDERS, SEND}),
        ("GeburtstagsglueckwuenscheSenden", {BIRTHDAYS, SEND}),
        ("EineErinnerungProTag", {SEND}),
        ("ErinnerungBeiVerschiebung", {REMINDERS, SEND}),
        ("GeburtstagInaktivJahre", {BIRTHDAYS, SEND}),
        ("DefaultSMSMandant", {REMINDERS, BIRTHDAYS, SEND}),
        ("OffsetStartTage", {REMINDERS}),
        ("OffsetSuchTage", {REMINDERS}),
        ("CreditBestandPruefen", {REMINDERS, BIRTHDAYS}),
        ("CreditMindestbestand", {REMINDERS, BIRTHDAYS}),
        ("Versandfenster", {REMINDERS, BIRTHDAYS, SEND}),
        ("Zeitzone", set(Job)),
        ("Sprache", {REMINDERS, BIRTHDAYS, SEND}),
        ("PraxisSprache", set()),
        ("BevorzugterKanal", {REMINDERS, BIRTHDAYS, SEND}),
        ("UmschriftErlaubt", {SEND}),
        ("MaxSMSTeile", {SEND}),
        ("UnbestaetigtAnrufen", set()),
        ("MeldungAn", set()),
        ("NamenInMeldungen", set()),
        ("Geschlossen", {BIRTHDAYS}),
        ("AufbewahrungTage", {REMINDERS, BIRTHDAYS}),
    ],
)
def test_an_invalid_switch_stops_the_jobs_that_need_it_and_no_others(name: str, jobs: set[Job]) -> None:
    read = read_switches({name: WRONG[name][0] or "?"})
    assert {job for job in Job if read.refusals(job)} == jobs
    with pytest.raises(KeyError):
        read[name]


@pytest.mark.parametrize(
    ("job", "step", "columns"),
    [
        (REMINDERS, Stage.PREPARE, row()),
        (BIRTHDAYS, Stage.PREPARE, birthday_row()),
        (SEND, Stage.SEND, row()),
        (SEND, Stage.SEND, birthday_row()),
    ],
)
def test_the_rules_read_no_switch_that_the_job_does_not_need(job: Job, step: Stage, columns: dict[str, Any]) -> None:
    wrong: dict[str, Any] = {name: texts[0] for name, texts in WRONG.items() if job not in SWITCHES[name].needed_by}
    assert first_refusal(rule_input(parse_row(columns, ZURICH), step=step, **wrong)) is None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("TerminerinnerungSenden", "TerminerinnerungSenden"),
        ("terminerinnerungsenden", "TerminerinnerungSenden"),
        (" GeburtstagsglückwünscheSenden ", "GeburtstagsglueckwuenscheSenden"),
        ("CreditBestandPrüfen", "CreditBestandPruefen"),
        ("Termin", None),
        ("", None),
    ],
)
def test_both_spellings_name_a_switch(typed: str, name: str | None) -> None:
    assert canonical_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Zeitzohne", "Zeitzone"), ("OffsetSuchTag", "OffsetSuchTage"), ("Wetter", None)],
)
def test_the_nearest_name(typed: str, name: str | None) -> None:
    assert nearest(typed, SWITCHES, fold=folded) == ([name] if name else [])


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Geburtstage", ["GeburtstagInaktivJahre", "GeburtstagsglueckwuenscheSenden"]),
        ("offset", ["OffsetSuchTage", "OffsetStartTage"]),
        ("OffsetStarttage", ["OffsetStartTage"]),
        ("CreditMindest", ["CreditMindestbestand"]),
        ("MeldungenAn", ["MeldungAn"]),
        ("Of", []),
        ("Wetter", []),
        ("", []),
    ],
)
def test_the_nearest_name_and_those_with_its_beginning_are_meant(typed: str, names: list[str]) -> None:
    assert meant(typed, SWITCHES) == names

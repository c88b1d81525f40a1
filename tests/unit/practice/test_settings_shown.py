"""The settings as the Parameter Store shows them: each with a valid default, a description, and a pattern if it can."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.practice.job_settings import check_job
from chalicelib.practice.parameter_names import PARAMETERS
from chalicelib.practice.settings_shown import SETTINGS
from chalicelib.practice.switches import SWITCHES, canonical_value, check_value
from chalicelib.practice.values import number
from chalicelib.words.words import words_of
from tests.unit.practice.test_switches import RIGHT, WRONG

BEYOND_PATTERNS = {"08:00-08:00", "31.02.2027", "03.01.2027-24.12.2026"}  # of the right form, but wrong
_LONGEST = 1024  # characters of a description and of a pattern, by the API reference


def fits(name: str, value: str) -> bool:
    pattern = SETTINGS[name].pattern
    assert pattern is not None
    return re.search(pattern, value) is not None


def test_every_setting_is_shown_and_its_default_is_what_a_missing_one_has() -> None:
    assert list(SETTINGS) == [name for name in PARAMETERS if not name.startswith("Vorlagen/")]
    for name, setting in SETTINGS.items():
        folder, _, below = name.partition("/")
        wrong = (check_value if folder == "Schalter" else check_job)(below, setting.default, below)
        assert (wrong, setting.pattern is None or fits(name, setting.default)) == (None, True), name


def test_only_what_no_pattern_can_say_has_none() -> None:
    without = [name for name, setting in SETTINGS.items() if setting.pattern is None]
    assert without == ["Schalter/DefaultSMSMandant", "Schalter/Zeitzone"]
    for setting in SETTINGS.values():
        pattern = setting.pattern or "^()$"
        assert (pattern.isascii(), pattern[:2], pattern[-2:], len(pattern) <= _LONGEST) == (True, "^(", ")$", True)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_description_says_meaning_allowed_values_and_default_in_german(name: str) -> None:
    told = words_of("de").of(SETTINGS[name].description)
    assert len(told) <= _LONGEST
    assert " Erlaubt: " in told
    assert told.endswith(f" Standard: {SETTINGS[name].default}.")


def test_descriptions_are_read_like_this() -> None:
    told = {name: words_of("de").of(setting.description) for name, setting in SETTINGS.items()}
    assert told["Schalter/MeldungAn"] == (
        "Meldungen gehen an: erhalten Meldungen der Praxis. Erlaubt: E-Mail-Adressen, durch Kommas getrennt; "
        "- heisst: niemand. Standard: -."
    )
    assert told["Auftraege/send/Zeitplan"] == (
        "Mitteilungen senden: wann der Auftrag läuft. Erlaubt: zum Beispiel täglich 10:05, Mo-Fr 10:05, alle 2 Wochen "
        "Mo 10:05, monatlich letzter 10:05, täglich alle 30 Minuten 08:00-18:00. Standard: täglich 10:05."
    )


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, given in RIGHT.items() for value, _ in given])
def test_the_pattern_of_a_switch_takes_every_right_value_in_its_canonical_form(name: str, value: str) -> None:
    stored = canonical_value(name, value)
    assert SWITCHES[name].values.read(stored) == SWITCHES[name].values.read(value)
    assert SETTINGS[f"Schalter/{name}"].pattern is None or fits(f"Schalter/{name}", stored)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value) for name, given in WRONG.items() for value in given
        if SWITCHES[name].values.pattern and value not in BEYOND_PATTERNS
    ],
)  # fmt: skip
def test_the_pattern_of_a_switch_refuses_wrong_values(name: str, value: str) -> None:
    assert not fits(f"Schalter/{name}", value)


@given(least=st.integers(0, 1200), span=st.integers(0, 10**6), data=st.data())
def test_a_pattern_takes_the_numbers_of_a_range_and_no_others(least: int, span: int, data: Any) -> None:
    pattern = re.compile(number(least, least + span).pattern or "")
    near = st.integers(max(0, least - 20), least + 20) | st.integers(least + span - 20, least + span + 20).map(abs)
    given_number = data.draw(near | st.integers(0, 3 * 10**6))
    assert (pattern.fullmatch(str(given_number)) is not None) == (least <= given_number <= least + span)


@pytest.mark.parametrize("name", [name for name in SETTINGS if name.endswith("/Zeitplan")])
@pytest.mark.parametrize(
    ("plan", "taken"),
    [
        ("täglich 10:10", True), ("ta\u0308glich 10.10", True), ("Mo-Fr alle 2 Stunden 08:00-18:00", True),
        ("alle 2 Wochen Mo um 10:10 Uhr", True), ("monatlich letzter 10:10", True), ("am Montag 10:10Uhr", True),
        ("10:10", False), ("täglich", False), ("-", False), ("2 mal täglich 10:10", False), ("", False),
    ],
)  # fmt: skip
def test_the_pattern_of_a_schedule_asks_for_days_and_a_time(name: str, plan: str, taken: bool) -> None:
    assert fits(name, plan) is taken

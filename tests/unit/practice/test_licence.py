"""Licences: which Mandanten may send."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.practice.record import Licence, licence_problem, normal_number
from chalicelib.text import Text
from chalicelib.words.words import words_of

TODAY = date(2026, 11, 23)
NONE = Text("licence.none")
STRANGE = Text("licence.unregistered")
REVOKED = Text("licence.revoked")
EARLY = Text("licence.not_yet", first=date(2026, 11, 24))
LATE = Text("licence.expired", last=date(2026, 11, 22))
WORDS = {
    NONE: "Der Mandant hat keine Lizenznummer.",
    STRANGE: "Die Lizenznummer des Mandanten ist für diese Praxis nicht registriert.",
    REVOKED: "Die Lizenz des Mandanten ist widerrufen.",
    EARLY: "Die Lizenz des Mandanten gilt erst ab 24.11.2026.",
    LATE: "Die Lizenz des Mandanten ist am 22.11.2026 abgelaufen.",
}


def test_how_they_read() -> None:
    assert {problem: words_of("de").of(problem) for problem in WORDS} == WORDS


@pytest.mark.parametrize(
    ("licence", "problem"),
    [
        pytest.param(Licence("L-1"), None, id="open at both ends"),
        pytest.param(Licence("L-1", TODAY, TODAY), None, id="both ends are included"),
        pytest.param(Licence("L-1", first=date(2026, 11, 24)), EARLY, id="from tomorrow on"),
        pytest.param(Licence("L-1", last=date(2026, 11, 22)), LATE, id="until yesterday"),
        pytest.param(Licence("L-1", revoked=True), REVOKED, id="revoked"),
        pytest.param(Licence("L-1", last=date(2026, 11, 22), revoked=True), REVOKED, id="revoked and expired"),
    ],
)
def test_a_registered_licence(licence: Licence, problem: Text | None) -> None:
    assert licence_problem("L-1", {"L-1": licence}, TODAY) == problem


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        pytest.param("L-1", None, id="as registered"),
        pytest.param("  L-1\t", None, id="blanks around it"),
        pytest.param(4711, None, id="a number"),
        pytest.param(None, NONE, id="NULL"),
        pytest.param("", NONE, id="empty"),
        pytest.param(" \u00a0\t\n", NONE, id="blank"),
        pytest.param("L-2", STRANGE, id="of nobody"),
        pytest.param("l-1", STRANGE, id="capitals count"),
    ],
)
def test_what_the_database_holds(raw: object, problem: Text | None) -> None:
    licences = {number: Licence(number) for number in ("L-1", "4711")}
    assert licence_problem(raw, licences, TODAY) == problem


@given(st.none() | st.text() | st.integers() | st.binary() | st.dates())
def test_without_a_registered_licence_nobody_sends(raw: object) -> None:
    assert licence_problem(raw, {}, TODAY) in (NONE, STRANGE)


@given(st.text())
def test_a_number_is_trimmed_once_and_for_all(raw: str) -> None:
    number = normal_number(raw)
    assert number is None or (number == number.strip() and normal_number(number) == number)

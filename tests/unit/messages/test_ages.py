"""Greeting minors, and messages that name an age."""

from __future__ import annotations

import pytest

from chalicelib.rules.candidate import Candidate
from tests.builders.entries import birthday_child, candidate
from tests.unit.planning.test_compose import composed


@pytest.mark.parametrize(
    ("born", "text"),
    [
        (
            "2008-11-23",
            "Guten Tag Frau Muster. Zum Geburtstag wünschen wir Ihnen von Herzen alles Gute und viel Freude.",
        ),
        ("2009-11-23", "Hallo Anna. Zum Geburtstag wünschen wir dir von Herzen alles Gute und viel Freude."),
    ],
)
def test_minors_are_greeted_by_their_first_name_until_they_come_of_age(born: str, text: str) -> None:
    assert composed(birthday_child(Geburtsdatum=born)).text == f"{text} Praxis am Bach"


def test_a_minor_without_a_first_name_is_greeted_as_everybody() -> None:
    assert "wünschen wir Ihnen" in composed(birthday_child(Geburtsdatum="2020-11-23", Vorname=None)).text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (birthday_child(Geburtsdatum="1980-11-23"), "46"),
        (candidate(Geburtsdatum="1980-11-24"), "46"),  # on the day of the appointment
        (candidate(Geburtsdatum="1980-11-25"), "45"),
        (candidate(Geburtsdatum=None), "-"),
    ],
)
def test_the_age_is_named_if_the_template_asks_for_it(question: Candidate, text: str) -> None:
    own = "[% if Alter %][[Alter]][% else %]-[% endif %]"
    templates = {f"{kind}/SMS/de": own for kind in ("Geburtstag", "Terminerinnerung")}
    assert composed(question, templates=templates).text == text

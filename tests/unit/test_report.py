"""What a run did, as data."""

from __future__ import annotations

import pytest

from chalicelib.entry import State
from chalicelib.report import REASONS, Activity, RunOutcome, Tally, told_reasons
from tests.unit.build import NOW, entry


def test_a_run_without_errors_is_erfolgreich() -> None:
    tally = Tally()
    tally.say("Das Versandfenster ist geschlossen.")
    assert (tally.outcome(), tally.outcome().value) == (RunOutcome.DONE, "Erfolgreich")


def test_one_error_is_enough_for_mit_fehlern() -> None:
    tally = Tally()
    tally.error("Der Beginn des Termins T1 ist nicht lesbar.")
    assert tally.outcome() is RunOutcome.WITH_ERRORS


def test_the_outcomes_are_the_manuals_words() -> None:
    assert [*RunOutcome] == ["Erfolgreich", "Mit Fehlern", "Fehlgeschlagen", "Übersprungen", "Versäumt"]


def test_the_same_sentence_is_told_once_and_every_error_counted() -> None:
    tally = Tally()
    for _ in range(3):
        tally.error("Vorlage fehlerhaft.")
    tally.say("Vorlage fehlerhaft.")
    assert (list(tally.reasons), tally.errors) == (["Vorlage fehlerhaft."], 3)


def test_a_new_entry_comes_from_nowhere() -> None:
    tally = Tally()
    tally.moved(None, entry(), NOW)
    tally.moved(entry(), entry(State.CANCELLED, reason="Abgesagt."), NOW)
    key = entry().key
    assert tally.activities == [
        Activity(NOW, "reminder:T1", key, None, State.PREPARED, None),
        Activity(NOW, "reminder:T1", key, State.PREPARED, State.CANCELLED, "Abgesagt."),
    ]


@pytest.mark.parametrize(
    ("count", "last"),
    [
        (0, None),
        (1, "Grund 1."),
        (REASONS, f"Grund {REASONS}."),
        (REASONS + 1, "… und 1 weitere."),
        (REASONS + 480, "… und 480 weitere."),
    ],
)
def test_long_lists_are_cut(count: int, last: str | None) -> None:
    told = told_reasons(dict.fromkeys(f"Grund {n}." for n in range(1, count + 1)))
    assert len(told) == min(count, REASONS + 1)
    assert (told[-1] if told else None) == last

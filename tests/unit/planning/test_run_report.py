"""The report of a run, as data."""

from __future__ import annotations

import pytest

from chalicelib.entries.states import State
from chalicelib.planning.run_report import LINES_A_CALL, REASONS, Activity, LeftOut, RunOutcome, Tally, first_reasons
from chalicelib.text import Text
from chalicelib.words.words import words_of
from tests.builders.entries import NOW, entry

CLOSED, BROKEN = Text("run.window_closed", window="08:00-20:00"), Text("defect.patient_repeated", patient="P1")


def reason(number: int) -> Text:
    return Text("run.no_sender", mandant=f"M{number}")


def test_a_run_without_errors_is_done() -> None:
    tally = Tally()
    tally.add_note(CLOSED)
    assert tally.outcome() is RunOutcome.DONE


def test_one_error_is_enough_for_with_errors() -> None:
    tally = Tally()
    tally.add_error(BROKEN)
    assert tally.outcome() is RunOutcome.WITH_ERRORS


def test_the_outcomes_are_the_manuals_words() -> None:
    words = [words_of("de").of(Text(f"outcome.{outcome}")) for outcome in RunOutcome]
    assert words == ["Erfolgreich", "Mit Fehlern", "Fehlgeschlagen", "Übersprungen", "Versäumt"]


def test_the_same_reason_is_told_once_and_every_error_counted() -> None:
    tally = Tally()
    for _ in range(3):
        tally.add_error(BROKEN)
    tally.add_note(Text(BROKEN.code, **dict(BROKEN.values)))
    assert (list(tally.reasons), tally.errors) == ([BROKEN], 3)


def test_a_new_entry_comes_from_nowhere() -> None:
    tally = Tally()
    tally.add_transition(None, entry(), NOW)
    tally.add_transition(entry(), entry(State.CANCELLED, reason=Text("rule.definitive.other")), NOW)
    key = entry().key
    assert tally.activities == [
        Activity(NOW, "reminder:T1", key, None, State.PREPARED, None),
        Activity(NOW, "reminder:T1", key, State.PREPARED, State.CANCELLED, Text("rule.definitive.other")),
    ]


def test_what_has_gathered_is_written_as_soon_as_it_fills_a_call_and_only_then() -> None:
    calls: list[list[Activity | LeftOut]] = []
    why = LeftOut(NOW, "reminder:T2", "0" * 32, "alive", Text("rule.alive.refused"))
    tally = Tally(write=lambda activities: calls.append(list(activities)))
    for _ in range(LINES_A_CALL + 1):
        tally.add_transition(None, entry(), NOW)
        tally.left_out.append(why)
        tally.flush()
    assert [len(call) for call in calls] == [LINES_A_CALL, LINES_A_CALL]
    assert (len(tally.activities), len(tally.left_out), tally.written) == (1, 1, LINES_A_CALL)
    assert {*calls[0], *calls[1]} == {why, *tally.activities}


def test_where_nobody_writes_meanwhile_all_is_kept_for_the_end() -> None:
    tally = Tally()
    for _ in range(LINES_A_CALL + 1):
        tally.add_transition(None, entry(), NOW)
        tally.flush()
    assert (len(tally.activities), tally.written) == (LINES_A_CALL + 1, 0)


@pytest.mark.parametrize(
    ("count", "last"),
    [
        (0, None),
        (1, reason(1)),
        (REASONS, reason(REASONS)),
        (REASONS + 1, Text("run.more_reasons", count=1)),
        (REASONS + 480, Text("run.more_reasons", count=480)),
    ],
)
def test_long_lists_are_cut(count: int, last: Text | None) -> None:
    told = first_reasons(dict.fromkeys(reason(n) for n in range(1, count + 1)))
    assert len(told) == min(count, REASONS + 1)
    assert (told[-1] if told else None) == last

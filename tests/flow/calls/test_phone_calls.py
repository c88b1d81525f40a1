"""Notes of phone calls: outcomes, tries, claims, undo, two people at once, and appointments that move."""

from __future__ import annotations

import pytest

from chalicelib.admin.phone_calls import NewCall, NotedCalls, note_calls, undo_calls
from chalicelib.entries.phone_call import LONGEST_NOTE, MOST_CALLS, CallOutcome
from chalicelib.entries.states import State
from chalicelib.reports.appointments import context_of
from chalicelib.reports.call_list import Call
from chalicelib.reports.current_call_list import CallList, current_call_list
from chalicelib.words.words import words_of
from infra.local.networks.sent_message import ErrorAnswer
from tests.builders.entries import at
from tests.flow.fake_build import Day, Desk
from tests.flow.test_reconciliation import failed_search

COMING, NOT_COMING, NOT_REACHED, CALLING = CallOutcome
NINE = "2026-11-24 09:00"


def unreachable() -> tuple[Day, Desk]:
    """Monday noon: the patient of tomorrow at nine has no mobile number, and is on the call list."""
    day = Day("2026-11-23 09:00")
    desk = day.practice()
    desk.appointment(NINE, Mobiltelefon=None)
    day.play("2026-11-23 12:00")
    return day, desk


def refused(*starts: str) -> tuple[Day, Desk]:
    """Monday noon: a carrier has refused the messages of these appointments."""
    day = Day("2026-11-23 09:00")
    desk = day.practice(**{"Schalter__OffsetSuchTage": "1"})
    for start in starts:
        desk.appointment(start)
    day.parts.networks.on_request = lambda message: ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber")
    day.play("2026-11-23 12:00")
    day.parts.networks.on_request = lambda message: None
    return day, desk


def listed(desk: Desk) -> CallList:
    return current_call_list(desk.practice, desk.deployment)


def names(desk: Desk) -> list[str | None]:
    return [call.appointment for call in listed(desk).calls]


def note(
    desk: Desk, outcome: CallOutcome, by: str = "user/anna", seen: Call | None = None, words: str = ""
) -> NotedCalls:
    """On the first line of the list; `seen` is the line that the person has before them, if it is older."""
    calls = listed(desk)
    line = seen or calls.lines[0]
    context = context_of(desk.practice, desk.deployment)
    return note_calls(
        {line.key: seen.version if seen else None}, NewCall(outcome, by, words), calls, context, desk.parts
    )


def undo(desk: Desk, version: int | None = None) -> NotedCalls:
    (line,) = listed(desk).lines
    return undo_calls({line.key: version}, "user/anna", context_of(desk.practice, desk.deployment), desk.parts)


def told(noted: NotedCalls) -> str:
    """The words of the one conflict."""
    assert noted.done == ()
    (conflict,) = noted.conflicts
    return words_of("de").of(conflict.why)


@pytest.mark.parametrize("outcome", [COMING, NOT_COMING])
def test_who_was_reached_is_done_and_undo_puts_the_line_back(outcome: CallOutcome) -> None:
    _, desk = unreachable()
    (before,) = listed(desk).calls
    ((_, call),) = note(desk, outcome, words="ruft zurück").done
    assert (call.outcome, call.by, call.start, call.note) == (outcome, "user/anna", "2026-11-24T09:00", "ruft zurück")
    found = listed(desk)
    assert (found.calls, [line.reached for line in found.done]) == ([], [call])
    assert undo(desk).done[0][1] == call
    (after,) = listed(desk).calls
    assert (after.tries, after.reached, after.version) == ((), None, before.version + 2)
    reasons = [line["text"].partition(": ")[2] for line in desk.parts.history.activities(desk.name)][-2:]
    label = words_of("de").of(call.label)
    assert reasons == [label, f"Zurückgenommen: {label}"]
    assert "ruft zurück" not in str(desk.parts.history.activities(desk.name))


def test_who_was_not_reached_stays_with_the_tries() -> None:
    day, desk = unreachable()
    for number, minute in enumerate((5, 10), 1):
        day.play(f"2026-11-23 12:{minute:02}")
        note(desk, NOT_REACHED)
        assert [len(call.tries) for call in listed(desk).calls] == [number]
    note(desk, COMING)
    undo(desk)
    undo(desk)
    (call,) = listed(desk).calls
    assert [one.at for one in call.tries] == [at("2026-11-23 12:05")]


def test_of_two_at_once_the_second_reads_what_the_first_has_noted() -> None:
    _, desk = unreachable()
    (seen,) = listed(desk).calls
    note(desk, COMING, seen=seen)
    said = "user/anna war schneller (Mo 23.11. 12:00): telefonisch erreicht, kommt. Nichts wurde geändert."
    assert told(note(desk, NOT_REACHED, "user/ben", seen)) == said
    before = listed(desk)
    undo(desk)
    context = context_of(desk.practice, desk.deployment)
    late = note_calls({seen.key: None}, NewCall(NOT_COMING, "user/ben"), before, context, desk.parts)
    assert "nicht auf der Anrufliste" in told(late)  # ben's list has it as done


def test_a_write_between_reading_and_noting_is_a_conflict() -> None:
    _, desk = unreachable()
    read = listed(desk)
    note(desk, NOT_REACHED)
    context = context_of(desk.practice, desk.deployment)
    late = note_calls({read.calls[0].key: None}, NewCall(COMING, "user/ben"), read, context, desk.parts)
    assert told(late).startswith("user/anna war schneller (Mo 23.11. 12:00): telefonisch nicht erreicht.")
    assert [len(call.tries) for call in listed(desk).calls] == [1]


def test_an_undo_needs_the_version_that_was_seen_and_something_to_undo() -> None:
    _, desk = unreachable()
    assert "kein Anruf notiert" in told(undo(desk))
    ((entry, _),) = note(desk, NOT_REACHED).done
    note(desk, COMING, "user/ben")
    assert told(undo(desk, entry.version)).startswith("user/ben war schneller")
    assert len(undo(desk, entry.version + 1).done) == 1


def test_a_claim_shows_for_five_minutes_that_somebody_phones() -> None:
    day, desk = unreachable()
    note(desk, CALLING)
    assert [call.claim.by for call in listed(desk).calls if call.claim] == ["user/anna"]
    assert told(note(desk, CALLING, "user/ben")).startswith("user/anna war schneller (Mo 23.11. 12:00): ruft eben an.")
    day.play("2026-11-23 12:05")
    assert [call.claim for call in listed(desk).calls] == [None]
    assert note(desk, CALLING, "user/ben").conflicts == ()
    note(desk, NOT_REACHED, "user/ben")
    (call,) = listed(desk).calls
    assert (call.claim, [one.by for one in call.tries]) == (None, ["user/ben"])
    undo(desk)
    assert "kein Anruf notiert" in told(undo(desk))
    assert "ruft eben an" not in str(desk.parts.history.activities(desk.name))


def test_an_appointment_that_moves_after_the_call_is_on_the_list_again() -> None:
    _, desk = refused(NINE)
    note(desk, NOT_REACHED)
    note(desk, COMING)
    assert names(desk) == []
    desk.tables["Termin"][0]["Beginn"] = "2026-11-24 16:00:00"
    (call,) = listed(desk).calls
    assert (call.start, call.tries, call.reached) == ("2026-11-24T16:00", (), None)
    note(desk, NOT_COMING)
    assert names(desk) == []
    desk.tables["Termin"][0]["Beginn"] = f"{NINE}:00"
    assert names(desk) == ["T1"], "the patient knows four o'clock"


def test_a_refused_appointment_that_moves_to_a_later_day_stays_on_the_list_after_its_former_time() -> None:
    day, desk = refused(NINE)
    desk.tables["Termin"][0]["Beginn"] = "2026-11-30 09:00:00"
    day.play("2026-11-24 12:00")
    assert names(desk) == ["T1"]
    note(desk, COMING)
    assert (names(desk), len(undo(desk).done)) == ([], 1)
    day.play("2026-11-30 09:00")
    assert names(desk) == []


def test_who_was_not_reached_gets_a_message_that_can_leave_and_who_was_reached_gets_none() -> None:
    for outcome, state in ((NOT_REACHED, State.DELIVERED), (NOT_COMING, State.NOT_SENDABLE)):
        day, desk = unreachable()
        desk.set("prepare-reminders/Zeitplan", "täglich alle 2 Stunden 08:00-18:00")
        desk.set("send/Zeitplan", "täglich alle 2 Stunden 08:05-18:05")
        note(desk, outcome)
        desk.tables["Patient"][0]["Mobiltelefon"] = "+41790000001"
        day.play("2026-11-23 18:30")
        entry = desk.entries["T1"]
        assert (entry.state, [one.outcome for one in entry.phone_calls]) == (state, [outcome])


def test_an_appointment_that_no_run_searched_gets_an_entry_for_a_try_too() -> None:
    _, desk = failed_search()
    note(desk, NOT_REACHED)
    assert desk.entries["T1"].state is State.NOT_SENDABLE
    note(desk, CALLING)
    (call,) = listed(desk).calls
    assert (call.appointment, len(call.tries), call.claim is not None) == ("T1", 1, True)


def test_without_the_database_the_outcomes_are_still_known() -> None:
    _, desk = unreachable()
    note(desk, NOT_REACHED)
    desk.parts.parameters.put(f"/vitosms-secrets/{desk.deployment.stage}/{desk.name}/Datenbank", "mssql://nobody")
    (call,) = listed(desk).calls
    assert (call.name, len(call.tries)) == ("", 1)
    note(desk, COMING)
    found = listed(desk)
    assert (found.calls, len(found.done)) == ([], 1)


def test_a_note_is_short_and_on_one_line_and_the_calls_are_not_endless() -> None:
    for words in ("x" * (LONGEST_NOTE + 1), "eins\nzwei", "\x1b[2J", "\u202eabc"):
        with pytest.raises(ValueError, match="note"):
            NewCall(COMING, "user/anna", words)
    _, desk = unreachable()
    for _ in range(MOST_CALLS):
        assert note(desk, NOT_REACHED, words="x" * LONGEST_NOTE).conflicts == ()
    assert told(note(desk, COMING)) == f"Es sind schon {MOST_CALLS} Anrufe notiert. Nichts wurde geändert."

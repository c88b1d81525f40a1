"""The reconciliation of bad days: searches that failed, patients who were phoned, announcements that changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from chalicelib.admin.phone_calls import NewCall, note_calls, undo_calls
from chalicelib.entries.entry import Entry
from chalicelib.entries.phone_call import CallOutcome
from chalicelib.entries.states import State
from chalicelib.planning.outlook import current_rules
from chalicelib.practice.practice import Practice
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.reports.appointments import Appointments
from chalicelib.reports.call_list import UNSENT, Call, open_calls
from chalicelib.reports.current_call_list import CallList, current_call_list, current_calls
from chalicelib.reports.reconcile_day import entries_for_day, lost_appointments, reconcile_day
from chalicelib.reports.reconciliation import Column, Reconciliation
from chalicelib.rules.rule_input import RuleContext
from chalicelib.text import Text
from tests.builders.entries import at, phoned
from tests.fakes.wiring import STAGE
from tests.flow.fake_build import DESK, Day, Desk

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
D, U, C, X, P = Column
AWAY = "mssql://nobody"


@dataclass(frozen=True)
class Asked:
    """A person at the desk, now."""

    desk: Desk
    context: RuleContext
    rows: Appointments

    def reconciled(self, day: date = MONDAY) -> Reconciliation:
        known = entries_for_day(self.context, day, self.desk.parts.store)
        return reconcile_day(day, self.context, known, self.rows, self.desk.parts.store, UNSENT)

    def calls(self) -> list[Call]:
        lost = lost_appointments(self.context, self.rows, self.desk.parts.store)
        return open_calls(current_calls(self.desk.entries.values(), lost, self.context, self.rows, UNSENT))

    def phones(self, appointment: str, outcome: str = "coming") -> list[Entry]:
        listed, new = self.listed(), NewCall(CallOutcome(outcome), "user/anna", "bringt die Mutter")
        noted = note_calls({key_of(self.desk, appointment): None}, new, listed, self.context, self.desk.parts)
        return [entry for entry, _ in noted.done]

    def listed(self) -> CallList:
        return current_call_list(self.desk.practice, self.desk.deployment)

    def takes_back(self, appointment: str) -> list[Entry]:
        key = key_of(self.desk, appointment)
        return [entry for entry, _ in undo_calls({key: None}, "user/anna", self.context, self.desk.parts).done]


def key_of(desk: Desk, appointment: str) -> str:
    from chalicelib.entries.entry import entry_key, reminder_identity

    return entry_key(desk.name, reminder_identity(appointment))


@contextmanager
def asking(desk: Desk) -> Iterator[Asked]:
    parts, practice = desk.parts, Practice(desk.record, ValidatedParameters(desk.parts.parameters.saved(desk.name)))
    context = current_rules(practice, desk.cloud.world.now, parts.parameters.opt_outs(desk.record))
    with parts.open_database(f"mssql://{desk.name}") as database:
        yield Asked(desk, context, Appointments(database, practice.zone, None))


def columns(reconciled: Reconciliation) -> dict[str | None, tuple[Column, Text | None]]:
    assert reconciled.adds_up, reconciled.unaccounted
    return {line.candidate.appointment: (line.column, line.reason) for line in reconciled.results}


def listed(desk: Desk) -> list[tuple[str | None, Text]]:
    with asking(desk) as desk_view:
        return [(call.appointment, call.reason) for call in desk_view.calls()]


def failed_search(**parameters: str) -> tuple[Day, Desk]:
    """Two appointments tomorrow, one of a patient who has opted out; the search of 10:00 has failed."""
    day = Day("2026-11-23 09:00")
    desk = day.practice(**parameters)
    desk.appointment("2026-11-24 09:00")
    desk.appointment("2026-11-24 15:00")
    desk.appointment("2026-11-24 16:00", KeineMitteilungen=1)
    url(desk, AWAY)
    day.play("2026-11-23 18:00")
    url(desk, f"mssql://{desk.name}")
    return day, desk


def url(desk: Desk, value: str) -> None:
    desk.parts.parameters.put(f"/vitosms-secrets/{STAGE}/{desk.name}/Datenbank", value)


LOST = "Nicht aufbereitet: Der Lauf vom Mo 23.11. 10:00 ist fehlgeschlagen"
NOT_SEARCHED = Text("search.failed", at=at("2026-11-23 10:00"))


def test_a_patient_whose_search_failed_is_phoned() -> None:
    _, desk = failed_search()
    with asking(desk) as desk_view:
        assert columns(desk_view.reconciled()) == {
            "T1": (P, NOT_SEARCHED),
            "T2": (U, Text("result.prepared_soon")),  # tomorrow's run makes up for it
            "T3": (X, Text("rule.wants_messages.none")),
        }
    assert listed(desk) == [("T1", NOT_SEARCHED)]


def test_a_phoned_patient_is_done_and_gets_no_message_when_the_search_is_made_up_for() -> None:
    day, desk = failed_search()
    with asking(desk) as desk_view:
        (made,) = desk_view.phones("T1")
        assert (made.state, made.reason, made.version) == (State.NOT_SENDABLE, NOT_SEARCHED, 1)
        assert made.phone_calls == (phoned(start="2026-11-24T09:00", at=day.cloud.world.now, note="bringt die Mutter"),)
    with asking(desk) as desk_view:
        reconciled = desk_view.reconciled()
        assert columns(reconciled)["T1"] == (P, NOT_SEARCHED)
        assert (reconciled.counts[P], reconciled.phoned.total()) == (1, 1)
        assert desk_view.calls() == []
    last = desk.parts.history.activities(desk.name)[-1]
    assert (last["entry"], last["to"], last["text"], last["by"]) == (
        "reminder:T1", "not_sendable", "Terminerinnerung, nicht sendbar: telefonisch erreicht, kommt", "user/anna",
    )  # fmt: skip
    desk.set("prepare-reminders/Zeitplan", "täglich 19:00")
    desk.set("send/Zeitplan", "täglich 19:05")
    day.play("2026-11-23 20:00")
    assert {name: entry.state for name, entry in desk.entries.items()} == {
        "T1": State.NOT_SENDABLE, "T2": State.DELIVERED,
    }  # fmt: skip


def test_a_patient_who_was_not_phoned_gets_the_message_late() -> None:
    day, desk = failed_search()
    day.play("2026-11-24 18:00")
    assert {name: entry.state for name, entry in desk.entries.items()} == {"T2": State.DELIVERED}
    with asking(desk) as desk_view:
        assert columns(desk_view.reconciled(TUESDAY))["T2"] == (D, None)  # Tuesday's includes the caught-up search


def test_an_appointment_that_is_rescheduled_after_the_call_is_reminded_of() -> None:
    day, desk = failed_search()
    with asking(desk) as desk_view:
        desk_view.phones("T1")
    desk.tables["Termin"][0]["Beginn"] = "2026-11-24 17:00:00"
    day.play("2026-11-24 18:00")
    assert desk.entries["T1"].state is State.DELIVERED


def test_what_is_tried_again_today_is_under_way() -> None:
    day = Day("2026-11-23 09:55")
    desk = day.practice()
    desk.appointment("2026-11-24 09:00")
    day.play("2026-11-23 09:56")
    with asking(desk) as desk_view:
        assert columns(desk_view.reconciled()) == {"T1": (U, Text("result.prepared_soon"))}
    assert listed(desk) == []


def test_a_patient_who_was_told_an_outdated_start_is_in_the_red_list() -> None:
    day = Day("2026-11-23 09:00")
    desk = day.practice()
    for hour in range(8, 13):
        desk.appointment(f"2026-11-24 {hour:02}:00")
    day.play("2026-11-23 12:00")
    appointments = desk.tables["Termin"]
    appointments[0]["Beginn"] = "2026-11-24 11:00:00"
    appointments[1]["Beginn"] = "2026-11-30 09:00:00"
    appointments[2]["Status"] = "abgesagt"
    del appointments[3]
    with asking(desk) as desk_view:
        reconciled = desk_view.reconciled()
    moved = Text("misinformed.rescheduled")
    told = ((one, one.starts_at and f"{one.starts_at:%d %H:%M}") for one in reconciled.misinformed)
    assert [(one.appointment, f"{one.announced_start:%H:%M}", starts_at, one.reason) for one, starts_at in told] == [
        ("T1", "07:00", "24 10:00", moved),
        ("T2", "08:00", "30 08:00", moved),
        ("T3", "09:00", None, Text("misinformed.status", status="abgesagt")),
        ("T4", "10:00", None, Text("misinformed.gone")),
    ]
    assert columns(reconciled) == {"T1": (D, None), "T5": (D, None)}


def test_a_day_without_a_search_has_nothing_to_close() -> None:
    day = Day("2026-11-23 09:00")
    desk = day.practice(**{"prepare-reminders__Zeitplan": "Di 10:00"})
    with asking(desk) as desk_view:
        assert desk_view.reconciled().days == ()
        assert desk_view.reconciled(TUESDAY).days == (TUESDAY + timedelta(days=1),)


@pytest.mark.parametrize("database", [AWAY, "mssql://praxis"], ids=["away", "back"])
def test_the_summary_is_sent_in_any_case_and_says_what_it_does_not_know(database: str) -> None:
    day = Day("2026-11-23 09:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    desk.appointment("2026-11-24 09:00", Mobiltelefon=None)
    day.play("2026-11-23 11:00")
    desk.tables["Termin"][0]["Status"] = "abgesagt"
    url(desk, database)
    day.play("2026-11-23 12:00")
    (text,) = [notice.text for notice in desk.notices if notice.subject and "Tagesübersicht" in notice.subject]
    if database == AWAY:
        assert "Patient P1, Termin Di 24.11. 09:00 – Keine Mobilnummer" in text
        assert "Die Anrufliste ist darum nicht abgeglichen, und es gibt keine Tageskontrolle.\n" in text
    else:
        assert "\n\nBitte anrufen (Stand Mo 23.11. 11:10)\n  niemanden\n" in text
        assert text.endswith("  0 Termine\n")


def test_the_summary_lists_patients_whose_search_failed() -> None:
    _, desk = failed_search(Schalter__MeldungAn=DESK, **{"send__Zeitplan": "täglich 18:05"})
    desk.cloud.play(desk.cloud.world.now + timedelta(hours=2))
    (text,) = [notice.text for notice in desk.notices if notice.subject and "Tagesübersicht" in notice.subject]
    assert "Wer darum keine Erinnerung mehr erhält, steht auf der Anrufliste." in text
    assert f"  Patient P1, Termin Di 24.11. 09:00 – {LOST}\n" in text

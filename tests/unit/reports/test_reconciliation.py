"""The reconciliation of a day: the column of each appointment, and the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.entries.entry import Entry, held_back, rescheduled_identity
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.planning.run_report import RunOutcome
from chalicelib.planning.search_state import PastRun, ReminderSearches, searches_of
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import Licence, PracticeRecord
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.reports.reconcile_day import results_of
from chalicelib.reports.reconciliation import (
    Column,
    ReconciliationInput,
    column_label,
    result_of,
    unaccounted,
)
from chalicelib.rules.rule_input import RuleContext, Stage
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import local_minute
from chalicelib.text import Text
from chalicelib.words.words import words_of
from tests.builders.entries import (
    BEGINS,
    PRACTICE,
    SENDER,
    SLOT,
    SWITCHED_ON,
    TOMORROW,
    ZURICH,
    at,
    candidate,
    entry,
    job_record,
    phoned,
    search_of,
)

DAY = timedelta(days=1)
AN_HOUR_LATER, OTHER_DAY = at("2026-11-24 15:30"), at("2026-11-27 14:30")
MOVED: dict[str, Any] = {"Beginn": "2026-11-24 15:30:00"}
EVENING, AT_NIGHT = at("2026-11-23 18:00"), at("2026-11-23 20:00")
BUSY = Text("deliver.not_sent", said="Throttling")


def inputs(
    now: datetime = EVENING, done: datetime = SLOT, inactive: Any = (), history: Any = (), **saved: str
) -> ReconciliationInput:
    """On the day of the slot, täglich 10:00; `done` is the latest prepare slot that was run."""
    prepare = job_record(Job.PREPARE_REMINDERS, done=done, search=search_of(done), slot=SLOT + DAY, due=SLOT + DAY)
    prepare = prepare if now > SLOT else replace(prepare, slot=SLOT, due=SLOT)
    record = PracticeRecord(
        PRACTICE, frozenset({SENDER}), jobs={Job.SEND: job_record(), Job.PREPARE_REMINDERS: prepare},
        licences={"L-1": Licence("L-1")},
    )  # fmt: skip
    jobs = {f"{job}/Aktiviert": "Nein" for job in inactive}
    registered = Practice(record, ValidatedParameters(SavedParameters({**SWITCHED_ON, **saved}, jobs, {})))
    searches = searches_of(registered, now, history)
    assert isinstance(searches, ReminderSearches)
    context = RuleContext(registered, Stage.PREPARE, now, slot_day(now, searches.plan.tz), OptOuts())
    return ReconciliationInput(context, searches, frozenset({TOMORROW}))


def told(state: State = State.DELIVERED, **changes: Any) -> Entry:
    """A reminder whose text says its Beginn."""
    return entry(state, **{"announced_start": as_read(BEGINS), **changes})


def as_read(starts_at: datetime) -> str:
    return local_minute(starts_at.astimezone(ZURICH))


def announced(state: State, starts_at: datetime = AN_HOUR_LATER, **changes: Any) -> Entry:
    """The Terminverschiebung of the usual appointment."""
    identity = rescheduled_identity("T1", 1)
    return told(
        state,
        kind=Kind.RESCHEDULED,
        identity=identity,
        starts_at=starts_at,
        expires_at=starts_at,
        announced_start=as_read(starts_at),
        **changes,
    )


def standing(
    state: ReconciliationInput, reminder: Entry | None, *others: Entry, **columns: Any
) -> tuple[Column, Text | None]:
    line = result_of(candidate(**columns), reminder, {one.key: one for one in others}, state)
    return line.column, line.reason


def with_state(one: State) -> Text:
    return Text("result.state", Text(f"state.{one}"))


D, U, C, X, P = Column
CHANGED, SOON = Text("result.too_late"), Text("result.prepared_soon")
SILENCE = Text("rule.wants_messages.none")
AHEAD, DONE, FAILED = inputs(now=at("2026-11-23 09:00"), done=SLOT - DAY), inputs(), inputs(done=SLOT - DAY)
OFF = inputs(TerminerinnerungSenden="Nein")
EARLY, RUN = {"Beginn": "2026-11-24 09:00:00"}, PastRun(SLOT, RunOutcome.DONE, frozenset({TOMORROW}))
DEAD, SILENT = {"Sterbedatum": "2026-11-01"}, {"KeineMitteilungen": 1}
GONE_TO = Text("rule.searched_days.rescheduled", day=date(2026, 11, 27))
MISSED, NO_EMAIL, CANCELLED = Text("send.missed"), Text("address.no_email"), Text("manual.cancelled")
FIRST = told(identity="reminder:T0", starts_at=at("2026-11-24 08:00"), announced_start="2026-11-24T08:00")


@pytest.mark.parametrize(
    ("state", "reminder", "columns", "column", "reason"),
    [
        (DONE, told(), {}, D, None),
        (DONE, told(), DEAD, D, None),
        (DONE, entry(State.RESERVED, send_before=AT_NIGHT), {}, U, with_state(State.RESERVED)),
        (DONE, entry(State.SENDING, send_before=AT_NIGHT), {}, U, with_state(State.SENDING)),
        (DONE, entry(State.RESERVED), {}, P, Text("unsent")),  # nobody has claimed it in time
        (DONE, entry(State.RESERVED, send_before=AT_NIGHT, attempt=2, reason=BUSY), {}, P, BUSY),  # it came back
        (DONE, told(State.SENT), {}, U, with_state(State.SENT)),
        (DONE, told(State.UNCONFIRMED), {}, U, with_state(State.UNCONFIRMED)),
        (DONE, entry(slot=EVENING), {}, U, with_state(State.PREPARED)),  # a send slot will take it
        (DONE, entry(), {}, P, Text("unsent")),  # a send run has passed without it
        (DONE, held_back(entry(slot=EVENING), MISSED), {}, P, MISSED),
        (inputs(now=BEGINS), entry(slot=BEGINS), {}, P, Text("unsent")),
        (DONE, entry(State.NOT_SENDABLE, reason=NO_EMAIL), {}, P, NO_EMAIL),
        (DONE, entry(State.REFUSED), {}, P, Text("state.refused")),
        (DONE, told(State.FAILED), {}, P, Text("state.failed")),
        (DONE, told(State.UNKNOWN), {}, P, Text("state.unknown")),
        (DONE, entry(State.EXPIRED), {}, P, Text("state.expired")),
        (DONE, told(State.FAILED), DEAD, X, Text("rule.alive.deceased")),
        (DONE, told(State.FAILED), SILENT, P, Text("state.failed")),
        (DONE, entry(State.CANCELLED, reason=Text("rule.definitive.other")), {}, X, CHANGED),
        (DONE, entry(State.CANCELLED, reason=Text("rule.definitive.other")), SILENT, X, SILENCE),
        (DONE, entry(State.CANCELLED, cancelled_manually=True, reason=CANCELLED), {}, X, CANCELLED),
        (AHEAD, entry(State.CANCELLED, reason=GONE_TO), {}, U, SOON),
        (AHEAD, entry(State.EXPIRED, starts_at=OTHER_DAY), {}, U, SOON),
        (AHEAD, None, {}, U, SOON),
        (AHEAD, None, {"Mobiltelefon": None, "EMail": None}, U, SOON),
        (AHEAD, None, SILENT, X, SILENCE),
        (DONE, None, {}, X, CHANGED),
        (DONE, None, {"Mobiltelefon": None, "EMail": None}, X, CHANGED),
        (DONE, None, {"Lizenznummer": None}, X, Text("licence.none")),
        (DONE, None, {"PatientGefunden": 0}, X, Text("defect.patient", appointment="T1")),
        (DONE, None, {"Beginn": "2026-11-24 vormittags"}, X, Text("defect.start", appointment="T1")),
        (DONE, None, {"TerminId": " "}, X, Text("defect.appointment_id")),
        (FAILED, None, EARLY, P, Text("search.missed", at=at("2026-11-23 10:00"))),
        (FAILED, None, {}, U, SOON),  # tomorrow's run makes up for it
        (FAILED, None, DEAD, X, Text("rule.alive.deceased")),
        (inputs(now=BEGINS + DAY, done=SLOT + 2 * DAY, history=[RUN]), None, {}, X, CHANGED),  # it had not begun then
        (inputs(now=BEGINS + DAY, done=SLOT + 2 * DAY), None, {}, X, Text("search.never")),
        (OFF, None, {}, X, Text("rule.switched_on.off", switch="TerminerinnerungSenden")),
        (OFF, told(), {}, D, None),
        (
            inputs(inactive=[Job.PREPARE_REMINDERS]), None, {}, X,
            Text("blocked.not_activated", Text("job.prepare-reminders")),
        ),
    ],
)  # fmt: skip
def test_each_appointment_has_one_column_and_a_reason(
    state: ReconciliationInput, reminder: Entry | None, columns: Mapping[str, Any], column: Column, reason: Text | None
) -> None:
    assert standing(state, reminder, **columns) == (column, reason)


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (FIRST, Text("result.covered_at", at=at("2026-11-24 08:00").astimezone(ZURICH))),
        (replace(FIRST, starts_at=None), Text("result.covered")),
    ],
)
def test_a_covered_one_names_what_covers_it(first: Entry, reason: Text) -> None:
    covered = entry(State.COVERED, covered_by=first.key, covered_attempt=1)
    assert standing(DONE, covered, first) == (C, reason)


@pytest.mark.parametrize(
    ("state", "announcement", "column", "reason"),
    [
        (DONE, None, D, None),  # it named another time: the list below shows it
        (inputs(ErinnerungBeiVerschiebung="Ja"), None, D, None),
        (inputs(ErinnerungBeiVerschiebung="Ja", now=AHEAD.context.now), None, U, Text("result.announced_soon")),
        (DONE, announced(State.DELIVERED), D, None),
        (DONE, announced(State.SENT), U, with_state(State.SENT)),
        (DONE, announced(State.FAILED), P, Text("state.failed")),
        (DONE, announced(State.NOT_SENDABLE, reason=NO_EMAIL), P, NO_EMAIL),
        (DONE, announced(State.CANCELLED), D, None),
    ],
)
def test_of_a_moved_appointment_the_message_about_its_present_beginn_decides(
    state: ReconciliationInput, announcement: Entry | None, column: Column, reason: Text | None
) -> None:
    assert standing(state, told(), *([announcement] if announcement else []), **MOVED) == (column, reason)


def test_who_has_been_phoned_is_still_of_the_anrufliste_and_done() -> None:
    line = result_of(candidate(), told(State.FAILED, phone_calls=(phoned(),)), {}, DONE)
    assert (line.column, line.call, line.lost) == (P, phoned(), False)
    assert result_of(candidate(**EARLY), None, {}, FAILED).lost


def test_the_second_of_a_termin_id_is_told_as_the_rules_do() -> None:
    rows = [candidate(Status="abgesagt"), candidate(), candidate(TerminId="T2"), candidate(TerminId="T2")]
    lines = results_of(rows, {}, DONE)
    twice = Text("result.duplicate")
    assert [line.reason for line in lines] == [twice, CHANGED, twice]
    assert unaccounted(lines, {"T1": 1, "T2": 2}) == ()
    assert unaccounted(lines, {"T1": 2, "T2": 2, "T3": 1}) == ("T1", "T3")
    assert unaccounted(lines, {"T2": 2}) == ("T1",)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (with_state(State.SENDING), "Wird gesendet"),
        (SOON, "Wird noch aufbereitet"),
        (CHANGED, "Nach dem Aufbereiten eingetragen oder geändert"),
        (Text("result.announced_soon"), "Die neue Zeit wird noch mitgeteilt"),
        (
            Text("result.covered_at", at=BEGINS.astimezone(ZURICH)),
            "Steht in der Erinnerung an den Termin von 14:30",
        ),
        (Text("result.covered"), "Steht in der Erinnerung an den Termin"),
        (Text("result.duplicate"), "Die TerminId kommt mehrfach vor."),
        (
            Text("reconciliation.no_job", Text("job.prepare-reminders")),
            "Die Praxis hat keinen Auftrag «Terminerinnerungen aufbereiten» mehr.",
        ),
    ],
)
def test_how_it_reads(reason: Text, words: str) -> None:
    assert words_of("de").short(reason) == words


def test_each_column_has_a_name() -> None:
    names = ["zugestellt", "unterwegs", "zusammengefasst", "ausgeschlossen", "Anrufliste"]
    assert [words_of("de").of(column_label(column)) for column in Column] == names

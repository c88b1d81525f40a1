"""The reminders on the call list, and their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.entries.entry import Entry, held_back
from chalicelib.entries.states import State
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.reports.call_list import call_reason, why_unsent
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import new_job
from chalicelib.text import Text
from chalicelib.words.words import words_of
from tests.builders.calls import entries_to_phone
from tests.builders.entries import BEGINS, PRACTICE, SLOT, SWITCHED_ON, at, entry, greeting, phoned

USUAL = ""  # täglich 10:05
MOMENT = timedelta(microseconds=1)
NOW = at("2026-11-23 10:05")  # of the send slot; prepared entries are from 10:00
LATER = NOW + MOMENT
MISSED, NO_CREDITS = Text("send.missed", slot=NOW), Text("send.no_credits")
HELD = held_back(entry(), MISSED)
STARTS_SOON = {"expires_at": at("2026-11-23 10:34"), "send_before": at("2026-11-23 10:33")}
AFTER_SEND = entry(slot=at("2026-11-23 10:15"))
EARLY = entry(expires_at=at("2026-11-24 09:00"))
EARLY_AFTER_SEND = replace(AFTER_SEND, expires_at=at("2026-11-24 09:00"))


def practice(plan: str | None = USUAL, **saved: str) -> Practice:
    """`plan` is the Zeitplan of `send`; None: it no longer has this job."""
    jobs = {"send/Aktiviert": saved.pop("Aktiviert", "Ja")} | ({"send/Zeitplan": plan} if plan else {})
    checked = ValidatedParameters(SavedParameters({**SWITCHED_ON, **saved}, jobs, {}))
    send = new_job(PRACTICE, Job.SEND, checked.jobs.schedules, saved.get("Zeitzone", "Europe/Zurich"), SLOT)
    return Practice(PracticeRecord(PRACTICE, jobs={} if plan is None else {Job.SEND: send}), checked)


@pytest.mark.parametrize("state", State)
def test_the_states_that_did_not_reach_the_patient(state: State) -> None:
    unreached = {State.NOT_SENDABLE, State.REFUSED, State.FAILED, State.UNKNOWN}
    assert bool(entries_to_phone([entry(state)], practice(), NOW)) == (state in unreached)
    assert bool(entries_to_phone([entry(state)], practice(None), NOW)) == (state in unreached)
    assert entries_to_phone([greeting(state)], practice(), NOW) == []


@pytest.mark.parametrize(
    ("waiting", "desk", "now", "listed"),
    [
        pytest.param(entry(), practice(), NOW, False, id="its send slot has just come"),
        pytest.param(entry(), practice(), LATER, True, id="its send slot has left it lying"),
        pytest.param(entry(slot=NOW), practice(), at("2026-11-24 10:05"), False, id="prepared at the slot: the next"),
        pytest.param(entry(slot=NOW), practice(), at("2026-11-24 10:06"), True, id="which has left it lying, too"),
        pytest.param(AFTER_SEND, practice(), at("2026-11-24 10:04"), False, id="prepared after the day's slot"),
        pytest.param(AFTER_SEND, practice(), at("2026-11-24 10:06"), True, id="and left lying by the next"),
        pytest.param(entry(), practice("täglich 16:05"), LATER, False, id="another Zeitplan"),
        pytest.param(entry(), practice(Zeitzone="UTC"), LATER, False, id="another zone: 11:05 here"),
        pytest.param(entry(), practice(None), at("2026-11-24 12:00"), False, id="no send job any more"),
        pytest.param(EARLY_AFTER_SEND, practice(), at("2026-11-23 10:16"), True, id="the next slot is too late"),
        pytest.param(EARLY, practice("Fr 10:05"), LATER, True, id="no slot before its Beginn: at once"),
        pytest.param(EARLY, practice(Aktiviert="Nein"), NOW, True, id="send is not activated: at once"),
        pytest.param(EARLY, practice(Versandfenster="11:00-12:00"), NOW, False, id="the window opens today"),
        pytest.param(EARLY, practice(Versandfenster="08:00-09:00"), NOW, True, id="no slot in the window: at once"),
        pytest.param(EARLY, practice(Versandfenster="bald"), NOW, False, id="an invalid window: nobody knows"),
        pytest.param(HELD, practice(), NOW, True, id="held, at once"),
        pytest.param(HELD, practice(None), NOW, True, id="held, without a send job"),
        pytest.param(entry(), practice(), BEGINS - MOMENT, True, id="a moment before its Beginn"),
        pytest.param(entry(), practice(), BEGINS, False, id="its Beginn has come"),
        pytest.param(HELD, practice(), BEGINS, False, id="held, its Beginn has come"),
    ],
)
def test_what_waits_is_on_it_once_no_send_slot_takes_it_in_time(
    waiting: Entry, desk: Practice, now: datetime, listed: bool
) -> None:
    assert entries_to_phone([waiting], desk, now) == ([waiting] if listed else [])


@pytest.mark.parametrize(
    ("under_way", "now", "listed"),
    [
        pytest.param(entry(State.RESERVED), LATER, False, id="reserved for the first time"),
        pytest.param(entry(State.SENDING), LATER, False, id="a provider is asked for the first time"),
        pytest.param(entry(State.RESERVED), at("2026-11-23 10:35"), True, id="nobody claimed it within half an hour"),
        pytest.param(entry(State.RESERVED, attempt=2), LATER, True, id="it came back before"),
        pytest.param(entry(State.SENDING, attempt=2), LATER, True, id="and is asked for again"),
        pytest.param(entry(State.SENT, attempt=2), LATER, False, id="until a provider accepts it"),
        pytest.param(
            entry(State.RESERVED, **STARTS_SOON), at("2026-11-23 10:19"), False, id="the next tick is in time"
        ),
        pytest.param(
            entry(State.RESERVED, **STARTS_SOON), at("2026-11-23 10:20"), True, id="no tick before its Beginn"
        ),
        pytest.param(entry(State.RESERVED, attempt=2, phone_calls=(phoned(),)), LATER, False, id="somebody has phoned"),
    ],
)
def test_what_comes_back_is_on_it_until_it_has_left(under_way: Entry, now: datetime, listed: bool) -> None:
    assert entries_to_phone([under_way], practice(), now) == ([under_way] if listed else [])


def test_a_beginn_that_is_past_needs_no_call() -> None:
    failed = entry(State.FAILED)
    assert entries_to_phone([failed], practice(), BEGINS - MOMENT) == [failed]
    assert entries_to_phone([failed], practice(), BEGINS) == []


def test_calls_are_in_the_order_of_beginn_then_of_the_patient() -> None:
    first = entry(State.UNKNOWN, identity="reminder:T3", patient="P9", expires_at=BEGINS - timedelta(hours=1))
    second = entry(State.FAILED, identity="reminder:T1", patient="P2")
    third = held_back(entry(identity="reminder:T2", patient="P3", slot=SLOT), MISSED)
    assert entries_to_phone([third, second, first], practice(), NOW) == [first, second, third]


@pytest.mark.parametrize(
    ("one", "stopped", "alerts", "why"),
    [
        pytest.param(entry(), False, [], Text("unsent"), id="nothing is known"),
        pytest.param(entry(), True, ["run-failed#send#0"], Text("unsent.stopped"), id="stopped"),
        pytest.param(entry(), False, ["run-failed#send#0"], Text("unsent.failed"), id="failed"),
        pytest.param(entry(), False, ["run-failed#status#0"], Text("unsent"), id="another job failed"),
        pytest.param(entry(reason=NO_CREDITS), True, [], NO_CREDITS, id="its own goes first"),
        pytest.param(entry(State.RESERVED), False, [], Text("unsent"), id="reserved, and not claimed"),
        pytest.param(entry(State.FAILED), True, [], Text("state.failed"), id="it has left"),
    ],
)
def test_the_reason_to_phone_says_that_it_was_not_sent_and_why(
    one: Entry, stopped: bool, alerts: list[str], why: Text
) -> None:
    assert call_reason(one, why_unsent(stopped, alerts)) == why


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Text("unsent"), "Nicht versendet"),
        (Text("unsent.stopped"), "Nicht versendet: Versand angehalten"),
        (Text("unsent.failed"), "Nicht versendet: Versand fehlgeschlagen"),
        (Text("state.failed"), "nicht zugestellt"),
    ],
)
def test_how_it_reads(reason: Text, words: str) -> None:
    assert words_of("de").short(reason) == words

"""The local days that a prepare run searches, and the entries that it makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entries.entry import Entry, anonymised
from chalicelib.entries.states import REVIVABLE, State
from chalicelib.entries.transition import Transition
from chalicelib.jobs.prepare import Skipped, Unchanged, Written, _decision
from chalicelib.jobs.run_job import _job_after
from chalicelib.planning.context import RunContext
from chalicelib.planning.run_report import RunOutcome
from chalicelib.planning.search_days import searched_days, searched_range
from chalicelib.practice.record import PracticeRecord
from chalicelib.rules.rule import Refusal
from chalicelib.rules.rule_input import RuleInput
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from tests.builders.entries import (
    BEGINS,
    PRACTICE,
    SLOT,
    TODAY,
    at,
    birthday_child,
    candidate,
    context,
    entry,
    greeting,
    job_record,
    practice,
    registered,
    rule_input,
)
from tests.builders.rule_cases import NO_EMAIL, NO_MOBILE, none

REMINDERS = Job.PREPARE_REMINDERS
NOVEMBER = partial(date, 2026, 11)


def reminders(done: datetime | None, slot: datetime = SLOT, **saved: Any) -> RunContext:
    job = job_record(REMINDERS, slot=slot, done=done)
    practice = registered(PracticeRecord(PRACTICE, jobs={REMINDERS: job}), **saved)
    return replace(context(REMINDERS, slot=slot, now=slot), practice=practice)


def days_of(run: RunContext) -> frozenset[date]:
    return searched_days(run.record.jobs[REMINDERS], run.run.slot, run.switches)


@pytest.mark.parametrize(
    ("done", "saved", "days"),
    [
        pytest.param("2026-11-22 10:00", {}, [24], id="yesterday's run was done: tomorrow"),
        pytest.param(None, {}, [24], id="never run before: tomorrow"),
        pytest.param("2026-11-22 10:00", {"OffsetStartTage": "0"}, [23], id="today"),
        pytest.param("2026-11-22 10:00", {"OffsetSuchTage": "3"}, [24, 25, 26], id="three days"),
        pytest.param("2026-11-22 10:00", {"OffsetStartTage": "2", "OffsetSuchTage": "2"}, [25, 26], id="two days"),
        pytest.param("2026-11-21 10:00", {}, [23, 24], id="yesterday's run failed or was missed: its day too"),
        pytest.param("2026-11-20 10:00", {}, [23, 24], id="what is over is not searched"),
        pytest.param("2026-11-20 10:00", {"OffsetStartTage": "3"}, [24, 25, 26], id="two missed runs"),
        pytest.param("2026-11-01 10:00", {"OffsetStartTage": "5"}, [23, 24, 25, 26, 27, 28], id="three weeks missed"),
        pytest.param("2026-11-21 10:00", {"OffsetSuchTage": "2"}, [23, 24, 25], id="days that overlap"),
        pytest.param("2026-11-23 10:00", {}, [24], id="the same slot again"),
    ],
)  # fmt: skip
def test_searched_days(done: str | None, saved: dict[str, Any], days: list[int]) -> None:
    assert days_of(reminders(at(done) if done else None, **saved)) == {NOVEMBER(day) for day in days}


@pytest.mark.parametrize("done", [None, at("2026-11-22 10:00")], ids=["its very first run", "a later one"])
def test_the_run_after_a_failed_one_searches_its_days_too(done: datetime | None) -> None:
    failed = reminders(done)
    after = _job_after(failed.record.jobs[REMINDERS], failed.run, RunOutcome.FAILED, None)
    assert days_of(reminders(after.done, after.slot)) == {NOVEMBER(24), NOVEMBER(25)}


def test_over_the_change_of_the_clocks_no_day_is_left_out() -> None:
    sunday = reminders(at("2026-10-24 10:00"), at("2026-10-25 10:00"))
    assert days_of(sunday) == {date(2026, 10, 26)}


def test_the_days_are_the_practices_own() -> None:
    tokyo = reminders(at("2026-11-22 10:00"), at("2026-11-23 23:30"))
    job = replace(tokyo.record.jobs[REMINDERS], zone="Asia/Tokyo")
    assert max(searched_days(job, tokyo.run.slot, tokyo.switches)) == NOVEMBER(25)


@pytest.mark.parametrize(
    ("days", "until", "found"),
    [
        pytest.param([24], "2026-11-24 14:30", (24, 25), id="one day"),
        pytest.param([24, 25, 26], "2026-11-25 14:30", (24, 27), id="all days around it"),
        pytest.param([23, 25, 26], "2026-11-25 00:00", (25, 27), id="not across a day that was not searched"),
        pytest.param([], "2026-11-23 20:00", (23, 24), id="a greeting's own day"),
    ],
)
def test_searched_range(days: list[int], until: str, found: tuple[int, int]) -> None:
    rules = replace(practice(), days=frozenset(NOVEMBER(day) for day in days))
    assert searched_range(rules, at(until)) == tuple(NOVEMBER(day) for day in found)


@given(st.sets(st.integers(0, 40), min_size=1), st.data())
def test_a_range_is_the_longest_run_of_searched_days_with_the_entrys_own(days: set[int], data: st.DataObject) -> None:
    searched = frozenset(TODAY + timedelta(days=day) for day in days)
    own = data.draw(st.sampled_from(sorted(searched)))
    first, end = searched_range(replace(practice(), days=searched), at(f"{own} 12:00"))
    inside = {first + timedelta(days=n) for n in range((end - first).days)}
    assert own in inside <= searched
    assert not {first - timedelta(days=1), end} & searched


NOWHERE = {"Mobiltelefon": None, "EMail": None}
NO_ADDRESS = none(NO_MOBILE, NO_EMAIL)
STILL = entry(State.NOT_SENDABLE, channel=None, reason=NO_ADDRESS)


def test_an_admitted_reminder_is_a_new_entry() -> None:
    assert _decision(rule_input(candidate()), SLOT) == Transition(None, entry())


def test_an_admitted_greeting_is_a_new_entry_until_its_window_closes() -> None:
    rules = RuleInput(replace(practice(), days=frozenset()), birthday_child())
    assert _decision(rules, SLOT) == Transition(None, greeting())


def test_a_reminder_without_an_address_is_for_the_telephone() -> None:
    expected = entry(State.NOT_SENDABLE, channel=None, reason=NO_ADDRESS)
    assert _decision(rule_input(candidate(**NOWHERE)), SLOT) == Transition(None, expected)


def test_a_greeting_without_an_address_is_no_entry() -> None:
    assert _decision(rule_input(birthday_child(**NOWHERE)), SLOT) == Skipped(
        Refusal("address", NO_ADDRESS), "birthday:P1:2026"
    )


@pytest.mark.parametrize("state", sorted(REVIVABLE))
def test_what_is_admitted_again_is_revived_with_its_attempts_counted_on(state: State) -> None:
    before = entry(state, version=7, attempt=2, reason=Text("rule.definitive.other"), starts_at=at("2026-11-26 08:00"))
    assert _decision(rule_input(candidate(), before), SLOT) == Transition(before, entry(version=8, attempt=2))


def test_what_was_stripped_comes_back_whole_under_the_same_key() -> None:
    stripped = anonymised(entry(State.CANCELLED, version=7))
    decision = _decision(rule_input(candidate(), stripped), SLOT)
    assert decision == Transition(stripped, entry(version=9))
    assert stripped.key == entry().key


@pytest.mark.parametrize(
    ("before", "unchanged"),
    [
        pytest.param(STILL, True, id="nothing has changed"),
        pytest.param(replace(STILL, starts_at=at("2026-11-24 08:00")), False, id="another Beginn"),
        pytest.param(replace(STILL, reason=Text("address.mobile_invalid")), False, id="another reason"),
        pytest.param(entry(State.CANCELLED), False, id="was cancelled"),
    ],
)
def test_a_reminder_that_still_has_no_address(before: Entry, unchanged: bool) -> None:
    decision = _decision(rule_input(candidate(**NOWHERE), before), SLOT)
    if unchanged:
        assert decision == Unchanged()
    else:
        assert isinstance(decision, Transition)
        assert (decision.before, decision.after.state, decision.after.starts_at) == (before, State.NOT_SENDABLE, BEGINS)


@pytest.mark.parametrize("state", sorted(set(State) - REVIVABLE))
def test_what_was_sent_or_is_under_way_is_left_alone(state: State) -> None:
    earlier = replace(entry(state), slot=SLOT - timedelta(days=1))
    decision = _decision(rule_input(candidate(), earlier), SLOT)
    assert isinstance(decision, Skipped)
    assert decision.refusal.rule == "once"


def test_what_this_run_wrote_before_it_was_interrupted_is_told_again() -> None:
    written = replace(entry(State.PREPARED), slot=SLOT)
    assert _decision(rule_input(candidate(), written), SLOT) == Written(written)

"""The troubles of AWS, one at a time: the fake and the real parts come through them with the same result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.table import Table
from chalicelib.entries.credits import TopUp, Transfer
from chalicelib.entries.entry import transition
from chalicelib.entries.groups import Group
from chalicelib.entries.receipt import EmailEvent
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.messages.template import LONGEST_EMAIL
from chalicelib.schedule.job import Job, Tick
from infra.local.weather import Weather
from tests.contract.entries import SOON, books, entry, reserved, topped_up, written
from tests.contract.sides import NOW, Side, job_record, new_practice, registered

CALM = vars(Weather())
BLOCK = 98  # entries that one charge can pay


@pytest.fixture(autouse=True)
def _calm(side: Side) -> Iterator[None]:
    yield
    vars(side.weather).update(CALM)


def test_a_bulk_read_whose_keys_are_left_over_reads_them_all(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Table, "_wait", lambda *_: 0.0)
    practice = new_practice()
    made = written(side, *(entry(practice, n) for n in range(130)))
    side.weather.unprocessed = 0.7
    assert side.parts.store.entries(practice, [one.key for one in made]) == {one.key: one for one in made}


def test_writes_that_meet_others_beside_a_failed_condition_are_made_once(side: Side) -> None:
    practice = new_practice()
    side.weather.busy = 0.3
    made = written(side, *(entry(practice, n) for n in range(30)))
    topped_up(side, practice, 40)
    paid = side.parts.store.reserve("M1", [reserved(one) for one in made], SOON)
    stale = [Transition(one, transition(one, State.CANCELLED, SOON)) for one in made]
    assert (len(paid), side.parts.store.commit(stale), books(side, practice)) == (30, [], 10)


def test_writes_whose_answers_are_lost_are_made_once(side: Side) -> None:
    practice = new_practice()
    side.weather.lost_answers = 0.2
    made = written(side, *(entry(practice, n) for n in range(30)))
    topped_up(side, practice, 40)
    paid = side.parts.store.reserve("M1", [reserved(one) for one in made], SOON)
    side.parts.store.transfer(practice, Transfer("M1", "M2", "once", -4, NOW))
    side.parts.store.top_up(practice, TopUp("M1", "second", 1, NOW))
    assert (len(made), len(paid)) == (30, 30)
    assert (books(side, practice), books(side, practice, "M2")) == (7, 4)


def test_only_two_empty_answers_in_a_row_mean_that_there_are_no_receipts(side: Side) -> None:
    bodies = [f"{n:02}" for n in range(12)]
    side.put_receipts(bodies)
    side.weather.empty_polls = True
    assert sorted(body for batch in side.parts.queues.receipts() for body in batch) == bodies
    assert list(side.parts.queues.receipts()) == []


@pytest.mark.parametrize("seconds", [2, 240])
def test_an_index_that_lags_lists_what_was_there_before(side: Side, seconds: int) -> None:
    practice, store = new_practice(), side.parts.store

    def listed(group: Group | None) -> list[str]:
        assert group
        return [one.key for one in store.open_entries(practice, group)]

    side.weather.index_lags = (timedelta(seconds=seconds),)
    (made,) = written(side, entry(practice))
    assert (listed(Group.PREPARED), list(store.entries(practice, [made.key]))) == ([], [made.key])
    side.wait(seconds)
    assert listed(Group.PREPARED) == [made.key]
    (gone,) = store.commit([Transition(made, transition(made, State.CANCELLED, SOON))])
    assert list(store.listed_keys(practice, Group.PREPARED)) == [made.key]
    assert [one.key for one in store.entries_in(practice, Group)] == [made.key]
    side.wait(seconds)
    assert (listed(Group.PREPARED), listed(Group.of(gone.after))) == ([], [made.key])


@pytest.mark.parametrize("seconds", [2, 240])
def test_a_tick_by_an_index_that_lags_finds_what_was_due_before(side: Side, seconds: int) -> None:
    practice, jobs = registered(side, job_record(Job.STATUS)), side.parts.jobs
    side.wait(seconds)
    record = side.parts.practices.record(practice)
    assert record
    job = record.jobs[Job.STATUS]
    side.weather.index_lags = (timedelta(seconds=seconds),)

    def due() -> tuple[list[Job], list[str]]:
        found = jobs.due(Tick.STATUS, NOW)
        return [one.job for one in found.jobs if one.practice == practice], [
            k for p, k in found.entries if p == practice
        ]

    assert jobs.save(job, replace(job, due=NOW + timedelta(days=1)))
    (early,) = written(side, entry(practice, 1, expires_at=NOW, starts_at=NOW))
    assert due() == ([Job.STATUS], [])
    side.wait(seconds)
    assert due() == ([], [early.key])


def test_a_clock_that_is_fast_is_the_clock_of_the_parts(side: Side) -> None:
    right = side.parts.clock()
    side.weather.clock_ahead = timedelta(minutes=40)
    assert side.parts.clock() - right == timedelta(minutes=40)


def test_a_charge_of_as_many_of_the_longest_e_mails_as_it_can_pay_is_stored(side: Side) -> None:
    practice = new_practice()
    topped_up(side, practice, BLOCK)
    made = written(side, *(entry(practice, n, channel="E-Mail") for n in range(BLOCK)))
    frozen = [
        replace(one, after=replace(one.after, text="ä" * (LONGEST_EMAIL // 2), subject="ä" * 200, sender="a@b.ch"))
        for one in (reserved(waits) for waits in made)
    ]
    assert len(side.parts.store.reserve("M1", frozen, SOON)) == BLOCK


def test_a_transaction_of_more_than_four_megabytes_is_refused(side: Side) -> None:
    practice = new_practice()
    topped_up(side, practice, BLOCK)
    made = written(side, *(entry(practice, n) for n in range(BLOCK)))
    longer = [replace(one, after=replace(one.after, text="x" * 43_000)) for one in map(reserved, made)]
    with pytest.raises(ClientError, match="4 MB"):
        side.parts.store.reserve("M1", longer, SOON)
    assert books(side, practice) == BLOCK


def test_each_event_of_an_e_mail_settles_it_once_however_often_it_comes(side: Side) -> None:
    practice = new_practice()
    event = EmailEvent(practice, "a", 1, NOW, True, "Delivery")
    reply = replace(event, delivered=False, reason="Bounce Transient General", counts_from=NOW)
    side.weather.lost_answers = 0.2
    side.parts.receipts.park_email([event, reply, event])
    side.parts.receipts.park_email([reply, event])
    assert len(side.parts.receipts.pending_email_events(practice)) == 2

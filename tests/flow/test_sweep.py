"""Each state in which an entry may wait: the sweep ends stuck entries, and every patient gets a message or a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from chalicelib.entries.credits import totals_of
from chalicelib.entries.states import State
from chalicelib.jobs.dead_letters import UNKNOWN
from chalicelib.jobs.sweep import MOST, load_overdue, still_unknown, sweep
from chalicelib.schedule.job import Job, Tick
from tests.builders.entries import NOW, PRACTICE, entry, minutes
from tests.fakes.wiring import FakeWiring
from tests.fakes.world import Moment, World
from tests.flow.fake_build import Day, Desk, at


def one_patient(starts_at: str = "2026-11-24 09:00", **parameters: str) -> tuple[Day, Desk]:
    day = Day("2026-11-23 06:00")
    desk = day.practice(**parameters)
    desk.appointment(starts_at)
    return day, desk


def state(desk: Desk) -> State:
    (entry,) = desk.entries.values()
    return entry.state


@contextmanager
def without(desk: Desk, handler: str) -> Iterator[None]:
    """Disable this Lambda; its caller believes that it succeeded."""
    invoke = desk.cloud.invoke

    def lame(name: str, act: Callable[[], object]) -> bool:
        return True if name == handler else invoke(name, act)

    desk.cloud.invoke = lame  # type: ignore[method-assign,assignment]
    yield
    desk.cloud.invoke = invoke  # type: ignore[method-assign]


def books(desk: Desk) -> tuple[int, int]:
    totals = totals_of(desk.parts.store.ledger(desk.name, "M1"))
    return totals.charged, totals.refunded


def test_prepared_that_nobody_sends_expires_at_its_start() -> None:
    day, desk = one_patient(send__Aktiviert="Nein")
    day.play("2026-11-24 09:09")
    assert state(desk) is State.PREPARED
    day.play("2026-11-24 09:11")
    assert state(desk) is State.EXPIRED


def test_held_that_nobody_releases_expires_at_its_start() -> None:
    day, desk = one_patient()
    with without(desk, "send"):
        day.play("2026-11-23 16:30")
    day.play("2026-11-24 09:09")
    assert [(entry.state, entry.held) for entry in desk.entries.values()] == [(State.PREPARED, True)]
    day.play("2026-11-24 09:11")
    assert state(desk) is State.EXPIRED


def test_reserved_whose_outbox_message_was_lost_is_queued_again() -> None:
    day, desk = one_patient()
    with without(desk, "deliver"):
        day.play("2026-11-23 10:07")
    assert (state(desk), desk.sent()) == (State.RESERVED, [])
    day.play("2026-11-23 10:40")
    assert desk.sent() == [("23T09:25", "+41790000001")]
    assert books(desk) == (1, 0)


def test_reserved_too_long_is_refunded_and_sent_by_a_later_tick() -> None:
    day, desk = one_patient()
    with without(desk, "deliver"):
        day.play("2026-11-23 10:41")
    day.play("2026-11-23 12:00")
    assert desk.sent() == [("23T09:50", "+41790000001")]
    assert books(desk) == (2, 1)


def test_a_claim_whose_worker_died_becomes_unknown_and_is_given_up_after_72_hours() -> None:
    day, desk = one_patient("2026-11-30 09:00", Schalter__OffsetStartTage="7")

    def fault(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "sms.send"):
            raise SystemExit

    day.cloud.world.fault = fault
    day.play("2026-11-23 10:20")
    day.cloud.world.fault = lambda moment, call: None
    assert state(desk) in (State.SENDING, State.UNKNOWN)
    day.play("2026-11-23 10:30")
    (entry,) = desk.entries.values()
    assert (entry.state, entry.settled) == (State.UNKNOWN, False)
    day.play("2026-11-23 10:41")
    assert desk.told == ["unknown"]
    day.play("2026-11-26 11:00")
    (entry,) = desk.entries.values()
    assert (entry.state, entry.settled, books(desk)) == (State.UNKNOWN, True, (1, 0))


def test_sent_without_a_receipt_is_unconfirmed_after_seven_days() -> None:
    day, desk = one_patient()
    day.cloud._on_accepted = lambda message: None  # type: ignore[method-assign]
    day.parts.networks._accepted = lambda message: None
    day.play("2026-11-30 10:00")
    assert state(desk) is State.SENT
    day.play("2026-11-30 10:15")
    assert state(desk) is State.UNCONFIRMED


def test_personal_data_goes_and_the_key_stays() -> None:
    day, desk = one_patient(Schalter__AufbewahrungTage="10")
    day.play("2026-11-24 12:00")
    (before,) = desk.entries.values()
    day.play("2026-12-04 12:00")
    (after,) = desk.entries.values()
    assert (after.key, after.state, after.anonymised) == (before.key, State.DELIVERED, True)
    assert (after.patient, after.recipient, after.text, after.appointment) == ("", None, None, None)


def test_the_lease_of_a_dead_run_is_taken_over() -> None:
    day, desk = one_patient()
    died: list[str] = []

    def fault(moment: Moment, call: str) -> None:
        if call == "database.open" and not died:
            died.append(call)
            raise SystemExit

    day.cloud.world.fault = fault
    day.play("2026-11-23 12:00")
    assert [(slot, outcome) for slot, outcome, _ in desk.runs(Job.PREPARE_REMINDERS)] == [("23T09:00", "done")]
    assert len(desk.sent()) == 1


def test_an_outbox_message_that_fails_five_times_is_reported_and_its_entries_come_back() -> None:
    day, desk = one_patient()
    until = at("2026-11-23 12:00")

    def fault(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "stops.entries_and_stop") and day.cloud.world.now < until:
            raise OSError("no")

    day.cloud.world.fault = fault
    day.play("2026-11-23 18:00")
    assert desk.told == ["delayed"]
    assert len(desk.sent()) == 1
    charged, refunded = books(desk)
    assert charged - refunded == 1


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", '{"practice": 1}'])
def test_a_dead_letter_that_is_none_of_ours_is_reported_and_gone(body: str) -> None:
    day, desk = one_patient()
    for queue in (day.parts.queues.runs_queue, day.parts.queues.outbox_queue):
        queue.send([body])
    day.cloud.play(at("2026-11-23 06:00") + timedelta(hours=5))
    assert [alert.kind for practice, alert in day.parts.alerts.told if practice == UNKNOWN] == ["dead-letter"] * 2
    assert len(desk.sent()) == 1


HALF = MOST * 3 // 4


@pytest.fixture
def backlog() -> FakeWiring:
    """More entries than one tick moves: expired, then as many unknown ones, then expired ones again, by age."""
    parts = FakeWiring(World(NOW), {})
    for n in range(HALF):
        parts.data.put(entry(identity=f"reminder:old{n}", expires_at=NOW - minutes(3)))
        parts.data.put(entry(State.UNKNOWN, identity=f"reminder:lost{n}", changed_at=NOW - minutes(2)))
        parts.data.put(entry(identity=f"reminder:new{n}", expires_at=NOW - minutes(1)))
    return parts


def swept(parts: FakeWiring, twice: int = 1) -> int:
    """Sweep as a status tick does; return the number of unknown entries that may find their receipt."""
    found = parts.jobs.due(Tick.STATUS, NOW).entries
    looked = load_overdue(found * twice, [], NOW, parts.store)
    return len([*still_unknown(looked), *sweep(looked, NOW, parts)])


def expired(parts: FakeWiring, name: str) -> int:
    entries = parts.data.entries[PRACTICE].values()
    return sum(entry.state is State.EXPIRED and entry.identity.startswith(f"reminder:{name}") for entry in entries)


def test_in_a_backlog_every_tick_looks_at_all_that_is_unknown_and_ends_the_oldest_first(backlog: FakeWiring) -> None:
    assert swept(backlog) == HALF
    assert (expired(backlog, "old"), expired(backlog, "new")) == (HALF, MOST - HALF)
    assert backlog.world.calls.count("store.entries") == 3 * HALF // 100
    assert swept(backlog) == HALF
    assert (expired(backlog, "old"), expired(backlog, "new")) == (HALF, HALF)


def test_an_entry_that_the_index_names_twice_is_swept_once(backlog: FakeWiring) -> None:
    assert swept(backlog, twice=2) == HALF

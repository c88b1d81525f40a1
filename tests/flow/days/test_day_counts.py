"""The counts of an appointment day are those of its entries, and of the reports of the same day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.entries import day_counts
from chalicelib.entries.day_counts import UNDERWAY
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.practice.day_counts import Cell
from chalicelib.practice.record import PracticeRecord
from chalicelib.reports.current_call_list import current_call_list
from chalicelib.reports.practice_status import PracticeStatus, practice_status
from tests.flow.fake_build import Day, Desk
from tests.flow.test_reconciliation import D, asking

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)


def by_state(record: PracticeRecord, day: date = TUESDAY) -> Counter[str]:
    found = Counter[str]()
    for cell, count in record.days[day].counts.items():
        found[cell.state] += count
    return found


def by_practitioner(desk: Desk, state: str) -> dict[tuple[str, str], int]:
    cells = desk.record.days[TUESDAY].counts.items()
    return {(cell.mandant, cell.practitioner): count for cell, count in cells if cell.state == state}


def with_practitioner(desk: Desk, names: Iterable[str | None]) -> None:
    for row, name in zip(desk.tables["Termin"], names, strict=True):
        row["Behandler"] = name


def a_morning(**parameters: str) -> tuple[Day, Desk]:
    """Five of M1, one of whom has no address; two of M2, which can pay one."""
    day = Day("2026-11-23 09:50")
    desk = day.practice(Schalter__GeburtstagsglueckwuenscheSenden="Nein", **parameters)
    desk.mandant("M2")
    desk.top_up("M2", 1)
    for hour in range(8, 12):
        desk.appointment(f"2026-11-24 {hour:02d}:00")
    desk.appointment("2026-11-24 12:00", Mobiltelefon=None)
    for hour in (13, 14):
        desk.appointment(f"2026-11-24 {hour}:00", "M2")
    with_practitioner(desk, ["Dr. A", "Dr. B", "Dr. A", None, "Dr. A", "Dr. B", "Dr. B"])
    return day, desk


def status(desk: Desk) -> PracticeStatus:
    listed = current_call_list(desk.practice, desk.deployment)
    return practice_status(desk.practice, listed, None, [], desk.cloud.world.now, desk.parts.store, None)


def test_a_day_is_counted_from_its_prepare_run_on_until_its_receipts() -> None:
    day, desk = a_morning()
    day.play("2026-11-23 10:01")
    assert by_practitioner(desk, "prepared") == {
        ("M1", "Dr. A"): 2, ("M1", "Dr. B"): 1, ("M1", ""): 1, ("M2", "Dr. B"): 2,
    }  # fmt: skip
    assert by_practitioner(desk, "not_sendable") == {("M1", "Dr. A"): 1}
    day.play("2026-11-23 10:09")
    assert by_state(desk.record) == {UNDERWAY: 5, "prepared": 1, "not_sendable": 1}
    day.play("2026-11-23 11:00")
    assert by_practitioner(desk, "delivered") == {
        ("M1", "Dr. A"): 2, ("M1", "Dr. B"): 1, ("M1", ""): 1, ("M2", "Dr. B"): 1,
    }  # fmt: skip
    assert by_practitioner(desk, "prepared") == {("M2", "Dr. B"): 1}
    assert desk.record.days[TUESDAY].at == max(one.changed_at for one in desk.entries.values())


@pytest.mark.parametrize("clock", ["10:01", "10:09", "11:00", "20:30"])
def test_the_counts_are_those_of_daily_check_and_of_status(clock: str) -> None:
    day, desk = a_morning()
    day.play(f"2026-11-23 {clock}")
    found = by_state(desk.record)
    with asking(desk) as desk_view:
        reconciled = desk_view.reconciled()
    assert reconciled.adds_up
    assert reconciled.total == found.total() == 7
    assert reconciled.counts[D] == found["delivered"]
    told = status(desk)
    queue = Counter[str]()
    for state, count in told.queue.items():
        queue[UNDERWAY if state in (State.RESERVED, State.SENDING, State.SENT) else state] += count
    assert queue + Counter(told.today) == found


def test_an_appointment_that_moves_before_its_message_is_counted_on_its_new_day() -> None:
    day, desk = a_morning(Schalter__OffsetSuchTage="2")
    day.play("2026-11-23 10:30")
    desk.tables["Termin"][6]["Beginn"] = "2026-11-25 09:00:00"  # its message waits for credits
    day.play("2026-11-23 11:00")
    assert by_state(desk.record) == {"delivered": 5, "not_sendable": 1}
    (waits,) = desk.record.days[WEDNESDAY].counts
    assert waits == Cell(Kind.REMINDER, "prepared", "M2", "Dr. B")
    desk.top_up("M2", 1, "second")
    day.play("2026-11-23 12:00")
    assert dict(desk.record.days[WEDNESDAY].counts) == {replace(waits, state="delivered"): 1}


def test_a_removed_practice_loses_its_counts_with_its_record() -> None:
    day, desk = a_morning()
    day.play("2026-11-23 11:00")
    assert desk.parts.data.days[desk.name]
    record = desk.record
    desk.parts.practices.remove(desk.name, [], day.cloud.world.now)
    desk.parts.practices.forget(desk.record)
    assert (desk.parts.data.days.get(desk.name), len(record.days)) == (None, 1)


def test_practitioners_beyond_the_most_are_counted_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A view may have something else in its column: an item of the table has at most 400 KB."""
    monkeypatch.setattr(day_counts, "COLUMNS", 2)
    day, desk = a_morning()
    day.play("2026-11-23 10:01")
    assert by_practitioner(desk, "prepared") == {("M1", "Dr. A"): 2, ("M1", "Dr. B"): 1, ("M1", ""): 1, ("M2", ""): 2}

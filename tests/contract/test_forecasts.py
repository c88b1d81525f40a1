"""The forecasts of credits: stored as one, kept where they are the same, gone with their practice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from chalicelib.practice.foreseen import Departure, Foreseen
from chalicelib.practice.record import PracticeRecord
from chalicelib.schedule.job import Job
from tests.contract.sides import NOW, Side, job_record, registered

LATER = NOW + timedelta(days=1)
WHOLE = Foreseen(
    "M1", NOW, 40, date(2026, 12, 23), NOW + timedelta(days=9), "Dr. Brunner", "L1",
    (Departure(NOW + timedelta(hours=1), 38, 41), Departure(NOW + timedelta(days=1), 2, 0)),
)  # fmt: skip
BARE = Foreseen("M#2", NOW, -3, date(2026, 12, 23))


def record(side: Side, practice: str) -> PracticeRecord:
    found = side.parts.practices.record(practice)
    assert found
    return found


def test_forecasts_replace_those_of_the_night_before(side: Side) -> None:
    practice, practices = registered(side, job_record()), side.parts.practices
    practices.set_forecasts(record(side, practice), [WHOLE, BARE])
    assert record(side, practice).forecasts == {"M1": WHOLE, "M#2": BARE}
    same, other = replace(WHOLE, at=LATER), Foreseen("M3", LATER, 7, date(2026, 12, 24))
    practices.set_forecasts(record(side, practice), [same, other])
    assert record(side, practice).forecasts == {"M1": WHOLE, "M3": other}  # what is the same is not written
    practices.set_forecasts(record(side, practice), [replace(same, balance=39), other])
    assert record(side, practice).forecasts["M1"] == replace(same, balance=39)


def test_more_forecasts_than_a_transaction_holds(side: Side) -> None:
    practice = registered(side, job_record())
    many = [Foreseen(f"M{n:03}", NOW, n, date(2026, 12, 23)) for n in range(120)]
    side.parts.practices.set_forecasts(record(side, practice), many)
    assert list(record(side, practice).forecasts.values()) == many
    side.parts.practices.set_forecasts(record(side, practice), [])
    assert record(side, practice).forecasts == {}


def test_a_forgotten_practice_has_none(side: Side) -> None:
    practice, practices = registered(side, job_record(Job.STATUS)), side.parts.practices
    practices.set_forecasts(record(side, practice), [WHOLE])
    practices.remove(practice, [], NOW)
    before = record(side, practice)
    practices.forget(before)
    practices.set_forecasts(before, [BARE])
    practices.add(practice, [], [])
    assert record(side, practice).forecasts == {}

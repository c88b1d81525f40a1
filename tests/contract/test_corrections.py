"""Ticks that an address is corrected: one each, taken back, gone with their practice. On the fake and on DynamoDB."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.practice.record import Correction
from chalicelib.schedule.job import Job
from tests.contract.sides import NOW, Side, job_record, registered

ONE = Correction("0" * 32, "A. Meier", NOW)


def ticks(side: Side, practice: str) -> dict[str, Correction]:
    found = side.parts.practices.record(practice)
    return dict(found.corrected) if found else {}


def test_the_first_one_who_ticks_is_told(side: Side) -> None:
    practice, corrections = registered(side, job_record()), side.parts.corrections
    corrections.add(practice, ONE)
    corrections.add(practice, replace(ONE, by="B. Keller"))
    corrections.add(practice, replace(ONE, key="f" * 32))
    assert ticks(side, practice) == {ONE.key: ONE, "f" * 32: replace(ONE, key="f" * 32)}
    for _ in range(2):
        corrections.drop(practice, ONE.key)
    assert list(ticks(side, practice)) == ["f" * 32]


def test_a_forgotten_practice_has_none(side: Side) -> None:
    practice, practices = registered(side, job_record(Job.STATUS)), side.parts.practices
    side.parts.corrections.add(practice, ONE)
    practices.remove(practice, [], NOW)
    record = practices.record(practice)
    assert record
    practices.forget(record)
    practices.add(practice, [], [])
    assert ticks(side, practice) == {}

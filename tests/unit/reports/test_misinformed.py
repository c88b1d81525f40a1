"""Patients who were told a start time that has since changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.reports.reconciliation import announced_start, misinformed
from chalicelib.text import Text
from chalicelib.words.words import words_of
from tests.builders.entries import BEGINS, candidate, entry
from tests.unit.reports.test_reconciliation import (
    AN_HOUR_LATER,
    DEAD,
    DONE,
    EVENING,
    FIRST,
    MOVED,
    OTHER_DAY,
    announced,
    as_read,
    inputs,
    told,
)

OTHER_TIME = Text("misinformed.rescheduled")


@pytest.mark.parametrize(
    ("reminder", "others", "known"),
    [
        (told(), [], BEGINS),
        (told(State.UNKNOWN), [], BEGINS),
        (told(State.FAILED), [], None),
        (told(State.RESERVED), [], None),
        (entry(), [], None),
        (announced(State.DELIVERED), [], None),  # the reminder's entry knows
        (told(announcements=1), [announced(State.DELIVERED)], AN_HOUR_LATER),
        (told(announcements=1), [announced(State.SENDING)], None),
        (told(announcements=1), [announced(State.REFUSED)], BEGINS),
        (told(State.COVERED, covered_by=FIRST.key, covered_attempt=1), [FIRST], BEGINS),
        (told(State.COVERED, covered_by=FIRST.key, covered_attempt=2), [FIRST], None),
        (told(State.COVERED, covered_by=FIRST.key, covered_attempt=1), [], None),
        (told(State.COVERED, covered_by=FIRST.key, covered_attempt=1), [replace(FIRST, state=State.FAILED)], None),
    ],
)
def test_what_the_patient_knows(reminder: Entry, others: list[Entry], known: datetime | None) -> None:
    assert announced_start(reminder, {one.key: one for one in others}) == (known and as_read(known))


@pytest.mark.parametrize(
    ("columns", "now", "starts_at", "why"),
    [
        ({}, EVENING, None, None),
        (MOVED, EVENING, AN_HOUR_LATER, OTHER_TIME),
        ({"Beginn": "2026-11-27 14:30:00"}, EVENING, OTHER_DAY, OTHER_TIME),
        ({"Status": "abgesagt"}, EVENING, None, Text("misinformed.status", status="abgesagt")),
        ({"Status": None}, EVENING, None, Text("misinformed.no_status")),
        (None, EVENING, None, Text("misinformed.gone")),
        ({**MOVED, **DEAD}, EVENING, None, None),
        (MOVED, BEGINS, AN_HOUR_LATER, OTHER_TIME),  # the patient is there now, an hour too early
        (MOVED, AN_HOUR_LATER, None, None),
        ({"Status": "erledigt"}, BEGINS, None, None),  # it has taken place
        (None, BEGINS, None, None),
    ],
)
def test_who_would_come_in_vain(
    columns: Mapping[str, Any] | None, now: datetime, starts_at: datetime | None, why: Text | None
) -> None:
    found = misinformed(told(), candidate(**columns) if columns is not None else None, as_read(BEGINS), inputs(now=now))
    assert (found and (found.announced_start, found.starts_at, found.reason)) == (
        (BEGINS, starts_at, why) if why else None
    )


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (OTHER_TIME, "verschoben"),
        (Text("misinformed.status", status="abgesagt"), "nicht mehr definitiv (abgesagt)"),
        (Text("misinformed.no_status"), "nicht mehr definitiv (ohne Status)"),
        (Text("misinformed.gone"), "nicht mehr vorhanden"),
    ],
)
def test_how_it_reads(why: Text, words: str) -> None:
    assert words_of("de").of(why) == words


def test_of_the_days_by_what_was_told_or_by_what_is_true_now() -> None:
    other = replace(DONE, days=frozenset({OTHER_DAY.date()}))
    moved_there = candidate(Beginn="2026-11-27 14:30:00")
    assert misinformed(told(), moved_there, as_read(BEGINS), other) is not None
    assert misinformed(told(), candidate(**MOVED), as_read(BEGINS), other) is None

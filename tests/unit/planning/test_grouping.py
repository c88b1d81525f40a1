"""Which messages are grouped, and that a group is written at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entries.entry import Entry, transition
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.planning.grouping import Pair, cover_group, in_groups, take_whole_groups
from chalicelib.planning.recheck import End, Reserve, Wait
from chalicelib.rules.rule_input import Stage
from chalicelib.schedule.time_zone import local_minute
from chalicelib.text import Text
from tests.builders.entries import BEGINS, NOW, ZURICH, entry, greeting, minutes, practice


def pair(name: str, later: float = 0, patient: str = "P1", made: Entry | None = None) -> Pair:
    starts_at = BEGINS + minutes(later)
    one = made or entry(
        identity=f"reminder:{name}", appointment=name, patient=patient, starts_at=starts_at, expires_at=starts_at
    )
    start = local_minute(one.starts_at.astimezone(ZURICH)) if one.starts_at else None
    return one, transition(one, State.RESERVED, NOW, attempt=one.attempt + 1, announced_start=start)


FIRST, SECOND, OTHER = pair("T1"), pair("T2", 60), pair("T3", 30, "P2")
DOUBLE = pair("T6", 0.5)  # the row of the room: half a minute later
NEXT_DAY, GREETING = pair("T4", 24 * 60), pair("", made=greeting())
TO: dict[str, Any] = {"starts_at": BEGINS + minutes(90), "expires_at": BEGINS + minutes(90)}
MOVED = pair("", made=entry(identity="rescheduled:T5:…", appointment="T5", kind=Kind.RESCHEDULED, **TO))
AT_NEW_TIME = pair("T7", 90)  # only the message about the move says that the old time is over: it leads


@pytest.mark.parametrize(
    ("wanted", "groups"),
    [
        ("Ja", [[FIRST, DOUBLE, SECOND], [MOVED, AT_NEW_TIME], [OTHER], [NEXT_DAY], [GREETING]]),
        ("Nein", [[FIRST, DOUBLE], [MOVED, AT_NEW_TIME], [OTHER], [SECOND], [NEXT_DAY], [GREETING]]),
    ],
)
def test_reminders_of_a_patient_and_day_belong_together(wanted: str, groups: list[list[Pair]]) -> None:
    rules = practice(Stage.SEND, EineErinnerungProTag=wanted)
    found = in_groups([GREETING, NEXT_DAY, DOUBLE, SECOND, OTHER, AT_NEW_TIME, MOVED, FIRST], rules, {})
    assert sorted(found, key=repr) == sorted(groups, key=repr)
    assert [group[0] for group in found][-1] == GREETING


def test_the_first_is_decided_again_and_the_others_point_to_it() -> None:
    asked: list[tuple[Entry, object, object]] = []

    def again(first: Entry, others: object, doubles: object) -> Reserve:
        asked.append((first, others, doubles))
        return Reserve(FIRST[1])

    first, (before, decision) = cover_group([FIRST, SECOND], NOW, again)
    assert isinstance(decision, Reserve)
    covered = decision.after
    assert asked == [(FIRST[0], (SECOND[1].starts_at,), [])]
    assert (first, before) == ((FIRST[0], Reserve(FIRST[1])), SECOND[0])
    assert (covered.state, covered.covered_by, covered.covered_attempt) == (State.COVERED, FIRST[0].key, 1)


def test_where_no_common_text_can_be_written_each_leaves_by_itself() -> None:
    found = cover_group([FIRST, SECOND], NOW, lambda first, others, doubles: Wait(Text("too_long"), first))
    assert found == [(entry, Reserve(after)) for entry, after in (FIRST, SECOND)]


def test_where_no_common_text_of_one_start_can_be_written_none_leaves() -> None:
    waits = cover_group([FIRST, DOUBLE], NOW, lambda first, others, doubles: Wait(Text("too_long"), first))
    assert waits == [(entry, Wait(Text("too_long"), entry)) for entry in (FIRST[0], DOUBLE[0])]
    too_long = transition(FIRST[0], State.NOT_SENDABLE, NOW, reason=Text("too_long"))
    ends = cover_group([FIRST, DOUBLE], NOW, lambda first, others, doubles: End(too_long))
    assert [(entry, made.after.state, made.after.reason) for entry, made in ends if isinstance(made, End)] == [
        (one, State.NOT_SENDABLE, Text("too_long")) for one in (FIRST[0], DOUBLE[0])
    ]


def test_who_is_alone_is_not_decided_again() -> None:
    assert cover_group([FIRST], NOW, lambda first, others, doubles: pytest.fail("asked again")) == [
        (FIRST[0], Reserve(FIRST[1]))
    ]


@given(st.lists(st.integers(1, 4), max_size=8), st.integers(0, 20))
def test_no_group_is_split(sizes: list[int], most: int) -> None:
    covered = (SECOND[0], transition(SECOND[0], State.COVERED, NOW))
    pairs = [one for size in sizes for one in [FIRST, *[covered] * (size - 1)]]
    block = take_whole_groups(pairs, most)
    assert block == pairs[: len(block)]
    assert len(block) <= most
    assert len(block) == len(pairs) or pairs[len(block)] == FIRST
    assert len(block) > most - 4 or len(block) == len(pairs)

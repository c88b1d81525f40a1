"""Which messages are put together, and that what is put together is written at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entries.entry import Entry, State, move
from chalicelib.planning.grouping import Pair, in_groups, put_together, whole_groups
from chalicelib.planning.recheck import Ready, Waits
from chalicelib.rules.question import Step
from tests.builders.entries import BEGINS, NOW, entry, greeting, minutes, practice


def pair(name: str, later: float = 0, patient: str = "P1", made: Entry | None = None) -> Pair:
    begins = BEGINS + minutes(later)
    one = made or entry(identity=f"reminder:{name}", appointment=name, patient=patient, begins=begins, until=begins)
    return one, move(one, State.RESERVED, NOW, attempt=one.attempt + 1)


FIRST, SECOND, OTHER = pair("T1"), pair("T2", 60), pair("T3", 30, "P2")
NEXT_DAY, GREETING = pair("T4", 24 * 60), pair("", made=greeting())
MOVED = pair("", made=entry(identity="moved:T5:…", appointment="T5", kind="moved"))


@pytest.mark.parametrize(
    ("wanted", "groups"),
    [
        ("Ja", [[FIRST, SECOND], [MOVED], [OTHER], [NEXT_DAY], [GREETING]]),
        ("Nein", [[FIRST], [MOVED], [OTHER], [SECOND], [NEXT_DAY], [GREETING]]),
    ],
)
def test_reminders_of_a_patient_and_day_belong_together(wanted: str, groups: list[list[Pair]]) -> None:
    rules = practice(Step.SEND, EineErinnerungProTag=wanted)
    found = in_groups([GREETING, NEXT_DAY, SECOND, OTHER, MOVED, FIRST], rules)
    assert sorted(found, key=repr) == sorted(groups, key=repr)
    assert [group[0] for group in found][-1] == GREETING


def test_the_first_is_decided_again_and_the_others_point_to_it() -> None:
    asked: list[tuple[Entry, object]] = []

    def again(first: Entry, others: object) -> Ready:
        asked.append((first, others))
        return Ready(FIRST[1])

    first, (before, covered) = put_together([FIRST, SECOND], NOW, again)
    assert asked == [(FIRST[0], (SECOND[1].begins,))]
    assert (first, before) == (FIRST, SECOND[0])
    assert (covered.state, covered.covered_by, covered.covered_attempt) == (State.COVERED, FIRST[0].key, 1)


def test_where_no_common_text_can_be_written_each_leaves_by_itself() -> None:
    assert put_together([FIRST, SECOND], NOW, lambda first, others: Waits("zu lang", first)) == [FIRST, SECOND]


def test_who_is_alone_is_not_decided_again() -> None:
    assert put_together([FIRST], NOW, lambda first, others: pytest.fail("asked again")) == [FIRST]


@given(st.lists(st.integers(1, 4), max_size=8), st.integers(0, 20))
def test_no_group_is_split(sizes: list[int], most: int) -> None:
    covered = (SECOND[0], move(SECOND[0], State.COVERED, NOW))
    pairs = [one for size in sizes for one in [FIRST, *[covered] * (size - 1)]]
    block = whole_groups(pairs, most)
    assert block == pairs[: len(block)]
    assert len(block) <= most
    assert len(block) == len(pairs) or pairs[len(block)] == FIRST
    assert len(block) > most - 4 or len(block) == len(pairs)

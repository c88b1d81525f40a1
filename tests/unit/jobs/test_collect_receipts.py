"""An unknown SMS finds its message by number and time, only if exactly one fits exactly one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entries.entry import Entry
from chalicelib.entries.receipt import SmsReceipt
from chalicelib.entries.states import State
from chalicelib.jobs.collect_receipts import match_by_number_and_time
from tests.builders.entries import MOBILE, NOW, entry

OTHER = "+41791234568"


def unknown(name: str = "T1", number: str = MOBILE, seconds: float = 0, **changes: Any) -> Entry:
    """An unknown SMS, claimed this number of seconds after NOW."""
    claimed = NOW + timedelta(seconds=seconds)
    return entry(State.UNKNOWN, identity=f"reminder:{name}", recipient=number, claimed_at=claimed, **changes)


def receipt(message_id: str = "m1", number: str = MOBILE, seconds: float = 1) -> SmsReceipt:
    return SmsReceipt(message_id, NOW + timedelta(seconds=seconds), True, "ok", True, number)


@pytest.mark.parametrize(
    ("entries", "receipts", "owned", "found"),
    [
        pytest.param([unknown()], [receipt()], set(), {"T1": "m1"}, id="one fits one"),
        pytest.param([unknown()], [receipt(), receipt()], set(), {"T1": "m1"}, id="the same receipt read twice"),
        pytest.param([unknown()], [receipt(number=OTHER)], set(), {}, id="another number"),
        pytest.param([unknown()], [receipt()], {"m1"}, {}, id="somebody owns the id"),
        pytest.param([unknown()], [receipt(), receipt("m2")], {"m1"}, {"T1": "m2"}, id="the other id is free"),
        pytest.param([unknown()], [receipt(), receipt("m2")], set(), {}, id="two receipts fit"),
        pytest.param([unknown(), unknown("T2")], [receipt()], set(), {}, id="two entries fit"),
        pytest.param([unknown(), unknown("T2")], [receipt(), receipt("m2")], set(), {}, id="two and two: a guess"),
        pytest.param(
            [unknown(), unknown("T2", seconds=600)], [receipt(), receipt("m2", seconds=601)], set(),
            {"T1": "m1", "T2": "m2"}, id="two to one number, apart in time",
        ),
        pytest.param(
            [unknown(), unknown("T2", OTHER)], [receipt(), receipt("m2", OTHER)], set(),
            {"T1": "m1", "T2": "m2"}, id="two numbers",
        ),
        pytest.param(
            [unknown(), unknown("T2", seconds=-100)], [receipt()], set(), {}, id="one fits only it, and it fits two"
        ),
        pytest.param([unknown()], [receipt(seconds=-5)], set(), {"T1": "m1"}, id="clocks a little apart"),
        pytest.param([unknown()], [receipt(seconds=-6)], set(), {}, id="taken before our claim"),
        pytest.param([unknown()], [receipt(seconds=120)], set(), {"T1": "m1"}, id="within the life of the worker"),
        pytest.param([unknown()], [receipt(seconds=121)], set(), {}, id="after the worker's death"),
        pytest.param([unknown(message_id="m0")], [receipt()], set(), {}, id="has its message"),
        pytest.param([unknown(channel="E-Mail")], [receipt()], set(), {}, id="an e-mail goes by its tags"),
        pytest.param([], [receipt()], set(), {}, id="nothing is unknown"),
    ],
)  # fmt: skip
def test_matches(entries: list[Entry], receipts: list[SmsReceipt], owned: set[str], found: dict[str, str]) -> None:
    named = {made.key: made.identity.removeprefix("reminder:") for made in entries}
    assert {
        named[key]: message_id for key, message_id in match_by_number_and_time(entries, receipts, owned).items()
    } == found


@pytest.mark.parametrize(
    ("other", "found"),
    [
        pytest.param(replace(unknown("T2"), state=State.DELIVERED), {}, id="a person says that it was delivered"),
        pytest.param(
            replace(unknown("T2"), state=State.PREPARED, claimed_at=None, reserved_at=None),
            {},
            id="a person sends again",
        ),
        pytest.param(replace(unknown("T2", seconds=900), attempt=2, message_id="m0"), {}, id="was sent again"),
        pytest.param(
            unknown("T2", attempt=1, message_id="m0", reserved_at=NOW), {"T1": "m1"}, id="has its own message"
        ),
        pytest.param(
            unknown("T2", seconds=900, attempt=1, reserved_at=NOW), {"T1": "m1"}, id="was sent at another time"
        ),
        pytest.param(replace(unknown("T2", OTHER), state=State.DELIVERED), {"T1": "m1"}, id="of another number"),
    ],
)
def test_a_message_that_another_entry_may_have_sent_is_nobodys(other: Entry, found: dict[str, str]) -> None:
    only = unknown()
    ids = match_by_number_and_time([only], [receipt()], set(), [other])
    assert list(ids.values()) == list(found.values())


seconds = st.integers(-300, 300)
numbers = st.sampled_from([MOBILE, OTHER])
entries = st.lists(
    st.builds(unknown, st.text("abc", min_size=1), numbers, seconds), unique_by=lambda made: made.identity
)
receipts = st.lists(
    st.builds(receipt, st.sampled_from(["m1", "m2", "m3"]), numbers, seconds), unique_by=lambda r: r.message_id
)


@given(entries, receipts, st.sets(st.sampled_from(["m1", "m2", "m3"])))
def test_nobody_shares_a_message_and_no_order_matters(
    made: list[Entry], found: list[SmsReceipt], owned: set[str]
) -> None:
    ids = match_by_number_and_time(made, found, owned)
    assert len(set(ids.values())) == len(ids)
    assert not owned & set(ids.values())
    assert match_by_number_and_time(made[::-1], found[::-1], owned) == ids


@given(entries, receipts)
def test_a_match_was_the_only_candidate_on_both_sides(made: list[Entry], found: list[SmsReceipt]) -> None:
    alone = {one.key: match_by_number_and_time([one], found, set()) for one in made}
    for key, message_id in match_by_number_and_time(made, found, set()).items():
        assert alone[key] == {key: message_id}
        assert [other for other in alone if message_id in alone[other].values()] == [key]

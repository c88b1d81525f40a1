"""A patient asks for a message once more: from the person's act to the second message."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.admin.send_again import price_of, send_again
from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualNote, UnresolvableError
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.text import Text
from tests.flow.fake_build import Day, Desk


def reminded(starts_at: str = "2026-11-24 15:00", until: str = "2026-11-23 11:00", **columns: Any) -> tuple[Day, Desk]:
    """A patient whose reminder was delivered."""
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    desk.appointment(starts_at, **columns)
    day.play(until)
    assert desk.entries["T1"].state is State.DELIVERED
    return day, desk


def ask(desk: Desk, identity: str = "reminder:T1", seen: int | None = None, note: str = "am Telefon") -> Entry:
    key, now = named(desk, identity).key, desk.cloud.world.now
    return send_again(desk.name, key, seen, ManualNote("anna", note), "de", now, desk.parts)


def named(desk: Desk, identity: str) -> Entry:
    found = {one.identity: one for one in desk.parts.data.entries[desk.name].values()}
    return found[identity]


def again(desk: Desk) -> list[Entry]:
    return [one for one in desk.parts.data.entries[desk.name].values() if one.kind is Kind.AGAIN]


def refused(desk: Desk, identity: str = "reminder:T1", seen: int | None = None) -> Text:
    with pytest.raises(UnresolvableError) as error:
        ask(desk, identity, seen)
    return error.value.text


def test_it_goes_with_the_next_send_tick_and_the_first_one_stays() -> None:
    day, desk = reminded()
    before = named(desk, "reminder:T1")
    made = ask(desk)
    assert (made.identity, made.state, made.credits) == ("again:reminder:T1:1", State.PREPARED, 0)
    assert price_of(before, desk.parts) == (1, 9_999)
    day.play("2026-11-23 12:00")
    assert desk.sent() == [("23T09:05", "+41790000001"), ("23T10:05", "+41790000001")]
    (second,) = again(desk)
    after = named(desk, "reminder:T1")
    assert (second.state, second.credits, second.text) == (State.DELIVERED, 1, before.text)
    assert (after.state, after.again, after.changed_at) == (State.DELIVERED, 1, before.changed_at)
    assert desk.parts.store.balances(desk.name, ["M1"]) == {"M1": 9_998}
    (line,) = [line for line in desk.parts.history.activities(desk.name) if line.get("by") == "anna"]
    assert (line["entry"], line["to"], "am Telefon" in line["text"]) == ("again:reminder:T1:1", "prepared", True)

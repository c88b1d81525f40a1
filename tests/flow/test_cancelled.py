"""A person cancels unsent entries, and releases them: messages, charges and logs."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.admin.queue_actions import cancel_entries, decide_possible, release_entries
from chalicelib.entries.credits import totals_of
from chalicelib.entries.manual_decision import ManualNote, UnresolvableError
from chalicelib.entries.restore import last_logged_states
from chalicelib.entries.several import Act
from chalicelib.entries.states import State
from chalicelib.planning.outlook import next_send, next_send_of_released
from chalicelib.text import Text
from infra.language import said
from tests.fakes.world import Moment
from tests.flow.fake_build import Day, Desk, at

TOMORROW = "2026-11-24 09:00"
OFTEN: dict[str, Any] = {"prepare-reminders__Zeitplan": "täglich alle 30 Minuten 08:00-18:00"}


def a_day(until: str = "2026-11-23 10:02", appointments: int = 1, **parameters: str) -> tuple[Day, Desk]:
    day = Day("2026-11-23 06:00")
    desk = day.practice(**{f"Auftraege__{name}": value for name, value in parameters.items()})
    for _ in range(appointments):
        desk.appointment(TOMORROW)
    day.play(until)
    return day, desk


def cancel(desk: Desk, *names: str, note: str = "doppelt erfasst") -> list[State]:
    parts, keys = desk.parts, [desk.entries[name].key for name in names]
    done = cancel_entries(desk.name, keys, ManualNote("user/anna", note), "de", desk.cloud.world.now, parts)
    return [made.after.state for made in done]


def release(desk: Desk, *names: str) -> None:
    parts, keys, now = desk.parts, [desk.entries[name].key for name in names], desk.cloud.world.now
    release_entries(desk.name, keys, ManualNote("user/anna", "geklärt"), "de", now, parts)


def books(desk: Desk) -> tuple[int, int]:
    totals = totals_of(desk.parts.store.ledger(desk.name, "M1"))
    assert totals.balance == desk.parts.store.balances(desk.name, ["M1"])["M1"]
    return totals.charged, totals.refunded


def told_by_hand(desk: Desk) -> list[tuple[str, str, str, str]]:
    lines = [line for line in desk.parts.history.activities(desk.name) if "by" in line]
    return [(line["from"], line["to"], line["text"].partition(": ")[2], line["by"]) for line in lines]


def test_what_waits_is_cancelled_and_no_later_prepare_revives_it() -> None:
    day, desk = a_day(**OFTEN)
    assert cancel(desk, "T1") == [State.CANCELLED]
    day.play("2026-11-23 20:00")
    entry = desk.entries["T1"]
    assert (entry.state, entry.cancelled_manually, entry.reason) == (
        State.CANCELLED,
        True,
        Text("manual.cancelled.note", note="doppelt erfasst"),
    )
    assert (desk.sent(), books(desk)) == ([], (0, 0))
    assert told_by_hand(desk) == [("prepared", "cancelled", "Von Hand storniert: doppelt erfasst", "user/anna")]


def test_what_a_rule_has_cancelled_is_revived_as_before() -> None:
    day, desk = a_day(**OFTEN)
    desk.tables["Termin"][0]["Status"] = "provisorisch"
    day.play("2026-11-23 10:20")
    before = desk.entries["T1"].state
    desk.tables["Termin"][0]["Status"] = "definitiv"
    day.play("2026-11-23 10:31")
    assert (before, desk.entries["T1"].state) == (State.CANCELLED, State.PREPARED)


def test_what_is_released_again_leaves_at_the_next_send_tick() -> None:
    day, desk = a_day()
    cancel(desk, "T1")
    day.play("2026-11-23 10:30")
    release(desk, "T1")
    assert (desk.entries["T1"].state, desk.entries["T1"].cancelled_manually) == (State.PREPARED, False)
    day.play("2026-11-23 12:00")
    assert desk.sent() == [("23T09:35", "+41790000001")]
    assert told_by_hand(desk)[-1] == ("cancelled", "prepared", "Von Hand freigegeben: geklärt", "user/anna")


def test_what_is_reserved_comes_back_with_its_refund_and_deliver_leaves_it_alone() -> None:
    day, desk = a_day(until="2026-11-23 10:00:30")
    states: list[State] = []

    def cancelled_in_the_outbox(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "stops.entries_and_stop") and not states:
            states.extend(cancel(desk, "T1"))

    day.cloud.world.fault = cancelled_in_the_outbox
    day.play("2026-11-23 12:00")
    assert (states, desk.entries["T1"].state, desk.sent()) == ([State.CANCELLED], State.CANCELLED, [])
    assert books(desk) == (1, 1)
    assert [line[:2] for line in told_by_hand(desk)] == [("reserved", "prepared"), ("prepared", "cancelled")]
    key, lines = desk.entries["T1"].key, desk.parts.history.activities(desk.name)
    assert key not in last_logged_states(lines), "a table that was set back must not take it for one that left"


def test_what_has_left_is_refused_and_with_it_all_that_were_named() -> None:
    day, desk = a_day(until="2026-11-23 20:00")
    desk.appointment("2026-11-25 09:00")
    day.play("2026-11-24 10:02")
    with pytest.raises(UnresolvableError) as refused:
        cancel(desk, "T2", "T1")
    why = "Der Eintrag ist «zugestellt»; storniert wird nur, was noch nicht versendet ist."
    assert said(refused.value.text) == f"reminder:T1: {why} Nichts wurde geändert."
    assert desk.entries["T2"].state is State.PREPARED
    assert told_by_hand(desk) == []


def test_an_entry_that_leaves_at_the_same_moment_is_reported_with_the_rest() -> None:
    day, desk = a_day(appointments=2)

    def other_is_faster(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "store.commit"):
            day.cloud.world.fault = lambda moment, call: None
            cancel(desk, "T2")

    day.cloud.world.fault = other_is_faster
    with pytest.raises(UnresolvableError) as refused:
        cancel(desk, "T1", "T2")
    assert said(refused.value.text).startswith("reminder:T2: Der Eintrag ist «storniert»; ")
    assert said(refused.value.text).endswith(" Erledigt: reminder:T1.")
    assert {entry.state for entry in desk.entries.values()} == {State.CANCELLED}
    assert len(told_by_hand(desk)) == 2


def test_nothing_else_is_released_nor_what_has_begun() -> None:
    day, desk = a_day()
    with pytest.raises(UnresolvableError) as refused:
        release(desk, "T1")
    assert "freigegeben wird nur, was zurückgehalten oder von Hand storniert ist" in said(refused.value.text)
    cancel(desk, "T1")
    day.play("2026-11-24 09:30")
    with pytest.raises(UnresolvableError) as refused:
        release(desk, "T1")
    assert "Der Termin hat begonnen; zu versenden ist nichts mehr" in said(refused.value.text)
    assert desk.sent() == []


def test_the_desk_does_what_is_possible_and_reports_what_left_at_the_same_moment() -> None:
    day, desk = a_day(appointments=3)
    seen = {entry.key: entry.version for entry in desk.entries.values()}
    keys = [desk.entries[name].key for name in ("T1", "T2", "T3")]
    seen[keys[2]] += 1  # another version than the one that was seen
    entries = desk.parts.store.entries(desk.name, keys)

    def other_is_faster(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "store.commit"):
            day.cloud.world.fault = lambda moment, call: None
            cancel(desk, "T2")

    day.cloud.world.fault = other_is_faster
    note, now = ManualNote("desk/anna", "doppelt erfasst"), desk.cloud.world.now
    found = decide_possible(seen, entries, Act.CANCEL, note, "de", now, desk.parts)
    assert [made.after.key for made in found.done] == keys[:1]
    changed = "Die Mitteilung hat sich inzwischen geändert; sie ist jetzt «{}»."
    assert {key: said(why) for key, why in found.left.items()} == {
        keys[1]: changed.format("storniert"), keys[2]: changed.format("aufbereitet"),
    }  # fmt: skip
    assert [entry.state for entry in desk.entries.values()] == [State.CANCELLED, State.CANCELLED, State.PREPARED]
    assert [line[3] for line in told_by_hand(desk)] == ["user/anna", "desk/anna"]


def test_what_is_released_leaves_at_the_tick_that_was_foretold() -> None:
    day, desk = a_day()
    cancel(desk, "T1")
    day.play("2026-11-23 10:30")
    foretold = next_send_of_released(desk.practice, desk.cloud.world.now)
    assert foretold != next_send(desk.practice, desk.cloud.world.now)
    release(desk, "T1")
    assert next_send(desk.practice, desk.cloud.world.now) == foretold
    day.play("2026-11-23 12:00")
    assert foretold == at("2026-11-23 10:35")
    assert desk.sent() == [("23T09:35", "+41790000001")]

"""Entries, balances and the ledger: the same on the fake and on DynamoDB."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.entry_store import ShortOfCreditsError
from chalicelib.entries.credits import TopUp
from chalicelib.entries.entry import anonymised, held_back, released, transition, with_reason
from chalicelib.entries.groups import Group
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.text import Text
from tests.contract.entries import SOON, books, entry, keys, now, reserved, topped_up, written
from tests.contract.sides import NOW, Side, new_practice


def test_an_entry_comes_back_as_it_was_written(side: Side) -> None:
    practice = new_practice()
    full = entry(
        practice, 1, State.SENDING, text="Grüezi “…” 👋", recipient="+41790000001", sender="Praxis", subject=None,
        credits=3, parts=2, attempt=2, charge="charge#1", reserved_at=NOW, send_before=SOON, claimed_at=SOON,
        reason=Text("covered.released"),
    )  # fmt: skip
    bare = entry(practice, 2, State.NOT_SENDABLE, mandant=None, channel=None, appointment="T2")
    for made in written(side, full, bare):
        assert made.write_id
        assert now(side, made) == made
    assert replace(now(side, full), write_id="") == full


def test_what_does_not_exist_is_left_out(side: Side) -> None:
    practice = new_practice()
    (made,) = written(side, entry(practice))
    found = side.parts.store.entries(practice, ["0" * 32, made.key, "f" * 32])
    assert found == {made.key: made}
    assert side.parts.store.entries(practice, []) == {}
    assert side.parts.store.entries(new_practice(), [made.key]) == {}


def test_more_than_a_hundred_entries_are_written_and_read(side: Side) -> None:
    practice = new_practice()
    made = written(side, *(entry(practice, number) for number in range(250)))
    found = side.parts.store.entries(practice, [entry.key for entry in made])
    assert len({entry.write_id for entry in made}) == 3  # transactions of a hundred
    assert found == {entry.key: entry for entry in made}
    assert len(found) == 250


def test_a_batch_may_not_name_an_entry_twice(side: Side) -> None:
    practice = new_practice()
    (made,) = written(side, entry(practice))
    with pytest.raises(ClientError, match="ValidationException"):
        side.parts.store.entries(practice, [made.key, made.key])
    with pytest.raises(ClientError, match="ValidationException"):
        side.parts.store.commit(
            [Transition(made, with_reason(made, Text("one"))), Transition(made, with_reason(made, Text("two")))]
        )
    assert now(side, made) == made


def test_open_entries_are_those_of_the_group_by_start(side: Side) -> None:
    practice, other = new_practice(), new_practice()
    states = [State.PREPARED, State.SENT, State.UNKNOWN, State.DELIVERED, State.FAILED, State.CANCELLED, State.PREPARED]
    made = [entry(practice, 20 - n, state) for n, state in enumerate(states)]
    written(side, *made, entry(other))

    def group(name: Group) -> list[str]:
        return [entry.identity for entry in side.parts.store.open_entries(practice, name)]

    assert group(Group.PREPARED) == ["reminder:T14", "reminder:T20"]
    assert group(Group.UNDERWAY) == ["reminder:T18", "reminder:T19"]
    assert group(Group.UNREACHED) == ["reminder:T16"]
    assert group(Group.HELD) == []
    listed = [one.identity for one in side.parts.store.entries_in(practice, (Group.UNDERWAY, Group.PREPARED))]
    assert listed == [*group(Group.UNDERWAY), *group(Group.PREPARED)]


def test_what_is_held_waits_in_a_group_of_its_own_until_it_is_released(side: Side) -> None:
    practice, store = new_practice(), side.parts.store
    made = written(side, *(entry(practice, n) for n in range(2)))

    def groups() -> list[list[str]]:
        return [
            [entry.identity for entry in store.open_entries(practice, name)] for name in (Group.PREPARED, Group.HELD)
        ]

    (held,) = store.commit([Transition(made[0], held_back(made[0], Text("missed")))])
    assert groups() == [["reminder:T1"], ["reminder:T0"]]
    assert now(side, made[0]) == held.after
    store.commit([Transition(held.after, released(held.after))])
    assert groups() == [["reminder:T0", "reminder:T1"], []]


def test_ended_entries_are_listed_by_their_last_transition_until_they_are_anonymised(side: Side) -> None:
    practice = new_practice()
    ended = [State.EXPIRED, State.DELIVERED, State.UNCONFIRMED, State.CANCELLED]
    moved = [NOW + timedelta(hours=n, microseconds=n) for n in range(4)]
    made = written(side, *(entry(practice, 9 - n, state, changed_at=moved[n]) for n, state in enumerate(ended)))

    def listed(since: datetime | None = None) -> list[State]:
        return [entry.state for entry in side.parts.store.open_entries(practice, Group.ENDED, since)]

    assert listed() == listed(NOW) == ended
    assert listed(moved[2]) == ended[2:]
    assert listed(moved[2] + timedelta(microseconds=1)) == ended[3:]
    side.parts.store.commit([Transition(made[1], anonymised(made[1]))])
    assert listed() == [State.EXPIRED, State.UNCONFIRMED, State.CANCELLED]


def test_open_entries_of_many_pages_and_what_leaves_the_group(side: Side) -> None:
    practice = new_practice()
    long = Text("waits", long="x" * 6000)
    made = written(side, *(entry(practice, number, reason=long) for number in range(300)))  # 1.8 MB
    gone = side.parts.store.commit([Transition(entry, transition(entry, State.CANCELLED, SOON)) for entry in made[::2]])
    assert len(gone) == 150
    listed = side.parts.store.open_entries(practice, Group.PREPARED)
    assert [entry.key for entry in listed] == [entry.key for entry in made[1::2]]


def test_a_new_entry_is_written_once_and_keeps_its_first_form(side: Side) -> None:
    practice = new_practice()
    (first,) = written(side, entry(practice, reason=Text("first")))
    second = side.parts.store.commit(
        [Transition(None, entry(practice, reason=Text("second"))), Transition(None, entry(practice, 2))]
    )
    assert [made.after.identity for made in second] == ["reminder:T2"]
    assert now(side, first).reason == Text("first")


def test_a_move_from_an_older_version_is_left_out_and_the_others_are_done(side: Side) -> None:
    made = written(side, *(entry(new_practice_, n) for new_practice_ in [new_practice()] for n in range(5)))
    side.parts.store.commit([Transition(entry, with_reason(entry, Text("faster"))) for entry in made[1:3]])
    done = side.parts.store.commit([Transition(entry, transition(entry, State.CANCELLED, SOON)) for entry in made])
    assert keys(done) == [made[n].key for n in (0, 3, 4)]
    assert [now(side, entry).state.value for entry in made] == [
        "cancelled",
        "prepared",
        "prepared",
        "cancelled",
        "cancelled",
    ]
    assert side.parts.store.commit([Transition(entry, transition(entry, State.EXPIRED, SOON)) for entry in made]) == []
    assert side.parts.store.commit([]) == []


def test_a_commit_whose_answer_is_lost_has_succeeded(side: Side) -> None:
    practice = new_practice()
    made = written(side, *(entry(practice, n) for n in range(4)))
    side.parts.store.commit([Transition(made[2], with_reason(made[2], Text("faster")))])
    side.lose_answer()
    done = side.parts.store.commit([Transition(entry, with_reason(entry, Text("new"))) for entry in (made[0], made[1])])
    assert keys(done) == [made[0].key, made[1].key]
    assert [now(side, made.after) == made.after for made in done] == [True, True]
    again = side.parts.store.commit([Transition(entry, with_reason(entry, Text("again"))) for entry in made])
    assert keys(again) == [made[3].key]


def test_a_block_is_charged_once_with_a_line_for_each_entry(side: Side) -> None:
    practice = new_practice()
    topped_up(side, practice, 200)
    made = written(side, *(entry(practice, n) for n in range(98)))
    done = side.parts.store.reserve("M1", [reserved(entry, credits=2) for entry in made], SOON)
    (charge,) = (item for item in side.parts.store.ledger(practice, "M1") if not isinstance(item, TopUp))
    assert keys(done) == [entry.key for entry in made]
    assert {paid.after.charge for paid in done} == {charge.key}
    assert [now(side, paid.after) for paid in done[::40]] == [paid.after for paid in done[::40]]
    assert (charge.credits, charge.at, books(side, practice)) == (-196, SOON, 4)


def test_entries_that_are_not_claimable_are_left_out_of_the_block_and_not_charged(side: Side) -> None:
    practice = new_practice()
    topped_up(side, practice, 10)
    made = written(side, *(entry(practice, n) for n in range(6)))
    side.parts.store.commit([Transition(entry, transition(entry, State.CANCELLED, SOON)) for entry in made[::2]])
    done = side.parts.store.reserve("M1", [reserved(entry) for entry in made], SOON)
    assert keys(done) == [entry.key for entry in made[1::2]]
    assert books(side, practice) == 7
    assert side.parts.store.reserve("M1", [reserved(entry) for entry in made], SOON) == []
    assert side.parts.store.reserve("M1", [], SOON) == []
    assert books(side, practice) == 7


@pytest.mark.parametrize("topped", [None, 2])
def test_a_balance_that_does_not_pay_the_block_pays_nothing(side: Side, topped: int | None) -> None:
    practice = new_practice()
    if topped:
        topped_up(side, practice, topped)
    made = written(side, *(entry(practice, n) for n in range(3)))
    with pytest.raises(ShortOfCreditsError):
        side.parts.store.reserve("M1", [reserved(entry) for entry in made], SOON)
    assert [now(side, entry).state for entry in made] == [State.PREPARED] * 3
    assert books(side, practice) == (topped or 0)


def test_the_whole_block_is_held_against_the_balance_even_where_a_part_has_changed(side: Side) -> None:
    practice = new_practice()
    topped_up(side, practice, 2)
    made = written(side, *(entry(practice, n) for n in range(3)))
    side.parts.store.commit([Transition(made[0], transition(made[0], State.CANCELLED, SOON))])
    with pytest.raises(ShortOfCreditsError):
        side.parts.store.reserve("M1", [reserved(entry) for entry in made], SOON)
    assert books(side, practice) == 2


def test_free_messages_need_no_balance(side: Side) -> None:
    practice = new_practice()
    (made,) = written(side, entry(practice))
    (paid,) = side.parts.store.reserve("M1", [reserved(made, credits=0)], SOON)
    assert (now(side, made), books(side, practice)) == (paid.after, 0)


def test_a_reservation_whose_answer_is_lost_is_charged_once(side: Side) -> None:
    practice = new_practice()
    topped_up(side, practice, 3)
    made = written(side, *(entry(practice, n) for n in range(3)))
    side.lose_answer()
    done = side.parts.store.reserve("M1", [reserved(entry) for entry in made], SOON)
    assert [now(side, entry) for entry in made] == [paid.after for paid in done]
    assert books(side, practice) == 0

"""Written together with an entry, once: its refund, the owner of a receipt, its pending e-mail events. Top-ups."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.aws.entry_store import ShortOfCreditsError
from chalicelib.entries.credits import Charge, Refund, TopUp, Transfer, refund_of
from chalicelib.entries.entry import Entry, back_to_prepared, transition
from chalicelib.entries.receipt import EmailEvent, SmsReceipt
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.text import Text
from tests.contract.entries import SOON, books, entry, keys, now, reserved, topped_up, written
from tests.contract.sides import NOW, Side, new_practice


def given_back(entry: Entry) -> Transition:
    return Transition(entry, back_to_prepared(entry, SOON, Text("deliver.too_late")), refund_of(entry, SOON))


def charged(side: Side, practice: str, count: int, mandant: str = "M1", first: int = 0) -> list[Entry]:
    """Reserve this number of entries, a credit each, from a balance that is empty afterwards."""
    topped_up(side, practice, count, mandant)
    made = written(side, *(entry(practice, first + n, mandant=mandant) for n in range(count)))
    return [paid.after for paid in side.parts.store.reserve(mandant, [reserved(entry) for entry in made], SOON)]


def covering(first: Entry, other: Entry) -> list[Transition]:
    """A reservation, and the appointments that its message covers."""
    pointing = {"covered_by": first.key, "covered_attempt": 1}
    return [reserved(first), Transition(other, transition(other, State.COVERED, SOON, **pointing))]


def test_what_another_covers_is_written_with_it_and_not_charged(side: Side) -> None:
    practice = new_practice()
    topped_up(side, practice, 1)
    first, other = written(side, entry(practice, 0), entry(practice, 1))
    paid, free = side.parts.store.reserve("M1", covering(first, other), SOON)
    assert (paid.after.charge is None, free.after.charge, free.after.credits) == (False, None, 0)
    assert (now(side, first), now(side, other)) == (paid.after, free.after)
    assert books(side, practice) == 0
    assert [len(item.lines) for item in side.parts.store.ledger(practice, "M1") if isinstance(item, Charge)] == [1]


@pytest.mark.parametrize("changed", [0, 1])
def test_nothing_is_charged_or_covered_where_the_covering_one_has_changed(side: Side, changed: int) -> None:
    practice = new_practice()
    topped_up(side, practice, 1)
    made = written(side, entry(practice, 0), entry(practice, 1))
    (after,) = side.parts.store.commit([Transition(made[changed], transition(made[changed], State.CANCELLED, SOON))])
    done = side.parts.store.reserve("M1", covering(*made), SOON)
    assert keys(done) == ([] if changed == 0 else [made[0].key])
    assert (now(side, made[changed]), books(side, practice)) == (after.after, 1 - changed)


def test_a_refund_goes_with_its_entry_for_each_mandant(side: Side) -> None:
    practice = new_practice()
    paid = charged(side, practice, 3) + charged(side, practice, 2, "M2", first=10)
    done = side.parts.store.commit([given_back(entry) for entry in paid])
    assert keys(done) == [entry.key for entry in paid]
    assert (books(side, practice), books(side, practice, "M2")) == (3, 2)
    refunds = [item for item in side.parts.store.ledger(practice, "M2") if isinstance(item, Refund)]
    assert {refund.entry for refund in refunds} == {entry.key for entry in paid[3:]}


def test_more_refunds_than_a_transaction_takes(side: Side) -> None:
    practice = new_practice()
    paid = charged(side, practice, 90)
    done = side.parts.store.commit([given_back(entry) for entry in paid])
    assert len(done) == 90
    assert len({made.after.write_id for made in done}) == 3  # entry, refund and balance for each: 33 a transaction
    assert books(side, practice) == 90


def test_a_refund_happens_once(side: Side) -> None:
    practice = new_practice()
    first, second = charged(side, practice, 2)
    (done,) = side.parts.store.commit([given_back(first)])
    assert side.parts.store.commit([given_back(first)]) == []
    # The same charge line again, with an unchanged entry: the line alone refuses it.
    again = Transition(done.after, replace(done.after, version=done.after.version + 1), refund_of(first, SOON))
    assert keys(side.parts.store.commit([again, given_back(second)])) == [second.key]
    assert (now(side, first), books(side, practice)) == (done.after, 2)


def test_a_refund_whose_answer_is_lost_is_given_once(side: Side) -> None:
    practice = new_practice()
    (paid,) = charged(side, practice, 1)
    side.lose_answer()
    (done,) = side.parts.store.commit([given_back(paid)])
    assert (now(side, paid), books(side, practice)) == (done.after, 1)


def test_a_second_attempt_is_charged_and_refunded_on_its_own(side: Side) -> None:
    practice = new_practice()
    (paid,) = charged(side, practice, 1)
    (back,) = side.parts.store.commit([given_back(paid)])
    (again,) = side.parts.store.reserve("M1", [reserved(back.after)], SOON)
    assert again.after.charge != paid.charge
    side.parts.store.commit([given_back(again.after)])
    assert (len(side.parts.store.ledger(practice, "M1")), books(side, practice)) == (5, 1)


def owned(side: Side, *message_ids: str, at: datetime = SOON) -> set[str]:
    """Which of these ids belong to an entry, of receipts that the carrier has stamped at this time."""
    return side.parts.receipts.owned(
        [SmsReceipt(message_id, at, True, "", True, "+41790000001") for message_id in message_ids]
    )


def test_a_receipt_that_was_found_for_an_entry_has_one_owner(side: Side) -> None:
    practice = new_practice()
    first, second = written(side, *(entry(practice, n, State.UNKNOWN) for n in range(2)))
    message, free = f"{practice}-1", f"{practice}-2"

    def found(entry: Entry, message_id: str) -> Transition:
        return Transition(
            entry, replace(entry, version=entry.version + 1, message_id=message_id), adopted_id=message_id
        )

    assert owned(side, message) == set()
    (done,) = side.parts.store.commit([found(first, message)])
    assert side.parts.store.commit([found(second, message)]) == []
    assert now(side, second) == second
    assert keys(side.parts.store.commit([found(done.after, message), found(second, free)])) == [first.key, second.key]
    assert owned(side, message, free, "nobody") == {message, free}
    assert side.parts.receipts.parked([message, free]) == {}


@pytest.mark.parametrize("minutes", [0, -1, 4])
def test_an_id_that_came_for_an_answer_is_its_entry_s(side: Side, minutes: int) -> None:
    """Either clock may be behind; around midnight too."""
    practice, midnight = new_practice(), datetime(2026, 11, 24, tzinfo=UTC)
    made = written(side, *(entry(practice, n, State.SENDING) for n in range(12)))
    taken = midnight + timedelta(minutes=minutes)

    def sent(entry: Entry) -> Transition:
        message_id = f"{practice}-{entry.identity}"
        return Transition(entry, transition(entry, State.SENT, midnight, message_id=message_id), accepted_id=message_id)

    ids = [f"{practice}-{entry.identity}" for entry in made]
    assert owned(side, *ids, at=taken) == set()
    side.lose_answer()
    assert keys(side.parts.store.commit([sent(entry) for entry in made[:10]])) == [entry.key for entry in made[:10]]
    assert side.parts.store.commit([sent(made[0])]) == []
    assert owned(side, *ids, "nobody", at=taken) == set(ids[:10])
    assert owned(side) == set()


def test_mail_receipts_are_used_up_with_the_move(side: Side) -> None:
    practice = new_practice()
    (made,) = written(side, entry(practice, 1, State.SENT, channel="E-Mail"))
    events = [EmailEvent(practice, made.key, 1, NOW, delivered, "wegen") for delivered in (True, False)]
    side.parts.receipts.park_email(events)
    used = tuple(event.sort_key for event in side.parts.receipts.pending_email_events(practice))
    stale = Transition(replace(made, version=7), transition(made, State.FAILED, SOON), used_email_events=used)
    assert side.parts.store.commit([stale]) == []
    assert len(side.parts.receipts.pending_email_events(practice)) == 2
    side.parts.store.commit(
        [Transition(made, transition(made, State.FAILED, SOON), used_email_events=(*used, "gone#delivered"))]
    )
    assert side.parts.receipts.pending_email_events(practice) == []


def test_a_top_up_counts_once_for_its_reference(side: Side) -> None:
    practice = new_practice()
    for reference, credits, counts in [("r1", 5, True), ("r1", 5, False), ("r1", 7, False), ("r2", 7, True)]:
        assert side.parts.store.top_up(practice, TopUp("M1", reference, credits, NOW)) is counts
    assert side.parts.store.top_up(practice, TopUp("M2", "r1", 1, NOW))
    assert (books(side, practice), books(side, practice, "M2")) == (12, 1)


def test_a_top_up_whose_answer_is_lost_counts_once(side: Side) -> None:
    practice = new_practice()
    side.lose_answer()
    side.parts.store.top_up(practice, TopUp("M1", "r1", 5, NOW))
    assert books(side, practice) == 5


def given(credits: int, mandant: str = "M1", other: str = "M2", reference: str = "r1") -> Transfer:
    """The giving side."""
    return Transfer(mandant, other, reference, -credits, NOW)


def test_a_transfer_moves_credits_with_a_ledger_item_on_each_side(side: Side) -> None:
    practice = new_practice()
    topped_up(side, practice, 7)
    assert side.parts.store.transfer(practice, given(5))
    assert (books(side, practice), books(side, practice, "M2")) == (2, 5)
    found = [side.parts.store.ledger(practice, mandant)[-1] for mandant in ("M1", "M2")]
    assert found == [given(5), given(5).other_side()]


@pytest.mark.parametrize(
    "again",
    [given(1), given(2), given(1, "M2", "M1"), given(1, "M3", "M1"), given(1, "M1", "M3"), given(1, "M2", "M3")],
    ids=["the same", "another amount", "back", "to who gave", "to another", "from who got"],
)
def test_the_reference_of_a_transfer_counts_once_for_each_of_its_mandanten(side: Side, again: Transfer) -> None:
    practice = new_practice()
    for mandant in ("M1", "M2", "M3"):
        topped_up(side, practice, 9, mandant)
    assert side.parts.store.transfer(practice, given(1))
    assert side.parts.store.transfer(practice, again) is False
    assert [books(side, practice, mandant) for mandant in ("M1", "M2", "M3")] == [8, 10, 9]
    assert side.parts.store.transfer(practice, replace(again, reference="r2"))


@pytest.mark.parametrize("balance", [None, 0, 4])
def test_nobody_transfers_more_than_there_is(side: Side, balance: int | None) -> None:
    practice = new_practice()
    if balance is not None:
        topped_up(side, practice, balance)
    with pytest.raises(ShortOfCreditsError):
        side.parts.store.transfer(practice, given(5))
    assert (books(side, practice), books(side, practice, "M2")) == (balance or 0, 0)
    assert side.parts.store.ledger(practice, "M2") == []


def test_a_transfer_whose_answer_is_lost_counts_once(side: Side) -> None:
    practice = new_practice()
    topped_up(side, practice, 5)
    side.lose_answer()
    side.parts.store.transfer(practice, given(3))
    assert (books(side, practice), books(side, practice, "M2")) == (2, 3)


def test_balances_of_nobody_and_of_more_than_a_batch(side: Side) -> None:
    practice = new_practice()
    for n in range(105):
        topped_up(side, practice, n + 1, f"M{n}")
    wanted = [f"M{n}" for n in range(107)]
    assert side.parts.store.balances(practice, [*wanted, "M1"]) == {
        mandant: n + 1 if n < 105 else 0 for n, mandant in sorted(enumerate(wanted), key=lambda pair: pair[1])
    }
    assert side.parts.store.balances(practice, []) == {}
    assert side.parts.store.ledger(practice, "niemand") == []


@pytest.mark.parametrize("mandant", ["Dr. Müller & Söhne #1", "a b", "M" * 64, "topup#x"])
def test_any_id_of_a_mandant_will_do(side: Side, mandant: str) -> None:
    practice = new_practice()
    topped_up(side, practice, 4, mandant)
    assert books(side, practice, mandant) == 4

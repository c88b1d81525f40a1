"""A low balance is noted with its charge, told by one worker, and over at the minimum: on the fake and on DynamoDB."""

from datetime import timedelta

import pytest

from chalicelib.aws.entry_store import ShortOfCreditsError
from chalicelib.aws.practice_store import CLAIM
from chalicelib.entries.credits import AUTOMATIC, TopUp, Transfer
from chalicelib.planning.alerts import AlertKind
from chalicelib.practice.record import AutomaticTopUp, MissedAlert, PracticeRecord
from chalicelib.text import Text
from tests.contract.entries import books, entry, reserved, topped_up, written
from tests.contract.sides import NOW, Side, new_practice, registered

LOW, MOMENT = "low-balance#M1#0123456789abcdef", timedelta(microseconds=1)


def test_an_alert_is_claimed_by_one_until_it_is_confirmed(side: Side) -> None:
    practice, alerts = registered(side), side.parts.raised_alerts
    assert alerts.claim(practice, LOW, NOW)
    assert not alerts.claim(practice, LOW, NOW + CLAIM - MOMENT)
    assert _alerts(side, practice) == (set(), {LOW})
    assert alerts.claim(practice, LOW, NOW + CLAIM)  # the first one has died
    alerts.confirm(practice, LOW, NOW + CLAIM)
    assert _alerts(side, practice) == ({LOW}, set())
    assert not alerts.claim(practice, LOW, NOW + 9 * CLAIM)
    assert not alerts.add(practice, LOW, NOW)


def test_an_alert_that_somebody_missed_is_claimed_again_until_it_is_sent(side: Side) -> None:
    practice, alerts = registered(side), side.parts.raised_alerts
    missed = MissedAlert(Text("alert.low_balance", mandant="M1"), operator=False, people=True)
    alerts.claim(practice, LOW, NOW)
    alerts.confirm(practice, LOW, NOW, missed)
    assert (_alerts(side, practice), _record(side, practice).missed) == (({LOW}, set()), {LOW: missed})
    assert alerts.claim(practice, LOW, NOW)
    assert not alerts.claim(practice, LOW, NOW + CLAIM - MOMENT)
    assert (_alerts(side, practice), _record(side, practice).missed) == (({LOW}, set()), {LOW: missed})
    alerts.confirm(practice, LOW, NOW)
    assert (_alerts(side, practice), _record(side, practice).missed) == (({LOW}, set()), {})
    assert not alerts.claim(practice, LOW, NOW + 9 * CLAIM)


def test_a_claim_whose_answer_is_lost_is_the_caller_s(side: Side) -> None:
    practice = registered(side)
    side.lose_answer()
    assert side.parts.raised_alerts.claim(practice, LOW, NOW)
    assert not side.parts.raised_alerts.claim(practice, LOW, NOW)


def test_an_alert_that_ended_while_it_was_sent_is_raised_no_more(side: Side) -> None:
    practice, alerts = registered(side), side.parts.raised_alerts
    alerts.claim(practice, LOW, NOW)
    alerts.end(_record(side, practice), AlertKind.LOW_BALANCE, "M1")
    alerts.confirm(practice, LOW, NOW)
    assert _alerts(side, practice) == (set(), set())


@pytest.mark.parametrize(
    ("credits", "least", "left"), [(4, 5, {LOW}), (5, 5, set()), (None, 1, {LOW}), (None, 0, set())]
)
def test_a_low_balance_ends_only_at_the_minimum(side: Side, credits: int | None, least: int, left: set[str]) -> None:
    practice = registered(side)
    if credits is not None:
        topped_up(side, practice, credits)
    side.parts.raised_alerts.add(practice, LOW, NOW)
    side.parts.raised_alerts.end_low(practice, LOW, "M1", least)
    assert _record(side, practice).alerts == left


def test_a_charge_that_makes_an_alert_due_notes_it_in_its_transaction(side: Side) -> None:
    practice = registered(side)
    topped_up(side, practice, 5)
    first, second = (reserved(made) for made in written(side, entry(practice, 1), entry(practice, 2)))
    with pytest.raises(ShortOfCreditsError):
        side.parts.store.reserve("M1", [first], NOW, stays=5)
    assert side.parts.store.reserve("M1", [first], NOW, stays=4)
    assert _record(side, practice).untold == set()
    assert side.parts.store.reserve("M1", [second], NOW, due=LOW)
    assert _record(side, practice).untold == {LOW}
    assert books(side, practice) == 3
    assert side.parts.raised_alerts.claim(practice, LOW, NOW)


def test_a_charge_leaves_a_told_alert_as_it_is(side: Side) -> None:
    practice = registered(side)
    topped_up(side, practice, 5)
    side.parts.raised_alerts.add(practice, LOW, NOW)
    side.parts.store.reserve("M1", [reserved(made) for made in written(side, entry(practice, 1))], NOW, due=LOW)
    assert _alerts(side, practice) == ({LOW}, set())


def test_the_payers_of_a_practice_are_those_who_ever_had_credits(side: Side) -> None:
    practice, other = new_practice(), new_practice()
    assert side.parts.store.payers(practice) == []
    for mandant in ("M2", "a b#mandant#c"):
        topped_up(side, practice, 1, mandant)
    topped_up(side, other, 1)
    side.parts.store.transfer(practice, Transfer("M2", "M3", "r", -1, NOW))
    assert sorted(side.parts.store.payers(practice)) == ["M2", "M3", "a b#mandant#c"]


def _record(side: Side, practice: str) -> PracticeRecord:
    record = side.parts.practices.record(practice)
    assert record is not None
    return record


def _alerts(side: Side, practice: str) -> tuple[set[str], set[str]]:
    """The causes that were told, and those that nobody has been told."""
    record = _record(side, practice)
    return set(record.alerts), set(record.untold)


def test_a_balance_is_topped_up_automatically_below_its_limit_only(side: Side) -> None:
    practice, store = registered(side), side.parts.store
    rule = AutomaticTopUp("M1", 5, 7)
    side.parts.practices.set_automatic(practice, AutomaticTopUp("M1", 1, 2))
    side.parts.practices.set_automatic(practice, rule)
    assert _record(side, practice).automatic == {"M1": rule}
    side.lose_answer()
    assert store.top_up_automatically(practice, rule, NOW)
    assert not store.top_up_automatically(practice, rule, NOW)
    assert books(side, practice) == 7
    (item,) = store.ledger(practice, "M1")
    assert isinstance(item, TopUp)
    assert (item.source, item.credits) == (AUTOMATIC, 7)
    side.parts.practices.drop_automatic(practice, "M1")
    assert _record(side, practice).automatic == {}

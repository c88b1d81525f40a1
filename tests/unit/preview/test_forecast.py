"""When credits run out: by known messages, by the usual number, or never. Tables of days, all in Zurich."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.entries.credits import Charge, LedgerItem, Refund, TopUp, Transfer
from chalicelib.messages.kind import Kind
from chalicelib.preview.forecast import Forecast, Planned, forecast, usual_uses

ZURICH = ZoneInfo("Europe/Zurich")
TODAY = date(2026, 11, 23)  # a Monday
END = date(2026, 11, 30)
MONDAYS = [TODAY - timedelta(weeks=n) for n in range(1, 9)]


def at(day: int | date, clock: str = "10:05") -> datetime:
    """A local time, of a day in November."""
    on = date(2026, 11, day) if isinstance(day, int) else day
    return datetime.fromisoformat(f"{on} {clock}").replace(tzinfo=ZURICH).astimezone(UTC)


def known(day: int, *credits: int, kind: Kind = Kind.REMINDER, mandant: str = "M1") -> list[Planned]:
    return [Planned(mandant, at(day), kind, price) for price in credits]


def charge(day: date, credits: int, mandant: str = "M1") -> Charge:
    return Charge(mandant, {f"{day}": credits}, {f"{day}": 1}, at(day))


def topped_up(credits: int) -> TopUp:
    return TopUp("M1", "Rechnung 1", credits, at(date(2026, 1, 5)))


def foreseen(ledger: Sequence[LedgerItem], planned: Sequence[Planned] = (), clock: str = "08:00") -> Forecast:
    slots = {TODAY + timedelta(days=n): at(TODAY + timedelta(days=n)) for n in range(8)}
    return forecast("M1", ledger, planned, slots, at(TODAY, clock), END, ZURICH)


@pytest.mark.parametrize(
    ("balance", "planned", "until", "affected"),
    [
        pytest.param(0, [], None, (0, 0), id="no past and no agenda: nothing is needed, and nothing lacks"),
        pytest.param(3, known(24, 1, 2), None, (0, 0), id="exactly enough"),
        pytest.param(2, known(24, 1, 2), at(24), (1, 0), id="one short: the first that does not fit"),
        pytest.param(2, known(24, 1, 2, 1), at(24), (2, 0), id="what would fit behind it waits too"),
        pytest.param(3, known(24, 2) + known(26, 2), at(26), (1, 0), id="a later day"),
        pytest.param(3, known(24, 4) + known(26, 2), at(24), (2, 0), id="and all that follows"),
        pytest.param(1, known(24, 1) + known(24, 1, 1, kind=Kind.BIRTHDAY), at(24), (0, 2), id="greetings come last"),
        pytest.param(0, known(24, 0, 0), None, (0, 0), id="what is free needs no balance"),
        pytest.param(0, known(24, 1, 0), at(24), (2, 0), id="what the first one covers waits with it"),
        pytest.param(5, known(24, 9, mandant="M2"), None, (0, 0), id="another Mandant's are not its own"),
        pytest.param(1, known(30, 2), at(30), (1, 0), id="the last day counts"),
        pytest.param(1, [Planned("M1", at(date(2026, 12, 1)), Kind.REMINDER, 9)], None, (0, 0), id="the next does not"),
        pytest.param(1, known(24, 2, kind=Kind.RESCHEDULED), at(24), (1, 0), id="a moved appointment is a reminder"),
    ],
)  # fmt: skip
def test_known_messages_decide(
    balance: int, planned: list[Planned], until: datetime | None, affected: tuple[int, int]
) -> None:
    found = foreseen([topped_up(balance)], planned)
    assert (found.until, (found.reminders, found.greetings)) == (until, affected)
    assert found.by_agenda is (until is not None)
    assert (found.balance, found.end) == (balance, END)


EVERY_MONDAY = [charge(day, 4) for day in MONDAYS]


@pytest.mark.parametrize(
    ("left", "planned", "until", "by_agenda", "affected"),
    [
        pytest.param(7, [], at(30), False, (0, 0), id="two Mondays of four, one credit short"),
        pytest.param(8, [], None, False, (0, 0), id="exactly enough for both"),
        pytest.param(3, known(24, 1), at(23), False, (1, 0), id="today is short, and tomorrow's message is affected"),
        pytest.param(8, known(23, 3), None, False, (0, 0), id="what is known is part of what is usual"),
        pytest.param(9, known(23, 6), at(30), False, (0, 0), id="more than usual is known"),
        pytest.param(5, known(23, 6), at(23), True, (1, 0), id="the greater of both decides"),
        pytest.param(4, known(23, 1) + known(26, 1), at(26), True, (1, 0), id="a day on which nothing is usual"),
    ],
)
def test_the_past_counts_where_less_is_known(
    left: int, planned: list[Planned], until: datetime | None, by_agenda: bool, affected: tuple[int, int]
) -> None:
    found = foreseen([topped_up(32 + left), *EVERY_MONDAY], planned)
    assert (found.until, found.by_agenda, (found.reminders, found.greetings)) == (until, by_agenda, affected)


def test_each_day_tells_both_and_which_of_them_counts() -> None:
    found = foreseen([topped_up(42), *EVERY_MONDAY], known(23, 3) + known(24, 2))
    assert [(use.day.day, use.known, use.usual, use.expected, use.by_agenda, use.left) for use in found.uses[:3]] == [
        (23, 3, 4, 4, False, 6), (24, 2, 0, 2, True, 4), (25, 0, 0, 0, True, 4),
    ]  # fmt: skip


def test_what_today_has_taken_already_is_not_expected_again() -> None:
    after = foreseen([topped_up(39), *EVERY_MONDAY, charge(TODAY, 3)], clock="10:30")
    assert (after.balance, [use.usual for use in after.uses if use.usual]) == (4, [1, 4])


def test_on_a_day_without_a_send_slot_nothing_is_usual() -> None:
    found = forecast("M1", [topped_up(32), *EVERY_MONDAY], [], {}, at(23, "20:00"), END, ZURICH)
    assert found.until is None


@pytest.mark.parametrize(
    ("ledger", "monday"),
    [
        pytest.param([], 0, id="no past"),
        pytest.param([topped_up(9), Transfer("M1", "M2", "r", -5, at(MONDAYS[0]))], 0, id="a transfer is no use"),
        pytest.param(EVERY_MONDAY, 4, id="the mean of eight"),
        pytest.param(EVERY_MONDAY[:1], 4, id="a ledger that begins last week"),
        pytest.param([charge(MONDAYS[1], 4)], 2, id="two Mondays since it began"),
        pytest.param([charge(MONDAYS[7], 1)], 1, id="a broken credit is a whole one"),
        pytest.param([charge(MONDAYS[7] - timedelta(days=7), 80)], 0, id="nine weeks ago is too long"),
        pytest.param([charge(MONDAYS[7] - timedelta(days=7), 80), charge(MONDAYS[0], 8)], 1, id="one of eight"),
        pytest.param(
            [*EVERY_MONDAY, Refund("M1", "c", "k", 1, 8, at(MONDAYS[2], "15:00"))], 3, id="refunds are taken off"
        ),
        pytest.param([charge(MONDAYS[0], 2), Refund("M1", "c", "k", 1, 9, at(MONDAYS[0]))], 0, id="never below zero"),
        pytest.param([charge(TODAY, 5)], 0, id="today is no past"),
    ],
)  # fmt: skip
def test_what_is_usual_on_a_monday(ledger: list[LedgerItem], monday: int) -> None:
    assert usual_uses(ledger, TODAY, ZURICH) == (monday, 0, 0, 0, 0, 0, 0)


def test_days_are_local_over_the_change_of_the_clocks() -> None:
    """Sunday 25 October 2026 has 25 hours; 00:30 of the Monday after it is 23:30 UTC of the Sunday."""
    before, after = date(2026, 10, 24), date(2026, 10, 26)
    late = Planned("M1", at(after, "00:30"), Kind.REMINDER, 1)
    ledger: list[LedgerItem] = [topped_up(10), charge(date(2026, 10, 19), 4), charge(date(2026, 10, 18), 2)]
    slots = {date(2026, 10, day): at(date(2026, 10, day)) for day in (24, 25, 26)}
    found = forecast("M1", ledger, [late], slots, at(before, "12:00"), after, ZURICH)
    assert [(use.day.day, use.known, use.usual) for use in found.uses] == [(24, 0, 0), (25, 0, 2), (26, 1, 4)]
    assert found.until == at(after)

"""When the credits of each Mandant run out. Pure.

What a day takes is the greater of two: the messages of the appointments and birthdays that are known today, and what
such a weekday has taken so far. Known messages are paid in pay order; the first that does not fit is the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.entries.credits import Charge, LedgerItem, Refund, fitting
from chalicelib.entries.entry import Kind

WEEKS = 8  # how far the past is looked at
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Planned:
    """A message that will leave at a send run (UTC); what another one covers costs nothing."""

    mandant: str
    leaves: datetime
    kind: Kind
    credits: int


@dataclass(frozen=True)
class Use:
    """What a local day is expected to take, in credits: `known` by the agenda, `usual` by such days before."""

    day: date
    known: int
    usual: int
    left: int  # of the balance at its end; below zero where it does not suffice

    @property
    def expected(self) -> int:
        return max(self.known, self.usual)

    @property
    def by_agenda(self) -> bool:
        return self.known >= self.usual


@dataclass(frozen=True)
class Forecast:
    """`until` (UTC) is when something cannot be paid for the first time; None: the balance lasts beyond `end`.

    `by_agenda` tells whether a known message is that; else it is what is usual on such a day, and `until` is the day's
    last send slot. `reminders` and `greetings` are the known messages from then on, up to and with the day `end`.
    """

    mandant: str
    balance: int
    end: date
    until: datetime | None
    by_agenda: bool
    reminders: int
    greetings: int
    uses: Sequence[Use]


def usual_uses(ledger: Iterable[LedgerItem], today: date, zone: ZoneInfo) -> tuple[int, ...]:
    """Credits by weekday, Monday first: charges less refunds, the mean of the last eight weeks before today.

    A ledger that has begun to be charged since then counts from its first charge; a broken credit is a whole one.
    """
    spent = _spent(ledger, zone)
    first = max(today - WEEKS * 7 * _DAY, min(spent, default=today))
    days = [first + n * _DAY for n in range((today - first).days)]
    sums, counts = [0] * 7, Counter(day.weekday() for day in days)
    for day in days:
        sums[day.weekday()] += spent[day]
    return tuple(max(0, -(-sums[weekday] // max(1, counts[weekday]))) for weekday in range(7))


def forecast(
    mandant: str,
    ledger: Sequence[LedgerItem],
    planned: Sequence[Planned],
    slots: Mapping[date, datetime],
    now: datetime,
    end: date,
    zone: ZoneInfo,
) -> Forecast:
    """When a Mandant's balance, the sum of its ledger, runs out; `now` is UTC, `end` the last local day.

    `planned` is in the order in which it is paid, of this Mandant or of all; `slots` has the last send slot (UTC) of
    each local day that has one: only on these is anything usual.
    """
    own = [one for one in planned if one.mandant == mandant and _day_of(one, zone) <= end]
    today = now.astimezone(zone).date()
    usual, spent = usual_uses(ledger, today, zone), _spent(ledger, zone)[today]
    balance = sum(item.credits for item in ledger)
    until, by_agenda, affected, uses = None, False, list[Planned](), list[Use]()
    left = balance
    for day in (today + n * _DAY for n in range((end - today).days + 1)):
        of_day = [one for one in own if _day_of(one, zone) == day]
        known = sum(one.credits for one in of_day)
        rest = usual[day.weekday()] - (spent if day == today else 0) if day in slots else 0
        use = Use(day, known, max(0, rest), left - max(known, rest, 0))
        if until is None and use.left < 0:
            paid = fitting([one.credits for one in of_day], left)
            by_agenda = paid < len(of_day)
            until = of_day[paid].leaves if by_agenda else slots[day]
            affected = [*of_day[paid:], *(one for one in own if _day_of(one, zone) > day)]
        uses.append(use)
        left = use.left
    greetings = sum(one.kind is Kind.BIRTHDAY for one in affected)
    return Forecast(mandant, balance, end, until, by_agenda, len(affected) - greetings, greetings, uses)


def _day_of(planned: Planned, zone: ZoneInfo) -> date:
    return planned.leaves.astimezone(zone).date()


def _spent(ledger: Iterable[LedgerItem], zone: ZoneInfo) -> Counter[date]:
    """Credits by local day: charges less refunds."""
    spent = Counter[date]()
    for item in ledger:
        if isinstance(item, Charge | Refund):
            spent[item.at.astimezone(zone).date()] -= item.credits
    return spent

"""Forecast when the credits of each Mandant run out. Pure.

The use of a day is the greater of two: the messages of known appointments and birthdays, and the mean of its weekday.
Known messages are paid in pay order; the first that does not fit is the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.entries.credits import Charge, LedgerItem, Refund, balance_of, fitting
from chalicelib.messages.kind import Kind

WEEKS = 8  # of the past that the mean covers
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Planned:
    """A message that will leave at a send run (UTC); a covered one costs nothing."""

    mandant: str
    leaves: datetime
    kind: Kind
    credits: int
    covered: bool = False


@dataclass(frozen=True)
class Use:
    """Expected use of a local day in credits: `known` by the agenda, `usual` by the mean of its weekday."""

    day: date
    known: int
    usual: int
    left: int  # of the balance at its end; negative if it does not suffice

    @property
    def expected(self) -> int:
        return max(self.known, self.usual)

    @property
    def by_agenda(self) -> bool:
        return self.known >= self.usual


@dataclass(frozen=True)
class Forecast:
    """`until` (UTC) is when a message cannot be paid for the first time, None if the balance lasts beyond `end`.

    With `by_agenda` that is a known message; otherwise it is the usual use, and `until` is the day's last send slot.
    `reminders` and `greetings` count the known messages from then on, up to and including the day `end`.
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
    """Return the mean credits by weekday, Monday first: charges less refunds of the last eight weeks before today.

    A younger ledger counts from its first charge; fractions are rounded up.
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
    """Forecast when a Mandant's balance, the sum of its ledger, runs out; `now` is UTC, `end` the last local day.

    `planned` is in pay order, of this Mandant or of all; `slots` has the last send slot (UTC) of each local day with
    one: only these days have a usual use.
    """
    own = [message for message in planned if message.mandant == mandant and _day_of(message, zone) <= end]
    today = now.astimezone(zone).date()
    usual, spent = usual_uses(ledger, today, zone), _spent(ledger, zone)[today]
    balance = balance_of(ledger)
    until, by_agenda, affected, uses = None, False, list[Planned](), list[Use]()
    left = balance
    for day in (today + n * _DAY for n in range((end - today).days + 1)):
        of_day = [message for message in own if _day_of(message, zone) == day]
        known = sum(message.credits for message in of_day)
        rest = usual[day.weekday()] - (spent if day == today else 0) if day in slots else 0
        use = Use(day, known, max(0, rest), left - max(known, rest, 0))
        if until is None and use.left < 0:
            paid = fitting([message.credits for message in of_day], left)
            by_agenda = paid < len(of_day)
            until = of_day[paid].leaves if by_agenda else slots[day]
            affected = [*of_day[paid:], *(message for message in own if _day_of(message, zone) > day)]
        uses.append(use)
        left = use.left
    greetings = sum(message.kind is Kind.BIRTHDAY for message in affected)
    return Forecast(mandant, balance, end, until, by_agenda, len(affected) - greetings, greetings, uses)


def _day_of(planned: Planned, zone: ZoneInfo) -> date:
    return planned.leaves.astimezone(zone).date()


def _spent(ledger: Iterable[LedgerItem], zone: ZoneInfo) -> Counter[date]:
    """Return credits by local day: charges less refunds."""
    spent = Counter[date]()
    for item in ledger:
        if isinstance(item, Charge | Refund):
            spent[item.at.astimezone(zone).date()] -= item.credits
    return spent

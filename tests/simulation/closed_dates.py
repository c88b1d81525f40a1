"""People who close a practice for some days, and open it again; a watcher of greetings and summaries meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from tests.simulation.halts import Closed
from tests.simulation.life import Life
from tests.simulation.outages import PRACTICE, SUMMARY
from tests.simulation.trouble import Dice
from tests.simulation.watch import Watcher

if TYPE_CHECKING:
    from tests.simulation.cloud import TroubledCloud

_DAY = timedelta(days=1)
_AT_WORK = timedelta(minutes=40)  # a run that hangs has read the days before
_CHOICES = ("today", "today", "soon", "soon", "weeks", "canton", "open", "open")
_HOLIDAYS = "ZH"


class ClosedDates:
    """A practice notes today or days near as closed, or its canton, and takes that back."""

    def __init__(self, cloud: TroubledCloud, lives: Mapping[str, Life], watcher: Watcher, dice: Dice) -> None:
        self._cloud, self._lives, self._watcher, self._dice = cloud, lives, watcher, dice
        self._put, self._mail = cloud.parts.data.put, cloud.parts.alerts.send_mail
        cloud.parts.data.put = self._on_put  # type: ignore[method-assign]
        cloud.parts.alerts.send_mail = self._on_mail  # type: ignore[method-assign]

    def plan(self, days: Sequence[date]) -> None:
        for life in self._lives.values():
            for day in days:
                if self._dice.rolls("closed days changed", self._dice.rates.close):
                    life.at(day, life.minute(self._dice), partial(self._change, life, day))

    def _change(self, life: Life, day: date) -> None:
        now, closed = self._cloud.world.now, life.halts.closed
        before = closed[-1][1] if closed else Closed()
        first = day + _DAY * self._dice.between(1, 4)
        match self._dice.pick(*_CHOICES):
            case "today":
                after = Closed(before.days | {day}, before.holidays)
            case "soon":
                after = Closed(before.days | {first}, before.holidays)
            case "weeks":
                after = Closed(before.days | {first + n * _DAY for n in range(14)}, before.holidays)
            case "canton":
                after = Closed(before.days, not before.holidays)
            case _:
                after = Closed()
        closed.append((now, after))
        if after == Closed():
            life.desk.parts.parameters.forget(life.desk.name, "Schalter/Geschlossen")
        else:
            life.desk.set("Schalter/Geschlossen", _text(after))

    def _on_put(self, entry: Entry) -> None:
        """A greeting is reserved on the grounds of a re-check since its run began, and claimed soon after."""
        before = self._cloud.parts.data.entry(entry.practice, entry.key)
        moves = before is None or before.state is not entry.state
        if entry.kind is Kind.BIRTHDAY and moves and entry.state in (State.RESERVED, State.SENDING):
            now = self._cloud.world.now
            since = (entry.reserved_at or now) if entry.state is State.RESERVED else now - _AT_WORK
            if self._was_closed(self._lives[entry.practice], since):
                text = f"{entry.identity} is {entry.state}, and the practice is closed"
                self._watcher.wrong(entry.practice, text, entry.key)
        self._put(entry)

    def _was_closed(self, life: Life, since: datetime) -> bool:
        """Whether today, in any zone of the practice, was noted as closed all the time."""
        now, zones = self._cloud.world.now, life.settings.zones(since)
        return life.halts.was_closed([at.astimezone(zone).date() for zone in zones for at in (since, now)], since, now)

    def _on_mail(self, to: Sequence[str], subject: str, text: str, *more: Any, **named: Any) -> None:
        """No summary of a closed day; the next one says that it tells of those before."""
        self._mail(to, subject, text, *more, **named)
        summary, practice = SUMMARY.search(subject), PRACTICE.search(text)
        if summary and practice and (life := self._lives.get(practice[1])):
            day_of_month, month, year, _ = map(int, summary.groups())
            day, now = date(year, month, day_of_month), self._cloud.world.now
            if life.halts.was_closed([day], now - _AT_WORK, now):
                self._watcher.wrong(practice[1], f"«{subject}», and the practice was closed")
            if life.halts.was_closed([day - _DAY], now - 2 * _DAY, now) and "geschlossenen Tagen" not in text:
                self._watcher.wrong(practice[1], f"«{subject}» does not say that the practice was closed before")


def _text(closed: Closed) -> str:
    """Ranges, dates, and perhaps the canton."""
    days, parts = sorted(closed.days), list[str]()
    while days:
        last = next(n for n in range(len(days)) if days[n] + _DAY not in days)
        parts.append(f"{days[0]:%d.%m.%Y}" + (f"-{days[last]:%d.%m.%Y}" if last else ""))
        del days[: last + 1]
    return ", ".join([*parts, *([_HOLIDAYS] if closed.holidays else [])])

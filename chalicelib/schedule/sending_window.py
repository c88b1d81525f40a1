"""The sending window: the local times between which messages may leave. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.schedule.grammar import hhmm
from chalicelib.schedule.job import Tick, next_tick
from chalicelib.schedule.time_zone import to_utc

_PATTERN = re.compile(r"\s*(\d{1,2})[:.](\d{2})\s*-\s*(\d{1,2})[:.](\d{2})\s*")
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class SendingWindow:
    """Local minutes of the day [opens, closes); closes < opens crosses midnight."""

    opens: int
    closes: int

    def is_open(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether messages may leave at this aware instant."""
        local = now.astimezone(zone)
        return self.includes(local.hour * 60 + local.minute)

    def includes(self, minute: int) -> bool:
        """Whether messages may leave at this local minute of the day."""
        if self.opens < self.closes:
            return self.opens <= minute < self.closes
        return minute >= self.opens or minute < self.closes

    def next_close(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return the first closing (UTC) after an instant at which the window is open."""
        day = now.astimezone(zone).date()
        twice = [_instant(day, self.closes, zone, fold) for fold in (0, 1)]  # when the clocks go back
        closings = [*twice, _instant(day + timedelta(days=1), self.closes, zone)]
        later = [closing for closing in closings if closing > now and not self.is_open(closing, zone)]
        return later[0] if later else closings[-1]  # 00:00-24:00 never closes

    def opens_on(self, day: date, zone: ZoneInfo) -> datetime:
        """Return the opening (UTC) on a local day."""
        return _instant(day, self.opens, zone)

    def first_tick(self, tick: datetime, day: date, zone: ZoneInfo) -> datetime | None:
        """Return this send tick (UTC) if it is open then, otherwise the next one at which it is."""
        return tick if self.is_open(tick, zone) else self.next_tick(tick, day, zone)

    def next_tick(self, after: datetime, day: date, zone: ZoneInfo) -> datetime | None:
        """The first send tick (UTC) after an instant at which it is open on a local day; None if there is none."""
        tick = next_tick(Tick.SEND, after)
        if not self.is_open(tick, zone):
            opening = self.opens_on(day, zone)
            if opening <= tick:
                return None
            tick = next_tick(Tick.SEND, opening - timedelta(microseconds=1))
        return tick if tick.astimezone(zone).date() == day and self.is_open(tick, zone) else None

    def end_on(self, day: date, zone: ZoneInfo) -> datetime:
        """Return the end (UTC) of the window on a local day: its closing, or midnight if the window crosses it."""
        crosses = self.closes < self.opens
        return _instant(day, _MINUTES_A_DAY if crosses else self.closes, zone)

    def __str__(self) -> str:
        return f"{hhmm(self.opens)}-{hhmm(self.closes)}"


def parse_window(text: str) -> SendingWindow | None:
    """Parse `HH:MM-HH:MM` or `HH.MM-HH.MM`; 24:00 is a valid end. None if the text or the window is invalid."""
    match = _PATTERN.fullmatch(text)
    if not match:
        return None
    h1, m1, h2, m2 = (int(part) for part in match.groups())
    opens, closes = h1 * 60 + m1, h2 * 60 + m2
    if max(m1, m2) > 59 or opens >= _MINUTES_A_DAY or closes > _MINUTES_A_DAY or opens == closes:
        return None
    return SendingWindow(opens, closes)


def _instant(day: date, minute: int, zone: ZoneInfo, fold: int = 0) -> datetime:
    if minute == _MINUTES_A_DAY:
        day, minute = day + timedelta(days=1), 0
    return to_utc(day, time(minute // 60, minute % 60), zone, fold)

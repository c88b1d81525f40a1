"""Parse and print a schedule in the practice's own grammar: the days and minutes at which a job runs. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta

from chalicelib.schedule.job import GRID_MINUTE, TICK_OF, Job, job_label
from chalicelib.text import Text, TextError, Value

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_ANCHOR = date(2024, 1, 1).toordinal()  # a Monday: N days and N weeks count from here
_GRID = 15  # minutes from one tick of a rule to the next
_DAY = 24 * 60  # minutes


class GrammarError(TextError):
    """The reason why a text is not a valid schedule of the job."""

    def __init__(self, code: str, *parts: Text, **values: Value) -> None:
        super().__init__(Text(code, *parts, **values))


@dataclass(frozen=True)
class EveryNDays:
    """Every `count`-th day; multiples of seven are expressed as `Weekdays`."""

    count: int

    def include(self, day: date) -> bool:
        return (day.toordinal() - _ANCHOR) % self.count == 0

    def __str__(self) -> str:
        return "täglich" if self.count == 1 else f"alle {self.count} Tage"


@dataclass(frozen=True)
class Weekdays:
    """Weekdays (ascending, 0 is Monday) of every `weeks`-th week; all seven of every week are `EveryNDays(1)`."""

    weekdays: tuple[int, ...]
    weeks: int

    def include(self, day: date) -> bool:
        return day.weekday() in self.weekdays and (day.toordinal() - _ANCHOR) // 7 % self.weeks == 0

    def __str__(self) -> str:
        every = "" if self.weeks == 1 else f"alle {self.weeks} Wochen "
        return every + ",".join(_run_text(run) for run in _runs(self.weekdays))


@dataclass(frozen=True)
class Monthly:
    """One day of every month that has it; None is the last day."""

    day: int | None

    def include(self, day: date) -> bool:
        return day.day == self.day if self.day else (day + timedelta(days=1)).day == 1

    def __str__(self) -> str:
        return f"monatlich {self.day or 'letzter'}"


Days = EveryNDays | Weekdays | Monthly


@dataclass(frozen=True)
class TimesOfDay:
    """Local minutes of the day at which a job runs, ascending, and the end of their span."""

    minutes: tuple[int, ...]
    span_end: int = field(compare=False)  # only printed; no run after the last minute

    def __str__(self) -> str:
        first = hhmm(self.minutes[0])
        if len(self.minutes) == 1:
            return first
        return f"alle {_step_text(self.minutes[1] - self.minutes[0])} {first}-{hhmm(self.span_end)}"


def single_time(minute: int) -> TimesOfDay:
    """A single local minute of the day."""
    return TimesOfDay((minute,), minute)


def parse(text: str, job: Job) -> tuple[Days, TimesOfDay]:
    """Return the days and times of a job. Raises GrammarError."""
    shape = _SHAPE.fullmatch(_normalise(text))
    assert shape is not None  # noqa: S101 - each part may be missing
    days, step, unit, start, end = shape.groups()
    if not (days or step or start):
        raise GrammarError("schedule.empty")
    if step and not end:
        every = f"alle {step} {_UNITS[unit[0]]}" if len(step) < 5 else "alle 30 Minuten"
        raise GrammarError("schedule.no_span", every=every)
    if end and not step:
        raise GrammarError("schedule.no_step", start=start, end=end)
    if not start:
        raise GrammarError("schedule.no_time")
    if not days:
        raise GrammarError("schedule.no_days")
    return _days(days), _span(_step(step, unit), start, end, job) if step else _single(start, job)


def hhmm(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _normalise(text: str) -> str:
    """Lower the case, write umlauts out, unify dashes, commas and blanks, and drop filler words."""
    text = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    text = re.sub(r"[‐‑‒–—−]|\bbis\b", "-", text)
    text = re.sub(r"\bund\b", ",", text)
    text = re.sub(r"\b(?:um|am|von|uhr)\b|(?<=[0-9])uhr\b", " ", text)
    return re.sub(r" ?([-,]) ?", r"\1", " ".join(text.split()))


def _days(text: str) -> Days:
    if text == "taeglich":
        return EveryNDays(1)
    if match := re.fullmatch(r"alle ([0-9]+) tage?", text):
        count = _number(match[1], 365, "schedule.wrong_days")
        return EveryNDays(count) if count % 7 else Weekdays((0,), count // 7)
    if match := re.fullmatch(r"(?:alle ([0-9]+) wochen?|woechentlich)(?: (.+))?", text):
        weeks = _number(match[1] or "1", 52, "schedule.wrong_weeks")
        if not match[2]:
            raise GrammarError("schedule.no_weekday")
        return _weekdays(match[2], weeks)
    if match := re.fullmatch(r"monatlich(?: (.+))?", text):
        return _monthly(match[1] or "")
    return _weekdays(text, 1)


def _weekdays(text: str, weeks: int) -> Days:
    found: set[int] = set()
    for item in re.split("[, ]", text):
        match = re.fullmatch(r"([a-z]+)\.?(?:-([a-z]+)\.?)?", item)
        first, last = (_BY_NAME.get(name) for name in (match[1], match[2] or match[1])) if match else (None, None)
        if first is None or last is None:
            raise GrammarError("schedule.unreadable_days")
        found |= {(first + n) % 7 for n in range((last - first) % 7 + 1)}
    return EveryNDays(1) if len(found) == 7 and weeks == 1 else Weekdays(tuple(sorted(found)), weeks)


def _monthly(text: str) -> Monthly:
    if re.fullmatch(r"letzte[rn]?(?: tag)?", text):
        return Monthly(None)
    return Monthly(_number(text.removesuffix("."), 31, "schedule.wrong_day_of_month"))


def _step(digits: str, unit: str) -> int:
    """Minutes."""
    if unit.startswith("st"):
        return 60 * _number(digits, 23, "schedule.wrong_hours")
    minutes = _number(digits, _DAY - _GRID, "schedule.wrong_minutes")
    if minutes % _GRID:
        raise GrammarError("schedule.wrong_minutes")
    return minutes


def _single(text: str, job: Job) -> TimesOfDay:
    minute = _minute(text)
    grid = range(GRID_MINUTE[TICK_OF[job]], _DAY, _GRID)
    if minute not in grid:
        near = min(max((minute - grid[0] + _GRID // 2) // _GRID, 0), len(grid) - 2)  # and the next, of this day
        first, second = grid[near : near + 2]
        raise GrammarError(
            "schedule.no_tick", job_label(job), first=hhmm(first), second=hhmm(second), given=hhmm(minute)
        )
    return single_time(minute)


def _span(step: int, start: str, end: str, job: Job) -> TimesOfDay:
    first, last, grid = _minute(start), _minute(end, _DAY), GRID_MINUTE[TICK_OF[job]]
    if last < first:
        raise GrammarError("schedule.over_midnight", first=hhmm(first), last=hhmm(last))
    snapped = first + (grid - first) % _GRID
    until = min(last, _DAY - 1)
    until -= (until - grid) % _GRID
    if snapped > until:
        ticks = ", ".join(f":{minute:02d}" for minute in range(grid, 60, _GRID))
        raise GrammarError("schedule.no_tick_in_span", job_label(job), ticks=ticks, first=hhmm(first), last=hhmm(last))
    return TimesOfDay(tuple(range(snapped, until + 1, step)), until)


def _minute(text: str, latest: int = _DAY - 1) -> int:
    hours, minutes = (int(part) for part in re.split("[:.]", text))
    if minutes > 59 or hours * 60 + minutes > _DAY:
        raise GrammarError("schedule.no_clock_time", given=text)
    if hours * 60 + minutes > latest:
        raise GrammarError("schedule.midnight")
    return hours * 60 + minutes


def _number(digits: str, most: int, wrong: str) -> int:
    if not re.fullmatch("[0-9]{1,4}", digits) or not 1 <= int(digits) <= most:
        raise GrammarError(wrong)
    return int(digits)


def _runs(weekdays: tuple[int, ...]) -> list[list[int]]:
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and weekday == runs[-1][-1] + 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    return runs


def _run_text(run: list[int]) -> str:
    names = [WEEKDAYS[weekday][:2] for weekday in run]
    return f"{names[0]}-{names[-1]}" if len(names) > 2 else ",".join(names)


def _step_text(minutes: int) -> str:
    if minutes % 60:
        return f"{minutes} Minuten"
    return "1 Stunde" if minutes == 60 else f"{minutes // 60} Stunden"


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_UNITS = {"m": "Minuten", "s": "Stunden"}
_TIME = r"[0-9]{1,2}[:.][0-9]{2}"
_SHAPE = re.compile(  # matches a normalised text; any part may be missing
    r"(.*?)"  # the days
    r"(?:(?:^| )alle ([0-9]+) (min\.|min|minuten?|std\.|std|stunden?))?"
    rf"(?:(?:^| )({_TIME})(?:-({_TIME}))?)?"
)
_BY_NAME = {
    spelling: number
    for number, name in enumerate(name.casefold() for name in WEEKDAYS)
    for spelling in (name[:2], name, f"{name}s")
}

"""The rows of the daily check as its template shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.desk.pages.calls.call_rows import PhoneLine, initials, phone_line
from chalicelib.desk.visit import Visit
from chalicelib.reports.call_list import name_of
from chalicelib.reports.checks.day_words import Say, by_day_and_payer, reason_words
from chalicelib.reports.reconciliation import AppointmentResult, Column, Misinformed, Reconciliation
from chalicelib.text import Text


@dataclass(frozen=True)
class MandantRow:
    """`day` only where the runs cover several; `counts` in the order of Column, `done` of those to phone by phone."""

    day: str
    mandant: str
    total: int
    counts: Sequence[int]
    done: int


@dataclass(frozen=True)
class Line:
    """An appointment; `url` is that of its message, empty without one. `initials` and `name` empty where hidden."""

    time: str
    name: str
    initials: str
    appointment: str
    url: str


@dataclass(frozen=True)
class Reason:
    count: int
    text: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class WrongTime:
    line: Line
    announced: str
    valid: str
    phones: Sequence[PhoneLine]


def mandant_rows(found: Reconciliation, visit: Visit) -> list[MandantRow]:
    """A row for each Mandant, by day if there are several; the last one is their sum."""
    groups = by_day_and_payer(found.results, visit.zone, visit.tr("no billing practitioner"))
    several = len({day for day, _ in groups}) > 1
    rows = [_row(_day(day, visit) if several else "", payer, some) for (day, payer), some in groups.items()]
    return [*rows, _row("", visit.tr("All"), found.results)] if len(rows) > 1 else rows


def _day(day: date, visit: Visit) -> str:
    return visit.tr("Start unreadable") if day == date.max else visit.words.near_day(day)


def _row(day: str, mandant: str, results: Sequence[AppointmentResult]) -> MandantRow:
    counts, done = Counter(one.column for one in results), sum(one.call is not None for one in results)
    return MandantRow(day, mandant, len(results), [counts[column] for column in Column], done)


def reasons_of(found: Reconciliation | None, column: Column, visit: Visit) -> list[Reason]:
    """The reasons of a column with their appointments, the most frequent first."""
    groups: dict[str, list[AppointmentResult]] = {}
    for one in found.results if found else ():
        if one.column is column:
            words = reason_words(one, _or_empty(visit.said), _or_empty(visit.short))
            groups.setdefault(words, []).append(one)
    ranked = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [Reason(len(some), text, [_line(one, visit) for one in some]) for text, some in ranked]


def _or_empty(say: Callable[[Text], str]) -> Say:
    return lambda text: say(text) if text else ""


def _line(one: AppointmentResult, visit: Visit) -> Line:
    candidate = one.candidate
    at = visit.words.moment(candidate.starts_at.astimezone(visit.zone)) if candidate.starts_at else "–"
    name = name_of(candidate) if visit.sees_patients else ""
    url = entry_url(one.entry.key, visit) if one.entry else ""
    return Line(at, name, initials(name), candidate.appointment or "", url)


def entry_url(key: str, visit: Visit) -> str:
    return f"{visit.incoming.base}{visit.path(f'entry/{key}')}"


def wrong_times(found: Reconciliation | None, visit: Visit) -> list[WrongTime]:
    return [_wrong(one, visit) for one in found.misinformed] if found else []


def _wrong(one: Misinformed, visit: Visit) -> WrongTime:
    announced = visit.words.moment(one.announced_start.astimezone(visit.zone))
    valid = visit.words.moment(one.starts_at.astimezone(visit.zone)) if one.starts_at else visit.said(one.reason)
    name = one.name if visit.sees_patients else ""
    phones = [phone_line(phone, number, visit) for phone, number in one.phones] if visit.sees_patients else []
    return WrongTime(
        Line("", name, initials(name), one.appointment, entry_url(one.key, visit)), announced, valid, phones
    )

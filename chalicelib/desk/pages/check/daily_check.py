"""The daily check: each appointment that a day's runs were for, in one of five parts, against the database's count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from chalicelib.aws.deployment import UnknownPracticeError
from chalicelib.desk.answers import NotFoundError, Page
from chalicelib.desk.pages.calls.call_view import MOST_SECONDS
from chalicelib.desk.pages.check.check_rows import (
    MandantRow,
    Reason,
    WrongTime,
    mandant_rows,
    reasons_of,
    wrong_times,
)
from chalicelib.desk.visit import Visit
from chalicelib.entries.day_counts import NAME
from chalicelib.entries.entry import entry_key, reminder_identity
from chalicelib.people.person import Permission
from chalicelib.reports.checks.day_sources import DaySources, read_day
from chalicelib.reports.reconciliation import Column, Reconciliation, column_label

BACK, AHEAD = 31, 14  # days from today that the page tells
_TONES = dict(zip(Column, ("good", "mark", "joint", "quiet", "warn"), strict=True))
_WITH_REASONS = (Column.TO_PHONE, Column.EXCLUDED, Column.UNDERWAY)


@dataclass(frozen=True)
class Sum:
    """Whether the parts add up to the database's own count, and the appointments in which they differ."""

    text: str
    adds_up: bool
    unaccounted: Sequence[str]


@dataclass(frozen=True)
class CheckPage:
    """Of a day; `previous` and `following` are URLs, empty at the ends. `parts` are as bars.html takes them.

    `date` (ISO) stands in the field, `typed` is what somebody gave, and `error` what is wrong with it.
    `remark` says why nothing is told.
    """

    day: str
    date: str
    typed: str
    error: str
    earliest: str
    latest: str
    previous: str
    following: str
    as_of: str
    lead: str
    remark: str
    empty: str
    parts: Sequence[tuple[str, int, str]]
    columns: Sequence[str]
    rows: Sequence[MandantRow]
    reasons: Sequence[tuple[str, Sequence[Reason]]]
    wrong: Sequence[WrongTime]
    sum: Sum | None
    limited: bool
    hidden: bool
    may_print: bool


def show(visit: Visit) -> Page:
    """Raises NotFoundError if there is no such practice."""
    typed = visit.incoming.query.get("date", "").strip()[:20]
    today = visit.now.astimezone(visit.zone).date()
    asked, error = _asked(typed, today, visit)
    try:
        sources = read_day(visit.practice_id, asked, visit.deployment, MOST_SECONDS)
    except UnknownPracticeError:
        raise NotFoundError from None
    visit.read_already(sources.practice, sources.calls.stops)
    return check_page(sources, visit, typed, error)


def check_page(sources: DaySources, visit: Visit, typed: str = "", error: str = "") -> Page:
    person, day = visit.person, sources.day
    found = sources.of(person.sees, lambda mandant, practitioner: person.sees(mandant, practitioner, NAME))
    if found and visit.sees_patients:
        visit.audit("daily check", day=day.isoformat(), seen=_seen(found, visit.practice_id))
    limited = bool(person.mandanten or person.practitioners)
    if found and limited:  # the database counts all appointments
        found = replace(found, total=len(found.results), unaccounted=())
    there = found if found and (found.results or found.total) else None
    model = CheckPage(
        **_days(day, visit), date=_field(typed, day), typed=typed, error=error,
        as_of=visit.words.moment(visit.now.astimezone(visit.zone)),
        lead=_lead(found, visit) if found and found.days else "",
        remark=visit.said(sources.unread) if sources.unread else "", empty=_empty(found, visit),
        parts=[(_TONES[one], there.counts[one], visit.said(column_label(one))) for one in Column] if there else (),
        columns=[visit.said(column_label(one)) for one in Column],
        rows=mandant_rows(there, visit) if there else (),
        reasons=[(_why(one, visit), reasons) for one in _WITH_REASONS if (reasons := reasons_of(found, one, visit))],
        wrong=wrong_times(found, visit), sum=_sum(found, visit) if found and found.days and not limited else None,
        limited=limited, hidden=not visit.sees_patients, may_print=person.may(Permission.PHONE),
    )  # fmt: skip
    return Page("daily_check.html", model, visit.tr("Daily check"), 422 if error else 200)


def _asked(typed: str, today: date, visit: Visit) -> tuple[date | None, str]:
    """The day that is asked for; None for today, with what is wrong with the text of the field."""
    if not typed:
        return None, ""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None, visit.tr("This is no date. Today is shown.")
    if not today - timedelta(days=BACK) <= day <= today + timedelta(days=AHEAD):
        return None, visit.tr("At most {back} days back and {ahead} ahead. Today is shown.", back=BACK, ahead=AHEAD)
    return day, ""


def _field(typed: str, day: date) -> str:
    """The value of the date field: the given day, also a refused one; empty for what is no date."""
    try:
        return date.fromisoformat(typed).isoformat() if typed else day.isoformat()
    except ValueError:
        return ""


def _days(day: date, visit: Visit) -> dict[str, str]:
    today, one = visit.now.astimezone(visit.zone).date(), timedelta(days=1)
    first, last = today - BACK * one, today + AHEAD * one
    url = f"{visit.incoming.base}{visit.path('daily-check')}?date="
    return {
        "day": visit.words.day(day), "earliest": first.isoformat(), "latest": last.isoformat(),
        "previous": f"{url}{day - one}" if day > first else "", "following": f"{url}{day + one}" if day < last else "",
    }  # fmt: skip


def _seen(found: Reconciliation, practice: str) -> list[str]:
    """The keys of the appointments, also of those without an entry."""
    keys = [
        one.entry.key if one.entry else entry_key(practice, reminder_identity(one.candidate.appointment or ""))
        for one in found.results
    ]
    return [*dict.fromkeys([*keys, *(one.key for one in found.misinformed)])]


def _lead(found: Reconciliation, visit: Visit) -> str:
    days = ", ".join(visit.words.near_day(day) for day in found.days)
    count = len(found.results)
    return visit.trn("{count} appointment on {days}", "{count} appointments on {days}", count, days=days)


def _empty(found: Reconciliation | None, visit: Visit) -> str:
    if found is None or found.results or found.total:
        return ""
    if not found.days and found.day > visit.now.astimezone(visit.zone).date():
        return visit.tr("It is not known yet which days the runs of this day will search.")
    if not found.days:
        return visit.tr("On this day no run searches for appointments.")
    return visit.tr("There are no definite appointments on these days.")


def _why(column: Column, visit: Visit) -> str:
    return {
        Column.TO_PHONE: visit.tr("To phone: why"),
        Column.EXCLUDED: visit.tr("Excluded: why"),
        Column.UNDERWAY: visit.tr("On its way: how far"),
    }[column]


def _sum(found: Reconciliation, visit: Visit) -> Sum:
    counts = Counter(found.counts)
    sign = "=" if found.adds_up else "≠"
    text = visit.tr("Sum {sum} {sign} database {total}", sum=counts.total(), sign=sign, total=found.total)
    return Sum(text, found.adds_up, found.unaccounted)

"""The boxes of the first page, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from chalicelib.desk.pages.today.moments import time_said
from chalicelib.desk.pages.today.view import TodayView
from chalicelib.desk.visit import Visit
from chalicelib.entries.credits import is_below
from chalicelib.entries.states import State
from chalicelib.planning.alerts import AlertKind, subjects_of
from chalicelib.planning.run_report import RunOutcome
from chalicelib.practice.foreseen import Foreseen
from chalicelib.practice.record import licence_problem
from chalicelib.reports.today import ComingRun, DayResult, coming_runs, week_of
from chalicelib.schedule.job import job_label
from chalicelib.text import Text
from chalicelib.words.words import number

_TONES = {RunOutcome.DONE: "good", RunOutcome.WITH_ERRORS: "warn", RunOutcome.FAILED: "bad", RunOutcome.MISSED: "bad"}

Asked = tuple[int | None, Callable[[int], str], str, str]  # a number, its words, a page, a tone


@dataclass(frozen=True)
class ToDo:
    """Something to do, and where; `count` is empty where it is not known, `url` where there is no page for it."""

    count: str
    words: str
    url: str
    tone: str  # bad, warn or quiet


@dataclass(frozen=True)
class RunLine:
    """A job; `at` is the tick (UTC) of its next run, None if there is none."""

    at: datetime | None
    when: str
    job: str
    expects: str
    last: str
    outcome: str
    tone: str


@dataclass(frozen=True)
class WeekDay:
    """A day's bar, with its words as text."""

    day: str
    parts: Sequence[tuple[str, int, str]]
    total: int


@dataclass(frozen=True)
class CreditLine:
    name: str
    credits: str
    lasts: str
    tone: str


def to_do(view: TodayView, visit: Visit) -> list[ToDo]:
    """The tiles, most urgent first; one whose number is unknown, too."""
    trn, calls = visit.trn, None if view.calls is None else len(view.calls)
    unknown, held = view.in_state(State.UNKNOWN), view.in_state(State.PREPARED, held=True)
    asked: list[Asked] = [
        (calls, lambda n: trn("patient to phone", "patients to phone", n), "calls", "bad"),
        *_wrong_times(view, visit),
        (unknown, lambda n: trn("message with an unclear outcome", "messages with an unclear outcome", n),
         "queue?show=underway", "warn"),
        (held, lambda n: trn("message on hold", "messages on hold", n), "queue?show=held", "warn"),
        (view.unreachable(),
         lambda n: trn("patient of the next 14 days without an address",
                       "patients of the next 14 days without an address", n),
         "unreachable", "quiet"),
    ]  # fmt: skip
    return [
        ToDo("", words(2), _link(path, visit), "quiet")
        if count is None
        else ToDo(number(count), words(count), _link(path, visit), tone)
        for count, words, path, tone in asked
        if count != 0
    ]


def _wrong_times(view: TodayView, visit: Visit) -> Iterator[Asked]:
    """A line for each day whose reconciliation may name some, today's first."""
    found = view.wrong_times()
    for day, count in found.items() if found is not None else [(view.today, None)]:
        at = "" if day == view.today else " " + visit.tr("(run of {day})", day=visit.words.near_day(day))
        yield count, partial(_know, at, visit), f"daily-check?date={day}", "bad"


def _know(at: str, visit: Visit, count: int) -> str:
    return visit.trn("patient knows a wrong time", "patients know a wrong time", count) + at


def _link(path: str, visit: Visit) -> str:
    return visit.incoming.base + visit.path(path)


def run_lines(view: TodayView, visit: Visit) -> list[RunLine]:
    """The jobs by their next run; what a send run takes is not told by practitioner."""
    forecasts = [] if view.person.practitioners else view.forecasts
    runs = coming_runs(view.practice, forecasts, view.in_state(State.PREPARED), visit.now)
    return [_run_line(one, visit) for one in sorted(runs, key=lambda one: (one.next is None, one.next))]


def _run_line(run: ComingRun, visit: Visit) -> RunLine:
    when = time_said(run.next, visit) if run.next else visit.tr("no run planned")
    expects = ""
    if run.messages is not None:
        expects = visit.trn("{count} message", "{count} messages", run.messages)
    if run.credits is not None:
        expects += f", {visit.said(Text('credits', count=run.credits))}"
    last = visit.tr("last {time}", time=time_said(run.started, visit)) if run.started else visit.tr("has not run yet")
    outcome = visit.said(Text(f"outcome.{run.outcome}")) if run.outcome else ""
    tone = _TONES.get(run.outcome, "quiet") if run.outcome else "quiet"
    return RunLine(run.next, when, visit.said(job_label(run.job)), expects, last, outcome, tone)


def week_days(view: TodayView, visit: Visit) -> list[WeekDay]:
    found = week_of(view.practice.record.days, view.today, view.counts)
    return [WeekDay(_day(one.day, view.today, visit), _parts(one, visit), one.total) for one in found]


def check_links(view: TodayView, visit: Visit) -> list[tuple[str, str]]:
    """To the daily check of today's runs, and of yesterday's."""
    yesterday, label = view.today - timedelta(days=1), visit.tr("Daily check")
    days = [(label, "daily-check"), (f"{label} {visit.words.near_day(yesterday)}", f"daily-check?date={yesterday}")]
    return [(words, url) for words, path in days if (url := _link(path, visit))]


def _day(day: date, today: date, visit: Visit) -> str:
    return visit.tr("Today") if day == today else visit.words.near_day(day)


def _parts(one: DayResult, visit: Visit) -> list[tuple[str, int, str]]:
    tr = visit.tr
    parts = [("good", one.delivered, tr("delivered")), ("bad", one.not_delivered, tr("not delivered"))]
    return [*parts, *([("quiet", one.not_confirmed, tr("not confirmed"))] if one.not_confirmed else [])]


def credit_lines(view: TodayView, visit: Visit) -> list[CreditLine]:
    return [_credit_line(one, view, visit) for one in view.forecasts]


def _credit_line(one: Foreseen, view: TodayView, visit: Visit) -> CreditLine:
    record, balance, tr = view.practice.record, view.sources.balances[one.mandant], visit.tr
    tone, lasts = "good", tr("lasts beyond {day}", day=visit.words.near_day(one.end))
    if problem := licence_problem(one.licence, record.licences, view.today):
        tone, lasts = "quiet", tr("sends nothing: {reason}", reason=visit.said(problem).rstrip("."))
    elif one.mandant in subjects_of(AlertKind.NO_CREDITS, record.alerts):
        tone, lasts = "bad", tr("too few: messages are waiting")
    elif one.mandant in record.automatic:
        lasts = tr("is topped up automatically")
    elif balance > one.balance:
        lasts = tr("topped up; the next forecast comes by night")
    elif one.until:
        tone, lasts = "bad", tr("lasts until {day}", day=visit.words.near_day(one.until.astimezone(visit.zone).date()))
    elif is_below(balance, view.practice.least_balance or 0):
        tone = "warn"
    return CreditLine(one.name or one.mandant, visit.said(Text("credits", count=balance)), lasts, tone)

"""The first page of a practice: what to do, the next runs, the last seven days, the credits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.desk.answers import Page
from chalicelib.desk.pages.today.boxes import (
    CreditLine,
    RunLine,
    ToDo,
    WeekDay,
    check_links,
    credit_lines,
    run_lines,
    to_do,
    week_days,
)
from chalicelib.desk.pages.today.first_steps import first_steps
from chalicelib.desk.pages.today.moments import day_said, time_said
from chalicelib.desk.pages.today.view import TodayView, read_view
from chalicelib.desk.visit import Visit
from chalicelib.entries.day_counts import UNDERWAY
from chalicelib.entries.states import State
from chalicelib.reports.today import has_never_run
from chalicelib.text import Text


@dataclass(frozen=True)
class TodayPage:
    """`most` is the number of messages that fills a bar; `steps` are open before the first run, None after it."""

    lead: str
    remarks: Sequence[str]
    to_do: Sequence[ToDo]
    empty: str
    steps: Sequence[str] | None
    runs: Sequence[RunLine]
    week: Sequence[WeekDay]
    most: int
    checks: Sequence[tuple[str, str]]  # words and URL
    credits: Sequence[CreditLine]


def show(visit: Visit) -> Page:
    return today_page(read_view(visit), visit)


def today_page(view: TodayView, visit: Visit) -> Page:
    visit.to_phone, first = len(view.calls or ()), has_never_run(view.practice)
    lines, runs = to_do(view, visit), run_lines(view, visit)
    if first:  # it is said once, among the steps
        lines = [one for one in lines if one.count]
    week = [] if first else week_days(view, visit)
    model = TodayPage(
        lead=lead(view, visit), remarks=[] if first else _remarks(view, visit), to_do=lines,
        empty="" if lines else _empty(runs, visit), steps=first_steps(view, visit) if first else None,
        runs=runs, week=week, most=max((one.total for one in week), default=0), credits=credit_lines(view, visit),
        checks=check_links(view, visit),
    )  # fmt: skip
    return Page("today.html", model, visit.tr("Today"))


def lead(view: TodayView, visit: Visit) -> str:
    """Such as: Morgen, Di 24.11.: 42 Termine, 36 zugestellt, 2 unterwegs, 4 anrufen."""
    found = view.next_day()
    if found is None:
        return visit.tr("There are no appointments in the next 14 days.") if view.database else ""
    day, appointments = found
    counts, to_phone, trn = view.counts_of(day), view.to_phone(day), visit.trn
    said = {
        trn("{count} delivered", "{count} delivered", counts[State.DELIVERED]): counts[State.DELIVERED],
        trn("{count} on its way", "{count} on their way", counts[UNDERWAY]): counts[UNDERWAY],
        trn("{count} waiting to be sent", "{count} waiting to be sent", counts[State.PREPARED]): counts[State.PREPARED],
        trn("{count} to phone", "{count} to phone", to_phone): to_phone,
    }
    parts = [] if appointments is None else [trn("{count} appointment", "{count} appointments", appointments)]
    parts += [text for text, count in said.items() if count]
    return visit.tr("{day}: {parts}.", day=day_said(day, view.today, visit), parts=", ".join(parts))


def _remarks(view: TodayView, visit: Visit) -> list[str]:
    found: list[str] = []
    if view.sources.unread:
        found.append(
            f"{visit.said(view.sources.unread)} {visit.tr('What needs the practice database is missing below.')}"
        )
    return found + ([visit.said(Text("unread.search_failed"))] if view.sources.listed.search_failed else [])


def _empty(runs: Sequence[RunLine], visit: Visit) -> str:
    coming = min((one.at for one in runs if one.at), default=None)
    if coming is None:
        return visit.tr("Nothing to do. No run is planned.")
    return visit.tr("Nothing to do. The next run is {time}.", time=time_said(coming, visit))

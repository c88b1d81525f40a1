"""Check the closed days of a practice: past ones, and appointments on them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.text import Text
from infra.doctor.finding import Finding, doubtful
from infra.doctor.week import Week
from infra.language import day_words
from infra.translation import tr


def closed_days(week: Week) -> Iterator[Finding]:
    """Find closed days that are all past, or on which there are appointments."""
    closed, check = week.context.switches.closed_days, Text("check.closed")
    if closed.is_over(week.context.today):
        yield doubtful(check, tr("all closed days are past"), tr("vitosms switches set Geschlossen, or unset it"))
    starts = [one.candidate.starts_at for one in week.definitive() if one.candidate.starts_at]
    days = sorted({day for at in starts if (day := at.astimezone(week.context.zone).date()) in closed})
    if days:
        found = tr("appointments on closed days: {days}", days=", ".join(map(day_words, days)))
        yield doubtful(check, found, tr("reminders of them are sent; is the date right?"))

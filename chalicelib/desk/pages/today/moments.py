"""Days and times near today, in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from chalicelib.desk.visit import Visit


def day_said(day: date, today: date, visit: Visit) -> str:
    """Such as: Morgen, Di 24.11."""
    named = visit.words.near_day(day)
    return visit.tr("Tomorrow, {day}", day=named) if day == today + timedelta(days=1) else named


def time_said(at: datetime, visit: Visit) -> str:
    """A time (UTC) in the practice's zone, such as: morgen 10:00."""
    local, today = at.astimezone(visit.zone), visit.now.astimezone(visit.zone).date()
    near = {-1: visit.tr("yesterday {time}"), 0: visit.tr("today {time}"), 1: visit.tr("tomorrow {time}")}
    known = near.get((local.date() - today).days)
    return known.format(time=f"{local:%H:%M}") if known else visit.words.moment(local)

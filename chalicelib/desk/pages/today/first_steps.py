"""The points that are open before the first run of a practice, in sentences."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.desk.pages.today.view import TodayView
from chalicelib.desk.visit import Visit
from chalicelib.reports.open_points import Kind, OpenPoint, open_points, payers_of
from chalicelib.reports.today_sources import LEFT_OUT


def first_steps(view: TodayView, visit: Visit) -> list[str]:
    """The sentences; two calls more: the settings that are left out later, and balances that nothing has foreseen."""
    clients, practice = visit.clients, view.practice
    more = {name.rpartition("/")[2]: value for name, value in clients.parameters.some(practice.id, LEFT_OUT).items()}
    practice = practice.with_saved(replace(practice.saved, switches={**practice.saved.switches, **more}))
    appointments = view.database.appointments if view.database else None
    payers = [mandant for mandant in payers_of(appointments or ()) if mandant]
    credits = clients.store.balances(practice.id, payers) if payers else {}
    points = open_points(practice, appointments, view.sources.unread, credits, view.today)
    return list(dict.fromkeys(_said(point, visit) for point in points))


def _said(point: OpenPoint, visit: Visit) -> str:
    tr, why = visit.tr, visit.said(point.why) if point.why else ""
    match point.kind:
        case Kind.SWITCHED_OFF:
            return tr("Neither reminders nor birthday greetings are switched on.")
        case Kind.NOBODY_TOLD:
            return tr("Nobody at the practice gets alerts and the daily summary.")
        case Kind.NO_APPOINTMENTS:
            return tr("The practice database has no definitive appointments in the next 14 days.")
        case Kind.CREDITS:
            return tr("{mandant} has no credits.", mandant=point.mandant or "–")
        case Kind.LICENCE:
            return f"{point.mandant or '–'}: {why}"
        case Kind.PARAMETER | Kind.DATABASE:
            return why

"""Warn of balances that will not last until people are back: by night, before the last working day of a stretch.

They have that day to add credits. Told once for each Mandant and such a day; over when a later working day begins, or
when credits were added that suffice. Nothing is asked in a run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta

from chalicelib.aws.deployment import Clients
from chalicelib.aws.parameter_store import ParameterError
from chalicelib.aws.practice_database import practice_database
from chalicelib.jobs.balance_alerts import check_balances
from chalicelib.jobs.run_log import send_alerts
from chalicelib.planning.alerts import Alert, AlertKind, subjects_of
from chalicelib.practice.practice import Practice
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.preview.dry_run import PreviewPorts
from chalicelib.preview.forecast import Forecast, Planned, forecast
from chalicelib.preview.planned_messages import last_send_slots, planned_messages
from chalicelib.reports.practice_status import licence_problems
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text

_NIGHT = timedelta(hours=12)  # the check at night belongs to the day that begins, in any zone


def forecasts(
    practice: Practice, mandanten: Collection[str] | None, end: date, now: datetime, clients: Clients
) -> tuple[list[Forecast], Text | None]:
    """The forecast of each of these Mandanten up to a local day, and why the practice database cannot be read.

    Without it, only the past counts. None: of all Mandanten that ever had credits, or will pay. Raises ParameterError.
    """
    planned, unread = _planned(practice, end, now, clients)
    if mandanten is None:
        mandanten = sorted({*clients.store.payers(practice.id), *(one.mandant for one in planned if one.mandant)})
    slots, ledger = last_send_slots(practice, now, end), clients.store.ledger
    found = [forecast(one, ledger(practice.id, one), planned, slots, now, end, practice.zone) for one in mandanten]
    return found, unread


def _planned(practice: Practice, end: date, now: datetime, clients: Clients) -> tuple[list[Planned], Text | None]:
    opt_outs, tariff = clients.parameters.opt_outs(practice.record), clients.parameters.tariff()
    try:
        with practice_database(practice.record, clients) as database:
            return planned_messages(practice, now, end, PreviewPorts(database, clients.store, tariff, opt_outs)), None
    except (PracticeDatabaseError, ParameterError) as error:
        return [], error.text


def warn_before_days_off(practice: Practice, now: datetime, clients: Clients) -> None:
    """Before the last working day of a stretch, warn of each balance that will not last to the end of the next one.

    On a day off, the warnings of the last working day stay. `now` is UTC.
    """
    closed, day = practice.validated.switches.closed_days, slot_day(now + _NIGHT, practice.zone)
    if not closed.is_working_day(day):
        return
    alerts, back = list[Alert](), closed.next_working_day(day)
    if practice.least_balance and back != day + timedelta(days=1):
        alerts = _warnings(practice, None, back, now, clients)
        to = practice.validated.switches.values.get("MeldungAn", ())
        send_alerts(practice.record, alerts, to, practice.reader, now, clients)
    _end(practice, subjects_of(AlertKind.RUNS_OUT, practice.record.alerts), alerts, clients)


def check_added(practice: Practice, mandanten: Iterable[str], now: datetime, clients: Clients) -> None:
    """Tell low balances after a person has changed these, and take warnings back that are over. `now` is UTC."""
    names = list(mandanten)
    check_balances(practice, names, now, clients)
    if warned := subjects_of(AlertKind.RUNS_OUT, practice.record.alerts) & set(names):
        back = practice.validated.switches.closed_days.next_working_day(slot_day(now, practice.zone))
        _end(practice, warned, _warnings(practice, sorted(warned), back, now, clients), clients)


def _end(practice: Practice, mandanten: Iterable[str], alerts: Iterable[Alert], clients: Clients) -> None:
    """End the warnings of these Mandanten, except those that are still right."""
    right = {alert.cause or "" for alert in alerts}
    for mandant in mandanten:
        clients.raised_alerts.end(practice.record, AlertKind.RUNS_OUT, mandant, but=right)


def _warnings(
    practice: Practice, mandanten: Collection[str] | None, back: date, now: datetime, clients: Clients
) -> list[Alert]:
    """The warnings about these Mandanten, or about all; none if a parameter of the deployment is wrong."""
    found = list[Forecast]()
    with suppress(ParameterError):  # the operator was told; a run that needs it says so
        found, _ = forecasts(practice, mandanten, back, now, clients)
    short = [one for one in found if one.until and one.mandant not in practice.record.automatic]
    return [_warning(one, back, practice) for one in _licensed(short, practice, now, clients)]


def _licensed(short: list[Forecast], practice: Practice, now: datetime, clients: Clients) -> list[Forecast]:
    """The forecasts of those that may send; all if the practice database cannot be read."""
    with suppress(PracticeDatabaseError, ParameterError):
        if short:
            with practice_database(practice.record, clients) as database:
                problems = licence_problems(database.mandanten(), practice, slot_day(now, practice.zone))
            return [one for one in short if problems.get(one.mandant, "unknown") is None]
    return short


def _warning(one: Forecast, back: date, practice: Practice) -> Alert:
    """The alert; its cause depends on the Mandant and on the day when people are back."""
    assert one.until is not None  # noqa: S101 - asked before
    until, left = Text("moment", at=one.until.astimezone(practice.zone)), Text("credits", count=one.balance)
    missing = Text("credits", count=-one.uses[-1].left)
    return Alert(
        AlertKind.RUNS_OUT, one.mandant, Text("alert.runs_out", left, until, missing, mandant=one.mandant, day=back)
    )

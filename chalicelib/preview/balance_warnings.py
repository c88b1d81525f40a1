"""Foresee by night when credits run out, and warn of balances that will not last until people are back.

The warning comes before the last working day of a stretch: they have that day to add credits. Told once for each
Mandant and such a day; over when a later working day begins, or when credits were added that suffice. No run asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.aws.deployment import Clients
from chalicelib.aws.parameter_store import ParameterError
from chalicelib.aws.practice_database import unwatched_database
from chalicelib.entries.credits import LedgerItem
from chalicelib.jobs.balance_alerts import check_balances
from chalicelib.jobs.ports import Row
from chalicelib.jobs.run_log import send_alerts
from chalicelib.planning.alerts import Alert, AlertKind, subjects_of
from chalicelib.practice.foreseen import Departure, Foreseen
from chalicelib.practice.practice import Practice
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.preview.dry_run import PreviewPorts
from chalicelib.preview.forecast import Forecast, Planned, forecast
from chalicelib.preview.planned_messages import last_send_slots, planned_messages
from chalicelib.reports.practice_status import licence_problems
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text

DAYS = 30  # ahead
_DAY = timedelta(days=1)
_DEPARTURES = 8  # that the table keeps
_NIGHT = timedelta(hours=12)  # the check at night belongs to the day that begins, in any zone


@dataclass(frozen=True)
class _Read:
    """The coming messages, and the rows of the Mandanten; both are empty if `unread` says why."""

    planned: Sequence[Planned]
    mandanten: Sequence[Row]
    unread: Text | None = None


def forecasts(
    practice: Practice, mandanten: Collection[str] | None, end: date, now: datetime, clients: Clients
) -> tuple[list[Forecast], Text | None]:
    """The forecast of each of these Mandanten up to a local day, and why the practice database cannot be read.

    Without it, only the past counts. None: of all Mandanten that ever had credits, or will pay. Raises ParameterError.
    """
    read = _read(practice, end, now, clients)
    return _forecasts(practice, _ledgers(practice, mandanten, read, clients), read, end, now), read.unread


def _forecasts(
    practice: Practice, ledgers: Mapping[str, Sequence[LedgerItem]], read: _Read, end: date, now: datetime
) -> list[Forecast]:
    slots = last_send_slots(practice, now, end)
    return [forecast(one, ledger, read.planned, slots, now, end, practice.zone) for one, ledger in ledgers.items()]


def _ledgers(
    practice: Practice, mandanten: Collection[str] | None, read: _Read, clients: Clients
) -> dict[str, list[LedgerItem]]:
    if mandanten is None:
        mandanten = sorted({*clients.store.payers(practice.id), *(one.mandant for one in read.planned if one.mandant)})
    return {one: clients.store.ledger(practice.id, one) for one in mandanten}


def _read(practice: Practice, end: date, now: datetime, clients: Clients) -> _Read:
    opt_outs, tariff = clients.parameters.opt_outs(practice.record), clients.parameters.tariff()
    try:
        with unwatched_database(practice.record, clients) as database:
            ports = PreviewPorts(database, clients.store, tariff, opt_outs)
            return _Read(planned_messages(practice, now, end, ports), list(database.mandanten()))
    except (PracticeDatabaseError, ParameterError) as error:
        return _Read([], [], error.text)


def check_credits(practice: Practice, now: datetime, clients: Clients) -> None:
    """By night: store the forecasts for the pages, and before days off warn of balances that will not last.

    Before the last working day of a stretch, each balance is told that will not last to the end of the next one. On a
    day off, the warnings of the last working day stay. `now` is UTC.
    """
    closed, day = practice.validated.switches.closed_days, slot_day(now + _NIGHT, practice.zone)
    end, back, alerts = slot_day(now, practice.zone) + DAYS * _DAY, closed.next_working_day(day), list[Alert]()
    with suppress(ParameterError):  # the operator was told; a run that needs it says so
        read = _read(practice, max(end, back), now, clients)
        ledgers = _ledgers(practice, None, read, clients)
        found = _forecasts(practice, ledgers, read, end, now)
        clients.practices.set_forecasts(practice.record, [_foreseen(one, read, practice, now) for one in found])
        if practice.least_balance and back != day + _DAY:
            alerts = _warnings(_forecasts(practice, ledgers, read, back, now), read, practice, now)
    if not closed.is_working_day(day):
        return
    if alerts:
        to = practice.validated.switches.values.get("MeldungAn", ())
        send_alerts(practice.record, alerts, to, practice.reader, now, clients)
    _end(practice, subjects_of(AlertKind.RUNS_OUT, practice.record.alerts), alerts, clients)


def _foreseen(one: Forecast, read: _Read, practice: Practice, now: datetime) -> Foreseen:
    """Name and licence stay as they were known if the practice database cannot be read."""
    before, row = practice.record.forecasts.get(one.mandant), _row(one.mandant, read)
    name, licence = (str(row[column] or "").strip() for column in ("Name", "Lizenznummer")) if row else ("", "")
    if read.unread and before:
        name, licence = before.name, before.licence
    leave: dict[datetime, list[int]] = {}
    for message in read.planned:
        if message.mandant == one.mandant and not message.covered:
            leave.setdefault(message.leaves, []).append(message.credits)
    departures = tuple(Departure(at, len(costs), sum(costs)) for at, costs in sorted(leave.items())[:_DEPARTURES])
    return Foreseen(one.mandant, now, one.balance, one.end, one.until, name, licence, departures)


def _row(mandant: str, read: _Read) -> Row | None:
    return next((row for row in read.mandanten if str(row["MandantId"]) == mandant), None)


def check_added(practice: Practice, mandanten: Iterable[str], now: datetime, clients: Clients) -> None:
    """Tell low balances after a person has changed these, and take warnings back that are over. `now` is UTC."""
    names = list(mandanten)
    check_balances(practice, names, now, clients)
    if warned := subjects_of(AlertKind.RUNS_OUT, practice.record.alerts) & set(names):
        back = practice.validated.switches.closed_days.next_working_day(slot_day(now, practice.zone))
        alerts = list[Alert]()
        with suppress(ParameterError):
            read = _read(practice, back, now, clients)
            found = _forecasts(practice, _ledgers(practice, sorted(warned), read, clients), read, back, now)
            alerts = _warnings(found, read, practice, now)
        _end(practice, warned, alerts, clients)


def _end(practice: Practice, mandanten: Iterable[str], alerts: Iterable[Alert], clients: Clients) -> None:
    """End the warnings of these Mandanten, except those that are still right."""
    right = {alert.cause or "" for alert in alerts}
    for mandant in mandanten:
        clients.raised_alerts.end(practice.record, AlertKind.RUNS_OUT, mandant, but=right)


def _warnings(found: Iterable[Forecast], read: _Read, practice: Practice, now: datetime) -> list[Alert]:
    """The warnings about those that do not last, may send, and are not topped up automatically.

    All may send if the practice database cannot be read.
    """
    problems = licence_problems(read.mandanten, practice, slot_day(now, practice.zone))
    short = [one for one in found if one.until and one.mandant not in practice.record.automatic]
    return [_warning(one, practice) for one in short if read.unread or problems.get(one.mandant, "unknown") is None]


def _warning(one: Forecast, practice: Practice) -> Alert:
    """The alert; its cause depends on the Mandant and on the day when people are back, which is the forecast's end."""
    assert one.until is not None  # noqa: S101 - asked before
    until, left = Text("moment", at=one.until.astimezone(practice.zone)), Text("credits", count=one.balance)
    missing = Text("credits", count=-one.uses[-1].left)
    return Alert(
        AlertKind.RUNS_OUT, one.mandant, Text("alert.runs_out", left, until, missing, mandant=one.mandant, day=one.end)
    )

"""Alerts about balances: that one is below the minimum, and that one is too low to send messages.

A low balance is told once, until it is at the minimum again. It is asked where a balance has changed or is read anyway.
A charge that makes a balance low notes the alert in its own transaction, so a crash may delay it, never lose it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.aws.deployment import Clients
from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.practice_store import RaisedAlerts
from chalicelib.entries.credits import Crossing, crossing
from chalicelib.jobs.run_log import send_alerts
from chalicelib.planning.alerts import Alert, AlertKind, subjects_of
from chalicelib.planning.context import RunContext
from chalicelib.practice.practice import Practice
from chalicelib.text import Text


def low_balance(mandant: str, balance: int, least: int) -> Alert:
    """The alert about a balance below the minimum; its cause depends on the Mandant alone."""
    left = Text("credits", count=balance), Text("alert.least_balance", least=least)
    return Alert(AlertKind.LOW_BALANCE, mandant, Text("alert.low_balance", *left, mandant=mandant))


def low_balances(balances: Mapping[str, int], practice: Practice) -> list[Alert]:
    """The alerts about balances that are low, and that nobody was told."""
    return [alert for what, alert in _crossings(balances, practice) if what is Crossing.TELL]


def end_low_balances(balances: Mapping[str, int], practice: Practice, raised: RaisedAlerts) -> Practice:
    """End the alerts about balances that are no longer low; return the practice without them."""
    over = [alert for what, alert in _crossings(balances, practice) if what is Crossing.END]
    for alert in over:
        raised.end_low(practice.id, alert.cause or "", alert.subject, practice.least_balance or 0)
    ended, record = {alert.cause for alert in over}, practice.record
    return replace(practice, record=replace(record, alerts=record.alerts - ended, untold=record.untold - ended))


def _crossings(balances: Mapping[str, int], practice: Practice) -> Iterator[tuple[Crossing | None, Alert]]:
    record, least = practice.record, practice.least_balance
    if least is None:
        return
    for mandant, balance in balances.items():
        alert = low_balance(mandant, balance, least)
        noted = alert.cause in record.alerts | record.untold
        yield crossing(balance, least, alert.cause in record.alerts if noted else None), alert


def topped_up(mandant: str, balance: int, practice: Practice, at: datetime, store: EntryStore) -> Alert | None:
    """Top up if the operator has decided so for such a balance; the alert about it, None if nothing was added."""
    rule = practice.record.automatic.get(mandant)
    if rule is None or balance >= rule.below or not store.top_up_automatically(practice.id, rule, at):
        return None
    text = Text("alert.topped_up", Text("credits", count=rule.amount), mandant=mandant, below=rule.below)
    return Alert(AlertKind.TOPPED_UP, mandant, text, once=False)


def _examine(
    mandanten: Iterable[str], practice: Practice, at: datetime, store: EntryStore, raised: RaisedAlerts
) -> list[Alert]:
    """Read these balances, top up those that the operator wants to, and return what is to be told."""
    names = sorted(set(mandanten))
    balances = store.balances(practice.id, names) if names else {}
    added = [alert for one, left in balances.items() if (alert := topped_up(one, left, practice, at, store))]
    if added:
        balances = store.balances(practice.id, names)
    return [*added, *low_balances(balances, end_low_balances(balances, practice, raised))]


def tell_low_balances(mandanten: Iterable[str], context: RunContext, store: EntryStore, raised: RaisedAlerts) -> None:
    """Read these balances, and alert those that are low, once each time they become so."""
    if not _matters(context.practice):
        return
    for alert in _examine(mandanten, context.practice, context.now, store, raised):
        context.tally.add_note(alert.text)
        context.tally.add_alert(alert, frozenset())


def _matters(practice: Practice) -> bool:
    """Whether a balance has to be read: not if nobody wants to know of low ones, and none was told."""
    record = practice.record
    noted = subjects_of(AlertKind.LOW_BALANCE, record.alerts | record.untold)
    return bool(practice.least_balance or record.automatic or noted)


def tell_untold(context: RunContext, store: EntryStore, raised: RaisedAlerts) -> None:
    """Tell the low balances that a run has noted which died before it could tell them."""
    tell_low_balances(subjects_of(AlertKind.LOW_BALANCE, context.record.untold), context, store, raised)


def check_balances(practice: Practice, mandanten: Iterable[str] | None, now: datetime, clients: Clients) -> None:
    """Tell low balances at once, after a change that no run makes; None: of all Mandanten that ever had credits."""
    if not _matters(practice):
        return
    known = clients.store.payers(practice.id) if mandanten is None else mandanten
    if alerts := _examine(known, practice, now, clients.store, clients.raised_alerts):
        to = practice.validated.switches.values.get("MeldungAn", ())
        send_alerts(practice.record, alerts, to, practice.reader, now, clients)


def alert_short_balances(
    short: Mapping[str, int], payers: Iterable[str], context: RunContext, raised: RaisedAlerts
) -> None:
    """Alert once for each Mandant that lacks credits, until they suffice again; `short` has the waiting entries."""
    for mandant, count in short.items():
        text = Text("alert.no_credits", Text("alert.waiting", count=count), mandant=mandant)
        context.tally.add_error(text)
        context.tally.add_alert(Alert(AlertKind.NO_CREDITS, mandant, text), context.record.alerts)
    for mandant in payers:
        if mandant not in short:
            raised.end(context.record, AlertKind.NO_CREDITS, mandant)

"""What a person does about trouble: settle an unknown entry, stop and resume the whole deployment."""

from __future__ import annotations

from datetime import datetime

from .alerts import Alerts
from .entry import Entry
from .history import History
from .job import Job, Tick, next_tick
from .move import Move
from .practices import Practices
from .receipts import Receipts
from .recipient import Channel
from .report import Activity, Alert
from .resolve import Decision, UnresolvableError, resolved
from .stops import Stops
from .store import Store

ALL = "alle Praxen"
_TRIES = 3  # a receipt or another person may move the entry at the same time


def resolve_entry(
    practice: str,
    key: str,
    decision: Decision,
    note: str,
    now: datetime,
    store: Store,
    practices: Practices,
    receipts: Receipts,
    history: History,
) -> Entry:
    """Settle an unknown entry, on condition that it is still as it was read; returns it as it is then.

    `now` is UTC. What is to be sent again goes with the next send tick, if its slot may still go on today, as any
    prepared entry. Raises UnresolvableError, where another was faster too, be it a receipt.
    """
    for _ in range(_TRIES):
        entry = store.entries(practice, [key]).get(key)
        if entry is None:
            raise UnresolvableError("Einen solchen Eintrag gibt es nicht.")
        decided = resolved(entry, decision, now, note)
        if decision is Decision.RESEND:
            _refuse_if_told(entry, now, practices, receipts)
            practices.go_on(practice, Job.SEND, next_tick(Tick.SEND, now))  # first: a crash in between loses nothing
        for made in store.commit([decided]):
            _tell(made, now, history)
            return made.after
    raise UnresolvableError("Der Eintrag wird gerade von anderer Seite geändert; bitte nochmals versuchen.")


def _refuse_if_told(entry: Entry, now: datetime, practices: Practices, receipts: Receipts) -> None:
    """Where the carrier has told what became of this attempt, the status job settles it, and nothing is sent twice."""
    if entry.channel == Channel.EMAIL:
        parked = [(event.entry, event.attempt) for event in receipts.mailbox(entry.practice)]
        told = (entry.key, entry.attempt) in parked
    else:
        told = entry.message_id is not None and bool(receipts.outcomes([entry.message_id]))
    if told:
        practices.go_on(entry.practice, Job.STATUS, next_tick(Tick.STATUS, now))
        words = "Der Anbieter hat schon gemeldet, was aus der Mitteilung wurde; der nächste Statuslauf trägt es ein."
        raise UnresolvableError(words)


def _tell(made: Move, now: datetime, history: History) -> None:
    after, source = made.after, made.before.state if made.before else None
    activity = Activity(now, after.identity, after.key, source, after.state, after.reason)
    history.write_activity(after.practice, [activity], [], now)


def stop_all(reason: str, stops: Stops, alerts: Alerts) -> bool:
    """Send nothing for any practice until somebody resumes; False where all was stopped, and the first reason stays.

    What deliver has claimed comes to its own end. The operator is told once, here; each practice by its own runs.
    """
    stopped = stops.stop_all(reason)
    if stopped:
        alerts.tell_operator(ALL, [Alert("stopped", f"Der Versand aller Praxen ist angehalten: {reason}")])
    return stopped


def resume_all(now: datetime, stops: Stops, practices: Practices, alerts: Alerts) -> int:
    """Send again for all practices; returns how many of their send slots go on today. `now` is UTC.

    The slots go on also where nothing was stopped any more: a repeated command completes one that broke off.
    """
    if stops.resume_all():
        alerts.tell_operator(ALL, [Alert("resumed", "Der Versand aller Praxen geht weiter.")])
    tick = next_tick(Tick.SEND, now)
    return sum(practices.go_on(practice, Job.SEND, tick) for practice in practices.all())

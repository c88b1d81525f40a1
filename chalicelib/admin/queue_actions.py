"""What a person does: stop an entry, let it go, settle an unknown one; stop and resume the whole deployment.

Who did it, and why, is in the activity log. `by` names the person, `note` is German and names no patient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.aws.alert_sender import AlertSender
from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.log_store import LogStore
from chalicelib.aws.practice_store import PracticeStore
from chalicelib.aws.receipt_store import ReceiptStore
from chalicelib.aws.stop_marks import StopMarks
from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import (
    RELEASED,
    ManualDecision,
    UnresolvableError,
    cancel_manually,
    release_transition,
    resolve_transition,
    with_note,
)
from chalicelib.entries.transition import Transition, logged_steps
from chalicelib.messages.recipient import Channel
from chalicelib.planning.alerts import Alert
from chalicelib.planning.report import Activity
from chalicelib.schedule.job import Job, Tick, next_tick

ALL = "alle Praxen"
_NO_SUCH = "Einen solchen Eintrag gibt es nicht."
_BUSY = "Der Eintrag wird gerade von anderer Seite geändert; bitte nochmals versuchen."
_TRIES = 3  # a receipt or another person may move the entry at the same time


def resolve_entry(
    practice: str,
    key: str,
    decision: ManualDecision,
    note: str,
    by: str,
    now: datetime,
    store: EntryStore,
    practices: PracticeStore,
    receipts: ReceiptStore,
    history: LogStore,
) -> Entry:
    """Settle an unknown entry, on condition that it is still as it was read; returns it as it is then.

    `now` is UTC. What is to be sent again goes with the next send tick, if its slot may still go on today, as any
    prepared entry. Raises UnresolvableError, where another was faster too, be it a receipt.
    """
    for _ in range(_TRIES):
        entry = store.entries(practice, [key]).get(key)
        if entry is None:
            raise UnresolvableError(_NO_SUCH)
        decided = resolve_transition(entry, decision, now, note)
        if decision is ManualDecision.RESEND:
            _refuse_if_told(entry, now, practices, receipts)
            practices.reopen_slot(
                practice, Job.SEND, next_tick(Tick.SEND, now)
            )  # first: a crash in between loses nothing
        for made in store.commit([decided]):
            _tell(practice, _activities(made, made.after.reason, by, now), now, history)
            return made.after
    raise UnresolvableError(_BUSY)


def cancel_entries(
    practice: str, keys: Sequence[str], note: str, by: str, now: datetime, store: EntryStore, history: LogStore
) -> list[Transition]:
    """Cancel entries that have not left, with a refund of what is reserved; a later prepare does not revive them.

    All or none, but where one changes at the same moment. `now` is UTC. Raises UnresolvableError.
    """

    def tell(made: Transition) -> list[Activity]:
        return _activities(made, made.after.reason, by, now)

    return _decided(practice, keys, lambda entry: cancel_manually(entry, now, note), tell, now, store, history)


def release_entries(
    practice: str,
    keys: Sequence[str],
    note: str,
    by: str,
    now: datetime,
    store: EntryStore,
    practices: PracticeStore,
    history: LogStore,
) -> list[Transition]:
    """Let what is held, or was cancelled by hand, leave with the next send run, which asks the rules again.

    That is the next send tick, if its slot may still go on today; else as `cancel_entries`.
    """

    def tell(made: Transition) -> list[Activity]:
        return _activities(made, with_note(RELEASED, note), by, now)

    return _decided(practice, keys, lambda entry: release_transition(entry, now), tell, now, store, history, practices)


def _decided(
    practice: str,
    keys: Sequence[str],
    decide: Callable[[Entry], Transition],
    tell: Callable[[Transition], list[Activity]],
    now: datetime,
    store: EntryStore,
    history: LogStore,
    sends: PracticeStore | None = None,
) -> list[Transition]:
    """Decide all, then write them; what has changed meanwhile is decided again. `sends`: the send slot goes on."""
    left, done = list(dict.fromkeys(keys)), list[Transition]()
    for _ in range(_TRIES):
        entries = store.entries(practice, left)
        transitions = [_named(entries.get(key), decide, done) for key in left]
        if sends and transitions:
            sends.reopen_slot(practice, Job.SEND, next_tick(Tick.SEND, now))  # first: a crash in between loses nothing
        made = store.commit(transitions)
        _tell(practice, [line for one in made for line in tell(one)], now, history)
        done += made
        left = [key for key in left if key not in {one.after.key for one in done}]
        if not left:
            return done
    raise UnresolvableError(f"{_BUSY}{_others(done)}")


def _named(entry: Entry | None, decide: Callable[[Entry], Transition], done: Sequence[Transition]) -> Transition:
    if entry is None:
        raise UnresolvableError(f"{_NO_SUCH}{_others(done)}")
    try:
        return decide(entry)
    except UnresolvableError as error:
        raise UnresolvableError(f"{entry.identity or entry.key}: {error}{_others(done)}") from None


def _others(done: Sequence[Transition]) -> str:
    """One that changed at the same moment was not decided with the others."""
    return f" Erledigt: {', '.join(made.after.identity for made in done)}." if done else " Nichts wurde geändert."


def _refuse_if_told(entry: Entry, now: datetime, practices: PracticeStore, receipts: ReceiptStore) -> None:
    """Where the carrier has told what became of this attempt, the status job settles it, and nothing is sent twice."""
    if entry.channel == Channel.EMAIL:
        parked = [(event.entry, event.attempt) for event in receipts.pending_email_events(entry.practice)]
        told = (entry.key, entry.attempt) in parked
    else:
        told = entry.message_id is not None and bool(receipts.parked([entry.message_id]))
    if told:
        practices.reopen_slot(entry.practice, Job.STATUS, next_tick(Tick.STATUS, now))
        words = "Der Anbieter hat schon gemeldet, was aus der Mitteilung wurde; der nächste Statuslauf trägt es ein."
        raise UnresolvableError(words)


def _activities(made: Transition, reason: str | None, by: str, now: datetime) -> list[Activity]:
    named = made.after.identity, made.after.key
    return [Activity(now, *named, source, target, reason, by) for source, target in logged_steps(made)]


def _tell(practice: str, activities: Sequence[Activity], now: datetime, history: LogStore) -> None:
    if activities:
        history.write_activity(practice, activities, [], now)


def stop_all(reason: str, stops: StopMarks, alerts: AlertSender) -> bool:
    """Send nothing for any practice until somebody resumes; False where all was stopped, and the first reason stays.

    What deliver has claimed comes to its own end. The operator is told once, here; each practice by its own runs.
    """
    stopped = stops.stop_all(reason)
    if stopped:
        alerts.notify_operator(ALL, [Alert("stopped", f"Der Versand aller Praxen ist angehalten: {reason}")])
    return stopped


def resume_all(now: datetime, stops: StopMarks, practices: PracticeStore, alerts: AlertSender) -> int:
    """Send again for all practices; returns how many of their send slots go on today. `now` is UTC.

    The slots go on also where nothing was stopped any more: a repeated command completes one that broke off.
    """
    if stops.resume_all():
        alerts.notify_operator(ALL, [Alert("resumed", "Der Versand aller Praxen geht weiter.")])
    tick = next_tick(Tick.SEND, now)
    return sum(practices.reopen_slot(practice, Job.SEND, tick) for practice in practices.ids())

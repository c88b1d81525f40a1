"""Actions of a person: cancel an entry, release it, settle an unknown one; stop and resume the whole deployment.

The activity log records the person and the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from chalicelib.aws.alert_sender import AlertSender
from chalicelib.aws.deployment import Clients
from chalicelib.aws.stop_marks import StopMarks, by_operator
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.manual_decision import (
    ManualDecision,
    ManualNote,
    UnresolvableError,
    after_account_fault,
    resolve_transition,
    with_note,
)
from chalicelib.entries.several import NO_SUCH, Act, Decided, Seen, changed_text, decided, decision
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition, logged_steps
from chalicelib.messages.recipient import Channel
from chalicelib.planning.alerts import ALL, Alert, AlertKind
from chalicelib.planning.run_report import Activity, activity_of
from chalicelib.practice.reader import Reader
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.text import DEFAULT_LANGUAGE, Text, joined

_BUSY = Text("queue.busy")
_TRIES = 3  # a receipt or another person may move the entry at the same time


def resolve_entry(
    practice: str, key: str, decision: ManualDecision, note: ManualNote, language: str, now: datetime, clients: Clients
) -> Entry:
    """Settle an unknown entry if it has not changed since it was read; return it with its new state.

    `now` is UTC. An entry to be resent is sent with the next send tick if its slot can still continue today, like any
    prepared entry. Raises UnresolvableError, also if a receipt or another person came first.
    """
    for _ in range(_TRIES):
        entry = clients.store.entries(practice, [key]).get(key)
        if entry is None:
            raise UnresolvableError(NO_SUCH)
        decided = resolve_transition(entry, decision, now, note.text)
        if decision is ManualDecision.RESEND:
            _refuse_if_received(entry, now, clients)
            _reopen_send_slot(practice, now, clients)
        for made in clients.store.commit([decided]):
            clients.history.write_activity(practice, _activities([made], note, now), [], now, Reader(language))
            return made.after
    raise UnresolvableError(_BUSY)


def cancel_entries(
    practice: str, keys: Sequence[str], note: ManualNote, language: str, now: datetime, clients: Clients
) -> list[Transition]:
    """Cancel unsent entries, and refund the reserved ones; a later prepare run does not revive them.

    All or none, except if one changes at the same moment. `now` is UTC. Raises UnresolvableError.
    """
    return _decide_all(practice, keys, Act.CANCEL, note, language, now, clients)


def release_entries(
    practice: str, keys: Sequence[str], note: ManualNote, language: str, now: datetime, clients: Clients
) -> list[Transition]:
    """Release held or manually cancelled entries to the next send run, which evaluates the rules again.

    That is the next send tick if its slot can still continue today. All or none, except if one changes at the same
    moment. `now` is UTC. Raises UnresolvableError.
    """
    return _decide_all(practice, keys, Act.RELEASE, note, language, now, clients)


def decide_possible(
    seen: Seen, entries: Mapping[str, Entry], act: Act, note: ManualNote, language: str, now: datetime, clients: Clients
) -> Decided:
    """Do an act on these entries of a practice, which were just read, where it is possible; say why not of the rest."""
    wanted = decided(seen, entries, act, note.text, now)
    if not wanted.done:
        return wanted
    practice = wanted.done[0].after.practice
    written = _written(practice, wanted.done, note, language, now, clients)
    left = [made.after.key for made in wanted.done if made.after.key not in {one.after.key for one in written}]
    current = clients.store.entries(practice, left) if left else {}
    return Decided(tuple(written), {**wanted.left, **{key: changed_text(current.get(key)) for key in left}})


def _decide_all(
    practice: str, keys: Sequence[str], act: Act, note: ManualNote, language: str, now: datetime, clients: Clients
) -> list[Transition]:
    """Decide all entries, then write them; decide those that changed meanwhile again."""
    left, done = list(dict.fromkeys(keys)), list[Transition]()
    for _ in range(_TRIES):
        entries = clients.store.entries(practice, left)
        transitions = [_decide(entries.get(key), act, note, now, done) for key in left]
        done += _written(practice, transitions, note, language, now, clients)
        left = [key for key in left if key not in {made.after.key for made in done}]
        if not left:
            return done
    raise UnresolvableError(_and_others(_BUSY, done))


def _written(
    practice: str, wanted: Sequence[Transition], note: ManualNote, language: str, now: datetime, clients: Clients
) -> list[Transition]:
    """Write them with their lines of the activity log; return those whose entry had not changed."""
    if any(made.after.state is State.PREPARED for made in wanted):
        _reopen_send_slot(practice, now, clients)
    written = clients.store.commit(wanted)
    clients.history.write_activity(practice, _activities(written, note, now), [], now, Reader(language))
    return written


def _reopen_send_slot(practice: str, now: datetime, clients: Clients) -> None:
    """Called before the entries are written: a crash in between loses nothing."""
    clients.jobs.reopen_slot(practice, Job.SEND, next_tick(Tick.SEND, now))


def _decide(entry: Entry | None, act: Act, note: ManualNote, now: datetime, done: Sequence[Transition]) -> Transition:
    if entry is None:
        raise UnresolvableError(_and_others(NO_SUCH, done))
    try:
        return decision(entry, act, now, note.text)
    except UnresolvableError as error:
        why = _and_others(error.text, done)
        raise UnresolvableError(Text("queue.about", why, entry=entry.identity or entry.key)) from None


def _and_others(why: Text, done: Sequence[Transition]) -> Text:
    """An entry that changed at the same moment was not decided with the others."""
    names = ", ".join(made.after.identity for made in done)
    return joined("sentences", [why, Text("queue.done", entries=names) if done else Text("queue.nothing_changed")])


def _refuse_if_received(entry: Entry, now: datetime, clients: Clients) -> None:
    """If the provider has reported the outcome of this attempt, leave it to the status job: nothing is sent twice."""
    if entry.channel == Channel.EMAIL:
        parked = [(event.entry, event.attempt) for event in clients.receipts.pending_email_events(entry.practice)]
        received = (entry.key, entry.attempt) in parked
    else:
        received = entry.message_id is not None and bool(clients.receipts.parked([entry.message_id]))
    if received:
        clients.jobs.reopen_slot(entry.practice, Job.STATUS, next_tick(Tick.STATUS, now))
        raise UnresolvableError(Text("queue.received"))


def _activities(done: Sequence[Transition], note: ManualNote, now: datetime) -> list[Activity]:
    released = with_note("manual.released", note.text)  # such an entry no longer has a reason
    return [
        Activity(now, made.after.identity, made.after.key, *step, made.after.reason or released, note.by)
        for made in done
        for step in logged_steps(made)
    ]


def stop_all(words: str, stops: StopMarks, alerts: AlertSender) -> bool:
    """Stop sending for all practices until somebody resumes; False if it was stopped already: the first reason stays.

    Entries that deliver has claimed are finished. The operator is notified once, here; each practice by its own runs.
    """
    reason = by_operator(words)
    stopped = stops.stop_all(reason)
    if stopped:
        alerts.notify_operator(ALL, [Alert(AlertKind.STOPPED, "", Text("stop.all", reason), once=False)])
    return stopped


def resume_all(now: datetime, clients: Clients) -> int:
    """Resume sending for all practices; return how many of their send slots continue today. `now` is UTC.

    SMS that SNS has not sent because of the account wait again. All this happens even if nothing was stopped:
    repeating the command completes an interrupted one.
    """
    if clients.stops.resume_all(now):
        clients.alerts.notify_operator(ALL, [Alert(AlertKind.RESUMED, "", Text("stop.all_resumed"), once=False)])
    return sum(_resume(practice, now, clients) for practice in clients.practices.ids())


def _resume(practice: str, now: datetime, clients: Clients) -> bool:
    goes_on = clients.jobs.reopen_slot(practice, Job.SEND, next_tick(Tick.SEND, now))
    unreached = clients.store.open_entries(practice, Group.UNREACHED, since=now)
    done = clients.store.commit([made for entry in unreached if (made := after_account_fault(entry, now))])
    if done:
        language = done[0].after.log_language or DEFAULT_LANGUAGE
        clients.history.write_activity(practice, [activity_of(made, now) for made in done], [], now, Reader(language))
    return goes_on

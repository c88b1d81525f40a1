"""Missed send slots: their entries are held until a person releases them.

A reminder that is half a day late confuses more than it helps. A person with the call list can decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.aws.entry_store import EntryStore
from chalicelib.entries.entry import Entry, held_back
from chalicelib.entries.groups import Group
from chalicelib.entries.transition import Transition
from chalicelib.planning.alerts import Alert, AlertKind, minute, patients
from chalicelib.planning.context import RunContext
from chalicelib.schedule.job import Job
from chalicelib.text import Text

MISSED_AFTER = timedelta(hours=6)  # later, a reminder confuses; see above


def missed_slots(context: RunContext) -> list[datetime]:
    """The send slots (UTC) up to the run's own that no run has done, and whose time is over. Pure."""
    job = context.record.jobs.get(Job.SEND)
    if job is None or job.done is None:
        return []
    return [slot for slot in job.slots(job.done, context.run.slot) if context.now - slot > MISSED_AFTER]


def hold_missed(context: RunContext, store: EntryStore) -> bool:
    """Hold the entries of missed slots, and alert; True if the run's own slot is one of them."""
    missed = missed_slots(context)
    if not missed:
        return False
    zone = context.switches["Zeitzone"]
    prepared = store.open_entries(context.run.practice, Group.PREPARED)
    reason = Text("send.missed", slot=missed[-1].astimezone(zone))
    transitions = [Transition(entry, held_back(entry, reason)) for entry in prepared if entry.slot < missed[-1]]
    held = [made.after for made in store.commit(transitions)]
    _record(context, missed, held)
    return missed[-1] == context.run.slot


def _record(context: RunContext, missed: Sequence[datetime], held: Sequence[Entry]) -> None:
    tally, zone = context.tally, context.switches["Zeitzone"]
    tally.missed += missed
    tally.counts["held"] += len(held)
    for entry in held:
        tally.add_transition(entry, entry, context.now)
    text = Text("alert.missed", Text("alert.held", count=len(held)), slot=missed[-1].astimezone(zone))
    tally.add_error(text)
    if held:
        details = patients(held, zone)
        tally.add_alert(Alert(AlertKind.MISSED, minute(missed[-1]), text, details), context.record.alerts)

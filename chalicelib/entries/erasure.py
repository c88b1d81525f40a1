"""Erase the personal data in an entry. Pure: `personal_data` writes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.entries.entry import Entry, anonymised
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition, cancel_transition

ERASED = "Personendaten auf Wunsch gelöscht."


def erase_transition(entry: Entry, now: datetime) -> Transition | None:
    """The entry without personal data. A waiting one is cancelled too, with its refund.

    None if there is nothing to do, or not yet: an entry that is being sent needs its data until the outcome. `now` is
    UTC.
    """
    if entry.anonymised or entry.state is State.SENDING:
        return None
    if entry.state in (State.PREPARED, State.RESERVED):
        made = cancel_transition(entry, now, ERASED)
        return replace(made, after=replace(anonymised(made.after), version=entry.version + 1))
    stripped = anonymised(entry)
    # What another message covers must not come back without a patient.
    return Transition(entry, replace(stripped, settled=True) if entry.state is State.COVERED else stripped)

"""What becomes of an entry whose patient has his data erased. Pure: `personal_data` writes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.entries.entry import Entry, anonymised
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition, cancel_transition

ERASED = "Personendaten auf Wunsch gelöscht."


def erase_transition(entry: Entry, now: datetime) -> Transition | None:
    """The entry without anything personal: the guard. What waits is cancelled too, with its refund.

    None where there is nothing to do, or where nothing can be done yet: what a provider is being asked for just now is
    needed until there is an answer. `now` is UTC.
    """
    if entry.anonymised or entry.state is State.SENDING:
        return None
    if entry.state in (State.PREPARED, State.RESERVED):
        made = cancel_transition(entry, now, ERASED)
        return replace(made, after=replace(anonymised(made.after), version=entry.version + 1))
    stripped = anonymised(entry)
    # What another message covers must not come back without a patient.
    return Transition(entry, replace(stripped, settled=True) if entry.state is State.COVERED else stripped)

"""What becomes of an entry whose patient has his data erased. Pure: `personal_data` writes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.entries.entry import Entry, State, strip_personal_data
from chalicelib.entries.transition import Move, cancelled

ERASED = "Personendaten auf Wunsch gelöscht."


def erased(entry: Entry, now: datetime) -> Move | None:
    """The entry without anything personal: the guard. What waits is cancelled too, with its refund.

    None where there is nothing to do, or where nothing can be done yet: what a provider is being asked for just now is
    needed until there is an answer. `now` is UTC.
    """
    if entry.stripped or entry.state is State.SENDING:
        return None
    if entry.state in (State.PREPARED, State.RESERVED):
        made = cancelled(entry, now, ERASED)
        return replace(made, after=replace(strip_personal_data(made.after), version=entry.version + 1))
    stripped = strip_personal_data(entry)
    # What another message covers must not come back without a patient.
    return Move(entry, replace(stripped, given_up=True) if entry.state is State.COVERED else stripped)

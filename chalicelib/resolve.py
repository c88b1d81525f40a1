"""What a person decides about an entry of which nobody knows whether it left. Pure.

The person has asked the patient, or the carrier, or takes the risk: no code decides this. `by_hand` writes it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from .credits import refund_of
from .entry import Entry, Kind, State, back_to_prepared, move
from .german import STATES
from .move import Move


class Decision(StrEnum):
    DELIVERED = "delivered"  # the patient has it: it stays charged, and off the call list
    RESEND = "resend"  # it did not arrive, or twice is better than never


class UnresolvableError(Exception):
    """A person may not decide this of the entry as it is now; a German sentence says why, and what is allowed."""


def resolved(entry: Entry, decision: Decision, now: datetime, note: str = "") -> Move:
    """The arrow that a person chose: d to delivered, or k to prepared, with the refund of what the attempt cost.

    `now` is aware; `note` is the person's own word, without personal data. Raises UnresolvableError.
    """
    if entry.state is not State.UNKNOWN:
        raise UnresolvableError(_settled_before(entry))
    if decision is Decision.DELIVERED:
        return Move(entry, move(entry, State.DELIVERED, now, reason=_reason("Von Hand als zugestellt bestätigt", note)))
    if entry.until <= now:
        over = "Der Geburtstag ist vorbei" if entry.kind is Kind.BIRTHDAY else "Der Termin hat begonnen"
        raise UnresolvableError(f"{over}; erlaubt ist nur noch {Decision.DELIVERED}.")
    words = _reason("Von Hand zum nochmaligen Versand freigegeben", note)
    return Move(entry, back_to_prepared(entry, now, words), refund_of(entry, now))


def _settled_before(entry: Entry) -> str:
    why = f" ({entry.reason.rstrip('.')})" if entry.reason else ""
    allowed = f"erlaubt ist dies nur bei «{STATES[State.UNKNOWN]}»"
    return f"Der Eintrag ist «{STATES[entry.state]}»{why}; {allowed}."


def _reason(words: str, note: str) -> str:
    return f"{words}: {note.strip()}" if note.strip() else f"{words}."

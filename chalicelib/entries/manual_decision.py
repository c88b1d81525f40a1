"""The decisions of a person about an entry: cancel it, release it, settle one whose outcome is unknown. Pure.

No code decides this: the person has asked the patient or the provider, or takes the risk. `queue_actions` writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.entries.credits import refund_of
from chalicelib.entries.entry import Entry, back_to_prepared, released, transition
from chalicelib.entries.states import STATES, State
from chalicelib.entries.transition import Transition, cancel_transition
from chalicelib.messages.kind import Kind
from chalicelib.text import Text

CANCELLED_MANUALLY, RELEASED = "Von Hand storniert", "Von Hand freigegeben"


class ManualDecision(StrEnum):
    DELIVERED = "delivered"  # the patient has it: it stays charged, and off the call list
    RESEND = "resend"  # it did not arrive, or twice is better than never


@dataclass(frozen=True)
class ManualNote:
    """The person that acts, and why: `text` is German and names no patient."""

    by: str
    text: str


class UnresolvableError(Exception):
    """A person may not decide this about the current entry; a German sentence says why, and what is allowed."""


def resolve_transition(entry: Entry, decision: ManualDecision, now: datetime, note: str = "") -> Transition:
    """The arrow that a person chose: d to delivered, or k to prepared, with the refund of what the attempt cost.

    `now` is aware; `note` is the person's own word, without personal data. Raises UnresolvableError.
    """
    if entry.state is not State.UNKNOWN:
        raise UnresolvableError(_settled_before(entry))
    if decision is ManualDecision.DELIVERED:
        return Transition(
            entry, transition(entry, State.DELIVERED, now, reason=with_note("Von Hand als zugestellt bestätigt", note))
        )
    if entry.anonymised:
        raise UnresolvableError(f"Die Personendaten sind gelöscht; erlaubt ist nur noch {ManualDecision.DELIVERED}.")
    if entry.expires_at <= now:
        raise UnresolvableError(f"{_over(entry)}; erlaubt ist nur noch {ManualDecision.DELIVERED}.")
    words = with_note("Von Hand zum nochmaligen Versand freigegeben", note)
    return Transition(entry, back_to_prepared(entry, now, words), refund_of(entry, now))


def cancel_manually(entry: Entry, now: datetime, note: str) -> Transition:
    """A waiting entry, cancelled by a person (arrow e; a reserved one takes f before it, with the refund).

    No prepare revives it. `now` and `note` are as in `resolve_transition`. Raises UnresolvableError.
    """
    if entry.state in (State.PREPARED, State.RESERVED):
        return cancel_transition(entry, now, with_note(CANCELLED_MANUALLY, note), manually=True)
    match entry.state:
        case State.SENDING:
            why = "Die Mitteilung wird eben gesendet und lässt sich nicht mehr zurückholen"
        case State.COVERED:
            why = "Den Termin nennt die Mitteilung zum ersten Termin dieses Tages; storniert wird nur diese"
        case _:
            why = f"Der Eintrag ist «{STATES[entry.state]}»; storniert wird nur, was noch nicht versendet ist"
    raise UnresolvableError(f"{why}.")


def manual_refusal(entry: Entry | None, starts_at: datetime | None) -> Text | None:
    """Why no prepare may revive an entry: a person has phoned about this start, or cancelled it."""
    if entry is None:
        return None
    if entry.phoned_at and entry.starts_at == starts_at:
        return Text("rule.once.phoned")
    return Text("rule.once.cancelled") if entry.cancelled_manually else None


def may_be_released(entry: Entry) -> bool:
    """Whether only a person's word keeps it from leaving."""
    return not entry.anonymised and ((entry.state is State.PREPARED and entry.held) or entry.cancelled_manually)


def release_transition(entry: Entry, now: datetime) -> Transition:
    """Let the next send run take a held or manually cancelled entry (arrow j). Raises UnresolvableError."""
    if not may_be_released(entry):
        words = "freigegeben wird nur, was zurückgehalten oder von Hand storniert ist"
        raise UnresolvableError(f"Der Eintrag ist «{STATES[entry.state]}»; {words}.")
    if entry.expires_at <= now:
        raise UnresolvableError(f"{_over(entry)}; zu versenden ist nichts mehr.")
    if entry.state is State.PREPARED:
        return Transition(entry, released(entry))
    return Transition(entry, transition(entry, State.PREPARED, now, cancelled_manually=False, reason=None))


def _over(entry: Entry) -> str:
    return "Der Geburtstag ist vorbei" if entry.kind is Kind.BIRTHDAY else "Der Termin hat begonnen"


def _settled_before(entry: Entry) -> str:
    why = f" ({entry.reason.rstrip('.')})" if entry.reason else ""
    allowed = f"erlaubt ist dies nur bei «{STATES[State.UNKNOWN]}»"
    return f"Der Eintrag ist «{STATES[entry.state]}»{why}; {allowed}."


def with_note(words: str, note: str) -> str:
    """The German words of the activity log for a manual decision."""
    return f"{words}: {note.strip()}" if note.strip() else f"{words}."

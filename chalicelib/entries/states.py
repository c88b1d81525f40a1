"""The states of an entry, and the lettered arrows between them. Pure.

docs/flow.md draws the states; ARROWS is the same drawing as data.
"""

from __future__ import annotations

from enum import StrEnum

from chalicelib.text import Text


class State(StrEnum):
    PREPARED = "prepared"
    RESERVED = "reserved"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NOT_SENDABLE = "not_sendable"
    COVERED = "covered"  # the message about an earlier appointment of the day or of the same one covers it


S = State
ARROWS: dict[str, frozenset[tuple[State, State]]] = {
    "a": frozenset({(S.PREPARED, S.RESERVED)}),
    "b": frozenset({(S.RESERVED, S.SENDING)}),
    "c": frozenset({(S.SENDING, S.SENT)}),
    "d": frozenset(
        {
            (S.SENT, S.DELIVERED),
            (S.SENT, S.FAILED),
            (S.SENT, S.UNCONFIRMED),
            (S.UNKNOWN, S.DELIVERED),
            (S.UNKNOWN, S.FAILED),
            (S.DELIVERED, S.FAILED),  # a permanent bounce that follows the delivery of an e-mail
        }
    ),
    "e": frozenset({(S.PREPARED, S.CANCELLED), (S.PREPARED, S.EXPIRED), (S.PREPARED, S.NOT_SENDABLE)}),
    "f": frozenset({(S.RESERVED, S.PREPARED), (S.SENDING, S.PREPARED)}),  # the latter is g and f at once
    "g": frozenset({(S.SENDING, S.RESERVED)}),
    "h": frozenset({(S.SENDING, S.REFUSED)}),
    "i": frozenset({(S.SENDING, S.UNKNOWN)}),
    "j": frozenset(
        {
            (S.CANCELLED, S.PREPARED),
            (S.EXPIRED, S.PREPARED),
            (S.NOT_SENDABLE, S.PREPARED),
            # admitted again, but the address is (still) missing: the practice has to phone
            (S.CANCELLED, S.NOT_SENDABLE),
            (S.EXPIRED, S.NOT_SENDABLE),
            (S.NOT_SENDABLE, S.NOT_SENDABLE),
            # admitted again, but an earlier message to the patient has named this start
            (S.CANCELLED, S.COVERED),
            (S.EXPIRED, S.COVERED),
            (S.NOT_SENDABLE, S.COVERED),
        }
    ),
    "k": frozenset({(S.UNKNOWN, S.PREPARED)}),  # by a person only, never automatically
    "l": frozenset({(S.PREPARED, S.COVERED)}),
    "m": frozenset({(S.COVERED, S.PREPARED)}),
    "n": frozenset({(S.FAILED, S.PREPARED)}),  # when a person resumes the SMS that the account could not send
}

END_STATES = frozenset({S.DELIVERED, S.FAILED, S.UNCONFIRMED, S.REFUSED, S.CANCELLED, S.EXPIRED, S.NOT_SENDABLE})
REVIVABLE = frozenset(source for source, _ in ARROWS["j"])
UNDERWAY = frozenset({S.RESERVED, S.SENDING, S.SENT, S.UNKNOWN})
ACCEPTED = frozenset({S.SENT, S.DELIVERED, S.FAILED, S.UNCONFIRMED})  # by a provider: it was sent
UNREACHED = frozenset({S.NOT_SENDABLE, S.REFUSED, S.FAILED})


def arrow_between(source: State, target: State) -> str | None:
    """The letter of the arrow from one state to another; None if there is no such arrow."""
    return next((letter for letter, pairs in ARROWS.items() if (source, target) in pairs), None)


def state_label(state: State) -> Text:
    """The name of a state as people read it."""
    return Text(f"state.{state}")

"""After the table was set back to an earlier moment: nothing that may have left since leaves by itself again. Pure.

The protocols are not set back with the table. What they tell of an entry since that moment wins over the entry as it
stands; what they do not tell of, and could leave, is held until a person releases it. No arrow of the drawing stands
for this: they were taken already, by entries that are gone (docs/decisions/0017).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.entries.credits import refund_of
from chalicelib.entries.entry import Entry, back_to_prepared, held_back, transition
from chalicelib.entries.states import REVIVABLE, State
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Channel
from chalicelib.schedule.instants import instant_of

HELD = "Die Daten wurden wiederhergestellt; ob die Mitteilung schon versendet wurde, ist ungewiss."
FROM_LOG = "Die Daten wurden wiederhergestellt; der Stand ist der letzte im Protokoll."

_MAY_HAVE_LEFT = frozenset(
    {
        State.RESERVED, State.SENDING, State.SENT, State.DELIVERED, State.FAILED, State.UNCONFIRMED, State.REFUSED,
        State.UNKNOWN,
    }
)  # fmt: skip
_ON_THE_WAY = frozenset({State.RESERVED, State.SENDING})
_COULD_LEAVE = frozenset({State.PREPARED, State.COVERED}) | _ON_THE_WAY | REVIVABLE
_FARTHEST = timedelta(days=60 + 31)  # OffsetStartTage + OffsetSuchTage: no lost entry's appointment lies beyond


@dataclass(frozen=True)
class LoggedState:
    """The last that the protocols tell of an entry's message that may have left; `identity` is empty where unknown."""

    state: State
    identity: str


def last_logged_states(lines: Iterable[Mapping[str, Any]]) -> dict[str, LoggedState]:
    """Whose messages may have left, by the lines of the activity log and of deliver (each with `at`); by key.

    Only lines of moves count: those of alerts, and of whom a prepare run left out, have no state.

    Arrow f says that a message has not: then only what is told after it counts. But f after an answer of the carrier is
    of the restored table, whose entry was still reserved, and says nothing.
    """
    told: dict[str, LoggedState] = {}
    for line in sorted((line for line in lines if "to" in line), key=lambda line: instant_of(line["at"])):
        key, source, target = line["key"], line.get("from"), State(line["to"])
        identity = line.get("entry") or (told[key].identity if key in told else "")
        if target in _MAY_HAVE_LEFT:
            told[key] = LoggedState(target, identity)
        elif target is State.PREPARED and source in _ON_THE_WAY and key in told and told[key].state in _ON_THE_WAY:
            del told[key]
    return told


def restore_transition(entry: Entry, told: LoggedState | None, now: datetime) -> Transition | None:
    """What becomes of an entry of the restored table; None: it stays as it is. `now` is UTC."""
    if entry.state not in _COULD_LEAVE:
        return _received(entry, told, now)
    if told is not None and (told.state, entry.state) != (State.RESERVED, State.RESERVED):
        return _as_logged(entry, told.state, now)
    match entry.state:
        case State.PREPARED:
            return None if entry.held else Transition(entry, held_back(entry, HELD))
        case State.RESERVED:
            return Transition(entry, replace(back_to_prepared(entry, now, HELD), held=True), refund_of(entry, now))
        case State.SENDING:
            return Transition(entry, transition(entry, State.UNKNOWN, now, reason=HELD))
    return None


def _received(entry: Entry, told: LoggedState | None, now: datetime) -> Transition | None:
    """It has left before the moment. Receipts of SMS are read again, with their refunds; those of e-mails are gone."""
    known = {State.DELIVERED, State.FAILED} if entry.channel == Channel.EMAIL else {State.DELIVERED}
    if told is None or told.state not in known or entry.state not in (State.SENT, State.UNKNOWN):
        return None
    return Transition(entry, transition(entry, told.state, now, reason=FROM_LOG))


def _as_logged(entry: Entry, told: State, now: datetime) -> Transition:
    """The attempt that the protocols tell of is the entry's own where that had begun, else the next one, never paid."""
    state = State.UNKNOWN if told in _ON_THE_WAY else told
    attempt = entry.attempt if entry.state in _ON_THE_WAY else entry.attempt + 1
    refund = refund_of(entry, now) if state is State.REFUSED else None
    after = replace(
        entry, state=state, changed_at=now, version=entry.version + 1, attempt=attempt, held=False,
        reason=HELD if state is State.UNKNOWN else FROM_LOG, credits=0 if refund else entry.credits,
        cancelled_manually=False,
    )  # fmt: skip
    return Transition(entry, after, refund)


def placeholder_entry(practice: str, key: str, told: LoggedState, now: datetime) -> Transition:
    """What keeps prepare from making an entry again that the restored table does not know: a stripped one.

    It is no call list's: whom it was for is not known any more.
    """
    state = State.DELIVERED if told.state is State.DELIVERED else State.UNCONFIRMED
    today = now.date()
    return Transition(
        None,
        Entry(
            practice=practice, identity="", retained_key=key, anonymised=True, kind=Kind.REMINDER, state=state,
            patient="",
            appointment=None, starts_at=None, expires_at=now + _FARTHEST, slot=now, searched_first=today,
            searched_end=today,
            mandant=None, channel=None, language=None, retention_days=0, changed_at=now,
        ),
    )  # fmt: skip

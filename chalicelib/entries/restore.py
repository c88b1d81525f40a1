"""Repair entries after the table was restored to an earlier moment, so that no message is sent twice. Pure.

The logs are not restored with the table. Their lines since that moment take precedence over the entry in the table; an
entry without such a line that could be sent is held until a person releases it. These changes are not arrows of the
drawing: entries that are gone have taken those already (docs/decisions/0017).
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
from chalicelib.schedule.time_zone import instant_of
from chalicelib.text import Text

HELD = Text("restored.unknown")
FROM_LOG = Text("restored.from_log")

_MAY_HAVE_LEFT = frozenset(
    {
        State.RESERVED, State.SENDING, State.SENT, State.DELIVERED, State.FAILED, State.UNCONFIRMED, State.REFUSED,
        State.UNKNOWN,
    }
)  # fmt: skip
_ON_THE_WAY = frozenset({State.RESERVED, State.SENDING})
_BACK = _ON_THE_WAY | {State.COVERED}  # arrow f or m says that nothing told it
_COULD_LEAVE = frozenset({State.PREPARED, State.COVERED}) | _ON_THE_WAY | REVIVABLE
_FARTHEST = timedelta(days=60 + 31)  # OffsetStartTage + OffsetSuchTage: no lost entry's appointment is later


@dataclass(frozen=True)
class LoggedState:
    """The last logged state of an entry whose message may have been sent; `identity` is empty if unknown."""

    state: State
    identity: str
    message_id: str = ""  # of an accepted message, as deliver printed it before it could be stored


def last_logged_states(lines: Iterable[Mapping[str, Any]]) -> dict[str, LoggedState]:
    """The entries whose starts may have been told, by key; `lines` are of the activity log and of deliver, with `at`.

    Only lines of transitions count: those of alerts and of skipped candidates have no state.

    Arrows f and n mean that a message was not sent: then only later lines count. An f logged after an outcome is
    ignored: it comes from the restored table, where the entry was still reserved.
    """
    logged: dict[str, LoggedState] = {}
    for line in sorted((line for line in lines if "to" in line), key=lambda line: instant_of(line["at"])):
        key, source, target = line["key"], line.get("from"), State(line["to"])
        identity = line.get("entry") or (logged[key].identity if key in logged else "")
        if target in _MAY_HAVE_LEFT | {State.COVERED}:
            message_id = line.get("message_id") or (logged[key].message_id if key in logged else "")
            logged[key] = LoggedState(target, identity, message_id)
        elif target is State.PREPARED and key in logged and _is_back(source, logged[key].state):
            del logged[key]
    return logged


def _is_back(source: str | None, logged: State) -> bool:
    """Arrows f and m, and n of an SMS that failed."""
    return (source in _BACK and logged in _BACK) or source == logged == State.FAILED


def restore_transition(entry: Entry, logged: LoggedState | None, now: datetime) -> Transition | None:
    """The transition of an entry in the restored table; None if it stays unchanged. `now` is UTC."""
    if entry.state not in _COULD_LEAVE:
        return _received(entry, logged, now)
    covered = logged is not None and logged.state is State.COVERED  # its message may have failed since
    if logged is not None and not covered and (logged.state, entry.state) != (State.RESERVED, State.RESERVED):
        return _as_logged(entry, logged, now)
    match entry.state:
        case State.PREPARED:
            return None if entry.held else Transition(entry, held_back(entry, HELD))
        case State.RESERVED:
            return Transition(entry, replace(back_to_prepared(entry, now, HELD), held=True), refund_of(entry, now))
        case State.SENDING:
            return Transition(entry, transition(entry, State.UNKNOWN, now, reason=HELD))
    return None


def _received(entry: Entry, logged: LoggedState | None, now: datetime) -> Transition | None:
    """It was sent before the moment. Receipts of SMS are read again, with their refunds; those of e-mails are lost."""
    if logged and logged.message_id and entry.state is State.UNKNOWN and not entry.message_id:
        after = replace(entry, message_id=logged.message_id, version=entry.version + 1)
        return Transition(entry, after, adopted_id=_sms_id(entry, logged))
    known = {State.DELIVERED, State.FAILED} if entry.channel == Channel.EMAIL else {State.DELIVERED}
    if logged is None or logged.state not in known or entry.state not in (State.SENT, State.UNKNOWN):
        return None
    return Transition(entry, transition(entry, logged.state, now, reason=FROM_LOG))


def _as_logged(entry: Entry, logged: LoggedState, now: datetime) -> Transition:
    """The logged attempt is the entry's current one if that had begun, otherwise the next one, which is not paid."""
    state = State.UNKNOWN if logged.state in _ON_THE_WAY else logged.state
    attempt = entry.attempt if entry.state in _ON_THE_WAY else entry.attempt + 1
    refund = refund_of(entry, now) if state is State.REFUSED else None
    after = replace(
        entry, state=state, changed_at=now, version=entry.version + 1, attempt=attempt, held=False,
        reason=HELD if state is State.UNKNOWN else FROM_LOG, credits=0 if refund else entry.credits,
        cancelled_manually=False, message_id=logged.message_id or entry.message_id,
    )  # fmt: skip
    return Transition(entry, after, refund, adopted_id=_sms_id(entry, logged))


def _sms_id(entry: Entry, logged: LoggedState) -> str | None:
    """The id by which a receipt of an SMS belongs to its entry; that of an e-mail goes by its tags."""
    return (logged.message_id or None) if entry.channel == Channel.SMS else None


def placeholder_entry(practice: str, key: str, logged: LoggedState, now: datetime) -> Transition:
    """An anonymised entry in place of one that the restored table lacks, so that prepare does not create it again.

    It is not on the call list: the patient is no longer known.
    """
    state = State.DELIVERED if logged.state is State.DELIVERED else State.UNCONFIRMED
    today = now.date()
    return Transition(
        None,
        Entry(
            practice=practice, identity="", retained_key=key, anonymised=True, kind=Kind.REMINDER, state=state,
            patient="", appointment=None, starts_at=None, expires_at=now + _FARTHEST, slot=now, searched_first=today,
            searched_end=today, mandant=None, channel=None, language=None, retention_days=0, changed_at=now,
        ),
    )  # fmt: skip

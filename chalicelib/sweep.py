"""Sweep: end what is stuck, in any practice. At every status tick.

What waits too long is found by one index query; what is to be done with it is decided as data (`swept`), then
written per practice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .alerts import Alerts
from .credits import refund_of
from .entry import (
    CLAIM_DIES_AFTER,
    RECEIPTS_TAKE,
    UNCONFIRMED_AFTER,
    Entry,
    State,
    back_to_prepared,
    move,
    strip_at,
    strip_personal_data,
)
from .history import History
from .job import Job, Tick, next_tick
from .move import Move
from .practices import Practices
from .queues import Queues
from .recheck import expired
from .report import Alert, Tally, unknown_alert
from .store import Store

MOST = 2000  # entries that a tick moves, oldest first, so that it ends in time; the rest at the next one


@dataclass(frozen=True)
class QueueAgain:
    """The outbox message seems lost; a second one does no harm, since the claim is conditional."""

    entry: Entry


@dataclass(frozen=True)
class StillUnknown:
    """A receipt may still tell what became of it."""

    entry: Entry


Act = Move | QueueAgain
Swept = Act | StillUnknown | None


@dataclass(frozen=True)
class Broom:
    """What the sweep reads and writes."""

    store: Store
    queues: Queues
    practices: Practices
    history: History
    alerts: Alerts


def sweep(found: Sequence[tuple[str, str]], now: datetime, broom: Broom) -> list[Entry]:
    """Look at these entries, (practice, key) each; returns the unknown ones that a receipt may still settle.

    All are looked at, a hundred a call: 100,000 take half a minute, and a receipt may belong to any of them.
    """
    decisions = [(entry, swept(entry, now)) for entry in _entries(found, broom.store)]
    unknown = [entry for entry, decision in decisions if isinstance(decision, StillUnknown)]
    acts = [(entry.practice, decision) for entry, decision in decisions if isinstance(decision, Act)]
    by_practice: dict[str, list[Act]] = {}
    for practice, act in acts[:MOST]:
        by_practice.setdefault(practice, []).append(act)
    for practice, own in by_practice.items():
        unknown += _act(practice, own, now, broom)
    return unknown


def _entries(found: Sequence[tuple[str, str]], store: Store) -> list[Entry]:
    """Those that exist, in the order in which they were found: the oldest first."""
    by_practice: dict[str, list[str]] = {}
    for practice, key in dict.fromkeys(found):  # the index may name one twice that moves while it is read
        by_practice.setdefault(practice, []).append(key)
    read = {practice: store.entries(practice, keys) for practice, keys in by_practice.items()}
    return [read[practice][key] for practice, key in dict.fromkeys(found) if key in read[practice]]


def swept(entry: Entry, now: datetime) -> Swept:
    """What the clock demands of an entry; None where it demands nothing yet. Pure."""
    match entry.state:
        case State.PREPARED:
            return Move(entry, expired(entry, now)) if entry.until <= now else None
        case State.RESERVED:
            return _reserved(entry, now)
        case State.SENDING:
            dead = entry.claimed_at is not None and entry.claimed_at + CLAIM_DIES_AFTER <= now
            words = "Der Versand ist abgebrochen; ob die Mitteilung versendet wurde, ist unbekannt."
            return Move(entry, move(entry, State.UNKNOWN, now, reason=words)) if dead else None
        case State.SENT:
            silent = entry.moved_at + UNCONFIRMED_AFTER <= now
            words = "Sieben Tage ohne Zustellbestätigung."
            return Move(entry, move(entry, State.UNCONFIRMED, now, reason=words)) if silent else None
        case State.UNKNOWN if not entry.given_up:
            return _unknown(entry, now)
    strip = strip_at(entry)
    return Move(entry, strip_personal_data(entry)) if strip and strip <= now else None


def _reserved(entry: Entry, now: datetime) -> Swept:
    if entry.latest is not None and entry.latest > now:
        return QueueAgain(entry)
    words = "Nicht rechtzeitig übernommen, der Versand wird wiederholt."
    return Move(entry, back_to_prepared(entry, now, words), refund_of(entry, now))


def _unknown(entry: Entry, now: datetime) -> Swept:
    if entry.moved_at + RECEIPTS_TAKE > now:
        return StillUnknown(entry)
    return Move(entry, replace(entry, given_up=True, version=entry.version + 1))


def _act(practice: str, acts: Sequence[Act], now: datetime, broom: Broom) -> list[Entry]:
    """Write what was decided; returns those that are unknown since."""
    moves = [act for act in acts if isinstance(act, Move)]
    if any(made.after.state is State.PREPARED for made in moves):  # first: a crash in between loses nothing
        broom.practices.go_on(practice, Job.SEND, next_tick(Tick.SEND, now))
    done = broom.store.commit(moves)
    broom.queues.put_outbox(practice, [act.entry.key for act in acts if isinstance(act, QueueAgain)])
    _tell(practice, done, now, broom)
    return [made.after for made in done if made.after.state is State.UNKNOWN and not made.after.given_up]


def _tell(practice: str, done: Sequence[Move], now: datetime, broom: Broom) -> None:
    tally = Tally()
    for made in done:
        if made.before is not None and made.before.state is not made.after.state:
            tally.moved(made.before, made.after, now)
    lost = sum(made.after.state is State.UNKNOWN and not made.after.given_up for made in done)
    if lost:
        text = unknown_alert(lost)
        tally.alerts.append(Alert("unknown", text))
    broom.history.write_activity(practice, tally.activities, tally.alerts, now)
    broom.alerts.tell_operator(practice, tally.alerts)

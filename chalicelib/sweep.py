"""Sweep: end what is stuck, in any practice. At every status tick.

What waits too long is found by one index query; what is to be done with it is decided as data (`swept`), then
written per practice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

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

MOST = 2000  # entries a tick; the rest, oldest first, at the next one


@dataclass(frozen=True)
class QueueAgain:
    """The outbox message seems lost; a second one does no harm, since the claim is conditional."""

    entry: Entry


@dataclass(frozen=True)
class StillUnknown:
    """A receipt may still tell what became of it."""

    entry: Entry


Swept = Move | QueueAgain | StillUnknown | None


@dataclass(frozen=True)
class Broom:
    """What the sweep reads and writes."""

    store: Store
    queues: Queues
    practices: Practices
    history: History
    alerts: Alerts


def sweep(found: Sequence[tuple[str, str]], now: datetime, broom: Broom) -> list[Entry]:
    """Look at these entries, (practice, key) each; returns the unknown ones that a receipt may still settle."""
    by_practice: dict[str, list[str]] = {}
    for practice, key in [*found[: MOST // 2], *found[MOST // 2 :][-MOST // 2 :]]:
        by_practice.setdefault(practice, []).append(key)
    unknown: list[Entry] = []
    for practice, keys in by_practice.items():
        unknown += _sweep_practice(practice, keys, now, broom)
    return unknown


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
    stale = entry.moved_at + timedelta(days=entry.retention_days) <= now and not entry.stripped
    return Move(entry, strip_personal_data(entry)) if stale else None


def _reserved(entry: Entry, now: datetime) -> Swept:
    if entry.latest is not None and entry.latest > now:
        return QueueAgain(entry)
    words = "Nicht rechtzeitig übernommen, der Versand wird wiederholt."
    return Move(entry, back_to_prepared(entry, now, words), refund_of(entry, now))


def _unknown(entry: Entry, now: datetime) -> Swept:
    if entry.moved_at + RECEIPTS_TAKE > now:
        return StillUnknown(entry)
    return Move(entry, replace(entry, given_up=True, version=entry.version + 1))


def _sweep_practice(practice: str, keys: list[str], now: datetime, broom: Broom) -> list[Entry]:
    decisions = [swept(entry, now) for entry in broom.store.entries(practice, keys).values()]
    moves = [decision for decision in decisions if isinstance(decision, Move)]
    if any(made.after.state is State.PREPARED for made in moves):  # first: a crash in between loses nothing
        broom.practices.go_on(practice, Job.SEND, next_tick(Tick.SEND, now))
    done = broom.store.commit(moves)
    broom.queues.put_outbox(practice, [d.entry.key for d in decisions if isinstance(d, QueueAgain)])
    _tell(practice, done, now, broom)
    lost = [made.after for made in done if made.after.state is State.UNKNOWN and not made.after.given_up]
    return lost + [decision.entry for decision in decisions if isinstance(decision, StillUnknown)]


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

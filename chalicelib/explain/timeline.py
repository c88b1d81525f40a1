"""What has happened to a message, by time: as the protocols tell it, and the entry where they do not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.entries.entry import Entry
from chalicelib.entries.reason_text import sentence_of
from chalicelib.entries.states import State
from chalicelib.schedule.instants import instant_of

_WORDS = {
    State.PREPARED: "aufbereitet",
    State.RESERVED: "geprüft, bezahlt und in den Ausgang gelegt",
    State.SENDING: "dem Anbieter übergeben",
    State.SENT: "vom Anbieter angenommen",
    State.DELIVERED: "zugestellt",
    State.FAILED: "nicht zugestellt",
    State.UNCONFIRMED: "ohne Bestätigung geblieben",
    State.REFUSED: "vom Anbieter abgelehnt",
    State.UNKNOWN: "ungewiss",
    State.CANCELLED: "storniert",
    State.EXPIRED: "verfallen",
    State.NOT_SENDABLE: "nicht sendbar",
    State.COVERED: "mit einer anderen Mitteilung zusammengefasst",
}
_BACK = "zurück in die Versand-Queue, Credits erstattet"
_SAME = timedelta(minutes=10)  # a line carries when its run began: that near, it tells of the same
_ON_THE_WAY = frozenset({State.RESERVED, State.SENDING, State.UNKNOWN})


@dataclass(frozen=True)
class TimelineEvent:
    """One thing, in German; `at` is UTC, `by` the person who did it, None: a job."""

    at: datetime
    what: str
    reason: str | None = None
    by: str | None = None
    rule: str | None = None  # that left it out: a prepare run made no message
    state: State | None = None


def timeline_of(entry: Entry | None, lines: Sequence[Mapping[str, Any]]) -> tuple[TimelineEvent, ...]:
    """By time. `lines` are those of the activity log, and of deliver, about this one message."""
    told = [_told(line) for line in lines if "to" in line or "rule" in line]
    if entry is not None:
        told += [one for one in _of_entry(entry) if not any(_tells(other, one) for other in told)]
    return tuple(sorted(told, key=lambda one: one.at))


def left_out(life: Sequence[TimelineEvent]) -> TimelineEvent | None:
    """The last time that a prepare run made no message, where nothing has happened since; None: it made one."""
    last = life[-1] if life else None
    return last if last is not None and last.rule else None


def _told(line: Mapping[str, Any]) -> TimelineEvent:
    at, reason, by = instant_of(line["at"]), sentence_of(line.get("reason")), line.get("by")
    if "rule" in line:
        return TimelineEvent(at, "keine Mitteilung", reason, rule=line["rule"])
    source, target = line.get("from"), State(line["to"])
    if source == target:
        return TimelineEvent(at, "von Hand geändert" if by else "wartet", reason, by, state=target)
    what = _BACK if target is State.PREPARED and source in _ON_THE_WAY else _WORDS[target]
    return TimelineEvent(at, what, reason, by, state=target)


def _of_entry(entry: Entry) -> Iterator[TimelineEvent]:
    """What the entry itself keeps of its times."""
    if entry.state is not State.NOT_SENDABLE or entry.slot < entry.changed_at - _SAME:
        yield TimelineEvent(entry.slot, _WORDS[State.PREPARED], state=State.PREPARED)
    if entry.reserved_at:
        yield TimelineEvent(entry.reserved_at, _WORDS[State.RESERVED], state=State.RESERVED)
    if entry.claimed_at:
        yield TimelineEvent(entry.claimed_at, _WORDS[State.SENDING], state=State.SENDING)
    if entry.state is not State.PREPARED:
        yield TimelineEvent(entry.changed_at, _WORDS[entry.state], sentence_of(entry.reason), state=entry.state)


def _tells(told: TimelineEvent, one: TimelineEvent) -> bool:
    return told.state is one.state and abs(told.at - one.at) < _SAME

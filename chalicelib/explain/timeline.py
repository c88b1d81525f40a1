"""The timeline of a message: from the logs, and from the entry if they say nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.entries.entry import Entry
from chalicelib.entries.reason_text import sentence_of
from chalicelib.entries.states import STATES, State
from chalicelib.schedule.time_zone import instant_of

_WORDS = STATES | {
    State.RESERVED: "geprüft, bezahlt und in den Ausgang gelegt",
    State.SENDING: "dem Anbieter übergeben",
    State.SENT: "vom Anbieter angenommen",
    State.UNCONFIRMED: "ohne Bestätigung geblieben",
    State.REFUSED: "vom Anbieter abgelehnt",
    State.COVERED: "mit einer anderen Mitteilung zusammengefasst",
}
_BACK = "zurück in die Versand-Queue, Credits erstattet"
_SAME = timedelta(minutes=10)  # a line carries the start of its run: this close, it is about the same event
_ON_THE_WAY = frozenset({State.RESERVED, State.SENDING, State.UNKNOWN})


@dataclass(frozen=True)
class TimelineEvent:
    """One event, in German; `at` is UTC, `by` the person who did it, None if it was a job."""

    at: datetime
    what: str
    reason: str | None = None
    by: str | None = None
    rule: str | None = None  # that left it out: a prepare run made no message
    state: State | None = None


def timeline_of(entry: Entry | None, lines: Sequence[Mapping[str, Any]]) -> tuple[TimelineEvent, ...]:
    """The events by time. `lines` are those of the activity log, and of deliver, about this message."""
    logged = [_of_line(line) for line in lines if "to" in line or "rule" in line]
    kept = list(_of_entry(entry)) if entry else []
    unlogged = [one for one in kept if not any(one.state is it.state and abs(it.at - one.at) < _SAME for it in logged)]
    return tuple(sorted([*logged, *unlogged], key=lambda one: one.at))


def _of_line(line: Mapping[str, Any]) -> TimelineEvent:
    at, reason, by = instant_of(line["at"]), sentence_of(line.get("reason")), line.get("by")
    if "rule" in line:
        return TimelineEvent(at, "keine Mitteilung", reason, rule=line["rule"])
    source, target = line.get("from"), State(line["to"])
    if source == target:
        return TimelineEvent(at, "von Hand geändert" if by else "wartet", reason, by, state=target)
    what = _BACK if target is State.PREPARED and source in _ON_THE_WAY else _WORDS[target]
    return TimelineEvent(at, what, reason, by, state=target)


def _of_entry(entry: Entry) -> Iterator[TimelineEvent]:
    """The times that the entry itself keeps."""
    was_prepared = entry.state is not State.NOT_SENDABLE or entry.slot < entry.changed_at - _SAME
    kept = {State.PREPARED: entry.slot if was_prepared else None}
    kept |= {State.RESERVED: entry.reserved_at, State.SENDING: entry.claimed_at}
    yield from (TimelineEvent(at, _WORDS[state], state=state) for state, at in kept.items() if at)
    if entry.state is not State.PREPARED:
        yield TimelineEvent(entry.changed_at, _WORDS[entry.state], sentence_of(entry.reason), state=entry.state)

"""The timeline of a message: from the logs, and from the entry if they say nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.planning.run_report import event_label
from chalicelib.schedule.time_zone import instant_of
from chalicelib.text import Text, text_of

_SAME = timedelta(minutes=10)  # a line has the start time of its run: within this, it is about the same event


@dataclass(frozen=True)
class TimelineEvent:
    """One event; `at` is UTC, `by` the person who did it, None if it was a job."""

    at: datetime
    what: Text
    reason: Text | None = None
    by: str | None = None
    rule: str | None = None  # of a prepare run that skipped it
    state: State | None = None


def timeline_of(entry: Entry | None, lines: Sequence[Mapping[str, Any]]) -> tuple[TimelineEvent, ...]:
    """The events by time. `lines` are those of the activity log, and of deliver, about this message."""
    logged = [_of_line(line) for line in lines if "to" in line or "rule" in line]
    kept = list(_of_entry(entry)) if entry else []
    unlogged = [one for one in kept if not any(one.state is it.state and abs(it.at - one.at) < _SAME for it in logged)]
    return tuple(sorted([*logged, *unlogged], key=lambda one: one.at))


def _of_line(line: Mapping[str, Any]) -> TimelineEvent:
    by, rule, source = line.get("by"), line.get("rule"), line.get("from")
    state = None if rule else State(line["to"])
    what = event_label(State(source) if source else None, state, by) if state else Text("event.left_out")
    reason = text_of(line["reason"]) if "reason" in line else None
    return TimelineEvent(instant_of(line["at"]), what, reason, by, rule, state)


def _of_entry(entry: Entry) -> Iterator[TimelineEvent]:
    """The events that the entry itself records."""
    was_prepared = entry.state is not State.NOT_SENDABLE or entry.slot < entry.changed_at - _SAME
    prepared = entry.slot if was_prepared else None
    kept = {State.PREPARED: prepared, State.RESERVED: entry.reserved_at, State.SENDING: entry.claimed_at}
    yield from (TimelineEvent(at, Text(f"event.{state}"), state=state) for state, at in kept.items() if at)
    if entry.state is not State.PREPARED:
        what = Text(f"event.{entry.state}")
        yield TimelineEvent(entry.changed_at, what, entry.reason, state=entry.state)

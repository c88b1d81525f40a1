"""One decision of a person about several entries: what can be done is done, and of the rest it is said why. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import (
    ManualDecision,
    UnresolvableError,
    cancel_manually,
    may_be_released,
    release_transition,
    resolve_transition,
)
from chalicelib.entries.states import State, state_label
from chalicelib.entries.transition import Transition
from chalicelib.text import Text

NO_SUCH = Text("queue.no_such_entry")


class Act(StrEnum):
    CANCEL = "cancel"
    RELEASE = "release"
    DELIVERED = "delivered"  # of an unknown one: the patient has it


Seen = Mapping[str, int | None]  # by key of the entry: the version that the person has seen, None for the current one


@dataclass(frozen=True)
class Decided:
    """The transitions, and by key why others have none."""

    done: tuple[Transition, ...]
    left: Mapping[str, Text]


def acts_of(entry: Entry, now: datetime) -> Iterator[Act]:
    """The acts that are possible; `now` is aware."""
    if may_be_released(entry) and entry.expires_at > now:
        yield Act.RELEASE
    if entry.state in (State.PREPARED, State.RESERVED):
        yield Act.CANCEL
    if entry.state is State.UNKNOWN:
        yield Act.DELIVERED


def decision(entry: Entry, act: Act, now: datetime, note: str = "") -> Transition:
    """The transition of one entry; `now` is aware. Raises UnresolvableError."""
    match act:
        case Act.CANCEL:
            return cancel_manually(entry, now, note)
        case Act.RELEASE:
            return release_transition(entry, now)
    return resolve_transition(entry, ManualDecision.DELIVERED, now, note)


def decided(seen: Seen, entries: Mapping[str, Entry], act: Act, note: str, now: datetime) -> Decided:
    """The transitions of the entries that are as the person has seen them, as far as the act is possible."""
    done, left = list[Transition](), dict[str, Text]()
    for key, version in seen.items():
        entry = entries.get(key)
        if entry is None:
            left[key] = NO_SUCH
        elif version not in (None, entry.version):
            left[key] = changed_text(entry)
        else:
            try:
                done.append(decision(entry, act, now, note))
            except UnresolvableError as error:
                left[key] = error.text
    return Decided(tuple(done), left)


def changed_text(entry: Entry | None) -> Text:
    """Why nothing was done about an entry that changed after the person had seen it."""
    return Text("queue.changed", state_label(entry.state)) if entry else NO_SUCH

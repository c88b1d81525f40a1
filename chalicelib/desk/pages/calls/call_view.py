"""The call list as a person may see it: read, limited, filtered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from chalicelib.aws.deployment import UnknownPracticeError
from chalicelib.desk.answers import NotFoundError
from chalicelib.desk.pages.calls.call_filters import COOKIE, NAMES, facts
from chalicelib.desk.pages.filters import Filters, leaves, unpacked
from chalicelib.desk.visit import Visit
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.people.person import Permission, Person
from chalicelib.reports.call_list import Call
from chalicelib.reports.call_sources import call_list_in_time, read_call_sources
from chalicelib.reports.current_call_list import CallList, CallSources
from chalicelib.text import Text, joined

MOST_SECONDS = 10.0  # for the practice database: API Gateway waits for 29


@dataclass(frozen=True)
class CallView:
    """`lines` are all that the person may see, done ones too."""

    listed: CallList
    sources: CallSources
    lines: Sequence[Call]
    filters: Filters
    limited: bool

    @cached_property
    def shown(self) -> list[Call]:
        """The lines that the filters leave."""
        return [one for one in self.lines if leaves(self.filters, facts(one, self.sources.practice.zone))]

    def line(self, key: str) -> Call | None:
        return next((one for one in self.lines if one.key == key), None)

    @property
    def remarks(self) -> list[Text]:
        """The texts about rows that may be missing; with limits, none can be shown without the practice database."""
        unread, found = self.listed.unread, list[Text]()
        if unread:
            left = Text("unread.limited" if self.limited else "unread.calls")
            found.append(joined("sentences", [unread, left]))
        return found + ([Text("unread.search_failed")] if self.listed.search_failed else [])


def read_view(visit: Visit) -> CallView:
    """Read the list. Raises NotFoundError if there is no such practice."""
    try:
        sources = read_call_sources(visit.practice_id, visit.deployment)
    except UnknownPracticeError:
        raise NotFoundError from None
    visit.read_already(sources.practice, sources.stops)
    listed = call_list_in_time(sources, visit.deployment, MOST_SECONDS)
    person, today = visit.person, visit.now.astimezone(visit.zone).date()
    lines = [line for line in listed.lines if is_of(person, line)]
    filters = unpacked(visit.incoming.cookies.get(COOKIE), visit.practice_id, NAMES, today)
    return CallView(listed, sources, lines, filters, bool(person.mandanten or person.practitioners))


def is_of(person: Person, call: Call) -> bool:
    """Whether the limits of a person allow it; nothing is known without the practice database."""
    return person.sees(call.whom.mandant, call.whom.practitioner)


def masks_numbers(person: Person) -> bool:
    """Whether the numbers are masked: for all who do not phone."""
    return not person.may(Permission.PHONE)


def digest(entries: Iterable[Entry]) -> str:
    """A short name of the entries that the index lists as unreached: another one if the list itself has changed."""
    keys = sorted(one.key for one in entries if Group.of(one) is Group.UNREACHED)
    return hashlib.sha256(" ".join(keys).encode()).hexdigest()[:12]

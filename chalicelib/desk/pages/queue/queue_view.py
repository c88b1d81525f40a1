"""The Versand-Queue as a person may see it: read, limited, filtered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from chalicelib.aws.deployment import UnknownPracticeError
from chalicelib.desk.answers import NotFoundError
from chalicelib.desk.pages.filters import DAY, Filters, leaves, unpacked
from chalicelib.desk.visit import Visit
from chalicelib.entries.day_counts import NAME
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.states import ACCEPTED, UNDERWAY, UNREACHED, State
from chalicelib.people.person import Person
from chalicelib.reports.queue_sources import MOST_DAYS, QueueSources, read_queue

COOKIE = "queue"
NAMES = ("mandant", "practitioner", DAY, "channel", "state")


class Show(StrEnum):
    """The parts of the page."""

    WAITING = "waiting"
    HELD = "held"
    UNDERWAY = "underway"
    UNREACHED = "unreached"
    SENT = "sent"  # today


_GROUPS = {
    Show.WAITING: Group.PREPARED, Show.HELD: Group.HELD, Show.UNDERWAY: Group.UNDERWAY, Show.UNREACHED: Group.UNREACHED,
}  # fmt: skip
_STATES = {Show.UNDERWAY: UNDERWAY, Show.UNREACHED: UNREACHED | {State.EXPIRED}, Show.SENT: ACCEPTED}


@dataclass(frozen=True)
class QueueView:
    """`day` is that of the failures to show, None for all; `patient` the number that was searched for."""

    sources: QueueSources
    person: Person
    show: Show
    day: date | None
    filters: Filters
    patient: str

    @cached_property
    def mine(self) -> Mapping[Show, Sequence[Entry]]:
        """All that the person may see, in the order in which it is shown."""
        found = {show: self.sources.in_group(group) for show, group in _GROUPS.items()}
        found[Show.SENT] = self.sources.sent_today
        found[Show.UNREACHED].sort(key=lambda one: one.changed_at, reverse=True)
        return {show: [one for one in entries if is_mine(self.person, one)] for show, entries in found.items()}

    @cached_property
    def whole(self) -> Sequence[Entry]:
        """All that the person may see of this part, and on this day, without filters."""
        if self.show is not Show.UNREACHED or self.day is None:
            return self.mine[self.show]
        failed = [one for one in self.sources.failed_on(self.day) if is_mine(self.person, one)]
        return sorted(failed, key=lambda one: one.changed_at)

    @cached_property
    def shown(self) -> Sequence[Entry]:
        return self._left(self.whole, self.show)

    def count(self, show: Show) -> int:
        """How many of a part the filters leave."""
        return len(self._left(self.mine[show], show))

    def facts(self, entry: Entry) -> dict[str, str]:
        """The values of an entry that filters compare."""
        starts_at = entry.starts_at.astimezone(self.sources.practice.zone) if entry.starts_at else None
        return {
            "mandant": entry.mandant or "", "practitioner": entry.practitioner, "channel": entry.channel or "",
            "state": entry.state, DAY: f"{starts_at:%Y-%m-%d}" if starts_at else "",
        }  # fmt: skip

    def _left(self, entries: Sequence[Entry], show: Show) -> list[Entry]:
        filters = filters_in(self.filters, show)
        return [
            one
            for one in entries
            if leaves(filters, self.facts(one)) and self.patient in ("", one.patient)
        ]  # fmt: skip


def names_in(show: Show) -> tuple[str, ...]:
    """The filters of a part; failures have days of their own."""
    return tuple(name for name in NAMES if name != DAY or show is not Show.UNREACHED)


def filters_in(filters: Filters, show: Show) -> dict[str, str]:
    """The filters that mean something there: a state belongs to one part."""
    states = _STATES.get(show, frozenset[State]())
    known = {name: value for name, value in filters.items() if name in names_in(show)}
    return {name: value for name, value in known.items() if name != "state" or value in states}


def is_mine(person: Person, entry: Entry) -> bool:
    """Whether the limits of a person allow it; of the practitioner an entry has the first letters."""
    return person.sees(entry.mandant, entry.practitioner, NAME)


def read_view(visit: Visit, given: Mapping[str, str]) -> QueueView:
    """Read what a query or a form asks for. Raises NotFoundError if there is no such practice."""
    wanted = given.get("show", "")
    show = Show(wanted) if wanted in set(Show) else Show.WAITING
    since = day_of(given) if show is Show.UNREACHED else None
    if since and not -2 <= (visit.now.date() - since).days <= MOST_DAYS + 1:
        since = None
    try:
        sources = read_queue(visit.practice_id, visit.deployment, since)
    except UnknownPracticeError:
        raise NotFoundError from None
    visit.read_already(sources.practice, sources.shared_stops)
    cookie = visit.incoming.cookies.get(COOKIE)
    filters = unpacked(cookie, visit.practice_id, NAMES, sources.today)
    near = since and timedelta(0) <= sources.today - since <= timedelta(days=MOST_DAYS)
    return QueueView(sources, visit.person, show, since if near else None, filters, given.get("patient", "").strip())


def day_of(given: Mapping[str, str]) -> date | None:
    """The day of a query or a form; None if it has no valid one."""
    try:
        return date.fromisoformat(given.get("day", ""))
    except ValueError:
        return None

"""The day of a practice as a person may see it: read, and limited to their Mandanten and practitioners."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from chalicelib.aws.deployment import UnknownPracticeError
from chalicelib.desk.answers import NotFoundError
from chalicelib.desk.pages.calls.call_view import MOST_SECONDS, is_of
from chalicelib.desk.visit import Visit
from chalicelib.entries.day_counts import NAME, place_of
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.people.person import Person
from chalicelib.practice.day_counts import Cell
from chalicelib.practice.foreseen import Foreseen
from chalicelib.practice.practice import Practice
from chalicelib.reports.call_list import Call
from chalicelib.reports.today import counts_of
from chalicelib.reports.today_sources import FromDatabase, TodaySources, read_today
from chalicelib.reports.unreachable import count_unreachable


@dataclass(frozen=True)
class TodayView:
    """All of it is the person's; None stands for a number that is unknown without the practice database."""

    sources: TodaySources
    person: Person
    today: date

    @property
    def practice(self) -> Practice:
        return self.sources.practice

    @property
    def limited(self) -> bool:
        return bool(self.person.mandanten or self.person.practitioners)

    @cached_property
    def calls(self) -> list[Call] | None:
        """The calls to make."""
        if self.limited and not self.sources.database:
            return None
        return [one for one in self.sources.listed.calls if is_of(self.person, one)]

    def in_state(self, state: State, held: bool = False) -> int:
        return sum(one.state is state and one.held is held for one in self.sources.entries if self.has(one))

    def wrong_times(self) -> dict[date, int] | None:
        """How many patients were told a time that has changed, by the day whose reconciliation names them."""
        found = self.sources.database
        return {day: sum(map(self.has, some)) for day, some in found.wrong_times.items()} if found else None

    @cached_property
    def database(self) -> FromDatabase | None:
        """The rows of the practice database."""
        return self.sources.database.of(self.person.sees) if self.sources.database else None

    def unreachable(self) -> int | None:
        """How many patients of the next days have no usable address; None if settings or texts are wrong, too."""
        return count_unreachable(self.database.appointments, self.sources.calls.context) if self.database else None

    @property
    def forecasts(self) -> list[Foreseen]:
        """Of each Mandant of the person, by name."""
        own = self.person.mandanten
        found = [one for one in self.practice.record.forecasts.values() if not own or one.mandant in own]
        return sorted(found, key=lambda one: (one.name.casefold(), one.mandant))

    def next_day(self) -> tuple[date, int | None] | None:
        """The next day with appointments, and how many; without the database, the next day with messages."""
        if self.database:
            found = self.database.days_after(self.today)
            return (min(found), found[min(found)]) if found else None
        days = self.practice.record.days
        later = [day for day, one in days.items() if day > self.today and any(map(self.counts, one.counts))]
        return (min(later), None) if later else None

    def to_phone(self, day: date) -> int:
        return len(self._calls_on(day))

    def counts_of(self, day: date) -> Counter[str]:
        """The messages of a day by state, without those whose patient is to be phoned."""
        entries, counts = (
            {one.key: one for one in self.sources.entries},
            counts_of(self.practice.record.days.get(day), self.counts),
        )
        phoned = (entries.get(one.key) for one in self._calls_on(day))
        return counts - Counter(found[1].state for one in phoned if (found := place_of(one)))

    def _calls_on(self, day: date) -> list[Call]:
        zone = self.practice.zone
        return [one for one in self.calls or () if one.starts_at.astimezone(zone).date() == day]

    def counts(self, cell: Cell) -> bool:
        """Whether a count of a day is of the person."""
        return self.person.sees(cell.mandant, cell.practitioner, NAME)

    def has(self, entry: Entry) -> bool:
        return self.person.sees(entry.mandant, entry.practitioner, NAME)


def read_view(visit: Visit) -> TodayView:
    """Raises NotFoundError if there is no such practice."""
    try:
        sources = read_today(visit.practice_id, visit.deployment, MOST_SECONDS)
    except UnknownPracticeError:
        raise NotFoundError from None
    visit.read_already(sources.practice, sources.calls.stops)
    return TodayView(sources, visit.person, visit.now.astimezone(visit.zone).date())

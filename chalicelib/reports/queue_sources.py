"""Read the Versand-Queue of a practice quickly, as a page has to: in parallel, with few settings. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from chalicelib.aws.deployment import Deployment, UnknownPracticeError
from chalicelib.aws.parameter_store import KnownParameters
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import OPEN_GROUPS, Group
from chalicelib.entries.states import UNREACHED, State
from chalicelib.entries.stops import Stops
from chalicelib.planning.outlook import next_send, next_send_of_released
from chalicelib.practice.practice import Practice
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.reports.call_sources import read_entries, shared_stops
from chalicelib.reports.sent_messages import sent_messages
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import DEFAULT, to_utc, zone_named

MOST_DAYS = 7  # before today, whose ends are read
_SETTINGS = (
    "Schalter/Zeitzone", "Schalter/Sprache", "Schalter/Versandfenster", f"Auftraege/{Job.SEND}/Aktiviert",
    f"Auftraege/{Job.SEND}/Zeitplan",
)  # fmt: skip
_LONGEST_DAY = timedelta(hours=25)


@dataclass(frozen=True)
class QueueSources:
    """The open entries of a practice, and those that ended on the last days; `practice` has only a few settings."""

    practice: Practice
    stops: Stops
    entries: Sequence[Entry]
    now: datetime

    @property
    def shared_stops(self) -> Stops | None:
        """The stops of the deployment; None if the practice has a reason of its own."""
        return shared_stops(self.practice.record, self.stops)

    @property
    def today(self) -> date:
        return slot_day(self.now, self.practice.zone)

    @cached_property
    def next_send(self) -> datetime | None:
        """The next tick (UTC) at which the practice sends; None if it has no plan."""
        return next_send(self.practice, self.now)

    @cached_property
    def next_send_of_released(self) -> datetime | None:
        """The next tick (UTC) that takes what a person releases now."""
        return next_send_of_released(self.practice, self.now)

    def in_group(self, group: Group) -> list[Entry]:
        """The entries of an open group, in its order."""
        return [one for one in self.entries if Group.of(one) is group]

    @cached_property
    def sent_today(self) -> list[Entry]:
        """As `sent_messages` of today."""
        zone = self.practice.zone
        claimed = [one for one in self.entries if one.claimed_at and slot_day(one.claimed_at, zone) == self.today]
        return sent_messages(claimed)

    def failed_on(self, day: date) -> list[Entry]:
        """The entries of which it turned out on a local day that they reach nobody; MOST_DAYS back at most.

        Expired ones too, which no group of open entries has.
        """
        zone = self.practice.zone
        failed = [one for one in self.entries if one.state in UNREACHED or one.state is State.EXPIRED]
        return [one for one in failed if not one.anonymised and slot_day(one.changed_at, zone) == day]


def read_queue(wanted: str, deployment: Deployment, since: date | None = None) -> QueueSources:
    """Read it: nine calls in two rounds for up to 198 entries; with those that ended since a local day, or today.

    Raises UnknownPracticeError.
    """
    clients, now = deployment.clients, deployment.now
    store, parameters, practices = clients.store, clients.parameters, clients.practices  # built in this thread
    from_when = (to_utc(since, time(0), zone_named(DEFAULT)) if since else now) - _LONGEST_DAY
    groups = [*((group, None) for group in OPEN_GROUPS), (Group.ENDED, from_when)]
    with ThreadPoolExecutor(len(groups) + 2) as threads:
        asked = threads.submit(practices.record, wanted)
        settings = threads.submit(parameters.some, wanted, _SETTINGS)
        listed = threads.map(lambda one: list(store.listed_keys(wanted, *one)), groups)
        keys = list(dict.fromkeys(key for some in listed for key in some))
        entries, stops, _ = read_entries(wanted, keys, (), clients, threads)
        record, saved = asked.result(), KnownParameters(deployment.stage, settings.result()).saved(wanted)
    if record is None:
        raise UnknownPracticeError(wanted, ())
    return QueueSources(Practice(record, ValidatedParameters(saved)), stops, entries, now)

"""The current appointments of a practice, from its database; none is queried twice. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from chalicelib.aws.batches import batches
from chalicelib.aws.deployment import Deployment
from chalicelib.aws.practice_database import practice_database
from chalicelib.planning.outlook import current_rules
from chalicelib.planning.search_state import PastRun, past_runs, searches_of
from chalicelib.practice.practice import Practice
from chalicelib.practice_db.database import PracticeDatabase
from chalicelib.reports.call_list import name_of, why_unsent
from chalicelib.rules.candidate import Candidate, parse_id, parse_local_time, parse_row
from chalicelib.rules.rule_input import RuleContext
from chalicelib.text import Text

_IDS = 1000  # per statement


class Appointments:
    """Appointments by TerminId; each method raises PracticeDatabaseError."""

    def __init__(self, database: PracticeDatabase, zone: ZoneInfo, payer: str | None) -> None:
        self._database, self._zone, self._payer = database, zone, payer
        self._found: dict[str, Candidate | None] = {}
        self._days, self._on_days = frozenset[date](), list[Candidate]()  # read last

    def on_days(self, days: Collection[date]) -> list[Candidate]:
        """Appointments of any status that start on these local days, or whose start is unreadable.

        One statement, unless the days are among those that were read last.
        """
        if not self._days.issuperset(days):
            rows = self._database.reminders(min(days), max(days) + timedelta(days=1), self._payer)
            self._days, self._on_days = frozenset(days), [parse_row(row, self._zone) for row in rows]
            for one in self._on_days:
                self._found.setdefault(one.appointment or "", one)
        return [one for one in self._on_days if one.starts_at is None or one.local_day in days] if days else []

    def by_id(self, appointments: Iterable[str]) -> dict[str, Candidate]:
        """The appointments of these ids that still exist, in this order."""
        wanted = list(dict.fromkeys(appointments))
        missing = [name for name in wanted if name not in self._found]
        for ids in batches(missing, _IDS):
            self._found |= dict.fromkeys(ids)
            for row in self._database.recheck(ids, [], self._payer):
                candidate = parse_row(row, self._zone)
                if self._found.get(candidate.appointment or "") is None:  # the first row of a duplicate TerminId
                    self._found[candidate.appointment or ""] = candidate
        return {name: found for name in wanted if (found := self._found[name])}

    def names(self, patients: Iterable[str]) -> dict[str, str]:
        """The names of those who are in the database, by PatientId; one statement for 1,000."""
        names: dict[str, str] = {}
        for ids in batches(sorted(set(patients)), _IDS):
            for row in self._database.recheck([], ids, self._payer):
                one = parse_row(row, self._zone)
                names[one.patient] = name_of(one)
        return names

    def count_definitive(self, days: Collection[date]) -> dict[str, int]:
        """The database's own count of definitive appointments on these days, by TerminId; one statement."""
        counts: dict[str, int] = {}
        for row in self._database.definitive(min(days), max(days) + timedelta(days=1)):
            starts_at, name = parse_local_time(row["Beginn"], self._zone), parse_id(row["TerminId"]) or ""
            if starts_at is None or starts_at.astimezone(self._zone).date() in days:
                counts[name] = counts.get(name, 0) + int(str(row["Anzahl"]))
        return counts


def context_of(practice: Practice, deployment: Deployment) -> RuleContext:
    """The context of a report. Raises ParameterError if the key of the opt-outs is missing."""
    return current_rules(practice, deployment.now, deployment.clients.parameters.opt_outs(practice.record))


@contextmanager
def appointments_of(practice: Practice, deployment: Deployment, url: str = "") -> Iterator[Appointments]:
    """The appointments of its database, by its stored URL unless `url` is given.

    Raises PracticeDatabaseError and ParameterError.
    """
    payer = practice.validated.switches.values.get("DefaultSMSMandant")
    with practice_database(practice.record, deployment.clients, url) as database:
        yield Appointments(database, practice.zone, payer)


def runs_for_day(day: date, practice: Practice, deployment: Deployment) -> list[PastRun]:
    """The reminder runs in the job history that may have looked at a local day."""
    searches = searches_of(practice, deployment.now)
    return past_runs(deployment.clients.history.runs(practice.id, searches.since(day))) if searches else []


def unsent_reason(practice: Practice, deployment: Deployment) -> Text:
    """Return why the practice's messages are not sent, as far as known."""
    return why_unsent(bool(practice.record.stopped or deployment.stop), practice.record.alerts)

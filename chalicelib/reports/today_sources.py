"""Read what the first page of a practice is made of: in four rounds, the session's included.

Three calls read up to 298 entries with the balances (decision 0043); the statement of the practice database runs beside
them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.aws.deployment import Deployment
from chalicelib.aws.parameter_store import ParameterError
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.messages.kind import Kind
from chalicelib.messages.template_set import PARTS
from chalicelib.planning.search_state import ReminderSearches, searches_of
from chalicelib.practice.job_settings import JOB_PARAMETERS
from chalicelib.practice.practice import Practice
from chalicelib.practice.switches import SWITCHES
from chalicelib.practice_db.errors import TIMEOUT, PracticeDatabaseError
from chalicelib.reports.appointments import Appointments, appointments_of
from chalicelib.reports.call_list import unconfirmed_since
from chalicelib.reports.call_sources import NEEDED, THREADS, FirstRead, read_entries, read_first
from chalicelib.reports.current_call_list import CallList, CallSources, call_list_of
from chalicelib.reports.reconcile_day import misinformed_on, searched_days_of
from chalicelib.reports.reconciliation import ReconciliationInput, is_definitive
from chalicelib.reports.unreachable import days_ahead
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rule_input import KIND_NAMES
from chalicelib.schedule.job import Job
from chalicelib.text import LANGUAGES, Text

_TEXTS = tuple(
    f"Vorlagen/{KIND_NAMES[Kind.REMINDER]}/{part}/{language}" for part in PARTS for language in LANGUAGES
)  # without one, nobody is reached by its channel
_STATUS = tuple(f"Auftraege/{name}" for name in JOB_PARAMETERS if name.startswith(Job.STATUS))
_OF_MAIL = "Schalter/PraxisSprache"
NAMES = (*(name for name in NEEDED if name != _OF_MAIL), *_STATUS, *_TEXTS)  # 40, ten a call
LEFT_OUT = tuple(name for name in (f"Schalter/{one}" for one in SWITCHES) if name not in NAMES)


@dataclass(frozen=True)
class FromDatabase:
    """The call list, the appointments of the next days, of any status, and who knows a wrong time.

    `wrong_times` are the entries of reminders, by the local day whose reconciliation has them.
    """

    listed: CallList
    appointments: Sequence[Candidate]
    wrong_times: Mapping[date, Sequence[Entry]]

    def of(self, sees: Callable[[str, str | None], bool]) -> FromDatabase:
        """The same with the appointments of those Mandanten and practitioners that a person sees."""
        own = [one for one in self.appointments if sees(one.signer.mandant or "", one.practitioner)]
        return replace(self, appointments=own)

    def days_after(self, today: date) -> Counter[date]:
        """The definitive appointments of each later local day."""
        days = (one.local_day for one in self.appointments if is_definitive(one))
        return Counter(day for day in days if day and day > today)


@dataclass(frozen=True)
class TodaySources:
    """`entries` are those that are open, and that have ended since the days ahead were searched first.

    `database` is None if `unread` says why it, or the opt-outs, cannot be read.
    """

    calls: CallSources
    entries: Sequence[Entry]
    balances: Mapping[str, int]
    database: FromDatabase | None
    unread: Text | None = None

    @property
    def practice(self) -> Practice:
        return self.calls.practice

    @property
    def listed(self) -> CallList:
        """The call list; by the entries alone without the database."""
        return self.database.listed if self.database else self.calls.by_entries


def read_today(wanted: str, deployment: Deployment, seconds: float) -> TodaySources:
    """Read them; without the practice database if it takes longer. Raises UnknownPracticeError."""
    clients, now = deployment.clients, deployment.now
    thread, rest = ThreadPoolExecutor(1), Future[tuple[CallSources, Sequence[Entry]]]()
    try:
        with ThreadPoolExecutor(THREADS) as threads:
            first = read_first(wanted, NAMES, deployment, threads)
            rows = None if first.unread else thread.submit(_from_database, first, rest, deployment)
            keys = dict.fromkeys(first.keys)
            if since := _ended_since(first.practice, now):
                keys |= dict.fromkeys(clients.store.listed_keys(wanted, Group.ENDED, since))
            record = first.practice.record
            entries, stops, balances = read_entries(wanted, list(keys), sorted(record.forecasts), clients, threads)
        calls = first.sources(entries, stops, deployment)
        rest.set_result((calls, entries))
        found = rows.result(seconds) if rows else first.unread
    except TimeoutError:
        found = TIMEOUT.text
    finally:
        rest.cancel()  # if it was not read
        thread.shutdown(wait=False)  # the driver has limits of its own
    database, unread = (found, None) if isinstance(found, FromDatabase) else (None, found)
    return TodaySources(calls, entries, balances, database, unread)


def _from_database(
    first: FirstRead, rest: Future[tuple[CallSources, Sequence[Entry]]], deployment: Deployment
) -> FromDatabase | Text:
    """Ask while the entries are still read. One statement more if a patient's appointment is no longer among them."""
    try:
        with appointments_of(first.practice, deployment, first.url) as rows:
            ahead = rows.on_days(days_ahead(first.context.today))
            calls, entries = rest.result()
            listed = call_list_of(calls, rows, deployment.clients.store)
            return FromDatabase(listed, ahead, _wrong_times(calls, entries, rows))
    except (PracticeDatabaseError, ParameterError) as error:
        return error.text


def _ended_since(practice: Practice, now: datetime) -> datetime | None:
    """Since when (UTC) an entry that has ended may be on the page; None if none can be."""
    searches, found = searches_of(practice, now), unconfirmed_since(practice, now)
    slots = [slot for _, slot in _covered(searches)] if searches else []
    return min([*slots, *([found] if found else [])], default=None)


def _covered(searches: ReminderSearches) -> list[tuple[date, datetime]]:
    """The days from today on that a run has searched, with the slot (UTC) of the first one."""
    today, latest = searches.plan.local_day(searches.now), searches.job.search
    return [(day, slot) for day, slot in latest.covered.items() if day >= today] if latest else []


def reconciled_days(searches: ReminderSearches, entries: Collection[Entry]) -> dict[date, frozenset[date]]:
    """The days ahead by the local day whose runs searched them: today's with all of its days, newest first."""
    today = searches.plan.local_day(searches.now)
    found = {today: set(searched_days_of(today, searches, entries))}
    for day, slot in _covered(searches):
        found.setdefault(searches.plan.local_day(slot), set()).add(day)
    return {day: frozenset(found[day]) for day in sorted(found, reverse=True)}


def _wrong_times(calls: CallSources, known: Sequence[Entry], rows: Appointments) -> dict[date, list[Entry]]:
    """Raises PracticeDatabaseError."""
    searches, entries = searches_of(calls.practice, calls.context.now), {one.key: one for one in known}
    found: dict[date, list[Entry]] = {}
    for day, days in (reconciled_days(searches, known) if searches else {}).items():
        assert searches  # noqa: S101 - there are days
        inputs = ReconciliationInput(calls.context, searches, days, calls.unsent)
        wrong = misinformed_on(rows.on_days(days), entries, rows, inputs) if days else []
        found[day] = [entries[one.key] for one in wrong]
    return found

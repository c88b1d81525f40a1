"""Read a day's reconciliation quickly, as a page has to: in parallel, and only the settings that it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

from chalicelib.aws.deployment import Deployment
from chalicelib.aws.parameter_store import ParameterError
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.messages.placeholders import as_value
from chalicelib.planning.search_state import PastRun
from chalicelib.practice.practice import Practice
from chalicelib.practice_db.errors import TIMEOUT, PracticeDatabaseError
from chalicelib.reports.appointments import appointments_of, runs_for_day
from chalicelib.reports.call_sources import THREADS, read_entries, read_first
from chalicelib.reports.current_call_list import CallSources
from chalicelib.reports.in_time import in_time
from chalicelib.reports.reconcile_day import NotReconcilableError, ended_since, reconcile_day
from chalicelib.reports.reconciliation import AppointmentResult, Reconciliation
from chalicelib.reports.today_sources import NAMES
from chalicelib.text import Text

Sees = Callable[[str, str | None], bool]  # a Mandant and a practitioner


@dataclass(frozen=True)
class DaySources:
    """`found` is None if `unread` says why the day cannot be reconciled; `entries` are those that may matter for it."""

    calls: CallSources
    day: date
    entries: Sequence[Entry]
    found: Reconciliation | None
    unread: Text | None

    @property
    def practice(self) -> Practice:
        return self.calls.practice

    def of(self, sees: Sees, sees_entry: Sees) -> Reconciliation | None:
        """Leave what a person with limits sees; an entry has a shortened practitioner."""
        if self.found is None:
            return None
        results = [one for one in self.found.results if sees(one.candidate.signer.mandant or "", of_row(one))]
        known = {one.key: one for one in (*self.entries, *(one.entry for one in self.found.results if one.entry))}
        wrong = [(one, known.get(one.key)) for one in self.found.misinformed]
        own = tuple(one for one, entry in wrong if entry and sees_entry(entry.mandant or "", entry.practitioner))
        return replace(self.found, results=tuple(results), misinformed=own)


def of_row(result: AppointmentResult) -> str:
    """The practitioner of an appointment."""
    return as_value(result.candidate.practitioner)


def read_day(wanted: str, day: date | None, deployment: Deployment, seconds: float) -> DaySources:
    """Read a local day, by default today; `unread` also if the database takes longer. Raises UnknownPracticeError."""
    clients = deployment.clients
    _ = clients.history  # built in this thread
    with ThreadPoolExecutor(THREADS) as threads:
        first = read_first(wanted, NAMES, deployment, threads)
        day = day or first.context.today
        ran = threads.submit(runs_for_day, day, first.practice, deployment)
        since = ended_since(first.context, day)
        keys = dict.fromkeys([*first.keys, *clients.store.listed_keys(wanted, Group.ENDED, since)])
        entries, stops, _ = read_entries(wanted, list(keys), (), clients, threads)
        runs = ran.result()
    calls = first.sources(entries, stops, deployment)
    try:
        found = first.unread or in_time(lambda: _reconciled(calls, day, entries, runs, deployment), seconds)
    except TimeoutError:
        found = TIMEOUT.text
    if isinstance(found, Reconciliation):
        return DaySources(calls, day, entries, found, None)
    return DaySources(calls, day, entries, None, found)


def _reconciled(
    calls: CallSources, day: date, entries: Sequence[Entry], runs: Sequence[PastRun], deployment: Deployment
) -> Reconciliation | Text:
    try:
        with appointments_of(calls.practice, deployment, calls.url) as rows:
            return reconcile_day(day, calls.context, entries, rows, deployment.clients.store, calls.unsent, runs)
    except (NotReconcilableError, PracticeDatabaseError, ParameterError) as error:
        return error.text

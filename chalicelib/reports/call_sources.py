"""Read what the call list is made of quickly, as a page has to: in parallel, and only the settings that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from chalicelib.aws.batches import batches
from chalicelib.aws.deployment import Clients, Deployment, UnknownPracticeError
from chalicelib.aws.parameter_store import SECRETS, KnownParameters, ParameterError
from chalicelib.aws.table import READ
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import OPEN_GROUPS, Group
from chalicelib.entries.stops import Stops
from chalicelib.planning.outlook import current_rules
from chalicelib.planning.search_state import searches_of
from chalicelib.practice.job_settings import JOB_PARAMETERS
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.switches import SWITCHES
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.practice_db.errors import TIMEOUT
from chalicelib.reports.call_list import unconfirmed_since, why_unsent
from chalicelib.reports.current_call_list import CallList, CallSources, call_list_from, listable
from chalicelib.reports.in_time import in_time
from chalicelib.rules.rule_input import RuleContext
from chalicelib.schedule.job import Job
from chalicelib.text import Text

_NAMES = 10  # parameters a call
_MARKS = 2  # that are read together with the first entries
_NOT_NEEDED = {"Geschlossen", "MeldungAn", "NamenInMeldungen"}  # of greetings, and of mail to the practice
NEEDED = (
    *(f"Schalter/{name}" for name in SWITCHES if name not in _NOT_NEEDED),
    *(f"Auftraege/{name}" for name in JOB_PARAMETERS if not name.startswith((Job.STATUS, Job.SUMMARY))),
    *SECRETS,
)
THREADS = 10  # calls at once


@dataclass(frozen=True)
class FirstRead:
    """A practice with the settings that were asked for, and the keys of its open entries.

    `unread` says why opt-outs or database cannot be read; otherwise `url` is that of the database.
    """

    context: RuleContext
    keys: Sequence[str]
    url: str
    unread: Text | None

    @property
    def practice(self) -> Practice:
        return self.context.practice

    def sources(self, entries: Sequence[Entry], stops: Stops, deployment: Deployment) -> CallSources:
        """The sources of the call list, of the entries that were read with these stops."""
        record = self.practice.record
        stopped = record.stopped or (deployment.stop if record.removed else stops.everything)
        unsent = why_unsent(bool(stopped), record.alerts)
        shared = shared_stops(record, stops)
        return CallSources(self.context, listable(entries), unsent, self.unread, self.url, shared)


def read_first(wanted: str, names: Sequence[str], deployment: Deployment, threads: ThreadPoolExecutor) -> FirstRead:
    """Read practice, settings and keys at once: eight calls with the names of NEEDED.

    All settings are read if there may be lost appointments, to which every rule applies. Raises UnknownPracticeError.
    """
    clients, now = deployment.clients, deployment.now
    store, parameters, practices = clients.store, clients.parameters, clients.practices  # built in this thread
    asked = threads.submit(practices.record, wanted)
    values = threads.map(lambda some: parameters.some(wanted, some), batches(names, _NAMES))
    keys = threads.map(lambda group: list(store.listed_keys(wanted, group)), OPEN_GROUPS)
    record = asked.result()
    known = KnownParameters(deployment.stage, {name: value for some in values for name, value in some.items()})
    if record is None:
        raise UnknownPracticeError(wanted, ())
    practice = Practice(record, ValidatedParameters(known.saved(wanted)))
    if (searches := searches_of(practice, now)) and searches.lost_days:
        practice = practice.with_saved(parameters.saved(wanted))
    listed = list(dict.fromkeys(key for some in keys for key in some))
    opt_outs = OptOuts()
    try:
        opt_outs = known.opt_outs(record)
        url = known.database_url(wanted)
    except ParameterError as error:
        return FirstRead(current_rules(practice, now, opt_outs), listed, "", error.text)
    return FirstRead(current_rules(practice, now, opt_outs), listed, url, None)


def read_call_sources(wanted: str, deployment: Deployment) -> CallSources:
    """Read them: nine calls in two rounds for up to 98 open entries, and the practice database is not asked.

    Raises UnknownPracticeError.
    """
    clients = deployment.clients
    with ThreadPoolExecutor(THREADS) as threads:
        first = read_first(wanted, NEEDED, deployment, threads)
        keys = dict.fromkeys(first.keys)
        if since := unconfirmed_since(first.practice, deployment.now):
            keys |= dict.fromkeys(clients.store.listed_keys(wanted, Group.ENDED, since))
        entries, stops, _ = read_entries(wanted, list(keys), (), clients, threads)
    groups = tuple(Group) if since else OPEN_GROUPS
    return first.sources([one for one in entries if Group.of(one) in groups], stops, deployment)


def call_list_in_time(sources: CallSources, deployment: Deployment, seconds: float) -> CallList:
    """The call list; by the entries alone if the practice database takes longer, too."""
    try:
        return in_time(lambda: call_list_from(sources, deployment), seconds)
    except TimeoutError:
        return replace(sources.by_entries, unread=TIMEOUT.text)


def shared_stops(record: PracticeRecord, stops: Stops) -> Stops | None:
    """The deployment's stops, of those that were read for a practice; None if they hold a reason of its own."""
    return None if record.stopped or record.removed else replace(stops, emails=None)


def read_entries(
    practice: str, keys: Sequence[str], mandanten: Sequence[str], clients: Clients, threads: ThreadPoolExecutor
) -> tuple[list[Entry], Stops, dict[str, int]]:
    """The entries of these keys at once; the first call reads the stops and the balances of these Mandanten too."""
    store, room = clients.store, max(READ - _MARKS - len(mandanten), 0)
    rest = threads.map(lambda some: store.entries(practice, some), batches(keys[room:], READ))
    first, stops, balances = clients.stops.entries_stop_and_balances(practice, keys[:room], mandanten)
    return [*first, *(one for some in rest for one in some.values())], stops, balances

"""Read what the call list is made of quickly, as a page has to: in parallel, and only the settings that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

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
from chalicelib.practice.switches import SWITCHES
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.practice_db.errors import TIMEOUT
from chalicelib.reports.call_list import unconfirmed_since, why_unsent
from chalicelib.reports.current_call_list import CallList, CallSources, call_list_from, listable
from chalicelib.schedule.job import Job

_NAMES = 10  # parameters a call
_WITH_MARKS = READ - 2  # entries that are read together with the stop marks
_NOT_NEEDED = {"Geschlossen", "MeldungAn", "NamenInMeldungen"}  # of greetings, and of mail to the practice
NEEDED = (
    *(f"Schalter/{name}" for name in SWITCHES if name not in _NOT_NEEDED),
    *(f"Auftraege/{name}" for name in JOB_PARAMETERS if not name.startswith((Job.STATUS, Job.SUMMARY))),
    *SECRETS,
)


def read_call_sources(wanted: str, deployment: Deployment) -> CallSources:
    """Read them: nine calls in two rounds for up to 98 open entries, and the practice database is not asked.

    All settings are read if there may be lost appointments, to which every rule applies. Raises UnknownPracticeError.
    """
    clients = deployment.clients
    store, parameters, practices = clients.store, clients.parameters, clients.practices  # built in this thread
    with ThreadPoolExecutor(len(OPEN_GROUPS) + len(NEEDED) // _NAMES + 2) as threads:
        asked = threads.submit(practices.record, wanted)
        values = threads.map(lambda names: parameters.some(wanted, names), batches(NEEDED, _NAMES))
        keys = threads.map(lambda group: list(store.listed_keys(wanted, group)), OPEN_GROUPS)
        record = asked.result()
        known = KnownParameters(deployment.stage, {name: value for some in values for name, value in some.items()})
        if record is None:
            raise UnknownPracticeError(wanted, ())
        practice, now = Practice(record, ValidatedParameters(known.saved(wanted))), deployment.now
        if (searches := searches_of(practice, now)) and searches.lost_days:
            practice = practice.with_saved(parameters.saved(wanted))
        listed = dict.fromkeys(key for some in keys for key in some)
        if since := unconfirmed_since(practice, now):
            listed |= dict.fromkeys(store.listed_keys(wanted, Group.ENDED, since))
        entries, stops = _entries(wanted, list(listed), clients, threads)
        groups = tuple(Group) if since else OPEN_GROUPS
    entries = listable(one for one in entries if Group.of(one) in groups)
    stopped = record.stopped or (deployment.stop if record.removed else stops.everything)
    unsent = why_unsent(bool(stopped), record.alerts)
    shared = None if record.stopped or record.removed else replace(stops, emails=None)  # else it has that reason
    opt_outs = OptOuts()
    try:
        opt_outs = known.opt_outs(record)
        url = known.database_url(wanted)
    except ParameterError as error:
        return CallSources(current_rules(practice, now, opt_outs), entries, unsent, error.text, "", shared)
    return CallSources(current_rules(practice, now, opt_outs), entries, unsent, None, url, shared)


def call_list_in_time(sources: CallSources, deployment: Deployment, seconds: float) -> CallList:
    """The call list; by the entries alone if the practice database takes longer, too."""
    thread = ThreadPoolExecutor(1)
    try:
        return thread.submit(call_list_from, sources, deployment).result(seconds)
    except TimeoutError:
        return replace(sources.by_entries, unread=TIMEOUT.text)
    finally:
        thread.shutdown(wait=False)  # the driver has limits of its own


def _entries(
    practice: str, keys: Sequence[str], clients: Clients, threads: ThreadPoolExecutor
) -> tuple[list[Entry], Stops]:
    """The entries of these keys, and the stops, which the same call reads."""
    store, stops = clients.store, clients.stops
    rest = threads.map(lambda some: store.entries(practice, some), batches(keys[_WITH_MARKS:], READ))
    first, stop, _ = stops.entries_and_stop(practice, keys[:_WITH_MARKS])
    return [*first, *(one for some in rest for one in some.values())], stop

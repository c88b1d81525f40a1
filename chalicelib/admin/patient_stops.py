"""Stop all messages to a patient at once, whatever the practice database says; only a person undoes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.admin.cancelled import WaitingAgain, cancelled, wait_again
from chalicelib.admin.opt_outs import opt_out_stopped_patient
from chalicelib.admin.personal_data import entries_of_patient
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import ACCEPTED, State
from chalicelib.entries.transition import Transition, logged_steps
from chalicelib.planning.run_report import Activity
from chalicelib.planning.search_state import PastRun, past_runs, searches_of
from chalicelib.practice.opt_out import STOPPED, OptOut, Source
from chalicelib.practice.practice import Practice
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Clients

LEFT_WITHIN = timedelta(days=7)  # what left earlier, about a start that is past, is no news
_LEFT = ACCEPTED | {State.SENDING, State.UNKNOWN}
_TRIES = 5  # a run may change an entry meanwhile


@dataclass(frozen=True)
class StopResult:
    """`added` is False if the patient was stopped before; `left` are the entries whose message has left, by time."""

    added: bool
    cancelled: tuple[Transition, ...]
    left: tuple[Entry, ...]


def stop_patient(patient: str, reason: str, practice: Practice, by: str, now: datetime, clients: Clients) -> StopResult:
    """Stop a patient, and cancel what waits, reserved entries with their refund. `now` is UTC.

    A second call completes an interrupted one. Raises ParameterError if the key of the opt-outs is missing.
    """
    stop = OptOut("", None, Source.STOP, now, by, reason)
    added = opt_out_stopped_patient(practice.record, clients.parameters, clients.practices, patient, stop)
    clients.stops.patient_stopped(practice.id, now)
    done = list[Transition]()
    for _ in range(_TRIES):
        entries = entries_of_patient(patient, practice.id, clients.store)
        waiting = [one for one in entries if one.state in (State.PREPARED, State.RESERVED)]
        if not waiting:
            break
        made = clients.store.commit([cancelled(one, now, STOPPED) for one in waiting])
        _log(made, practice, by, now, clients)
        done += made
    left = [one for one in entries if one.state in _LEFT and one.claimed_at and _is_news(one, now)]
    return StopResult(added, tuple(done), tuple(sorted(left, key=lambda one: one.claimed_at or now)))


def release_patient(
    patient: str, stop: OptOut, practice: Practice, by: str, now: datetime, clients: Clients
) -> WaitingAgain:
    """Let the patient get messages again: entries that the stop cancelled wait, and the days since are searched again.

    So are the days of these entries: the next search takes those that do not wait, because this is interrupted, or a
    send run that does not know of it cancels them again. A run after a change of the settings has also searched days
    that no plan gives to its slot. `now` is UTC.
    """
    entries = entries_of_patient(patient, practice.id, clients.store)
    stopped = [one for one in entries if one.state is State.CANCELLED and one.reason == STOPPED]
    runs = _runs_since(stop.at, practice, now, clients)
    days = frozenset(slot_day(one.expires_at, practice.zone) for one in stopped).union(*(run.days for run in runs))
    since = min([stop.at, *(one.slot for one in stopped), *(run.slot for run in runs)])
    clients.jobs.search_again(practice.id, since, days)
    clients.practices.drop_opt_out(practice.id, stop.hash)
    clients.jobs.search_again(practice.id, since, days)  # a run may have searched meanwhile
    entries = entries_of_patient(patient, practice.id, clients.store)
    return wait_again(entries, STOPPED, Text("entry.released"), practice, by, now, clients)


def _runs_since(since: datetime, practice: Practice, now: datetime, clients: Clients) -> list[PastRun]:
    """The reminder runs since an instant (UTC) that matter now; a late one is of an earlier slot."""
    searches = searches_of(practice, now)
    if searches is None:
        return []
    lines = clients.history.runs(practice.id, max(since, searches.since(slot_day(now, practice.zone))))
    return past_runs(lines)


def _is_news(entry: Entry, now: datetime) -> bool:
    return entry.expires_at > now or (entry.claimed_at or now) > now - LEFT_WITHIN


def _log(done: list[Transition], practice: Practice, by: str, now: datetime, clients: Clients) -> None:
    """Log the keys of the entries only: the log must not say who was stopped."""
    steps = [(made.after.key, *step) for made in done for step in logged_steps(made)]
    activities = [Activity(now, "", key, source, target, STOPPED, by) for key, source, target in steps]
    clients.history.write_activity(practice.id, activities, [], now, practice.reader)

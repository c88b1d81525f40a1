"""The rules of the call list: the patients that the practice has to phone, because no message reached them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import UNREACHED, State, state_label
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.planning.alerts import last_run_failed
from chalicelib.planning.outlook import sent_at
from chalicelib.practice.practice import Practice
from chalicelib.rules.candidate import Candidate
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.text import Text

UNSENT = Text("unsent")


@dataclass(frozen=True)
class Call:
    """One line of the call list; `starts_at` is UTC.

    `name` and `phones`, as the practice wrote them, are empty if it has none, or its database cannot be read.
    """

    entry: str  # the argument of `calls done`: the identity of its entry, even if the appointment has none
    appointment: str | None
    patient: str
    name: str
    starts_at: datetime
    phones: tuple[str, ...]
    reason: Text


def name_of(candidate: Candidate) -> str:
    """Last name, first name; empty if there is neither."""
    names = [as_value(name) for name in (candidate.last_name, candidate.first_name)]
    return " ".join(name for name in names if name)


def phones_of(candidate: Candidate) -> tuple[str, ...]:
    """The different telephone numbers on file, the mobile one first."""
    numbers = (as_value(number) for number in (candidate.mobile, *candidate.other_phones))
    return tuple(dict.fromkeys(filter(None, numbers)))


def entries_to_phone(entries: Iterable[Entry], practice: Practice, now: datetime) -> list[Entry]:
    """Reminders of coming appointments that did not reach the patient, or will not in time; by start.

    Patients that somebody has phoned are omitted. `now` is UTC.
    """
    ahead = [entry for entry in entries if entry.kind is not Kind.BIRTHDAY and entry.expires_at > now]
    found = [entry for entry in ahead if not entry.phoned_at and not entry.anonymised]
    return sorted((e for e in found if is_unreached(e, practice, now)), key=lambda e: (e.expires_at, e.patient))


def is_unreached(entry: Entry, practice: Practice, now: datetime) -> bool:
    """Whether no message has reached the patient, or will in time without a person's action."""
    if entry.state is State.PREPARED:
        return entry.held or _is_left_lying(entry, practice, now)
    if entry.state in (State.RESERVED, State.SENDING):
        return _is_stuck(entry, now)
    return entry.state in UNREACHED or entry.state is State.UNKNOWN


def _is_left_lying(entry: Entry, practice: Practice, now: datetime) -> bool:
    """Whether a prepared entry came back, a send slot has skipped it, or none comes in time in the sending window."""
    send = practice.record.jobs.get(Job.SEND)
    if send is None:
        return False
    if entry.attempt or send.next_slot(entry.slot) < now:
        return True
    if practice.validated.switches.refusals(Job.SEND):
        return False  # its run will fail and say so
    tick = sent_at(entry.slot, practice, now)
    return tick is None or tick >= entry.expires_at


def _is_stuck(entry: Entry, now: datetime) -> bool:
    """Whether it came back before, is too late to claim, or its appointment starts before the next send tick."""
    too_late = entry.send_before is not None and entry.send_before <= now
    return entry.attempt > 1 or too_late or entry.expires_at <= next_tick(Tick.SEND, now)


def why_unsent(stopped: bool, alerts: Collection[str]) -> Text:
    """Return why a practice's messages were not sent, as far as known: a stop, or an active alert."""
    if stopped:
        return Text("unsent.stopped")
    return Text("unsent.failed") if last_run_failed(Job.SEND, alerts) else UNSENT


def failed_prepare_jobs(alerts: Collection[str]) -> list[Job]:
    """The prepare jobs whose last run failed: the patients that they missed are on no list."""
    return [job for job in (Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS) if last_run_failed(job, alerts)]


def call_reason(entry: Entry, unsent: Text = UNSENT) -> Text:
    """The reason of an entry on the call list; `unsent` is from `why_unsent`."""
    if entry.reason:
        return entry.reason
    return unsent if entry.state in (State.PREPARED, State.RESERVED) else state_label(entry.state)

"""The Anrufliste with names and numbers from the practice's own database. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.aws.entry_store import EntryStore
from chalicelib.entries.entry import Entry, reminder_identity
from chalicelib.planning.context import RunContext
from chalicelib.reports.appointments import Appointments
from chalicelib.reports.call_list import Call, entries_to_phone, name_of, phones_of, why_to_phone
from chalicelib.reports.close_day import lost_lines
from chalicelib.reports.reconciliation import AppointmentResult, is_definitive
from chalicelib.rules.candidate import Candidate
from chalicelib.schedule.job import Job


def calls(
    known: Iterable[Entry], context: RunContext, rows: Appointments, store: EntryStore, unsent: str = ""
) -> list[Call]:
    """Whom to phone, by Beginn: whom no message reached, and whose search never took place.

    `known` are the practice's open entries, `unsent` is what is known of why messages did not leave. Who has died or
    called off meanwhile is not phoned. Raises PracticeDatabaseError.
    """
    phoned = to_phone(known, context)
    there = rows.by_id(entry.appointment or "" for entry in phoned)
    found = [_call(entry, there[entry.appointment or ""], unsent) for entry in phoned if entry.appointment in there]
    lost = [_unsearched(line) for line in lost_lines(context, rows, store)]
    return sorted(
        (call for call in (*filter(None, found), *lost) if call.starts_at > context.now),
        key=lambda call: (call.starts_at, call.name, call.patient),
    )  # fmt: skip


def calls_by_number(known: Iterable[Entry], context: RunContext, unsent: str = "") -> list[Call]:
    """The same without the practice database: no names, no numbers, and without those whose search did not take place.

    Who has called off meanwhile is among them.
    """
    return [
        Call(one.identity or one.key, one.appointment, one.patient, "", one.expires_at, (), why_to_phone(one, unsent))
        for one in to_phone(known, context)
    ]


def to_phone(known: Iterable[Entry], context: RunContext) -> list[Entry]:
    """The entries on the Anrufliste at `context.now`."""
    return entries_to_phone(known, context.record.jobs.get(Job.SEND), context.now)


def _call(entry: Entry, now: Candidate, unsent: str) -> Call | None:
    """None where the appointment does not take place, as its row is now."""
    if now.deceased or not is_definitive(now):
        return None
    reason, starts_at = why_to_phone(entry, unsent), now.starts_at or entry.expires_at
    return Call(
        entry.identity or entry.key, now.appointment, now.patient, name_of(now), starts_at, phones_of(now), reason
    )


def _unsearched(line: AppointmentResult) -> Call:
    one, name = line.candidate, line.candidate.appointment or ""
    assert one.starts_at is not None  # noqa: S101 - the rule `lesbar` has passed
    return Call(reminder_identity(name), name, one.patient, name_of(one), one.starts_at, phones_of(one), line.reason)

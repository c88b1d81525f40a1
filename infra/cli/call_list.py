"""The Anrufliste: whom the practice has to phone, with names and numbers from its own database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.candidate import Candidate, candidate_of
from chalicelib.entry import UNREACHED, Entry, Kind, State
from chalicelib.job import Job, next_slot
from chalicelib.practice_db import open_practice_database
from chalicelib.wording import as_value
from infra.cli.german import STATES, reason_of
from infra.local.rehearsal import Rehearsal

_IDS = 1000  # a question to the practice database


@dataclass(frozen=True)
class Call:
    """One patient to phone; `begins` is aware, `phone` as the practice wrote it, or empty."""

    patient: str
    begins: datetime
    phone: str
    reason: str


def entries_to_phone(entries: Sequence[Entry], end: datetime, zone: ZoneInfo) -> list[Entry]:
    """Reminders, still ahead at `end`, that did not reach the patient, or that a send slot has left lying. Pure."""
    return [entry for entry in entries if entry.until > end and _unreached(entry, end, zone)]


def _unreached(entry: Entry, end: datetime, zone: ZoneInfo) -> bool:
    if entry.kind is not Kind.REMINDER:
        return False
    if entry.state is State.PREPARED:
        return next_slot(Job.SEND, entry.slot, zone) < end
    return entry.state in UNREACHED or entry.state is State.UNKNOWN


def call_list(rehearsed: Rehearsal, entries: Sequence[Entry]) -> list[Call]:
    """By Beginn. Who has died or called off meanwhile is not phoned. Raises PracticeDatabaseError."""
    end, zone = rehearsed.plan.end, rehearsed.zone
    phoned = entries_to_phone(entries, end, zone)
    rows = dict(_rows(rehearsed.plan.database, [entry.appointment or "" for entry in phoned], zone))
    calls = [_call(entry, *rows[entry.appointment or ""]) for entry in phoned if entry.appointment in rows]
    return sorted((call for call in calls if call.begins > end), key=lambda call: (call.begins, call.patient))


def _rows(url: str, appointments: Sequence[str], zone: ZoneInfo) -> Iterator[tuple[str, tuple[Candidate, object]]]:
    """What the database says now about appointments that still take place; the phone number as it stands there."""
    if not appointments:
        return
    with open_practice_database(url) as database:
        for start in range(0, len(appointments), _IDS):
            for row in database.recheck(appointments[start : start + _IDS], [], None):
                candidate = candidate_of(row, zone)
                if candidate.appointment and not candidate.deceased and _definitive(candidate):
                    yield candidate.appointment, (candidate, row["Mobiltelefon"])


def _definitive(candidate: Candidate) -> bool:
    return (candidate.status or "").casefold() == "definitiv"


def _call(entry: Entry, candidate: Candidate, phone: object) -> Call:
    names = [as_value(name) for name in (candidate.last_name, candidate.first_name)]
    return Call(
        patient=" ".join(name for name in names if name) or f"Patient {as_value(entry.patient)}",
        begins=candidate.begins or entry.until,
        phone=as_value(phone),
        reason=reason_of(entry.reason) or STATES[entry.state],
    )

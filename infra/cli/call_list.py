"""The Anrufliste: whom the practice has to phone, with names and numbers from its own database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.call_list import why_to_phone
from chalicelib.candidate import Candidate, candidate_of
from chalicelib.entry import Entry
from chalicelib.practice_db import open_practice_database
from chalicelib.wording import as_value

_IDS = 1000  # a question to the practice database


@dataclass(frozen=True)
class Call:
    """One patient to phone; `begins` is aware, `phone` as the practice wrote it, or empty."""

    patient: str
    begins: datetime
    phone: str
    reason: str


def call_list(phoned: Sequence[Entry], url: str, now: datetime, zone: ZoneInfo, unsent: str = "") -> list[Call]:
    """By Beginn. Who has died or called off meanwhile is not phoned. Raises PracticeDatabaseError.

    `unsent` is what is known of why the practice's messages did not leave.
    """
    rows = dict(_rows(url, [entry.appointment or "" for entry in phoned], zone))
    calls = [_call(entry, unsent, *rows[entry.appointment or ""]) for entry in phoned if entry.appointment in rows]
    return sorted((call for call in calls if call.begins > now), key=lambda call: (call.begins, call.patient))


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


def _call(entry: Entry, unsent: str, candidate: Candidate, phone: object) -> Call:
    names = [as_value(name) for name in (candidate.last_name, candidate.first_name)]
    return Call(
        patient=" ".join(name for name in names if name) or f"Patient {as_value(entry.patient)}",
        begins=candidate.begins or entry.until,
        phone=as_value(phone),
        reason=why_to_phone(entry, unsent),
    )

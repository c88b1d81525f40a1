"""The columns of the call list, the same on a screen, in a file and in an e-mail. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.entries.phone_call import call_text
from chalicelib.reports.call_list import Call, Phone
from chalicelib.text import LANGUAGES, Text, joined


class CallColumn(StrEnum):
    """The columns in their order; those of the telephone numbers are named as `Phone`."""

    START = "start"
    NAME = "name"
    PATIENT = "patient"
    BORN = "born"
    MOBILE = "mobile"
    PRIVATE = "private"
    OFFICE = "office"
    PRACTITIONER = "practitioner"
    PLACE = "place"
    LANGUAGE = "language"
    REASON = "reason"
    TRIES = "tries"

    @property
    def label(self) -> Text:
        return Text(f"call.{self}")


NAMING = frozenset({CallColumn.NAME, CallColumn.BORN, *(CallColumn(phone) for phone in Phone)})  # who the patient is


def call_texts(call: Call, zone: ZoneInfo, naming: bool = True) -> dict[CallColumn, Text]:
    """The columns of a call that are not empty; without `naming` nothing tells who the patient is."""
    whom = call.whom
    written = {
        CallColumn.NAME: whom.name, CallColumn.PATIENT: call.patient, CallColumn.PRACTITIONER: whom.practitioner,
        CallColumn.PLACE: whom.place, CallColumn.LANGUAGE: whom.language,
        **{CallColumn(phone): number for phone, number in whom.phones},
    }  # fmt: skip
    found = {column: Text("text.as_it_stands", text=value) for column, value in written.items() if value}
    found |= {CallColumn.START: Text("moment", at=call.starts_at.astimezone(zone)), CallColumn.REASON: call.reason}
    if whom.born:
        found[CallColumn.BORN] = Text("call.date", day=whom.born)
    if whom.language in LANGUAGES:
        found[CallColumn.LANGUAGE] = Text(f"language.{whom.language}")
    if tried := list(_tries(call, zone, naming)):
        found[CallColumn.TRIES] = joined("semicolon", tried)
    return {column: found[column] for column in CallColumn if column in found and (naming or column not in NAMING)}


def _tries(call: Call, zone: ZoneInfo, naming: bool) -> Iterator[Text]:
    """The number of tries and the latest one with its note, and who is phoning now."""
    if call.tries:
        last = call.tries[-1]
        told = Text("call.try", number=len(call.tries), at=last.at.astimezone(zone), by=last.by)
        yield Text("call.try.note", told, note=last.note) if last.note and naming else told
    if call.claim:
        yield call_text(call.claim, zone)

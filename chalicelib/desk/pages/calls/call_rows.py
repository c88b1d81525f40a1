"""The rows of the call list as the templates show them: words of the person's language, and what they may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.desk.pages.calls.call_view import masks_numbers
from chalicelib.desk.visit import Visit
from chalicelib.entries.phone_call import CallOutcome, PhoneCall
from chalicelib.reports.call_columns import CallColumn
from chalicelib.reports.call_list import Call, Phone
from chalicelib.reports.dialling import dialled, tel_link
from chalicelib.text import LANGUAGES, Text

ID = 12  # characters of a key that name a row within a page


@dataclass(frozen=True)
class PhoneLine:
    """`url` dials it; empty where the number is masked or cannot be read."""

    label: str
    number: str
    url: str


@dataclass(frozen=True)
class Cell:
    """The calls that people have noted about a line, and its form; a refresh brings it anew.

    `stamp` is another one if it looks different; `note` and `error` are those of a form that comes back.
    """

    id: str
    key: str
    version: int
    start: str
    stamp: str
    done: bool
    told: Sequence[str]  # tries, who is phoning, the outcome
    can_undo: bool
    note: str = ""
    error: str = ""


@dataclass(frozen=True)
class Row:
    """Empty: not known, or not to be seen by this person."""

    day: str
    time: str
    name: str
    initials: str
    patient: str
    born: str
    language: str
    practitioner: str
    place: str
    phones: Sequence[PhoneLine]
    reason: str
    cell: Cell


@dataclass(frozen=True)
class Returned:
    """A form that comes back: its row's key, its note, and what is wrong."""

    key: str = ""
    note: str = ""
    error: str = ""


NOTHING = Returned()


def row_of(call: Call, visit: Visit, returned: Returned = NOTHING) -> Row:
    whom, local, named = call.whom, call.starts_at.astimezone(visit.zone), visit.sees_patients
    code, known = whom.language, whom.language in LANGUAGES
    language = visit.said(Text(f"language.{code}")) if known else code and visit.tr("language {code}", code=code)
    own = returned.key == call.key
    cell = cell_of(call, visit)
    return Row(
        day=visit.words.near_day(local.date()), time=f"{local:%H:%M}", name=whom.name if named else "",
        initials=initials(whom.name) if named else "", patient=call.patient,
        born=f"{whom.born:%d.%m.%Y}" if whom.born and named else "", language=language,
        practitioner=whom.practitioner, place=whom.place,
        phones=[phone_line(one, number, visit) for one, number in whom.phones if named],
        reason=visit.short(call.reason),
        cell=replace(cell, note=returned.note, error=returned.error) if own else cell,
    )  # fmt: skip


def cell_of(call: Call, visit: Visit) -> Cell:
    """The calls noted about a line; notes are shown to those who may see the patient."""
    told = [
        _with_note(visit.tr("Try {number} at {time}, {by}", number=n, time=when(one.at, visit), by=one.by), one, visit)
        for n, one in enumerate(call.tries, 1)
    ]
    if call.claim:
        told.append(visit.tr("{by} is phoning", by=call.claim.by))
    if (done := call.reached) is not None:
        comes = visit.tr("comes") if done.outcome is CallOutcome.COMING else visit.tr("does not come")
        said = visit.tr("Done {time}, {by}: {outcome}", time=when(done.at, visit), by=done.by, outcome=comes)
        told = [_with_note(said, done, visit)]
    stamp = f"{call.version}{'c' if call.claim else ''}"
    can_undo = bool(call.reached or call.claim or call.tries)
    return Cell(
        call.key[:ID], call.key, call.version, call.start, stamp, call.reached is not None, told, can_undo
    )  # fmt: skip


def _with_note(said: str, call: PhoneCall, visit: Visit) -> str:
    return visit.tr("{said} – “{note}”", said=said, note=call.note) if call.note and visit.sees_patients else said


def when(at: datetime, visit: Visit) -> str:
    """The local time; with its day unless that is today."""
    local, now = at.astimezone(visit.zone), visit.now.astimezone(visit.zone)
    return f"{local:%H:%M}" if local.date() == now.date() else visit.words.moment(local)


def phone_line(phone: Phone, number: str, visit: Visit) -> PhoneLine:
    label = visit.said(CallColumn(phone).label)
    if masks_numbers(visit.person):
        return PhoneLine(label, masked(number), "")
    return PhoneLine(label, dialled(number).removeprefix("'"), tel_link(number))


def masked(number: str) -> str:
    """The last two digits; of an e-mail address nothing."""
    if "@" in number:
        return "•••@•••"
    digits = "".join(filter(str.isdigit, number))
    return f"••• {digits[-2:]}" if len(digits) > 4 else "•••"


def initials(name: str) -> str:
    return " ".join(f"{word[0]}." for word in name.split())

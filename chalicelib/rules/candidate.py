"""A row of the practice database, cleaned: the facts about one appointment or one birthday. Pure.

Any column but the ids may be NULL or dirty. Nothing here raises: an unreadable value becomes a Text in
`unreadable`, and the rule `readable` refuses the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from chalicelib.entries.entry import birthday_identity, reminder_identity
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.schedule.time_zone import local_minute
from chalicelib.text import Text

ID_LENGTH = 64
_OF_PAYER = ("MandantId", "MandantGefunden", "MandantName", "AbsenderSMS", "AbsenderEMail", "MandantTelefon")
_OF_APPOINTMENT = tuple(f"Termin{column}" for column in _OF_PAYER)
_NO = frozenset({"", "0", "nein", "false", "falsch", "n", "no"})


@dataclass(frozen=True)
class Payer:
    """The Mandant that pays: of the latest opened treatment, or DefaultSMSMandant without any treatment."""

    mandant: str | None
    found: bool  # in the view Mandant
    by_default: bool  # no treatment at all
    name: str | None
    licence: object


@dataclass(frozen=True)
class Signer:
    """The Mandant whose name, telephone and senders a message has: the appointment's, otherwise the payer."""

    mandant: str | None
    found: bool  # in the view Mandant
    of_appointment: bool
    name: str | None
    sms_sender: object
    email_sender: object
    phone: str | None


@dataclass(frozen=True)
class Candidate:
    """`starts_at` is aware UTC; `birthday` and the other dates are the practice's local ones."""

    kind: Kind
    appointment: str | None
    patient: str
    patient_found: bool
    starts_at: datetime | None
    local_start: str | None  # as a message names it, to the minute (`local_minute`)
    status: str | None
    practitioner: str | None
    place: str | None
    salutation: str | None
    first_name: str | None
    last_name: str | None
    birthday: date | None
    deceased: bool
    no_messages: bool
    mobile: object
    other_phones: tuple[object, ...]  # for the call list
    email: object
    language: object
    last_seen: date | None  # of a birthday: latest treatment opened, or latest appointment if it was read
    payer: Payer
    signer: Signer
    unreadable: Text | None

    @property
    def full_name(self) -> str:
        """First and last name; empty if both are missing."""
        return " ".join(filter(None, (as_value(self.first_name), as_value(self.last_name))))

    @property
    def local_day(self) -> date | None:
        """The day of the appointment."""
        return date.fromisoformat(self.local_start[:10]) if self.local_start else None

    def identity(self, today: date) -> str:
        """Of its reminder or greeting; `today` is the slot's local date, whose year distinguishes greetings."""
        if self.appointment is not None:
            return reminder_identity(self.appointment)
        return birthday_identity(self.patient, today.year)


def parse_row(row: Mapping[str, object], zone: ZoneInfo) -> Candidate:
    """The facts of one row of the queries in chalicelib/practice_db/sql."""
    kind = Kind.REMINDER if row.get("Art") == Kind.REMINDER else Kind.BIRTHDAY
    appointment, patient = parse_id(row.get("TerminId")), parse_id(row.get("PatientId"))
    starts_at, birthday = parse_local_time(row.get("Beginn"), zone), parse_date(row.get("Geburtsdatum"))
    return Candidate(
        kind=kind,
        appointment=appointment if kind is Kind.REMINDER else None,
        patient=patient or "",
        patient_found=_flag(row.get("PatientGefunden")),
        starts_at=starts_at if kind is Kind.REMINDER else None,
        local_start=local_minute(starts_at.astimezone(zone)) if starts_at and kind is Kind.REMINDER else None,
        status=parse_text(row.get("Status")),
        practitioner=parse_text(row.get("Behandler")),
        place=parse_text(row.get("Ort")),
        salutation=parse_text(row.get("Anrede")),
        first_name=parse_text(row.get("Vorname")),
        last_name=parse_text(row.get("Nachname")),
        birthday=birthday,
        deceased=row.get("Sterbedatum") is not None,
        no_messages=_wants_none(row.get("KeineMitteilungen")),
        mobile=row.get("Mobiltelefon"),
        other_phones=(row.get("TelefonPrivat"), row.get("TelefonGeschaeft")),
        email=row.get("EMail"),
        language=row.get("Sprache"),
        last_seen=_latest(row.get("LetzteBehandlung"), row.get("LetzterTermin")),
        payer=_payer(row),
        signer=_signer(row),
        unreadable=_unreadable(kind, row, appointment, patient, birthday if kind is Kind.BIRTHDAY else starts_at),
    )


def parse_id(raw: object) -> str | None:
    """An id as text; None if it is NULL, blank, longer than the contract's 64 characters, or holds a NUL.

    A NUL would end the text of a later statement with this id, and with it the result for all other ids.
    """
    if raw is None or isinstance(raw, float | bytes):
        return None
    text = str(raw)
    return text if text.strip() and len(text) <= ID_LENGTH and "\0" not in text else None


def parse_text(raw: object) -> str | None:
    """A text column, trimmed; None if it is NULL or blank."""
    if raw is None:
        return None
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    return text.strip() or None


def parse_local_time(raw: object, zone: ZoneInfo) -> datetime | None:
    """A practice-local date and time as an instant (UTC); None if it cannot be read or lacks the time."""
    local = _local_time(raw)
    try:
        return local and local.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:  # the years 1 and 9999
        return None


def parse_date(raw: object) -> date | None:
    """A date; a time behind it is dropped. None if it cannot be read."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = parse_text(raw)
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _local_time(raw: object) -> datetime | None:
    value = raw if isinstance(raw, datetime) else _parsed(raw)
    return value if value is not None and value.tzinfo is None else None


def _latest(*raw: object) -> date | None:
    return max(filter(None, map(parse_date, raw)), default=None)


def _parsed(raw: object) -> datetime | None:
    text = parse_text(raw) if isinstance(raw, str) else None
    if text is None or ":" not in text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _flag(raw: object) -> bool:
    return raw in (1, True, "1")


def _wants_none(raw: object) -> bool:
    """KeineMitteilungen; a value other than yes or no counts as yes: better no message than an unwanted one."""
    if raw is None:
        return False
    if isinstance(raw, bool | int | float):
        return raw != 0
    return (parse_text(raw) or "").casefold() not in _NO


def _payer(row: Mapping[str, object]) -> Payer:
    columns = ("MandantId", "MandantGefunden", "HatBehandlung", "MandantName", "Lizenznummer")
    return _payer_of(*map(row.get, columns))


def _signer(row: Mapping[str, object]) -> Signer:
    """The appointment's Mandant if the practice database knows one, otherwise the payer."""
    of = bool(parse_text(row.get("TerminMandantId")))
    return _signer_of(of, *map(row.get, _OF_APPOINTMENT if of else _OF_PAYER))


@lru_cache(maxsize=256, typed=True)  # a practice has a few Mandanten and thousands of candidates
def _payer_of(mandant: object, found: object, treated: object, name: object, licence: object) -> Payer:
    return Payer(parse_id(mandant), _flag(found), not _flag(treated), parse_text(name), licence)


@lru_cache(maxsize=256, typed=True)
def _signer_of(
    of_appointment: bool, mandant: object, found: object, name: object, sms: object, email: object, phone: object
) -> Signer:
    return Signer(parse_id(mandant), _flag(found), of_appointment, parse_text(name), sms, email, parse_text(phone))


def _unreadable(
    kind: Kind, row: Mapping[str, object], appointment: str | None, patient: str | None, when: date | None
) -> Text | None:
    """The first unreadable value of the row; names columns and ids, never their contents."""
    if kind is Kind.BIRTHDAY:
        if patient is None:
            return Text("defect.patient_id")
        return None if when else Text("defect.birthday", patient=patient)
    if appointment is None:
        return Text("defect.appointment_id")
    if patient is None and row.get("PatientId") is not None:
        return Text("defect.patient_id_of_appointment", appointment=appointment)
    if parse_text(row.get("TerminMandantId")) and not _flag(row.get("TerminMandantGefunden")):
        return Text("defect.appointment_mandant", appointment=appointment)
    return None if when else Text("defect.start", appointment=appointment)

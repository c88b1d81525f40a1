"""The rules of the call list: the patients that the practice has to phone, because no message reached them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.entries.deadlines import UNCONFIRMED_AFTER, phoned_from
from chalicelib.entries.entry import Entry, first_identity
from chalicelib.entries.phone_call import PhoneCall
from chalicelib.entries.states import REVIVABLE, UNREACHED, State, state_label
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.messages.template_set import language_of
from chalicelib.planning.alerts import last_run_failed
from chalicelib.planning.outlook import sent_at
from chalicelib.practice.practice import Practice
from chalicelib.rules.candidate import Candidate
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.text import Text

UNSENT = Text("unsent")
UNCONFIRMED = Text("unsent.unconfirmed")


class Phone(StrEnum):
    """The telephone numbers of a patient, in the order in which one tries them."""

    MOBILE = "mobile"
    PRIVATE = "private"
    OFFICE = "office"


Phones = tuple[tuple[Phone, str], ...]


@dataclass(frozen=True)
class Whom:
    """The patient and the appointment of a call, as the practice wrote them.

    Empty where it wrote nothing, or if its database cannot be read.
    """

    name: str = ""
    born: date | None = None
    practitioner: str = ""
    place: str = ""
    language: str = ""  # a code of LANGUAGES, or else as it is written
    phones: Phones = ()
    mandant: str = ""  # MandantId of the one that signs, whose patient it is
    mandant_name: str = ""


@dataclass(frozen=True)
class Call:
    """One line of the call list; `starts_at` is UTC, `start` the same as a `local_minute`.

    `version` is that of its entry, 0 if the appointment has none: somebody who notes a call has seen this one.
    """

    entry: str  # the identity of its entry, even if the appointment has none
    key: str
    version: int
    appointment: str | None
    patient: str
    whom: Whom
    starts_at: datetime
    start: str
    reason: Text
    tries: tuple[PhoneCall, ...] = ()  # calls about this start that reached nobody, oldest first
    reached: PhoneCall | None = None  # a call that reached the patient: the line is done
    claim: PhoneCall | None = None  # of somebody who is phoning now

    @property
    def name(self) -> str:
        return self.whom.name


def name_of(candidate: Candidate) -> str:
    """Last name, first name; empty if there is neither."""
    names = [as_value(name) for name in (candidate.last_name, candidate.first_name)]
    return " ".join(name for name in names if name)


def whom_of(candidate: Candidate) -> Whom:
    """The patient and the appointment of a row."""
    one, written = candidate, as_value(candidate.language)
    language = language_of(one.language, "") or written
    return Whom(
        name_of(one), one.birthday, as_value(one.practitioner), as_value(one.place), language, phones_of(one),
        one.signer.mandant or "", as_value(one.signer.name),
    )  # fmt: skip


def phones_of(candidate: Candidate) -> Phones:
    """The telephone numbers on file, each once."""
    return each_once(candidate.mobile, *candidate.other_phones)


def each_once(mobile: object, private: object, office: object) -> Phones:
    """The telephone numbers as the practice wrote them, each once."""
    found = dict[str, tuple[Phone, str]]()
    for phone, raw in zip(Phone, (mobile, private, office), strict=True):
        if number := as_value(raw):
            found.setdefault("".join(filter(str.isalnum, number)) or number, (phone, number))
    return tuple(found.values())


def unreached_entries(entries: Iterable[Entry], practice: Practice, now: datetime) -> list[Entry]:
    """Reminders that did not reach the patient, or will not in time, whether or not somebody has phoned; by start.

    Includes those of a former start that no run will announce again: the appointment may have moved. `now` is UTC.
    """
    ours = [entry for entry in entries if entry.kind is not Kind.BIRTHDAY and not entry.anonymised]
    found = [entry for entry in ours if entry.expires_at > now or _may_have_moved(entry)]
    return sorted((e for e in found if is_unreached(e, practice, now)), key=lambda e: (e.expires_at, e.patient))


def _may_have_moved(entry: Entry) -> bool:
    """Whether its patient has to be phoned about a later start, because no message will tell it."""
    return entry.state in UNREACHED - REVIVABLE and entry.kind is Kind.REMINDER and not entry.announcements


def is_unreached(entry: Entry, practice: Practice, now: datetime) -> bool:
    """Whether no message has reached the patient, or will in time without a person's action."""
    if entry.state is State.PREPARED:
        return entry.held or _is_left_lying(entry, practice, now)
    if entry.state in (State.RESERVED, State.SENDING):
        return _is_stuck(entry, now)
    since = phoned_from(entry, phones_before(practice))
    return entry.state in UNREACHED or entry.state is State.UNKNOWN or bool(since and since <= now < entry.expires_at)


def phones_before(practice: Practice) -> int:
    """How many hours before a start somebody phones who was sent a message that is not confirmed; 0: nobody does."""
    hours: int = practice.validated.switches.values.get("UnbestaetigtAnrufen", 0)
    return hours


def unconfirmed_since(practice: Practice, now: datetime) -> datetime | None:
    """Since when (UTC) entries of the call list may be unconfirmed; None if none can be.

    Only the days that are searched now count: nobody has to read all that ended since an earlier, longer search.
    """
    values = practice.validated.switches.values
    ahead = timedelta(days=values.get("OffsetStartTage", 0) + values.get("OffsetSuchTage", 0))
    return now - (ahead - UNCONFIRMED_AFTER) if phones_before(practice) and ahead > UNCONFIRMED_AFTER else None


def _is_left_lying(entry: Entry, practice: Practice, now: datetime) -> bool:
    """Whether a prepared entry came back, a send slot has skipped it, or none comes in time in the sending window."""
    send = practice.record.jobs.get(Job.SEND)
    if send is None:
        return False
    if entry.attempt or send.next_slot(entry.slot) < now:
        return True
    if practice.validated.switches.refusals(Job.SEND):
        return False  # its run will fail and say so
    tick = sent_at(entry.taken_after, practice, now)
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
    if entry.state in (State.SENT, State.UNCONFIRMED):
        return UNCONFIRMED
    if entry.reason:
        return entry.reason
    return unsent if entry.state in (State.PREPARED, State.RESERVED) else state_label(entry.state)


def open_calls(lines: Iterable[Call]) -> list[Call]:
    """The lines whose patient was not reached yet."""
    return [line for line in lines if not line.reached]


def one_line_each(calls: Sequence[Call]) -> Iterator[Call]:
    """The lines without those of messages that were sent again, if the first one has a line."""
    named = {one.entry for one in calls}
    for one in calls:
        first = first_identity(one.entry)
        if first == one.entry or first not in named:
            yield one

"""Tiny builders for the unit tests: a case fits on one line, and everything that it omits is an ordinary practice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from chalicelib.entries.entry import Entry
from chalicelib.entries.phone_call import CallOutcome, PhoneCall
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Address, Channel
from chalicelib.planning.context import RunContext
from chalicelib.practice.opt_out import OptOut, OptOuts, Source, opt_out_hash, stop_hash
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import Licence, PracticeRecord
from chalicelib.practice.switches import Switches, read_switches
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.reports.call_list import Call, Phone, Whom
from chalicelib.rules.candidate import Candidate, parse_row
from chalicelib.rules.rule_input import RuleContext, RuleInput, Stage
from chalicelib.schedule.job import Job, RunMessage
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.search import Search, SearchPlan
from chalicelib.text import Text

ZURICH = ZoneInfo("Europe/Zurich")
PRACTICE = "praxis-am-bach"
MOBILE = "+41791234567"
EMAIL = "anna.muster@example.org"
SENDER = "praxis@example.org"
INSTANTS = st.datetimes(  # to the microsecond, over several changes of the clocks
    datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis wants them naive
    datetime(2035, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def at(local: str, zone: ZoneInfo = ZURICH) -> datetime:
    """A local time such as `2026-11-23 10:00` as an instant (UTC)."""
    return datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)


SLOT = at("2026-11-23 10:00")  # a Monday
NOW = at("2026-11-23 10:05")
TODAY = date(2026, 11, 23)
TOMORROW = date(2026, 11, 24)
BEGINS = at("2026-11-24 14:30")

LICENSED = PracticeRecord(PRACTICE, frozenset({SENDER}), licences={"L-1": Licence("L-1")})
SWITCHED_ON = {"TerminerinnerungSenden": "Ja", "GeburtstagsglueckwuenscheSenden": "Ja"}
UNSENT = frozenset({State.PREPARED, State.CANCELLED, State.EXPIRED, State.NOT_SENDABLE, State.COVERED})


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def entry(state: State = State.PREPARED, **changes: Any) -> Entry:
    """A reminder by SMS for tomorrow; with its frozen message once it is reserved."""
    made = Entry(
        practice=PRACTICE, identity="reminder:T1", kind=Kind.REMINDER, state=state, patient="P1", appointment="T1",
        starts_at=BEGINS, expires_at=BEGINS, slot=SLOT, searched_first=TOMORROW, searched_end=date(2026, 11, 25),
        mandant="M1", channel="SMS", language="de", retention_days=180, changed_at=NOW, day=TOMORROW,
        practitioner="Dr. med. Beat Beispiel",
    )  # fmt: skip
    if state not in UNSENT:
        made = replace(
            made, attempt=1, charge="charge#1", credits=2, parts=2, recipient=MOBILE, sender="PraxisBach", text="Text",
            reserved_at=NOW, send_before=NOW + minutes(30),
        )  # fmt: skip
    if state not in UNSENT | {State.RESERVED}:
        made = replace(made, claimed_at=NOW)
    return replace(made, **changes)


def phoned(outcome: str = "coming", start: str = "2026-11-24T14:30", at: datetime = NOW, **changes: str) -> PhoneCall:
    """A call that was noted: about the start of `entry`, by Anna."""
    return PhoneCall(at, CallOutcome(outcome), start, **{"by": "user/anna", **changes})


def call(reason: Text, **changes: Any) -> Call:
    """A line of the call list about `entry`."""
    whom = Whom("Muster Anna", phones=((Phone.MOBILE, MOBILE),))
    own: dict[str, Any] = {"appointment": "T1", "patient": "P1", "whom": whom, "starts_at": BEGINS}
    made = {"entry": "reminder:T1", "key": entry().key, "version": 1, "start": "2026-11-24T14:30", "reason": reason}
    return Call(**{**own, **made, **changes})


def greeting(state: State = State.PREPARED, **changes: Any) -> Entry:
    """A birthday greeting of today."""
    own = {
        "identity": "birthday:P1:2026", "kind": Kind.BIRTHDAY, "appointment": None, "starts_at": None,
        "expires_at": at("2026-11-23 20:00"), "searched_first": TODAY, "searched_end": TOMORROW, "day": None,
        "practitioner": "",
    }  # fmt: skip
    return entry(state, **{**own, **changes})


def row(**columns: Any) -> dict[str, object]:
    """A row of the rule_input `reminders`, as the practice database gives it."""
    usual: dict[str, object] = {
        "Art": "reminder", "TerminId": "T1", "Beginn": "2026-11-24 14:30:00", "Status": "definitiv",
        "Behandler": "Dr. med. Beat Beispiel", "Ort": "1. Stock", "Besuchsgrund": "Kontrolle",
        "PatientId": "P1", "PatientGefunden": 1, "Anrede": "Frau", "Vorname": "Anna", "Nachname": "Muster",
        "Geburtsdatum": "1980-11-23", "Sterbedatum": None, "Mobiltelefon": MOBILE, "EMail": EMAIL,
        "Sprache": "de", "KeineMitteilungen": 0, "HatBehandlung": 1, "MandantId": "M1", "MandantGefunden": 1,
        "MandantName": "Praxis am Bach", "Lizenznummer": "L-1", "AbsenderSMS": "PraxisBach",
        "AbsenderEMail": SENDER, "MandantTelefon": "044 512 84 30", "LetzteBehandlung": "2026-01-05 08:00:00",
        "LetzterTermin": None,
    }  # fmt: skip
    return {**usual, **columns}


def birthday_row(**columns: Any) -> dict[str, object]:
    """A row of the rule_input `birthdays`: the columns of an appointment are NULL."""
    none = dict.fromkeys(("TerminId", "Beginn", "Status", "Behandler", "Ort", "Besuchsgrund"))
    return row(**{"Art": "birthday", **none, **columns})


def candidate(**columns: Any) -> Candidate:
    return parse_row(row(**columns), ZURICH)


def birthday_child(**columns: Any) -> Candidate:
    return parse_row(birthday_row(**columns), ZURICH)


def switches(**saved: str) -> Switches:
    """Both kinds switched on, all else at its default."""
    return read_switches({**SWITCHED_ON, **saved})


def practice(
    step: Stage = Stage.PREPARE,
    *,
    now: datetime = NOW,
    today: date = TODAY,
    templates: Mapping[str, str] | None = None,
    record: PracticeRecord = LICENSED,
    opt_outs: OptOuts | None = None,
    **saved: str,
) -> RuleContext:
    """A practice before the rules, with tomorrow as the searched day; `saved` are switches."""
    days = frozenset({TOMORROW})
    return RuleContext(registered(record, templates, **saved), step, now, today, opt_outs or OptOuts(), days)


def registered(record: PracticeRecord, templates: Mapping[str, str] | None = None, **saved: str) -> Practice:
    """Both kinds switched on, all else at its default; `saved` are switches."""
    return Practice(record, ValidatedParameters(SavedParameters({**SWITCHED_ON, **saved}, {}, templates or {})))


def opted_out(**sources: Source) -> OptOuts:
    """Opt-outs of the number or address of the usual patient: `sms=…`, `email=…`."""
    key, usual = b"secret", {"sms": Address(Channel.SMS, MOBILE), "email": Address(Channel.EMAIL, EMAIL)}
    found = [(opt_out_hash(key, usual[name]), usual[name].channel, source) for name, source in sources.items()]
    return OptOuts(key, {digest: OptOut(digest, channel, source, NOW) for digest, channel, source in found})


_OF_P1 = stop_hash(b"k", "P1")
STOP = OptOuts(b"k", {_OF_P1: OptOut(_OF_P1, None, Source.STOP, NOW, "anna", "verstorben")})


def rule_input(
    asked: Candidate, existing: Entry | None = None, step: Stage = Stage.PREPARE, **around: Any
) -> RuleInput:
    return RuleInput(practice(step, **around), asked, existing)


def job_record(job: Job = Job.SEND, **changes: Any) -> JobState:
    """A job that is due for its slot of Monday 23 November 2026."""
    return replace(JobState(PRACTICE, job, SLOT, SLOT, "Europe/Zurich"), **changes)


def search_of(slot: datetime, **plan: Any) -> Search:
    """The latest search, of this slot: täglich 10:00 for the next day, or by another plan."""
    by = SearchPlan(**{"schedule": "", "zone": "Europe/Zurich", "offset": 1, "days": 1, **plan})
    return Search(slot, by).after(slot, by, by.own_days(slot))


def context(job: Job = Job.SEND, *, slot: datetime = SLOT, now: datetime = NOW, **saved: str) -> RunContext:
    record = PracticeRecord(PRACTICE, frozenset({SENDER}), jobs={job: job_record(job, slot=slot)})
    return RunContext(RunMessage(PRACTICE, job, slot, now), now, registered(record, None, **saved))


def repeated(known: str | None) -> RuleInput:
    """Of an appointment whose message a person sends again; the patient knows this start."""
    again = entry(identity="again:reminder:T1:1", kind=Kind.AGAIN, announced_start="2026-11-24T14:30")
    return RuleInput(practice(Stage.SEND), replace(candidate(), kind=Kind.AGAIN), again, known)

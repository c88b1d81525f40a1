"""A practice's record in the table; its licences decide which Mandanten may send. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from chalicelib.practice.day_counts import DayCounts
from chalicelib.practice.foreseen import Foreseen
from chalicelib.practice.opt_out import OptOut
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from chalicelib.text import Text


@dataclass(frozen=True)
class Licence:
    """A registered licence number; `first` and `last` are local dates, inclusive, None if open."""

    number: str
    first: date | None = None
    last: date | None = None
    revoked: bool = False


def normal_number(raw: object) -> str | None:
    """Return a Lizenznummer as trimmed text, None if it is NULL or blank."""
    text = "" if raw is None else str(raw).strip()
    return text or None


def licence_problem(raw: object, licences: Mapping[str, Licence], today: date) -> Text | None:
    """Return why a Mandant with this Lizenznummer may not send; None if it may."""
    number = normal_number(raw)
    if number is None:
        return Text("licence.none")
    licence = licences.get(number)
    if licence is None:
        return Text("licence.unregistered")
    if licence.revoked:
        return Text("licence.revoked")
    if licence.first and today < licence.first:
        return Text("licence.not_yet", first=licence.first)
    if licence.last and today > licence.last:
        return Text("licence.expired", last=licence.last)
    return None


@dataclass(frozen=True)
class AutomaticTopUp:
    """The operator's decision to add credits when a Mandant has less than `below`; `amount` is at least that."""

    mandant: str
    below: int
    amount: int


@dataclass(frozen=True)
class Correction:
    """Somebody at the desk has ticked that an address is corrected in the practice's own system."""

    key: str  # a hash of the patient and of what was wrong
    by: str
    at: datetime


@dataclass(frozen=True)
class Order:
    """Credits that somebody at a practice has asked the operator for; numbers count from 1 in each practice."""

    number: int
    mandant: str
    credits: int
    note: str
    at: datetime
    by: str

    def is_like(self, other: Order) -> bool:
        """Return whether both are for as many credits of the same Mandant."""
        return (self.mandant, self.credits) == (other.mandant, other.credits)


@dataclass(frozen=True)
class MissedAlert:
    """A raised alert that could not be sent to the operator, to the practice's people, or to both."""

    text: Text
    operator: bool
    people: bool


@dataclass(frozen=True)
class PracticeRecord:
    """The items under `pk` = the practice; entries, balances, ledger, runs and e-mail events have keys of their own."""

    practice: str
    email_senders: frozenset[str] = frozenset()  # lower case, listed by the operator
    stopped: Text | None = None  # the stop mark's reason
    emails_stopped: Text | None = None  # the reason, while SMS go on
    resumed: datetime | None = None  # when (UTC) a person last removed a stop mark
    charted: bool = False  # has a dashboard, for which its runs count
    removed: datetime | None = None  # since when (UTC) only its receipts are collected
    jobs: Mapping[Job, JobState] = field(default_factory=dict)
    licences: Mapping[str, Licence] = field(default_factory=dict)
    alerts: frozenset[str] = frozenset()  # causes raised and not yet over
    untold: frozenset[str] = frozenset()  # causes of alerts that nobody has been told yet
    missed: Mapping[str, MissedAlert] = field(default_factory=dict)  # by cause, which `alerts` has too
    opt_outs: Mapping[str, OptOut] = field(default_factory=dict)  # by hash
    optional_columns: frozenset[str] = frozenset()  # of the contract, which its views have: View.Column
    automatic: Mapping[str, AutomaticTopUp] = field(default_factory=dict)  # by Mandant
    desk_keys: frozenset[str] = frozenset()  # sort keys of its people and registered devices
    days: Mapping[date, DayCounts] = field(default_factory=dict)  # of appointments, local
    forecasts: Mapping[str, Foreseen] = field(default_factory=dict)  # by Mandant
    corrected: Mapping[str, Correction] = field(default_factory=dict)  # by key

"""Alerts: their kinds, their causes, and the alert itself. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from chalicelib.entries.entry import Entry
from chalicelib.schedule.job import Job
from chalicelib.text import Text, text_data


class AlertKind(StrEnum):
    LOW_BALANCE = "low-balance"
    NO_CREDITS = "no-credits"
    RUN_FAILED = "run-failed"
    UNKNOWN = "unknown"
    DELAYED = "delayed"
    MISSED = "missed"
    STOPPED = "stopped"
    RESUMED = "resumed"
    INVALID = "invalid"
    UNKNOWN_PARAMETER = "unknown-parameter"
    ADVICE = "advice"
    SEARCH = "search"
    DEAD_LETTER = "dead-letter"
    ALERT_MAIL = "alert-mail"
    ERASED = "erased"
    ORDER = "order"
    TOPPED_UP = "topped-up"
    RUNS_OUT = "runs-out"  # a balance, before people are back
    SPEND_LIMIT = "spend-limit"


ALL = Text("alert.all_practices")  # in place of a practice
OF_PARAMETERS = (AlertKind.INVALID, AlertKind.UNKNOWN_PARAMETER)  # whose subject is a parameter


def kind_label(kind: str) -> Text:
    """The name of this kind of alert, as in the subject of an e-mail."""
    return Text(f"alert.kind.{kind}")


@dataclass(frozen=True)
class Alert:
    """Something that a person should know; only `details`, which only the practice reads, may contain patient numbers.

    `subject` is the Mandant, job, parameter, minute … that it is about. It is sent once until its cause is over, or
    each time if `once` is False. `operator` is False if the operator was notified before.
    """

    kind: AlertKind
    subject: str
    text: Text
    details: tuple[Text, ...] = ()
    operator: bool = True
    once: bool = True
    depends_on: str = ""  # further values that distinguish the cause

    @property
    def label(self) -> Text:
        """The kind of the alert in the subject of an e-mail, with the parameter that it is about."""
        kind = kind_label(self.kind)
        return Text("alert.about", kind, subject=self.subject) if self.kind in OF_PARAMETERS and self.subject else kind

    @property
    def cause(self) -> str | None:
        """Contains a hash of the text without its parts, which may change while the cause persists."""
        about, said = f"{self.kind}#{self.subject}#", text_data(self.text)
        hashed = sha256(f"{about}{said['code']}{said.get('values')}{self.depends_on}".encode()).hexdigest()
        return f"{about}{hashed[:16]}" if self.once else None


def minute(instant: datetime) -> str:
    """An instant (UTC) as a subject; subjects of this form sort by time."""
    return f"{instant:%Y-%m-%dT%H:%MZ}"


def parse_cause(cause: str) -> tuple[str, str]:
    """The kind and the subject of a cause; the subject may contain a `#`."""
    kind, _, rest = cause.partition("#")
    return kind, rest.rpartition("#")[0]


def last_run_failed(job: Job, raised: Collection[str]) -> bool:
    """Whether the job's last run failed, by the causes of the practice's raised alerts."""
    return (AlertKind.RUN_FAILED, job) in map(parse_cause, raised)


def patients(entries: Iterable[Entry], zone: ZoneInfo) -> tuple[Text, ...]:
    """The details of an alert about these entries."""
    ends = ((entry.patient, entry.expires_at.astimezone(zone)) for entry in entries)
    return tuple(Text("fact.patient_at", patient=patient, at=at) for patient, at in ends)


def stopped_alert(reason: Text, about: str = "") -> Alert:
    """The alert about a stop mark; that of `deliver`, for the operator only, and that of `emails` are causes apart."""
    return Alert(AlertKind.STOPPED, "", Text("alert.stopped", reason), depends_on=about)


def subjects_of(kind: AlertKind, raised: Collection[str]) -> set[str]:
    """The subjects of this kind, by the causes of the practice's raised alerts."""
    return {subject for other, subject in map(parse_cause, raised) if other == kind}


def unknown_text(count: int) -> Text:
    """The alert about messages whose outcome is unknown."""
    return Text("alert.unknown", Text("alert.unknown_messages", count=count))

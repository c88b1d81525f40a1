"""Alerts: their kinds, their causes, the alert itself, and the e-mail (German) that tells a practice. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.schedule.job import Job


class AlertKind(StrEnum):
    LOW_BALANCE = "low-balance"
    NO_CREDITS = "no-credits"
    RUN_FAILED = "run-failed"
    UNKNOWN = "unknown"
    MISSED = "missed"
    STOPPED = "stopped"
    RESUMED = "resumed"
    INVALID = "invalid"
    ADVICE = "advice"
    DEAD_LETTER = "dead-letter"
    ALERT_MAIL = "alert-mail"
    ERASED = "erased"


def cause_of(kind: AlertKind, *about: str | datetime) -> str:
    """The cause of an alert of this kind about a Mandant, a job, an instant (UTC, to the minute) …"""
    words = (f"{one:%Y-%m-%dT%H:%MZ}" if isinstance(one, datetime) else one for one in about)
    return "#".join((kind, *words))


def parse_cause(cause: str) -> tuple[str, str]:
    """The kind of a cause, and what it is about; empty if it is about nothing in particular."""
    kind, _, about = cause.partition("#")
    return kind, about


def last_run_failed(job: Job, raised: Collection[str]) -> bool:
    """Whether the job's last run failed, by the causes of the practice's raised alerts."""
    return cause_of(AlertKind.RUN_FAILED, job) in raised


@dataclass(frozen=True)
class Alert:
    """Something that a person should know; `text` is a German sentence without personal data.

    With a `cause` it is sent once, until the cause is over. The practice reads the `details` too, such as a patient
    number with a time. `operator` is False if the operator was notified before.
    """

    kind: AlertKind
    text: str
    cause: str | None = None
    details: tuple[str, ...] = ()
    operator: bool = True


def unknown_alert(count: int) -> str:
    """The sentence for messages whose outcome is unknown."""
    which = "1 Mitteilung ist unbekannt, ob sie versendet wurde"
    which = which if count == 1 else f"{count} Mitteilungen ist unbekannt, ob sie versendet wurden"
    return f"Bei {which} (Anrufliste)."


SUBJECTS: Mapping[str, str] = {
    AlertKind.LOW_BALANCE: "Guthaben tief",
    AlertKind.NO_CREDITS: "Guthaben fehlt",
    AlertKind.RUN_FAILED: "Auftrag fehlgeschlagen",
    AlertKind.UNKNOWN: "Mitteilungen ungewiss",
    AlertKind.MISSED: "Versand versäumt",
    AlertKind.STOPPED: "Versand angehalten",
    AlertKind.INVALID: "Ein Wert ist falsch",
    AlertKind.ADVICE: "Hinweis zum Zeitplan",
    AlertKind.DEAD_LETTER: "Auftrag abgebrochen",
}
MOST_DETAILS = 100


def alert_mail(practice: str, alerts: Sequence[Alert]) -> tuple[str, str]:
    """Subject and text of one e-mail for all alerts of a run."""
    subjects = dict.fromkeys(SUBJECTS.get(alert.kind, "Meldung") for alert in alerts)
    text = "\n\n".join("\n".join(_lines(alert)) for alert in alerts)
    return f"vitosms {practice}: {', '.join(subjects)}"[:200], f"{text}\n\nPraxis {practice}\n"


def _lines(alert: Alert) -> list[str]:
    lines = [alert.text, *(f"  {detail}" for detail in alert.details[:MOST_DETAILS])]
    rest = len(alert.details) - MOST_DETAILS
    return [*lines, f"  … und {rest} weitere"] if rest > 0 else lines

"""The words of an e-mail with alerts to a practice, in German. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.planning.alerts import Alert, AlertKind

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

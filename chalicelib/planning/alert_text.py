"""The words of an e-mail with alerts to a practice, in German. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.planning.alerts import Alert

SUBJECTS = {
    "low-balance": "Guthaben tief",
    "no-credits": "Guthaben fehlt",
    "run-failed": "Auftrag fehlgeschlagen",
    "unknown": "Mitteilungen ungewiss",
    "missed": "Versand versäumt",
    "stopped": "Versand angehalten",
    "invalid": "Ein Wert ist falsch",
    "advice": "Hinweis zum Zeitplan",
    "dead-letter": "Auftrag abgebrochen",
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

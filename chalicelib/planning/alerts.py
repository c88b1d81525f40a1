"""What a person should know: an alert of a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Alert:
    """Something a person should know; `kind` is a stable word, `text` a German sentence without personal data.

    With a `cause` it is told once, until the cause is over. The practice reads the `details` too, such as a patient
    number with a time. `operator` is False where the operator has been told before.
    """

    kind: str
    text: str
    cause: str | None = None
    details: tuple[str, ...] = ()
    operator: bool = True


def unknown_alert(count: int) -> str:
    """The sentence for messages of which nobody knows whether they left."""
    which = (
        "1 Mitteilung ist unbekannt, ob sie versendet wurde"
        if count == 1
        else (f"{count} Mitteilungen ist unbekannt, ob sie versendet wurden")
    )
    return f"Bei {which} (Anrufliste)."

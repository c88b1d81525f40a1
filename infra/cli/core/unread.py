"""Remarks about an answer: what it lacks if the practice database cannot be read, and that nobody gets the alerts."""

from __future__ import annotations

from chalicelib.text import Text, joined
from infra.translation import tr

PATIENT_NUMBERS = Text("unread.calls")
OF_ENTRIES = Text("unread.status")
OF_OPEN_ENTRIES = Text("unread.credits")
EXPERIENCE = Text("unread.forecast")
WITHOUT_ROWS = Text("unread.export")


def unread_remark(why: Text | None, left: Text) -> list[Text]:
    """Why it cannot be read, and the remaining contents; empty if it was read."""
    return [joined("sentences", [why, left])] if why else []


def nobody_is_told(practice: str) -> str:
    """The remark for a practice whose MeldungAn is empty."""
    return tr(
        "Nobody at the practice gets alerts or the daily summary: vitosms switches set MeldungAn ADDRESS --practice "
        "{practice}",
        practice=practice,
    )

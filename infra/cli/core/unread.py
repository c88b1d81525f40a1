"""The rest of an answer if the practice database cannot be read."""

from __future__ import annotations

from chalicelib.text import Text, joined

PATIENT_NUMBERS = Text("unread.calls")
OF_ENTRIES = Text("unread.status")
OF_OPEN_ENTRIES = Text("unread.credits")
EXPERIENCE = Text("unread.forecast")
WITHOUT_ROWS = Text("unread.export")


def unread_remark(why: Text | None, left: Text) -> list[Text]:
    """Why it cannot be read, and the remaining contents; empty if it was read."""
    return [joined("sentences", [why, left])] if why else []

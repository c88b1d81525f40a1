"""The kinds of messages."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    REMINDER = "reminder"
    BIRTHDAY = "birthday"
    RESCHEDULED = "rescheduled"  # an appointment has another start than the one that was announced
    AGAIN = "again"  # a person has sent the message about an appointment once more

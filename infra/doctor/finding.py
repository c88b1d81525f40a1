"""The finding of a check, for the practice, its DBA and the operator. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.text import Text


class Result(StrEnum):
    GOOD = "good"
    DOUBTFUL = "doubtful"  # it works, but may not be intended
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One row of the table; `fix` says what to do unless all is good. Sentences are in the reader's language."""

    check: Text
    result: Result
    found: str | Text
    fix: str = ""


def good(check: Text, found: str | Text) -> Finding:
    return Finding(check, Result.GOOD, found)


def doubtful(check: Text, found: str | Text, fix: str) -> Finding:
    return Finding(check, Result.DOUBTFUL, found, fix)


def bad(check: Text, found: str | Text, fix: str) -> Finding:
    return Finding(check, Result.BAD, found, fix)

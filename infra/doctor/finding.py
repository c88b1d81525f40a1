"""The finding of a check, in German, for the practice, its DBA and the operator. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.text import Text


class Result(StrEnum):
    GOOD = "gut"
    DOUBTFUL = "prüfen"  # it works, but may not be intended
    BAD = "falsch"


@dataclass(frozen=True)
class Finding:
    """One row of the table; `fix` says what to do unless all is good."""

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

"""The words of the answers that people read: texts, states, jobs, times and numbers in their language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.entries.states import State, state_label
from chalicelib.messages.placeholders import as_value
from chalicelib.messages.sms import without_invisible
from chalicelib.schedule.job import Job, job_label
from chalicelib.text import Suggestion, Text, text_of
from chalicelib.words.words import Words, number, words_of
from infra.translation import spoken

if TYPE_CHECKING:
    from chalicelib.planning.run_report import RunOutcome

__all__ = [
    "count_words", "day_words", "job_words", "logged", "moment", "moment_with_year", "number",
    "outcome_words", "rule_words", "said", "setting_words", "short", "state_words", "suggested", "words",
]  # fmt: skip


def words() -> Words:
    """The words of the reader's language."""
    return words_of(spoken())


def said(text: Text | None) -> str:
    """The words of a text; empty if there is none. A value cannot steer the terminal."""
    return without_invisible(words().of(text)) if text else ""


def logged(data: Mapping[str, Any] | str) -> str:
    """The words of a text as a line of a log has it."""
    return said(text_of(data))


def short(text: Text | None) -> str:
    """As `said`, for a column: in short, on one line, and cut where it is long, as a broken template's is."""
    return as_value(words().short(text)) if text else ""


def suggested(suggestion: Suggestion) -> str:
    """The change, with the command that does it. An argument cannot steer the terminal."""
    return without_invisible(words().suggestion(suggestion))


def rule_words(name: str) -> tuple[str, str]:
    """The meaning of a refusal by a rule, and what holds if it passes; of an unknown rule only its name."""
    if not words().has(f"rule.{name}"):
        return name, ""
    return said(Text(f"rule.{name}.refused")), said(Text(f"rule.{name}"))


def state_words(state: State, count: int = 1) -> str:
    """The name of a state; `count` is the number beside it."""
    return _label(state_label(state), count)


def job_words(job: Job) -> str:
    return said(job_label(job))


def setting_words(name: str) -> str:
    """The label of a switch."""
    return said(Text(f"switch.{name}"))


def outcome_words(outcome: RunOutcome | str) -> str:
    """The name of an outcome; the key itself if another version logged it."""
    known = Text(f"outcome.{outcome}")
    return said(known) if words().has(known.code) else outcome


def count_words(key: str, count: int = 1) -> str:
    """The name of a count of a run: its own, or that of the state; the key itself if another version logged it."""
    own = Text(f"count.{key}")
    if words().has(own.code):
        return _label(own, count)
    return state_words(State(key), count) if key in set(State) else key


def _label(text: Text, count: int) -> str:
    """The words beside a number: `….many` for several, if the language says that differently."""
    many = f"{text.code}.many"
    return said(Text(many) if count != 1 and words().has(many) else text)


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """Like `Mi 28.02. 07:30`, local."""
    return words().moment(instant.astimezone(zone))


def moment_with_year(instant: datetime, zone: ZoneInfo) -> str:
    """Like `Mi 28.02.2029 07:30`, local."""
    return words().moment_with_year(instant.astimezone(zone))


def day_words(day: date) -> str:
    """Like `Mi 28.02.2029`."""
    return words().day(day)

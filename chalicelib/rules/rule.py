"""The parts of the table of rules: a rule, its refusal, and its answer with an explanation. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.messages.kind import Kind
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.text import Suggestion, Text


def is_defect(reason: Text) -> bool:
    """Whether a person should fix the data or the settings; other refusals need no fix."""
    return reason.code.startswith("defect.")


@dataclass(frozen=True)
class Rule:
    """One rule of the table; the catalogues describe its condition and its refusal.

    `fact` and `suggestion` may contain names, numbers and addresses: they are for the screen only, never for a log.
    """

    name: str  # stored in job history and activity log
    check: Callable[[RuleInput], Text | None]  # None if it passes, otherwise the reason
    fact: Callable[[RuleInput], Text]  # the data that the rule evaluates
    suggestion: Callable[[RuleInput], Suggestion | tuple[Suggestion, ...]]  # how to fix a refusal
    kinds: frozenset[Kind] = frozenset(Kind)
    stages: frozenset[Stage] = frozenset(Stage)
    needs: tuple[Rule, ...] = ()  # rules that must pass for this one to be meaningful, besides `readable`


@dataclass(frozen=True)
class Refusal:
    rule: str
    reason: Text


class Result(StrEnum):
    PASSED = "passed"
    REFUSED = "refused"
    NOT_ASKED = "not asked"  # a rule that it needs has refused


@dataclass(frozen=True)
class RuleAnswer:
    """The answer of one rule about a candidate; `reason` and `suggestions` are empty unless it refuses."""

    rule: Rule
    result: Result
    reason: Text | None
    fact: Text
    suggestions: tuple[Suggestion, ...]

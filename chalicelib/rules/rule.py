"""The parts of the table of rules: a rule, why it refuses, and its answer with everything that explains it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.messages.kind import Kind
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.text import Suggestion, Text


def is_defect(reason: Text) -> bool:
    """Whether a person should fix it, in the data or the settings; other reasons need no fix."""
    return reason.code.startswith("defect.")


@dataclass(frozen=True)
class Rule:
    """One rule of the table; the catalogues say what holds if it passes, and what a refusal means.

    `fact` and `suggestion` may name people, numbers and addresses: they are for the screen only, never for a log.
    """

    name: str  # stored in job history and activity log
    check: Callable[[RuleInput], Text | None]  # None if it passes, else why not
    fact: Callable[[RuleInput], Text]  # the data that the rule evaluates
    suggestion: Callable[[RuleInput], Suggestion | tuple[Suggestion, ...]]  # how to fix a refusal
    kinds: frozenset[Kind] = frozenset(Kind)
    stages: frozenset[Stage] = frozenset(Stage)
    needs: tuple[Rule, ...] = ()  # rules that have to pass for this one to mean anything, beside `readable`


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
    """The answer of one rule about a candidate; without `reason` and `suggestions` unless it refuses."""

    rule: Rule
    result: Result
    reason: Text | None
    fact: Text
    suggestions: tuple[Suggestion, ...]

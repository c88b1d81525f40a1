"""The one table of rules: which patients get a message. Pure.

`prepare` decides by the table, `send` decides again, and the table explains both decisions; the first rule in table
order that refuses gives the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.messages.kind import Kind
from chalicelib.rules import occasion_rules as occasion
from chalicelib.rules import sending_rules as sending
from chalicelib.rules.rule import Refusal, Result, Rule, RuleAnswer
from chalicelib.rules.rule_input import RuleInput, Stage

RULES = (
    occasion.READABLE, sending.SWITCHED_ON, occasion.DEFINITIVE, occasion.SEARCHED_DAYS, occasion.RESCHEDULED,
    occasion.SENT_AGAIN, occasion.BIRTHDAY, occasion.OPEN, occasion.AHEAD, sending.PATIENT, sending.NOT_STOPPED,
    sending.ALIVE, sending.WANTS_MESSAGES, sending.ACTIVE, sending.PAYER, sending.LICENCE, sending.TEMPLATE,
    occasion.ONCE, sending.NOT_OPTED_OUT, sending.ADDRESS,
)  # fmt: skip
_APPLICABLE = {
    (kind, stage): [rule for rule in RULES if kind in rule.kinds and stage in rule.stages]
    for kind in Kind
    for stage in Stage
}


def first_refusal(rule_input: RuleInput) -> Refusal | None:
    """Return the first refusal in table order; None if all rules pass."""
    for rule in _APPLICABLE[rule_input.candidate.kind, rule_input.context.stage]:
        if (reason := rule.check(rule_input)) is not None:
            return Refusal(rule.name, reason)
    return None


def evaluate_all(rule_input: RuleInput) -> Iterator[RuleAnswer]:
    """Evaluate every rule that applies, in table order, to explain it; a run stops at the first refusal."""
    without: set[Rule] = set()  # rules that have refused, or are meaningless now
    for rule in _APPLICABLE[rule_input.candidate.kind, rule_input.context.stage]:
        result, reason = Result.NOT_ASKED, None
        if not without & {occasion.READABLE, *rule.needs}:
            reason = rule.check(rule_input)
            result = Result.REFUSED if reason else Result.PASSED
        if result is not Result.PASSED:
            without.add(rule)
        change = rule.suggestion(rule_input) if reason else ()
        suggestions = change if isinstance(change, tuple) else (change,)
        yield RuleAnswer(rule, result, reason, rule.fact(rule_input), suggestions)

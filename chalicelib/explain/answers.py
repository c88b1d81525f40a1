"""The answers of the rules about a message, with the current data: in its prepare run, and in the send run. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.entries.states import REVIVABLE, State
from chalicelib.explain.message import ExplainedMessage, PrepareRun
from chalicelib.messages.recipient import Address
from chalicelib.messages.template import TemplateError
from chalicelib.planning.compose import Message, TooLongError, compose
from chalicelib.planning.outlook import first_open_send, next_send
from chalicelib.rules.rule import RuleAnswer
from chalicelib.rules.rule_input import RuleInput
from chalicelib.rules.rules import evaluate_all
from chalicelib.schedule.job import Job


@dataclass(frozen=True)
class Answers:
    """The answers in the prepare run that decides, and in a send run; and the text if no rule refuses.

    `unwritable` says in German why there is no text.
    """

    run: PrepareRun | None = None
    prepare: tuple[RuleAnswer, ...] = ()
    send: tuple[RuleAnswer, ...] = ()
    text: Message | None = None
    unwritable: str | None = None

    @property
    def refused(self) -> list[RuleAnswer]:
        return [one for one in self.prepare if one.reason]

    @property
    def refused_by_send(self) -> list[RuleAnswer]:
        return [one for one in self.send if one.reason]

    @property
    def differing_in_send(self) -> list[RuleAnswer]:
        """The answers that only the send run has, or that differ from those of the prepare run."""
        in_prepare = {(one.rule, one.result, one.reason) for one in self.prepare}
        return [one for one in self.send if (one.rule, one.result, one.reason) not in in_prepare]


def answers_of(message: ExplainedMessage) -> Answers:
    """Evaluate the rules; no answers if the row is gone or the settings are invalid."""
    candidate, entry = message.candidate, message.entry
    if candidate is None or not message.can_be_evaluated:
        return Answers()
    run = message.deciding_run
    before = entry if entry and run.ahead and entry.state in REVIVABLE else None
    answers = Answers(run, tuple(evaluate_all(RuleInput(run.rules, candidate, before, message.known_start))))
    if entry is None and answers.refused:
        return answers
    rule_input = RuleInput(message.rules(Job.SEND, _sent_at(message, run)), candidate, entry)
    answers = replace(answers, send=tuple(evaluate_all(rule_input)))
    if answers.refused or answers.refused_by_send or not isinstance(rule_input.address, Address):
        return answers
    try:
        return replace(answers, text=compose(rule_input, rule_input.address))
    except (TemplateError, TooLongError) as error:
        return replace(answers, unwritable=str(error))


def _sent_at(message: ExplainedMessage, run: PrepareRun) -> datetime:
    """When (UTC) the send run evaluates the rules, or did."""
    entry, now = message.entry, message.snapshot.now
    if entry is None:
        return first_open_send(message.practice, now, run.rules.now) or run.rules.now
    if entry.state is not State.PREPARED:
        return entry.reserved_at or entry.changed_at
    tick = next_send(message.practice, now)
    return tick if tick and tick < entry.expires_at else now

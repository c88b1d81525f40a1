"""The verdict on a message without an entry: when a run will prepare it, why none did, what to change. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.explain.message import Answers, ExplainedMessage, PrepareRun
from chalicelib.explain.timeline import TimelineEvent
from chalicelib.messages.kind import Kind
from chalicelib.planning.outlook import first_open_send
from chalicelib.planning.run_report import RunOutcome
from chalicelib.rules.occasion_rules import OCCASION_RULES
from chalicelib.rules.rule import RuleAnswer
from chalicelib.rules.sending_rules import ADDRESS
from chalicelib.schedule.job import Job, job_label
from chalicelib.schedule.time_zone import instant_of
from chalicelib.text import Suggestion, Text, joined, text_of

PLANNED, NONE = "planned", "none"


class Basis(StrEnum):
    """The evidence of a verdict."""

    ENTRY = "entry"  # its current state, and the logs
    PROTOCOL = "protocol"  # a prepare run recorded why it made no message
    NOW = "now"  # the rules, evaluated with the current data


@dataclass(frozen=True)
class Verdict:
    """`state` is that of the entry, `planned` if a run will make one, else `none`."""

    headline: Text
    reason: Text | None = None
    then: Sequence[Text] = ()
    suggestions: Sequence[Suggestion] = ()
    basis: Basis = Basis.NOW
    state: str = NONE


def verdict_without_entry(message: ExplainedMessage, answers: Answers, left_out: TimelineEvent | None) -> Verdict:
    """Judge a message that has no entry; `left_out` is the last time that a run left it out."""
    if message.candidate is None:
        if left_out is not None:
            return _decided(message, answers, left_out)
        return Verdict(Text("verdict.unexplained"), message.snapshot.unread)
    if message.day is None:
        suggestions = suggestions_for(message, answers.refused)
        return Verdict(Text(f"verdict.unreadable.{message.about}"), first_reason(answers.refused), (), suggestions)
    if message.invalid:
        suggestions = message.snapshot.blocked(message.job)[1]
        return Verdict(Text("verdict.invalid"), joined("sentences", message.invalid), (), suggestions)
    if not message.can_be_evaluated:
        removed = message.practice.record.removed
        return Verdict(Text("verdict.no_job"), Text("why.removed", message.moment(removed)) if removed else None)
    past, coming = message.prepare_runs
    if coming is not None:
        return _coming(message, answers, coming, left_out)
    if left_out is not None:
        return _decided(message, answers, left_out)
    return _missed(message, answers, past) if past else _never(message)


def suggestions_for(message: ExplainedMessage, refused: Sequence[RuleAnswer]) -> list[Suggestion]:
    """The suggestions that may still help: about an appointment that is over there is nothing to change."""
    useful = [one for one in refused if not (message.over and one.rule in OCCASION_RULES)]
    return [suggestion for one in useful for suggestion in one.suggestions]


def first_reason(refused: Sequence[RuleAnswer]) -> Text | None:
    return refused[0].reason if refused else None


def _coming(message: ExplainedMessage, answers: Answers, run: PrepareRun, left_out: TimelineEvent | None) -> Verdict:
    when, suggestions = message.moment(run.rules.now), suggestions_for(message, answers.refused)
    reasons, fixes = message.snapshot.blocked(message.job)
    then = []
    if left_out and left_out.reason:
        then = [Text("then.left_out_before", message.moment(left_out.at), left_out.reason)]
    if reasons:
        return Verdict(Text("verdict.run_blocked", when), reasons[0], [*reasons[1:], *then], [*fixes, *suggestions])
    if not answers.refused:
        return _planned(message, run, then)
    if answers.refused[0].rule is ADDRESS and message.kind is not Kind.BIRTHDAY:
        headline, state = Text("verdict.planned_to_phone", when), PLANNED
    else:
        headline, state = Text("verdict.run_refuses", when), NONE
    return Verdict(headline, first_reason(answers.refused), then, suggestions, state=state)


def _planned(message: ExplainedMessage, run: PrepareRun, then: Sequence[Text]) -> Verdict:
    """When it will leave, what blocks that, and what to change."""
    when, (reasons, fixes) = message.moment(run.rules.now), message.snapshot.blocked(Job.SEND)
    tick = first_open_send(message.practice, message.snapshot.now, run.rules.now)
    if tick is not None and (message.starts_at is None or tick < message.starts_at):
        headline = Text("verdict.planned_and_sent", when, message.moment(tick))
    else:
        headline = Text("verdict.planned", when)
        reasons, fixes = [*reasons, Text("then.no_send")], [*fixes, Suggestion("open_window")]
    return Verdict(headline, None, [*reasons, *then], fixes, state=PLANNED)


def _decided(message: ExplainedMessage, answers: Answers, left_out: TimelineEvent) -> Verdict:
    same = [one for one in answers.refused if one.rule.name == left_out.rule]
    others = [one for one in answers.refused if one.rule.name != left_out.rule]
    resolved = [Text("then.resolved")] if answers.prepare and not same else []
    suggestions = [*suggestions_for(message, [*same, *others]), *_run_again(message)]
    headline = Text("verdict.decided", message.moment(left_out.at))
    return Verdict(headline, left_out.reason, [*resolved, *_also(others)], suggestions, Basis.PROTOCOL)


def _missed(message: ExplainedMessage, answers: Answers, past: Sequence[datetime]) -> Verdict:
    """The runs that search the day have been, and recorded nothing of it."""
    recorded = {instant_of(run["slot"]): run for run in message.snapshot.runs if run["job"] == message.job}
    slot = next((one for one in reversed(past) if one in recorded), past[-1])
    run, when, then = recorded.get(slot), message.moment(slot), _also(answers.refused)
    if run is None:
        return Verdict(Text("verdict.no_run", when), Text("why.no_run"), then, _run_again(message), Basis.PROTOCOL)
    if run["outcome"] in (RunOutcome.FAILED, RunOutcome.SKIPPED, RunOutcome.MISSED):
        headline = Text("verdict.run_ended", when, Text(f"outcome.{run['outcome']}"))
        reasons = [*map(text_of, run["reasons"])]
        suggestions = [*message.snapshot.blocked(message.job)[1], *_run_again(message)]
        return Verdict(headline, joined("sentences", reasons) if reasons else None, then, suggestions, Basis.PROTOCOL)
    headline, reason = Text(f"verdict.not_found.{message.about}", when), Text(f"why.too_late.{message.about}")
    return Verdict(headline, reason, then, [*suggestions_for(message, answers.refused), *_run_again(message)])


def _never(message: ExplainedMessage) -> Verdict:
    schedule, switches = message.practice.validated.jobs.schedules.get(message.job), message.practice.validated.switches
    plan = Text("why.schedule", plan=str(schedule)) if schedule else Text("why.schedule_unknown")
    job, offset, days = job_label(message.job), switches["OffsetStartTage"], switches["OffsetSuchTage"]
    reason = Text("why.never.appointment", plan, job, offset=offset, days=days)
    if message.kind is Kind.BIRTHDAY:
        reason = Text("why.never.birthday", plan, job)
    return Verdict(Text("verdict.never"), reason, (), [Suggestion("search_day")])


def _also(refused: Sequence[RuleAnswer]) -> list[Text]:
    return [Text("then.also", one.reason) for one in refused if one.reason]


def _run_again(message: ExplainedMessage) -> list[Suggestion]:
    """Suggest a run by hand if it would still search this day in time."""
    if message.candidate is None or message.over:
        return []
    rules = message.rules(message.job, message.snapshot.now)
    searched = message.day in rules.days
    if message.kind is Kind.BIRTHDAY:
        searched = message.day == rules.today and message.snapshot.now < rules.greeting_ends
    return [Suggestion("run_again", job=message.job)] if searched else []

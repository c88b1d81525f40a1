"""The verdict on a message: its outcome, or why none is sent, and what to change. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.entries.covering import ANNOUNCED
from chalicelib.entries.deadlines import RECEIPTS_TAKE, UNCONFIRMED_AFTER
from chalicelib.entries.entry import Entry
from chalicelib.entries.phone_call import reached_call
from chalicelib.entries.states import REVIVABLE, State, state_label
from chalicelib.explain.message import Answers, ExplainedMessage, PrepareRun, refused
from chalicelib.explain.timeline import TimelineEvent
from chalicelib.messages.kind import Kind
from chalicelib.planning.outlook import first_open_send
from chalicelib.planning.search_state import SearchStatus
from chalicelib.rules.occasion_rules import OCCASION_RULES
from chalicelib.rules.rule import RuleAnswer
from chalicelib.rules.sending_rules import ADDRESS, TEMPLATE
from chalicelib.schedule.job import Job, job_label
from chalicelib.schedule.time_zone import minute_in
from chalicelib.text import Suggestion, Text, joined

PLANNED, NONE = "planned", "none"
_UNDATED = frozenset({State.RESERVED, State.SENDING, State.UNCONFIRMED, State.UNKNOWN, State.COVERED})


class Basis(StrEnum):
    """The evidence of a verdict."""

    ENTRY = "entry"  # its current state, and the logs
    PROTOCOL = "protocol"  # a prepare run recorded why it skipped the message
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


def verdict_on(message: ExplainedMessage, answers: Answers, left_out: TimelineEvent | None) -> Verdict:
    """Judge a message; if it has no entry, the latest run has skipped it."""
    if message.entry is not None:
        judged = _waiting if message.entry.state is State.PREPARED else _settled
        return judged(message, message.entry, answers)
    if message.candidate is None:
        unknown = Verdict(Text("verdict.unexplained"), message.snapshot.unread)
        return _decided(message, answers, left_out) if left_out else unknown
    if message.day is None:
        reasons, suggestions = _why(message, answers.prepare)
        reason = next(iter(reasons), None)
        return Verdict(Text(f"verdict.unreadable.{message.kind}"), reason, suggestions=suggestions)
    if message.invalid:
        _, suggestions = message.snapshot.blocked(message.job)
        return Verdict(Text("verdict.invalid"), joined("sentences", message.invalid), suggestions=suggestions)
    if not message.can_be_evaluated:
        removed = message.practice.record.removed
        return Verdict(Text("verdict.no_job"), Text("why.removed", message.moment(removed)) if removed else None)
    if (coming := message.coming_run) is not None:
        return _coming(message, answers, coming, left_out)
    return _decided(message, answers, left_out) if left_out is not None else _missed(message, answers)


def _why(message: ExplainedMessage, answers: Sequence[RuleAnswer]) -> tuple[list[Text], list[Suggestion]]:
    """The reasons of refusals, and what to change: nothing if the appointment is over."""
    useful = [one for one in answers if not (message.over and one.rule in OCCASION_RULES)]
    reasons = [one.reason for one in answers if one.reason]
    return reasons, [suggestion for one in useful for suggestion in one.suggestions]


def _result(message: ExplainedMessage, answers: Answers) -> tuple[str, list[Text], list[Suggestion]]:
    """Foresee the next prepare run: its result, the reason, and what to change."""
    blocked, fixes = message.snapshot.blocked(message.job)
    reasons, suggestions = _why(message, answers.prepare)
    result = "does_nothing" if blocked else "refuses" if reasons else "prepares"
    return result, blocked or reasons[:1], [*fixes, *suggestions]


def _coming(message: ExplainedMessage, answers: Answers, run: PrepareRun, left_out: TimelineEvent | None) -> Verdict:
    when, (result, reasons, suggestions) = message.moment(run.rules.now), _result(message, answers)
    then = reasons[1:]
    if left_out and left_out.reason:
        then.append(Text("then.left_out_before", message.moment(left_out.at), left_out.reason))
    if result == "prepares":
        return _planned(message, run, then)
    if result == "refuses" and refused(answers.prepare)[0].rule is ADDRESS and message.kind is not Kind.BIRTHDAY:
        return Verdict(Text("verdict.planned_to_phone", when), reasons[0], then, suggestions, state=PLANNED)
    return Verdict(Text(f"verdict.run.{result}", when), reasons[0], then, suggestions)


def _planned(message: ExplainedMessage, run: PrepareRun, then: Sequence[Text]) -> Verdict:
    """When it will be sent, what blocks that, and what to change."""
    when, (reasons, suggestions) = message.moment(run.rules.now), message.snapshot.blocked(Job.SEND)
    tick = first_open_send(message.practice, message.snapshot.now, run.rules.now)
    if tick is not None and (message.starts_at is None or tick < message.starts_at):
        headline = Text("verdict.planned_and_sent", when, message.moment(tick))
    else:
        headline = Text("verdict.planned", when)
        reasons.append(Text("then.no_send"))
        suggestions.append(Suggestion("open_window"))
    return Verdict(headline, None, [*reasons, *then], suggestions, state=PLANNED)


def _decided(message: ExplainedMessage, answers: Answers, left_out: TimelineEvent) -> Verdict:
    ordered = sorted(answers.prepare, key=lambda one: one.rule.name != left_out.rule)  # stable
    then = _also([one for one in ordered if one.rule.name != left_out.rule])
    if ordered and not (ordered[0].rule.name == left_out.rule and ordered[0].reason):
        then.insert(0, Text("then.resolved"))
    headline, suggestions = Text("verdict.decided", message.moment(left_out.at)), _why(message, ordered)[1]
    return Verdict(headline, left_out.reason, then, [*suggestions, *_run_again(message)], Basis.PROTOCOL)


def _missed(message: ExplainedMessage, answers: Answers) -> Verdict:
    """The runs that search the day have passed, and recorded nothing about it; or none searches it."""
    again, then = _run_again(message), _also(answers.prepare)
    status, slot = message.search_status
    if status is SearchStatus.DONE and slot:
        too_late = Text(f"why.too_late.{message.kind}")
        suggestions = [*_why(message, answers.prepare)[1], *again]
        return Verdict(Text(f"verdict.not_found.{message.kind}", message.moment(slot)), too_late, then, suggestions)
    if status is SearchStatus.COMING:
        return Verdict(Text("verdict.at_work"), then=then)
    if run := next((one for one in reversed(message.past_runs) if not one.searched), None):
        headline = Text("verdict.run_ended", message.moment(run.slot), Text(f"outcome.{run.outcome}"))
        reasons = joined("sentences", run.reasons) if run.reasons else None
        return Verdict(headline, reasons, then, [*message.snapshot.blocked(message.job)[1], *again], Basis.PROTOCOL)
    if status is SearchStatus.LOST and message.searches and message.starts_at:
        return Verdict(Text("verdict.lost"), message.searches.reason(message.starts_at), then, again, Basis.PROTOCOL)
    if slot and (message.over or not message.searches):
        return Verdict(Text("verdict.no_run", message.moment(slot)), Text("why.no_run"), then, again, Basis.PROTOCOL)
    return _never(message, again if slot else None)  # a slot of the current plan, before the first search


def _never(message: ExplainedMessage, again: Sequence[Suggestion] | None) -> Verdict:
    validated, job = message.practice.validated, job_label(message.job)
    schedule, values = validated.jobs.schedules.get(message.job), validated.switches
    plan = Text("why.schedule", plan=str(schedule)) if schedule else Text("why.schedule_unknown")
    reason = Text("why.never.appointment", plan, job, offset=values["OffsetStartTage"], days=values["OffsetSuchTage"])
    if message.kind is Kind.BIRTHDAY:
        reason = Text("why.never.birthday", plan, job)
    elif again is not None and message.searches and message.starts_at:
        reason = message.searches.searched_by(message.starts_at)
    return Verdict(Text("verdict.never"), reason, (), [*(again or ()), Suggestion("search_day")])


def _also(answers: Sequence[RuleAnswer]) -> list[Text]:
    return [Text("then.also", one.reason) for one in answers if one.reason]


def _run_again(message: ExplainedMessage) -> list[Suggestion]:
    """Suggest a run by hand if it would still search this day in time."""
    if message.candidate is None or message.over:
        return []
    rules = message.rules(message.job, message.snapshot.now)
    searched = message.day in rules.days
    if message.kind is Kind.BIRTHDAY:
        searched = message.day == rules.today and message.snapshot.now < rules.greeting_ends
    return [Suggestion("run_again", job=message.job)] if searched else []


def _settled(message: ExplainedMessage, entry: Entry, answers: Answers) -> Verdict:
    follows, suggestions = _follows(message, entry, answers)
    suggestions += [Suggestion("send_again", entry=entry.identity)] * message.may_be_sent_again
    then, known = [*message.phoned, follows, *message.snapshot.to_phone_from(entry)], entry.announced_start
    rescheduled = not message.over and message.candidate is not None and message.candidate.local_start != known
    if rescheduled and entry.state in ANNOUNCED | {State.COVERED} and known and (at := message.starts_at):
        told = minute_in(known, message.practice.zone)
        then.append(Text("then.rescheduled", message.moment(told), message.moment(at)))
        if not message.snapshot.switch("ErinnerungBeiVerschiebung"):
            suggestions += [Suggestion("phone_new_time"), Suggestion("announce_rescheduling")]
    return Verdict(_headline(message, entry), entry.reason, then, suggestions, Basis.ENTRY, entry.state)


def _waiting(message: ExplainedMessage, entry: Entry, answers: Answers) -> Verdict:
    blocked, suggestions = message.snapshot.blocked(Job.SEND)
    reasons, changes = _why(message, answers.send)
    when, end = message.sending, message.moment(entry.expires_at)
    price, balance = message.snapshot.cost(answers.text, entry.mandant) or (0, 0)
    if (call := reached_call(entry.phone_calls, getattr(message.candidate, "local_start", None))) and not reasons:
        headline = Text("verdict.phoned", call.label)
    elif entry.held:
        headline = Text("verdict.held")
    elif when is None:
        headline = Text("verdict.no_send", end)
    elif price > balance:
        headline = Text("verdict.no_credits", message.moment(when))
    elif not reasons:
        headline = Text("verdict.prepared", message.moment(when))
    else:
        first = refused(answers.send)[0].rule
        result = first.name if first in (TEMPLATE, ADDRESS) else "cancelled"
        headline = Text(f"verdict.send_refuses.{result}", message.moment(when))
    phone = [Suggestion("phone")] if not entry.held and when is None and entry.kind is not Kind.BIRTHDAY else []
    suggestions += [*phone, *changes]
    if entry.held:
        suggestions.append(Suggestion("release_held", entry=entry.identity or entry.key))
    elif price > balance:
        suggestions.append(Suggestion("top_up", mandant=entry.mandant or "", count=price - balance))
    why, then = entry.reason or next(iter(reasons), None), [*blocked, *message.phoned, Text("then.expires", end)]
    return Verdict(headline, why, then, suggestions, Basis.ENTRY, entry.state)


def _headline(message: ExplainedMessage, entry: Entry) -> Text:
    at, first = message.moment(entry.changed_at), message.covering
    if entry.state is State.NOT_SENDABLE and entry.expires_at > message.snapshot.now:
        return Text("verdict.to_phone", at)
    if entry.state is State.COVERED and first and first.starts_at:
        start, state = message.moment(first.starts_at), state_label(first.state)
        if first.appointment is None:
            return Text("verdict.covered_by_another", start, state)
        return Text("verdict.covered_by", start, state, appointment=first.appointment)
    return Text(f"verdict.{entry.state}") if entry.state in _UNDATED else Text(f"verdict.since.{entry.state}", at)


def _follows(message: ExplainedMessage, entry: Entry, answers: Answers) -> tuple[Text, list[Suggestion]]:
    """Foresee what happens to an entry in some states until it expires, and what to change."""
    follows, suggestions, changes = Text("then.nothing"), list[Suggestion](), list[Suggestion]()
    match entry.state:
        case State.RESERVED | State.SENDING:
            end = entry.send_before
            follows = Text("then.underway_until", message.moment(end)) if end else Text("then.underway")
        case State.SENT:
            follows = Text("then.unconfirmed", message.moment(entry.changed_at + UNCONFIRMED_AFTER))
        case State.UNKNOWN:
            follows = Text("then.receipt_until", message.moment(entry.changed_at + RECEIPTS_TAKE))
            changes = [Suggestion("ask_patient", entry=entry.identity or entry.key)]
        case State.FAILED | State.REFUSED:
            changes = [Suggestion("check_address")]
        case State.NOT_SENDABLE if entry.reason and entry.reason.code == "sms.too_many_parts":
            changes = [Suggestion("shorten")]
    if entry.state in REVIVABLE:
        follows, suggestions = _revived(message, answers)
    return follows, [*suggestions, *(changes if entry.expires_at > message.snapshot.now else [])]


def _revived(message: ExplainedMessage, answers: Answers) -> tuple[Text, list[Suggestion]]:
    """Whether a prepare run will make it again, and what to change if not."""
    if answers.run is None or not answers.run.ahead:
        return Text("then.nothing"), _why(message, answers.prepare)[1]
    result, reasons, suggestions = _result(message, answers)
    return Text(f"then.run.{result}", message.moment(answers.run.rules.now), *reasons[:1]), suggestions

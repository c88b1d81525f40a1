"""The verdict on a message that has an entry: the meaning of its state, what follows, what to change. Pure."""

from __future__ import annotations

from datetime import datetime

from chalicelib.entries.deadlines import RECEIPTS_TAKE, UNCONFIRMED_AFTER
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import REVIVABLE, State, state_label
from chalicelib.explain.message import Answers, ExplainedMessage
from chalicelib.explain.verdict import Basis, Verdict, first_reason, suggestions_for
from chalicelib.messages.kind import Kind
from chalicelib.planning.outlook import first_open_send, next_send
from chalicelib.rules.rescheduled import ANNOUNCED
from chalicelib.rules.sending_rules import ADDRESS, TEMPLATE
from chalicelib.schedule.job import Job
from chalicelib.text import Suggestion, Text

_UNDATED = frozenset({State.RESERVED, State.SENDING, State.UNCONFIRMED, State.UNKNOWN, State.COVERED})


def verdict_for_entry(message: ExplainedMessage, entry: Entry, answers: Answers) -> Verdict:
    """Judge a message that has an entry."""
    if entry.state is State.PREPARED:
        return _waiting(message, entry, answers)
    follows, suggestions = _follows(message, entry), list[Suggestion]()
    if entry.state in REVIVABLE:
        follows, suggestions = _revived(message, answers)
    then, known, starts_at = [follows], entry.announced_start, message.starts_at
    if entry.expires_at > message.snapshot.now:
        suggestions += _changes(entry)
    if entry.state in ANNOUNCED and known and starts_at and known != starts_at and not message.over:
        then.append(Text("then.rescheduled", message.moment(known), message.moment(starts_at)))
        if not message.snapshot.switch("ErinnerungBeiVerschiebung"):
            suggestions += [Suggestion("phone_new_time"), Suggestion("announce_rescheduling")]
    return Verdict(_headline(message, entry), entry.reason, then, suggestions, Basis.ENTRY, entry.state)


def _waiting(message: ExplainedMessage, entry: Entry, answers: Answers) -> Verdict:
    reasons, suggestions = message.snapshot.blocked(Job.SEND)
    refused, when, end = answers.refused_by_send, _sent_at(message, entry), message.moment(entry.expires_at)
    price, balance = message.snapshot.cost(answers.text, entry.mandant) or (0, 0)
    if entry.phoned_at and not refused:
        headline = Text("verdict.phoned", message.moment(entry.phoned_at))
    elif entry.held:
        headline = Text("verdict.held")
    elif when is None:
        headline = Text("verdict.no_send", end)
    elif price > balance:
        headline = Text("verdict.no_credits", message.moment(when))
    elif not refused:
        headline = Text("verdict.prepared", message.moment(when))
    else:
        first = refused[0].rule
        result = first.name if first in (TEMPLATE, ADDRESS) else "cancelled"
        headline = Text(f"verdict.send_refuses.{result}", message.moment(when))
    if not entry.held and when is None and entry.kind is not Kind.BIRTHDAY:
        suggestions.append(Suggestion("phone"))
    suggestions += suggestions_for(message, refused)
    if entry.held:
        suggestions.append(Suggestion("release_held", entry=entry.identity or entry.key))
    elif price > balance:
        suggestions.append(Suggestion("top_up", mandant=entry.mandant or "", count=price - balance))
    reason = entry.reason or first_reason(refused)
    return Verdict(headline, reason, [*reasons, Text("then.expires", end)], suggestions, Basis.ENTRY, entry.state)


def _sent_at(message: ExplainedMessage, entry: Entry) -> datetime | None:
    """The next send run (UTC) with an open sending window; None if it comes too late, or none does."""
    now, window = message.snapshot.now, message.snapshot.switch("Versandfenster")
    tick = None if message.invalid else next_send(message.practice, now)
    if tick and not window.is_open(tick, message.practice.zone):
        tick = first_open_send(message.practice, now, tick)
    return tick if tick and tick < entry.expires_at else None


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


def _follows(message: ExplainedMessage, entry: Entry) -> Text:
    match entry.state:
        case State.RESERVED | State.SENDING if entry.send_before:
            return Text("then.underway_until", message.moment(entry.send_before))
        case State.RESERVED | State.SENDING:
            return Text("then.underway")
        case State.SENT:
            return Text("then.unconfirmed", message.moment(entry.changed_at + UNCONFIRMED_AFTER))
        case State.UNKNOWN:
            return Text("then.receipt_until", message.moment(entry.changed_at + RECEIPTS_TAKE))
    return Text("then.nothing")


def _revived(message: ExplainedMessage, answers: Answers) -> tuple[Text, list[Suggestion]]:
    """Whether a prepare run will make it again, and what to change if not."""
    run, suggestions = answers.run, suggestions_for(message, answers.refused)
    if run is None or not run.ahead:
        return Text("then.nothing"), suggestions
    when, (reasons, fixes) = message.moment(run.rules.now), message.snapshot.blocked(message.job)
    if reasons:
        return Text("then.run_blocked", when, reasons[0]), [*fixes, *suggestions]
    if reason := first_reason(answers.refused):
        return Text("then.asked_again", when, reason), suggestions
    return Text("then.revived", when), suggestions


def _changes(entry: Entry) -> list[Suggestion]:
    """What to change until the entry expires."""
    match entry.state:
        case State.UNKNOWN:
            return [Suggestion("ask_patient", entry=entry.identity or entry.key)]
        case State.FAILED | State.REFUSED:
            return [Suggestion("check_address")]
        case State.NOT_SENDABLE if entry.reason and entry.reason.code == "sms.too_many_parts":
            return [Suggestion("shorten")]
    return []

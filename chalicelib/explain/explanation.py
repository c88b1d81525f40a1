"""Why there is a message or none, what has happened to it, what will, and what to change: the answer as data. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import REVIVABLE, State
from chalicelib.explain.case import Answers, ExplainedMessage
from chalicelib.explain.rule_answers import (
    PrepareRun,
    RuleAnswer,
    admitting_run,
    evaluate_for_prepare,
    evaluate_for_send,
    search_of,
    send_question,
)
from chalicelib.explain.timeline import TimelineEvent, left_out, timeline_of
from chalicelib.explain.verdict_with_entry import verdict_for_entry
from chalicelib.explain.verdict_without_entry import PLANNED, Basis, leaves_at, verdict_without_entry
from chalicelib.german import counted, number
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Address
from chalicelib.messages.template import TemplateError
from chalicelib.planning.alerts import last_run_failed
from chalicelib.planning.compose import Message, TooLongError, compose
from chalicelib.planning.outlook import jobs_of, next_send, simulated_context, upcoming_runs
from chalicelib.rules.facts import name_of
from chalicelib.rules.rule_input import RuleInput
from chalicelib.schedule.job import GERMAN, Job
from chalicelib.schedule.run import RunMessage


@dataclass(frozen=True)
class Explanation:
    """The answer about one message; all sentences are German, instants UTC, `day` is the practice's.

    `rules` are as the run of the slot `asked_at` asks them, with the data as it is now; `send_rules` are those that a
    send run answers otherwise, or asks alone. `message` is how it would be now, where it is not frozen in the entry.
    """

    kind: Kind
    identity: str
    key: str
    appointment: str | None
    patient: str
    name: str
    day: date | None
    starts_at: datetime | None
    entry: Entry | None
    state: str  # the entry's, `planned` or `none`
    headline: str
    reason: str | None
    basis: Basis
    asked_at: datetime | None
    ahead: bool  # whether that run is still to come
    rules: tuple[RuleAnswer, ...]
    send_rules: tuple[RuleAnswer, ...]
    life: tuple[TimelineEvent, ...]
    then: tuple[str, ...]
    changes: tuple[str, ...]
    remarks: tuple[str, ...]
    message: Message | None


def explained(case: ExplainedMessage) -> Explanation:
    """The answer; what cannot be known is said so."""
    answers, message = _answers(case)
    life = timeline_of(case.entry, case.lines)
    if case.entry is not None:
        coming = verdict_for_entry(case, case.entry, answers, message if isinstance(message, Message) else None)
    else:
        coming = verdict_without_entry(case, answers, left_out(life))
    candidate, entry, search = case.candidate, case.entry, answers.search
    return Explanation(
        kind=case.kind,
        identity=case.identity,
        key=case.key,
        appointment=candidate.appointment if candidate else entry.appointment if entry else None,
        patient=candidate.patient if candidate else entry.patient if entry else "",
        name=name_of(candidate) if candidate else "",
        day=case.day,
        starts_at=candidate.starts_at if candidate else entry.starts_at if entry else None,
        entry=entry,
        state=coming.state,
        headline=coming.headline,
        reason=coming.reason,
        basis=coming.basis,
        asked_at=search.slot if search else None,
        ahead=bool(search and search.ahead),
        rules=answers.prepare,
        send_rules=answers.differing_in_send,
        life=life,
        then=coming.then,
        changes=coming.changes,
        remarks=tuple(_remarks(case, coming.state, message)),
        message=message if isinstance(message, Message) and (entry is None or entry.text is None) else None,
    )


def _answers(case: ExplainedMessage) -> tuple[Answers, Message | str | None]:
    """What the rules say; and the message where none refuses, or in German why it cannot be written."""
    around, candidate, search = case.around, case.candidate, _search(case) if case.askable else None
    if candidate is None or search is None:
        return Answers(), None
    prepare = evaluate_for_prepare(candidate, case.entry, search, case.known)
    if case.entry is None and any(one.reason for one in prepare):
        return Answers(search, prepare), None
    at = _sent_at(case, search)
    run = RunMessage(case.practice.id, Job.SEND, at, at)
    send = simulated_context(run, case.practice, around.now, around.opt_outs)
    question = send_question(candidate, case.entry, send, at)
    answers = Answers(search, prepare, evaluate_for_send(question))
    if answers.refused or answers.refused_by_send:
        return answers, None
    return answers, _composed(question)


def _search(case: ExplainedMessage) -> PrepareRun:
    """The run whose questions are shown: that of the entry, or the next that asks, or the last that did."""
    around, entry, found = case.around, case.entry, case.searches
    if entry is not None and (entry.state not in REVIVABLE or found.next is None):
        return admitting_run(entry, case.practice, around.now, around.opt_outs)
    if found.next is not None:
        return found.next
    if not found.past:
        record = jobs_of(case.practice, around.now)[case.job]
        return search_of(next(upcoming_runs(record, around.now)), case.practice, around.now, around.opt_outs)
    run = RunMessage(case.practice.id, case.job, found.past[-1], found.past[-1])
    return search_of(run, case.practice, around.now, around.opt_outs, ahead=False)


def _sent_at(case: ExplainedMessage, search: PrepareRun) -> datetime:
    """When the send run asks, or asked (UTC)."""
    entry = case.entry
    if entry is not None and entry.state is not State.PREPARED:
        return entry.reserved_at or entry.changed_at
    if entry is not None:
        tick = next_send(case.practice, case.around.now)
        return tick if tick and tick < entry.expires_at else case.around.now
    return leaves_at(case, search.tick) or search.tick


def _composed(question: RuleInput) -> Message | str | None:
    address = question.address()
    try:
        return compose(question, address) if isinstance(address, Address) else None
    except (TemplateError, TooLongError) as error:
        return str(error)


def _remarks(case: ExplainedMessage, state: str, message: Message | str | None) -> Iterator[str]:
    around, entry = case.around, case.entry
    if around.unread:
        yield f"Die Praxis-Datenbank kann nicht gelesen werden: {around.unread}"
    elif case.candidate is None:
        gone = "Den Patienten" if case.kind is Kind.BIRTHDAY else "Den Termin"
        yield f"{gone} gibt es in der Praxis-Datenbank nicht mehr."
    if entry is not None and entry.anonymised:
        yield "Die Personendaten dieses Eintrags sind gelöscht; geblieben sind Stand und Zeiten."
    for job in (case.job, Job.SEND):
        if last_run_failed(job, case.practice.record.alerts):
            yield f"Der letzte Lauf von «{GERMAN[job]}» ist fehlgeschlagen; vitosms history --errors sagt, weshalb."
    if isinstance(message, str):
        yield f"So kann die Mitteilung nicht geschrieben werden: {message}"
    elif message is not None and state in (PLANNED, State.PREPARED):
        yield from _paid(case, message)


def _paid(case: ExplainedMessage, message: Message) -> Iterator[str]:
    payer = case.candidate.payer.mandant if case.candidate else None
    balance, tariff = case.around.balances.get(payer or ""), case.around.tariff
    if balance is not None and tariff is not None:
        price = tariff.price(message.channel, message.parts)
        yield f"Sie kostet {counted(price, 'Credit', 'Credits')}; Mandant {payer} hat {number(balance)}."

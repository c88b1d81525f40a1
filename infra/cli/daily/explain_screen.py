"""The screen of an explanation: the answer first, then what to change, then everything that it rests on."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.explain.explanation import Explanation
from chalicelib.explain.message import ExplainedMessage
from chalicelib.explain.timeline import TimelineEvent
from chalicelib.explain.verdict import NONE, PLANNED, Basis
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Channel
from chalicelib.rules.rule import Result, RuleAnswer
from infra.cli.core.labels import STATE_COLOURS, channel_words, kind_words, parts_words, short_id_words
from infra.cli.core.tables import new_table
from infra.language import day_words, moment, moment_with_year, number, rule_words, said, suggested
from infra.translation import tr, trn

_RESULT_COLOURS = {Result.PASSED: "green", Result.REFUSED: "bold red", Result.NOT_ASKED: "dim"}


def shown(explanations: Sequence[Explanation], zone: ZoneInfo) -> Iterator[RenderableType]:
    """Several in a table, a single one with all details."""
    if len({_appointment(one.message) for one in explanations}) > 1:
        yield Text(_patient(explanations[0].message), "bold")
        yield _summary(explanations, zone)
        for remark in explanations[0].remarks:
            if all(remark in one.remarks for one in explanations):
                yield Text(f"• {said(remark)}", "yellow")
        yield Text(tr("All about an appointment: vitosms explain --appointment ID"), "dim")
        return
    for place, one in enumerate(explanations):
        yield from [Text("")] * bool(place)
        yield from _details(one, zone)


def _appointment(message: ExplainedMessage) -> str | None:
    return message.source.appointment if message.source else None


def _patient(message: ExplainedMessage) -> str:
    if not message.source or not message.source.patient:
        return tr("Unknown patient")
    name = message.candidate.full_name if message.candidate else ""
    if name:
        return tr("Patient {patient}, {name}", patient=message.source.patient, name=name)
    return tr("Patient {patient}", patient=message.source.patient)


def _summary(explanations: Sequence[Explanation], zone: ZoneInfo) -> RenderableType:
    table = new_table("!" + tr("For"), tr("Answer"), tr("Why"))
    for one in explanations:
        verdict = one.verdict
        why = [Text(said(verdict.reason))] if verdict.reason else []
        why += [Text(f"→ {suggested(suggestion)}", "dim") for suggestion in verdict.suggestions[:1]]
        table.add_row(
            _for(one.message, zone), Text(said(verdict.headline), _colour(verdict.state)), Group(*why) if why else ""
        )
    return table


def _for(message: ExplainedMessage, zone: ZoneInfo) -> str:
    appointment, entry = _appointment(message), [short_id_words(message.key)] if message.entry else []
    if appointment is None:
        day = day_words(message.day) if message.day else tr("without a date")
        return "\n".join([kind_words(Kind.BIRTHDAY), day, *entry])
    rescheduled = [tr("rescheduled")] if message.kind is Kind.RESCHEDULED else []
    starts_at = _start(message, zone) or tr("without a start")
    return "\n".join([tr("Appointment {appointment}", appointment=appointment), *rescheduled, starts_at, *entry])


def _start(message: ExplainedMessage, zone: ZoneInfo) -> str | None:
    starts_at = message.source.starts_at if message.source else None
    return moment_with_year(starts_at, zone) if starts_at else None


def _details(one: Explanation, zone: ZoneInfo) -> Iterator[RenderableType]:
    verdict, colour = one.verdict, _colour(one.verdict.state)
    yield Text(_title(one.message, zone), "bold")
    if one.message.entry:
        yield Text(short_id_words(one.message.key), "dim")
    yield Text(said(verdict.headline), f"bold {colour}")
    if verdict.reason:
        yield Text.assemble((said(verdict.reason), colour), (_basis(verdict.basis), "dim"))
    for then in verdict.then:
        yield Text(f"• {said(then)}")
    for remark in one.remarks:
        yield Text(f"• {said(remark)}", "dim")
    if verdict.suggestions:
        yield _section(tr("What to do"))
        for suggestion in verdict.suggestions:
            yield Text(f"→ {suggested(suggestion)}")
    yield from _text(one)
    if one.timeline:
        yield _section(tr("What happened"))
        yield _timeline(one.timeline, zone)
    yield from _rules(one, zone)


def _title(message: ExplainedMessage, zone: ZoneInfo) -> str:
    appointment, kind = _appointment(message), kind_words(message.kind)
    if appointment is None:
        return f"{kind} {day_words(message.day) if message.day else tr('without a date')}\n{_patient(message)}"
    starts_at = _start(message, zone) or tr("without a readable start")
    title = tr("{kind}: appointment {appointment}, {start}", kind=kind, appointment=appointment, start=starts_at)
    return f"{title}\n{_patient(message)}"


def _basis(basis: Basis) -> str:
    """The basis of the reason, to be shown after it."""
    match basis:
        case Basis.PROTOCOL:
            return f" {tr('(according to the log)')}"
        case Basis.NOW:
            return f" {tr('(according to the current data)')}"
        case Basis.ENTRY:
            return ""


def _colour(state: str) -> str:
    return {PLANNED: "cyan", NONE: "yellow"}.get(state) or STATE_COLOURS.get(State(state), "")


def _section(title: str) -> Text:
    return Text(f"\n{title}", "bold")


def _text(one: Explanation) -> Iterator[RenderableType]:
    entry, text = one.message.entry, one.answers.text
    if entry is not None and entry.text:
        facts = _facts(entry.channel, entry.recipient, entry.sender, entry.parts)
        yield from _panel(tr("The message"), [*facts, _paid(entry)], entry.subject, entry.text)
        if entry.message_id:
            yield Text(tr("The provider's message ID: {id}", id=entry.message_id), "dim")
    elif text is not None:
        facts = _facts(text.channel, text.recipient, text.sender, text.parts)
        yield from _panel(tr("The message as it would read now"), facts, text.subject, text.text)


def _facts(channel: str | None, recipient: str | None, sender: str | None, parts: int) -> Iterator[str]:
    if channel:
        yield channel_words(channel)
    if recipient:
        yield tr("to {recipient}", recipient=recipient)
    if sender:
        yield tr("from {sender}", sender=sender)
    if channel == Channel.SMS:
        yield parts_words(parts)


def _paid(entry: Entry) -> str:
    if not entry.credits:
        return tr("not charged, or refunded")
    return trn(
        "{count} credit from billing practitioner {mandant}", "{count} credits from billing practitioner {mandant}",
        entry.credits, count=number(entry.credits), mandant=entry.mandant,
    )  # fmt: skip


def _panel(title: str, facts: Iterable[str], subject: str | None, text: str) -> Iterator[RenderableType]:
    yield _section(title)
    yield Text(" · ".join(facts), "dim")
    shown = f"{subject}\n\n{text}" if subject else text
    yield Panel(Text(shown), box=box.ROUNDED, expand=False, border_style="dim")


def _timeline(events: Sequence[TimelineEvent], zone: ZoneInfo) -> RenderableType:
    table = new_table("!" + tr("Time"), tr("What"), tr("Why"))
    for event in events:
        why = ", ".join(filter(None, (said(event.reason), event.by and tr("by {person}", person=event.by))))
        table.add_row(moment(event.at, zone), said(event.what), why)
    return table


def _rules(one: Explanation, zone: ZoneInfo) -> Iterator[RenderableType]:
    answers, run = one.answers, one.answers.run
    if run is None or not answers.prepare:
        return
    title = tr(
        "The rules of the coming run of {time}, checked against the current data"
        if run.ahead
        else "The rules of the run of {time}, checked against the current data",
        time=moment_with_year(run.slot, zone),
    )
    yield _section(title)
    yield _answers(answers.prepare)
    if answers.differing_in_send:
        yield _section(tr("What the send run then checks differently or in addition"))
        yield _answers(answers.differing_in_send)


def _answers(answers: Sequence[RuleAnswer]) -> RenderableType:
    table = new_table("!" + tr("Met"), tr("Rule"), tr("Data checked"))
    words = {Result.PASSED: tr("yes"), Result.REFUSED: tr("no"), Result.NOT_ASKED: "–"}
    for one in answers:
        word, colour = words[one.result], _RESULT_COLOURS[one.result]
        seen = Text(said(one.fact), "dim" if one.result is Result.NOT_ASKED else "")
        saw = Group(seen, Text(said(one.reason), colour)) if one.reason else seen
        table.add_row(Text(word, colour), Text(rule_words(one.rule.name)[1]), saw)
    return table

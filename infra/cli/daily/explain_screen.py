"""The screen of an explanation: the answer first, then what to change, then everything that it rests on."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from chalicelib.entries.states import State
from chalicelib.explain.explanation import Explanation
from chalicelib.explain.message import ExplainedMessage
from chalicelib.explain.timeline import TimelineEvent
from chalicelib.explain.verdict import NONE, PLANNED, Basis
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Channel
from chalicelib.rules.rule import Result, RuleAnswer
from infra.cli.core.labels import STATE_COLOURS, kind_words
from infra.cli.core.tables import new_table
from infra.language import counted, day_words, moment, moment_with_year, rule_words, said, suggested

_MARKS = {Result.PASSED: ("ja", "green"), Result.REFUSED: ("nein", "bold red"), Result.NOT_ASKED: ("–", "dim")}
_BASIS = {Basis.PROTOCOL: " (laut Protokoll)", Basis.NOW: " (nach den heutigen Angaben)", Basis.ENTRY: ""}


def shown(explanations: Sequence[Explanation], zone: ZoneInfo) -> Iterator[RenderableType]:
    """Several in a table, a single one with all details."""
    if len({_appointment(one.message) for one in explanations}) > 1:
        yield Text(_patient(explanations[0].message), "bold")
        yield _summary(explanations, zone)
        for remark in explanations[0].remarks:
            if all(remark in one.remarks for one in explanations):
                yield Text(f"• {said(remark)}", "yellow")
        yield Text("Alles zu einem Termin: vitosms explain --appointment TERMIN", "dim")
        return
    for place, one in enumerate(explanations):
        yield from [Text("")] * bool(place)
        yield from _details(one, zone)


def _appointment(message: ExplainedMessage) -> str | None:
    return message.source.appointment if message.source else None


def _patient(message: ExplainedMessage) -> str:
    if not message.source or not message.source.patient:
        return "Patient unbekannt"
    name = message.candidate.full_name if message.candidate else ""
    return f"Patient {message.source.patient}{f', {name}' if name else ''}"


def _summary(explanations: Sequence[Explanation], zone: ZoneInfo) -> RenderableType:
    table = new_table("!Wofür", "Antwort", "Weshalb")
    for one in explanations:
        verdict = one.verdict
        why = [Text(said(verdict.reason))] if verdict.reason else []
        why += [Text(f"→ {suggested(suggestion)}", "dim") for suggestion in verdict.suggestions[:1]]
        table.add_row(
            _for(one.message, zone), Text(said(verdict.headline), _colour(verdict.state)), Group(*why) if why else ""
        )
    return table


def _for(message: ExplainedMessage, zone: ZoneInfo) -> str:
    appointment = _appointment(message)
    if appointment is None:
        return f"Geburtstag\n{day_words(message.day) if message.day else 'ohne Datum'}"
    rescheduled = "\nverschoben" if message.kind is Kind.RESCHEDULED else ""
    return f"Termin {appointment}{rescheduled}\n{_start(message, zone, 'ohne Beginn')}"


def _start(message: ExplainedMessage, zone: ZoneInfo, without: str) -> str:
    starts_at = message.source.starts_at if message.source else None
    return moment_with_year(starts_at, zone) if starts_at else without


def _details(one: Explanation, zone: ZoneInfo) -> Iterator[RenderableType]:
    verdict, colour = one.verdict, _colour(one.verdict.state)
    yield Text(_title(one.message, zone), "bold")
    yield Text(said(verdict.headline), f"bold {colour}")
    if verdict.reason:
        yield Text.assemble((said(verdict.reason), colour), (_BASIS[verdict.basis], "dim"))
    for then in verdict.then:
        yield Text(f"• {said(then)}")
    for remark in one.remarks:
        yield Text(f"• {said(remark)}", "dim")
    if verdict.suggestions:
        yield _section("Was zu ändern ist")
        for suggestion in verdict.suggestions:
            yield Text(f"→ {suggested(suggestion)}")
    yield from _text(one)
    if one.timeline:
        yield _section("Was geschah")
        yield _timeline(one.timeline, zone)
    yield from _rules(one, zone)


def _title(message: ExplainedMessage, zone: ZoneInfo) -> str:
    appointment, kind = _appointment(message), kind_words(message.kind)
    if appointment is None:
        return f"{kind} {day_words(message.day) if message.day else 'ohne Datum'}\n{_patient(message)}"
    return f"{kind}: Termin {appointment}, {_start(message, zone, 'ohne lesbaren Beginn')}\n{_patient(message)}"


def _colour(state: str) -> str:
    return {PLANNED: "cyan", NONE: "yellow"}.get(state) or STATE_COLOURS.get(State(state), "")


def _section(title: str) -> Text:
    return Text(f"\n{title}", "bold")


def _text(one: Explanation) -> Iterator[RenderableType]:
    entry, text = one.message.entry, one.answers.text
    if entry is not None and entry.text:
        parts = counted(entry.parts, "Teil", "Teile") if entry.channel == Channel.SMS else ""
        paid = f"{counted(entry.credits, 'Credit', 'Credits')} von Mandant {entry.mandant}"
        facts = [entry.channel, entry.recipient and f"an {entry.recipient}", entry.sender and f"von {entry.sender}"]
        facts += [parts, paid if entry.credits else "nichts belastet oder erstattet"]
        yield from _panel("Die Mitteilung", facts, entry.subject, entry.text)
        if entry.message_id:
            yield Text(f"Nummer beim Anbieter: {entry.message_id}", "dim")
    elif text is not None:
        parts = counted(text.parts, "Teil", "Teile") if text.channel is Channel.SMS else ""
        facts = [text.channel, f"an {text.recipient}", text.sender and f"von {text.sender}", parts]
        yield from _panel("Die Mitteilung, wie sie jetzt lauten würde", facts, text.subject, text.text)


def _panel(title: str, facts: Sequence[str | None], subject: str | None, text: str) -> Iterator[RenderableType]:
    yield _section(title)
    yield Text(" · ".join(fact for fact in facts if fact), "dim")
    shown = f"{subject}\n\n{text}" if subject else text
    yield Panel(Text(shown), box=box.ROUNDED, expand=False, border_style="dim")


def _timeline(events: Sequence[TimelineEvent], zone: ZoneInfo) -> RenderableType:
    table = new_table("!Zeit", "Was", "Weshalb")
    for event in events:
        why = ", ".join(filter(None, (said(event.reason), event.by and f"durch {event.by}")))
        table.add_row(moment(event.at, zone), said(event.what), why)
    return table


def _rules(one: Explanation, zone: ZoneInfo) -> Iterator[RenderableType]:
    answers, run = one.answers, one.answers.run
    if run is None or not answers.prepare:
        return
    when, verb = moment_with_year(run.slot, zone), "fragt" if run.ahead else "fragte"
    yield _section(f"Die Regeln, wie der Lauf vom {when} sie {verb}, mit den heutigen Angaben")
    yield _answers(answers.prepare)
    if answers.differing_in_send:
        yield _section("Was der Versand danach anders oder zusätzlich fragt")
        yield _answers(answers.differing_in_send)


def _answers(answers: Sequence[RuleAnswer]) -> RenderableType:
    table = new_table("!Erfüllt", "Regel", "Was sie sieht")
    for one in answers:
        word, colour = _MARKS[one.result]
        seen = Text(said(one.fact), "dim" if one.result is Result.NOT_ASKED else "")
        saw = Group(seen, Text(said(one.reason), colour)) if one.reason else seen
        table.add_row(Text(word, colour), Text(rule_words(one.rule.name)[1]), saw)
    return table

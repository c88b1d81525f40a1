"""How an explanation looks: the answer first, then what to change, then everything that it rests on."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from chalicelib.entries.states import State
from chalicelib.explain.explanation import Explanation
from chalicelib.explain.rule_answers import RuleAnswer
from chalicelib.explain.verdict_without_entry import PLANNED, Basis
from chalicelib.german import counted, day_words, moment, moment_with_year
from chalicelib.messages.recipient import Channel
from chalicelib.rules.rules import Result
from infra.cli.core.labels import KINDS, STATE_COLOURS
from infra.cli.core.tables import new_table

_MARKS = {Result.PASSED: ("ja", "green"), Result.REFUSED: ("nein", "bold red"), Result.NOT_ASKED: ("–", "dim")}
_COLOURS = {PLANNED: "cyan", "none": "yellow"}
_BASIS = {
    Basis.PROTOCOL: "(laut Protokoll)",
    Basis.NOW: "(nach den heutigen Angaben)",
}


def shown(told: Sequence[Explanation], zone: ZoneInfo) -> Iterator[RenderableType]:
    """Several in a table, a single one with all details."""
    if len({one.appointment for one in told}) > 1 and len(told) > 1:
        first = told[0]
        yield Text(f"Patient {first.patient}{f', {first.name}' if first.name else ''}", "bold")
        yield _summary(told, zone)
        for remark in told[0].remarks:
            if all(remark in one.remarks for one in told):
                yield Text(f"• {remark}", "yellow")
        yield Text("Alles zu einem Termin: vitosms explain --appointment TERMIN", "dim")
        return
    for place, one in enumerate(told):
        yield from [Text("")] * bool(place)
        yield from _details(one, zone)


def _summary(told: Sequence[Explanation], zone: ZoneInfo) -> RenderableType:
    table = new_table("!Wofür", "Antwort", "Weshalb")
    for one in told:
        answer = Text(one.headline, _colour(one))
        why = [Text(one.reason)] if one.reason else []
        why += [Text(f"→ {change}", "dim") for change in one.changes[:1]]
        table.add_row(_for(one, zone), answer, Group(*why) if why else "")
    return table


def _for(one: Explanation, zone: ZoneInfo) -> str:
    if one.appointment is None:
        return f"Geburtstag\n{day_words(one.day) if one.day else 'ohne Datum'}"
    moved = "\nverschoben" if one.kind == "rescheduled" else ""
    when = moment_with_year(one.starts_at, zone) if one.starts_at else "ohne Beginn"
    return f"Termin {one.appointment}{moved}\n{when}"


def _details(one: Explanation, zone: ZoneInfo) -> Iterator[RenderableType]:
    yield Text(_title(one, zone), "bold")
    yield Text(one.headline, f"bold {_colour(one)}")
    if one.reason:
        basis = _BASIS.get(one.basis, "")
        yield Text.assemble((one.reason, _colour(one)), (f" {basis}" if basis else "", "dim"))
    for then in one.then:
        yield Text(f"• {then}")
    for remark in one.remarks:
        yield Text(f"• {remark}", "dim")
    if one.changes:
        yield _section("Was zu ändern ist")
        for change in one.changes:
            yield Text(f"→ {change}")
    yield from _message(one, zone)
    if one.life:
        yield _section("Was geschah")
        yield _life(one, zone)
    yield from _rules(one, zone)


def _title(one: Explanation, zone: ZoneInfo) -> str:
    who = f"Patient {one.patient}{f', {one.name}' if one.name else ''}" if one.patient else "Patient unbekannt"
    if one.appointment is None:
        return f"{KINDS[one.kind]} {day_words(one.day) if one.day else 'ohne Datum'}\n{who}"
    when = moment_with_year(one.starts_at, zone) if one.starts_at else "ohne lesbaren Beginn"
    return f"{KINDS[one.kind]}: Termin {one.appointment}, {when}\n{who}"


def _colour(one: Explanation) -> str:
    if one.state in _COLOURS:
        return _COLOURS[one.state]
    return STATE_COLOURS.get(State(one.state), "")


def _section(title: str) -> Text:
    return Text(f"\n{title}", "bold")


def _message(one: Explanation, zone: ZoneInfo) -> Iterator[RenderableType]:
    entry = one.entry
    if entry is not None and entry.text:
        parts = counted(entry.parts, "Teil", "Teile") if entry.channel == Channel.SMS else ""
        paid = f"{counted(entry.credits, 'Credit', 'Credits')} von Mandant {entry.mandant}"
        facts = [entry.channel, entry.recipient and f"an {entry.recipient}", entry.sender and f"von {entry.sender}"]
        facts += [parts, paid if entry.credits else "nichts belastet oder erstattet"]
        yield from _panel("Die Mitteilung", facts, entry.subject, entry.text)
        if entry.message_id:
            yield Text(f"Nummer beim Anbieter: {entry.message_id}", "dim")
    elif one.message is not None:
        message = one.message
        parts = counted(message.parts, "Teil", "Teile") if message.channel is Channel.SMS else ""
        facts = [message.channel, f"an {message.recipient}", message.sender and f"von {message.sender}", parts]
        yield from _panel("Die Mitteilung, wie sie jetzt lauten würde", facts, message.subject, message.text)


def _panel(title: str, facts: Sequence[str | None], subject: str | None, text: str) -> Iterator[RenderableType]:
    yield _section(title)
    yield Text(" · ".join(fact for fact in facts if fact), "dim")
    shown = f"{subject}\n\n{text}" if subject else text
    yield Panel(Text(shown), box=box.ROUNDED, expand=False, border_style="dim")


def _life(one: Explanation, zone: ZoneInfo) -> RenderableType:
    table = new_table("!Zeit", "Was", "Weshalb")
    for happened in one.life:
        why = ", ".join(filter(None, (happened.reason, happened.by and f"durch {happened.by}")))
        table.add_row(moment(happened.at, zone), happened.what, why)
    return table


def _rules(one: Explanation, zone: ZoneInfo) -> Iterator[RenderableType]:
    if not one.rules or one.asked_at is None:
        return
    run = f"der Lauf vom {moment_with_year(one.asked_at, zone)}"
    yield _section(f"Die Regeln, wie {run} sie {'fragt' if one.ahead else 'fragte'}, mit den heutigen Angaben")
    yield _asked(one.rules)
    if one.send_rules:
        yield _section("Was der Versand danach anders oder zusätzlich fragt")
        yield _asked(one.send_rules)


def _asked(rules: Sequence[RuleAnswer]) -> RenderableType:
    table = new_table("!Erfüllt", "Regel", "Was sie sieht")
    for one in rules:
        word, colour = _MARKS[one.result]
        seen = Text(one.fact, "dim" if one.result is Result.NOT_ASKED else "")
        saw = Group(seen, Text(one.reason, colour)) if one.reason else seen
        table.add_row(Text(word, colour), Text(one.sentence), saw)
    return table

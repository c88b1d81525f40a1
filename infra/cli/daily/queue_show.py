"""`vitosms queue show`: everything about one entry."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import RenderableType
from rich.text import Text

from chalicelib.entries.deadlines import RETAINED_DAYS
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.next_steps import commands, may_become, next_step
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.messages.sms import without_invisible
from chalicelib.practice.practice import Practice
from chalicelib.reports.entry_lookup import named_entries
from chalicelib.schedule.time_zone import minute_in
from infra.cli.core.documents import activity_document, channel_code, local, suggestion_documents, text_document
from infra.cli.core.labels import STATE_COLOURS, channel_words, credits_words, kind_words, parts_words
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import Document, answer
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.cli.daily.history import moves_table
from infra.cli.daily.message_frames import addresses, framed, message_title
from infra.language import moment_with_year, number, said, state_words, suggested
from infra.translation import tr

Line = Mapping[str, Any]


def show(
    options: PracticeOptions,
    entry: Annotated[
        str, typer.Argument(metavar="ENTRY", help="reminder:…, birthday:…, rescheduled:…, again:… or a key.")
    ],
) -> None:
    """Show one entry: its state, its message, its history, what comes next, and what you can do."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        (one,) = named_entries([entry], found.id, deployment.clients.store)
        since = min(one.slot, one.changed_at) - timedelta(days=RETAINED_DAYS)  # the first line about it
        lines = deployment.clients.history.of_entries(found.id, [one.key], since)
    now = deployment.now
    answer(options.as_json, _document(one, lines, now, found), *_shown(one, lines, now, found.zone))


def _shown(entry: Entry, lines: Sequence[Line], now: datetime, zone: ZoneInfo) -> list[RenderableType]:
    title = Text.assemble((entry.identity or entry.key, "bold"), f"  {kind_words(entry.kind)}")
    table = new_table("!", "")
    table.show_header = False
    for name, value in _facts(entry, zone):
        table.add_row(Text(name, "dim"), value)
    shown: list[RenderableType] = [title, table]
    if entry.text:
        shown += [Text(), framed(_message(entry), message_title(entry.channel, entry.kind), _paid(entry))]
    shown += [
        Text(),
        moves_table(lines, zone, of_one=True) if lines else Text(tr("The log has nothing about it."), "dim"),
        Text(),
    ]
    states = ", ".join(map(state_words, may_become(entry, now))) or tr("none")
    shown.append(Text.assemble((f"{tr('What comes next:')} ", "bold"), said(next_step(entry, now))))
    shown.append(Text.assemble((f"{tr('Possible next states:')} ", "bold"), states))
    if allowed := list(commands(entry, now)):
        shown += [Text(tr("Possible now:"), "bold"), *(f"  {suggested(command)}" for command in allowed)]
    return shown


def _facts(entry: Entry, zone: ZoneInfo) -> list[tuple[str, RenderableType]]:
    state = tr("on hold") if entry.held else state_words(entry.state)
    since = tr("since {time}", time=moment_with_year(entry.changed_at, zone))
    starts_at = moment_with_year(entry.starts_at or entry.expires_at, zone)
    facts: list[tuple[str, RenderableType]] = [
        (tr("State"), Text.assemble((state, STATE_COLOURS.get(entry.state, "")), " ", since)),
        (tr("Reason"), said(entry.reason) or "–"),
        (tr("Patient"), as_value(entry.patient) or f"– ({tr('erased')})"),
        (tr("Start") if entry.kind is not Kind.BIRTHDAY else tr("Expires"), starts_at),
        (tr("Prepared"), moment_with_year(entry.slot, zone)),
        (tr("Mandant"), as_value(entry.mandant) or "–"),
        (tr("Channel"), channel_words(entry.channel)),
        (tr("Attempt"), tr("no. {count}", count=number(entry.attempt)) if entry.attempt else tr("none yet")),
        (tr("Paid"), _paid(entry)),
        (tr("Key"), Text(entry.key, "dim")),
    ]
    if entry.announced_start and entry.reserved_at:
        facts.insert(4, (tr("Announced"), moment_with_year(minute_in(entry.announced_start, zone), zone)))
    if entry.send_before and not entry.claimed_at:
        facts.append((tr("Send by"), moment_with_year(entry.send_before, zone)))
    if entry.covered_by:
        facts.append((tr("Included in"), Text(f"vitosms queue show {entry.covered_by}", "dim")))
    return facts


def _paid(entry: Entry) -> str:
    return ", ".join([credits_words(entry.credits), *([parts_words(entry.parts)] if entry.parts > 1 else [])])


def _message(entry: Entry) -> list[Text]:
    lines = [*addresses(entry.sender, entry.recipient), Text()]
    if entry.subject:
        lines += [Text(without_invisible(entry.subject), "bold"), Text()]
    return [*lines, Text(without_invisible(entry.text or ""))]


def _document(entry: Entry, lines: Sequence[Line], now: datetime, practice: Practice) -> Document:
    zone = practice.zone
    return {
        "practice": practice.id,
        "entry": entry.identity,
        "key": entry.key,
        "kind": entry.kind,
        "group": Group.of(entry),
        "state": entry.state,
        "changed_at": local(entry.changed_at, zone),
        "reason": text_document(entry.reason),
        "held": entry.held,
        "cancelled_manually": entry.cancelled_manually,
        "patient": entry.patient,
        "starts_at": local(entry.starts_at, zone),
        "expires_at": local(entry.expires_at, zone),
        "mandant": entry.mandant,
        "channel": channel_code(entry.channel),
        "language": entry.language,
        "attempt": entry.attempt,
        "credits": entry.credits,
        "parts": entry.parts,
        "recipient": entry.recipient,
        "sender": entry.sender,
        "subject": entry.subject,
        "text": entry.text,
        "next": text_document(next_step(entry, now)),
        "suggestions": suggestion_documents(commands(entry, now)),
        "may_become": list(may_become(entry, now)),
        "activities": [activity_document(line, zone) for line in lines],
    }

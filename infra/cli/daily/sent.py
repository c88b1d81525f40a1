"""`vitosms sent`: the messages that left on a day, by patient."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from textwrap import fill
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import RenderableType
from rich.text import Text

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.entry import Entry, short_id
from chalicelib.messages.placeholders import as_value
from chalicelib.practice.practice import Practice
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.reports.appointments import appointments_of
from chalicelib.reports.csv_file import Cell, csv_file
from chalicelib.reports.sent_messages import claimed_on, count_unknown, sent_messages
from chalicelib.schedule.schedule import slot_day
from infra.cli.core.arguments import ArgumentError, refused
from infra.cli.core.csv_file import write
from infra.cli.core.documents import Said, channel_code, local, text_documents
from infra.cli.core.labels import (
    STATE_COLOURS,
    channel_words,
    credits_words,
    kind_words,
    labelled,
    messages_words,
)
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import Document, answer, hints, say
from infra.cli.core.stage import connected
from infra.cli.core.tables import MOST_ROWS, more_messages, new_table, with_rest
from infra.cli.core.times import local_day
from infra.cli.core.unread import PATIENT_NUMBERS, unread_remark
from infra.language import day_words, number, said, state_words
from infra.translation import tr, trn

_LONG = 22  # characters of a name


@dataclass(frozen=True)
class SentOn:
    """The messages of a local day; `names` by PatientId, as far as the practice database has them."""

    day: date
    zone: ZoneInfo
    messages: Sequence[Entry]
    unknown: int
    names: Mapping[str, str]
    remarks: Sequence[Said]


def sent(
    options: PracticeOptions,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="The day, such as 2026-11-23; today if left out.")
    ] = None,
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE|-", help="Write a CSV file for Excel; - writes it to stdout.")
    ] = None,
) -> None:
    """List what was sent on a day, by patient: only messages that a provider has accepted."""
    if csv is not None and options.as_json:
        raise ArgumentError(tr("give either --csv or --json"))
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        today = slot_day(deployment.now, found.zone)
        wanted = local_day("--date", day) if day else today
        if wanted > today:
            raise refused("--date", day or "", tr("this day is still to come"))
        one = _sent_on(wanted, today, found, deployment)
    if csv is not None:
        write(csv, _csv(one))
        for remark in one.remarks:
            say(remark if isinstance(remark, str) else said(remark), sys.stderr)
        return None if csv == "-" else say(labelled(csv, messages_words(len(one.messages))))
    answer(options.as_json, _document(one, found.id), *_shown(one))


def _sent_on(day: date, today: date, practice: Practice, deployment: Deployment) -> SentOn:
    claimed = claimed_on(day, practice.id, practice.zone, deployment.clients.store)
    messages, unknown = sent_messages(claimed), count_unknown(claimed)
    names, remarks = _names(messages, practice, deployment)
    if unknown:
        remarks.append(_not_counted(unknown))
    kept: int = practice.validated.switches.values.get("AufbewahrungTage", 0)
    if kept and day < today - timedelta(days=kept):
        remarks.append(tr("After {days} days the personal data is removed; such messages are not listed.",
                          days=number(kept)))  # fmt: skip
    return SentOn(day, practice.zone, messages, unknown, names, remarks)


def _names(
    messages: Sequence[Entry], practice: Practice, deployment: Deployment
) -> tuple[Mapping[str, str], list[Said]]:
    """The names by PatientId, and why there are none if the practice database cannot be read."""
    from chalicelib.aws.parameter_store import ParameterError

    if not messages:
        return {}, []
    try:
        with appointments_of(practice, deployment) as rows:
            return rows.names(one.patient for one in messages), []
    except (PracticeDatabaseError, ParameterError) as error:
        return {}, [*unread_remark(error.text, PATIENT_NUMBERS)]


def _not_counted(unknown: int) -> str:
    return trn(
        "Not listed: {count} message of which it is unknown whether it was sent (vitosms queue list --group underway).",
        "Not listed: {count} messages of which it is unknown whether they were sent"
        " (vitosms queue list --group underway).",
        unknown, count=number(unknown),
    )  # fmt: skip


def _shown(one: SentOn) -> Iterator[RenderableType]:
    if not one.messages:
        yield Text(tr("No message was sent on {day}.", day=day_words(one.day)))
    else:
        yield Text(tr("Sent on {day}: {amounts}", day=day_words(one.day), amounts=_amounts(one.messages)), "bold")
        yield _table(one)
    yield from hints(one.remarks)


def _amounts(messages: Sequence[Entry]) -> str:
    patients = len({one.patient for one in messages})
    told = trn("{count} patient", "{count} patients", patients, count=number(patients))
    return ", ".join([messages_words(len(messages)), told, credits_words(sum(one.credits for one in messages))])


def _table(one: SentOn) -> RenderableType:
    """Two lines for each message, so that it fits 80 columns."""
    first, second = tr("Time, channel"), tr("State, Mandant")
    table = new_table("!" + tr("Patient"), "!" + first, second, ">" + tr("Credits"), "!" + tr("Short ID"))
    for entry in one.messages[:MOST_ROWS]:
        who = "\n".join(filter(None, (as_value(entry.patient), fill(one.names.get(entry.patient, ""), _LONG))))
        left = f"{_at(entry, one.zone):%H:%M}\n{channel_words(entry.channel)}"
        state = (state_words(entry.state), STATE_COLOURS.get(entry.state, ""))
        stands = Text.assemble(state, "\n", (as_value(entry.mandant) or "–", "dim"))
        table.add_row(who, left, stands, number(entry.credits), short_id(entry.key))
    return with_rest(table, len(one.messages), more_messages)


def _at(entry: Entry, zone: ZoneInfo) -> datetime:
    return (entry.claimed_at or entry.changed_at).astimezone(zone)


def _csv(one: SentOn) -> bytes:
    header = (
        tr("Date"), tr("Time"), tr("Patient"), tr("Patient number"), tr("Message"), tr("Channel"), tr("Mandant"),
        tr("State"), tr("Credits"), tr("Entry"), tr("Short ID"),
    )  # fmt: skip
    return csv_file(header, (tuple(_cells(entry, one)) for entry in one.messages))


def _cells(entry: Entry, one: SentOn) -> Iterator[Cell]:
    at = _at(entry, one.zone)
    yield from (at.date(), at.time(), one.names.get(entry.patient, ""), entry.patient, kind_words(entry.kind))
    yield from (channel_words(entry.channel), entry.mandant or "", state_words(entry.state), entry.credits)
    yield from (entry.identity or entry.key, short_id(entry.key))


def _document(one: SentOn, practice: str) -> Document:
    return {
        "practice": practice, "date": one.day.isoformat(), "unknown": one.unknown,
        "messages": [_message(entry, one) for entry in one.messages], "remarks": text_documents(one.remarks),
    }  # fmt: skip


def _message(entry: Entry, one: SentOn) -> Document:
    zone = one.zone
    return {
        "patient": entry.patient, "name": one.names.get(entry.patient) or None, "entry": entry.identity,
        "key": entry.key, "kind": entry.kind, "appointment": entry.appointment,
        "starts_at": local(entry.starts_at, zone), "sent_at": local(_at(entry, zone), zone),
        "channel": channel_code(entry.channel), "mandant": entry.mandant, "state": entry.state,
        "credits": entry.credits, "parts": entry.parts,
    }  # fmt: skip

"""`vitosms export`: all stored data of one patient, for the person that asks for it (art. 25 of the Swiss FADP)."""

import os
from dataclasses import asdict, fields
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from chalicelib.entries.entry import Entry, short_id
from chalicelib.practice.practice import Practice
from infra.cli.core.arguments import ArgumentError, refused
from infra.cli.core.documents import (
    activity_document,
    call_document,
    channel_code,
    local,
    run_document,
    stop_document,
    text_document,
)
from infra.cli.core.labels import kind_words, stopped_since
from infra.cli.core.options import PracticeOptions
from infra.cli.core.os_errors import why_no_file
from infra.cli.core.output import Document, answer, hints, json_text
from infra.cli.core.stage import connected
from infra.cli.core.tables import MOST_ROWS, more_entries, new_table, with_rest
from infra.cli.core.unread import WITHOUT_ROWS, unread_remark
from infra.cli.privacy.data_locations_table import traces_document, traces_shown
from infra.cli.privacy.patient_data import Found, found_of, plain
from infra.language import moment_with_year, number, state_words
from infra.translation import tr, trn

PatientId = Annotated[str, typer.Option("--patient", metavar="ID", help="The PatientId of the practice database.")]


def export(
    options: PracticeOptions,
    patient: PatientId,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FILE", help="Write it to this new file, which only you can read."),
    ] = None,
) -> None:
    """Export everything that is stored about a patient, and list where else their data is kept."""
    if to is not None and options.as_json:
        raise ArgumentError(tr("give either --to or --json"))
    with connected(options.stage) as deployment:
        registered = deployment.practice(options.practice)
        found = found_of(patient, registered, deployment)
        document = _document(found, registered) | {"exported_at": local(deployment.now, registered.zone)}
    if to is not None:
        _write(to, document)
    remarks = unread_remark(found.unread, WITHOUT_ROWS)
    where = tr("Written: {file}", file=to) if to else tr("The whole document: --to FILE or --json")
    answer(options.as_json, document, *_shown(found, registered), *hints(remarks), where)


def _write(path: str, document: Document) -> None:
    text = json_text(document)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        why = tr("it cannot be written ({why}); nothing was written", why=why_no_file(error))
        raise refused("--to", path, why) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")


def _shown(found: Found, practice: Practice) -> list[RenderableType]:
    held = found.held
    title = Text(tr("Data of patient {patient}", patient=found.patient), "bold")
    table = new_table("!" + tr("Start"), tr("Message"), "!" + tr("State"), tr("Recipient"), "!" + tr("Short ID"))
    for one in held.entries[:MOST_ROWS]:
        when = moment_with_year(one.starts_at or one.expires_at, practice.zone)
        table.add_row(when, kind_words(one.kind), state_words(one.state), one.recipient or "–", short_id(one.key))
    entries = with_rest(table, len(held.entries), more_entries)
    shown: list[RenderableType] = [title]
    if held.erased:
        at = moment_with_year(held.erased.at, practice.zone)
        shown.append(Text(tr("Their data was erased on {time}.", time=at), "yellow"))
    if held.stop:
        shown.append(Text(stopped_since(held.stop, practice.zone), "yellow"))
    shown += [Text(), entries if held.entries else Text(tr("No message names this patient.")), Text()]
    shown += [*(Text(f"• {count}") for count in _counts(found)), Text(), Text(tr("Outside the table"), "bold")]
    return [*shown, *traces_shown(found.traces, practice.zone), Text()]


def _counts(found: Found) -> list[str]:
    """The other stored data, line by line."""
    held = found.held
    lines = len(found.transitions) + len(found.runs)
    receipts = len(held.receipts) + len(held.email_events)
    paid = -sum(one.credits for one in held.ledger)
    return [
        trn("Logs: {count} line", "Logs: {count} lines", lines, count=number(lines)),
        tr("Delivery receipts: {count}", count=number(receipts)),
        tr("Opt-outs: {count}", count=number(len(held.opt_outs))),
        trn("Ledger items: {items}, {count} credit in total", "Ledger items: {items}, {count} credits in total",
            paid, items=number(len(held.ledger)), count=number(paid)),
        _rows_words(found),
    ]  # fmt: skip


def _rows_words(found: Found) -> str:
    appointments = sum(row["Art"] == "reminder" for row in found.rows)
    if appointments == len(found.rows):
        return trn("Practice database: {count} appointment", "Practice database: {count} appointments",
                   appointments, count=number(appointments))  # fmt: skip
    return trn(
        "Practice database: {count} appointment, personal details",
        "Practice database: {count} appointments, personal details",
        appointments, count=number(appointments),
    )  # fmt: skip


def _document(found: Found, practice: Practice) -> Document:
    held = found.held
    document: Document = {"practice": practice.id, "patient": found.patient}
    document["erased_at"] = local(held.erased.at, practice.zone) if held.erased else None
    document["stop"] = stop_document(held.stop, practice.zone) if held.stop else None
    document["entries"] = [
        {
            "key": one.key,
            **{
                name: plain(value, practice)
                for name, value in _fields(one, practice).items()
                if value not in (None, "")
            },
        }
        for one in held.entries
    ]
    document["activities"] = [activity_document(line, practice.zone) for line in found.transitions]
    document["job_history"] = [run_document(line, practice.zone) for line in found.runs]
    document["receipts"] = [{"message_id": name, **asdict(one)} for name, one in held.receipts.items()]
    document["receipts"] += [
        {**asdict(event), "counts_from": local(event.counts_from, practice.zone)} for event in held.email_events
    ]
    document["opt_outs"] = [
        {
            "address": address.value,
            "channel": channel_code(address.channel),
            "source": one.source,
            "at": local(one.at, practice.zone),
        }
        for address, one in held.opt_outs
    ]
    document["ledger"] = [{**asdict(line), "at": local(line.at, practice.zone)} for line in held.ledger]
    document["practice_database"] = [
        {name: plain(value, practice) for name, value in row.items()} for row in found.rows
    ]
    document["practice_database_unread"] = text_document(found.unread)
    return {**document, "data_locations": traces_document(found.traces, practice.zone)}


def _fields(entry: Entry, practice: Practice) -> Document:
    """All that the entry holds: by the names of its attributes."""
    kept = {one.name: getattr(entry, one.name) for one in fields(entry)}
    kept["phone_calls"] = [call_document(one, practice.zone) for one in entry.phone_calls] or None
    return {**kept, "channel": channel_code(entry.channel), "reason": text_document(entry.reason)}

"""`vitosms export`: all stored data of one patient, for the person that asks for it (Auskunft, Art. 25 DSG)."""

import os
from collections import Counter
from dataclasses import asdict, fields
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from chalicelib.entries.entry import Entry
from chalicelib.practice.practice import Practice
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.documents import activity_document, channel_code, local, run_document, text_document
from infra.cli.core.labels import kind_words
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import Document, answer, hints, json_text
from infra.cli.core.stage import connected
from infra.cli.core.tables import MOST_ROWS, more_entries, new_table, with_rest
from infra.cli.core.unread import WITHOUT_ROWS, unread_remark
from infra.cli.privacy.data_locations_table import traces_document, traces_shown
from infra.cli.privacy.patient_data import Found, found_of, plain
from infra.language import counted, moment_with_year, state_words

PatientId = Annotated[str, typer.Option("--patient", metavar="ID", help="The PatientId of the practice database.")]


def export(
    options: PracticeOptions,
    patient: PatientId,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FILE", help="Write it there; only you may read it, it must not exist."),
    ] = None,
) -> None:
    """Everything that is held of a patient: messages, protocols, receipts, opt-outs, credits, rows; and where else."""
    if to is not None and options.as_json:
        raise ArgumentError("give either --to or --json")
    with connected(options.stage) as deployment:
        registered = deployment.practice(options.practice)
        found = found_of(patient, registered, deployment)
        document = _document(found, registered) | {"exported_at": local(deployment.now, registered.zone)}
    if to is not None:
        _write(to, document)
    remarks = unread_remark(found.unread, WITHOUT_ROWS)
    where = f"Geschrieben: {to}" if to else "Das ganze Dokument: --to FILE oder --json"
    answer(options.as_json, document, *_shown(found, registered), *hints(remarks), where)


def _write(path: str, document: Document) -> None:
    text = json_text(document)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ArgumentError(f"--to {path!r}: {error.strerror}; nothing was written") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")


def _shown(found: Found, practice: Practice) -> list[RenderableType]:
    held = found.held
    title = Text(f"Auskunft über den Patienten {found.patient}", "bold")
    table = new_table("!Beginn", "Mitteilung", "!Stand", "An")
    for one in held.entries[:MOST_ROWS]:
        when = moment_with_year(one.starts_at or one.expires_at, practice.zone)
        table.add_row(when, kind_words(one.kind), state_words(one.state), one.recipient or "–")
    entries = with_rest(table, len(held.entries), more_entries)
    erased = f"Seine Daten wurden am {moment_with_year(held.erased.at, practice.zone)} gelöscht." if held.erased else ""
    appointments = Counter("Termine" if row["Art"] == "reminder" else "Patient" for row in found.rows)
    paid = counted(-sum(one.credits for one in held.ledger), "Credit", "Credits")
    counts = [
        f"Protokoll: {counted(len(found.transitions) + len(found.runs), 'Zeile', 'Zeilen')}",
        f"Zustellbestätigungen: {len(held.receipts) + len(held.email_events)}",
        f"Abmeldungen: {len(held.opt_outs)}",
        f"Buchungen: {len(held.ledger)}, zusammen {paid}",
        f"Praxisdatenbank: {counted(appointments['Termine'], 'Termin', 'Termine')}"
        + (", Stammdaten" if appointments["Patient"] else ""),
    ]
    shown: list[RenderableType] = [title, *([Text(erased, "yellow")] if erased else []), Text()]
    shown.append(entries if held.entries else Text("Es gibt keine Mitteilung, die ihn nennt."))
    shown += [Text(), *(Text(f"• {count}") for count in counts), Text(), Text("Ausserhalb der Tabelle", "bold")]
    return [*shown, *traces_shown(found.traces, practice.zone), Text()]


def _document(found: Found, practice: Practice) -> Document:
    held = found.held
    document: Document = {"practice": practice.id, "patient": found.patient}
    document["erased_at"] = local(held.erased.at, practice.zone) if held.erased else None
    document["entries"] = [
        {
            "key": one.key,
            **{name: plain(value, practice) for name, value in _fields(one).items() if value not in (None, "")},
        }
        for one in held.entries
    ]
    document["activities"] = [activity_document(line, practice.zone) for line in found.transitions]
    document["job_history"] = [run_document(line, practice.zone) for line in found.runs]
    document["receipts"] = [{"message_id": name, **asdict(one)} for name, one in held.receipts.items()]
    document["receipts"] += [asdict(event) for event in held.email_events]
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


def _fields(entry: Entry) -> Document:
    """All that the entry holds: by the names of its attributes."""
    kept = {one.name: getattr(entry, one.name) for one in fields(entry)}
    return {**kept, "channel": channel_code(entry.channel), "reason": text_document(entry.reason)}

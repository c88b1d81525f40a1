"""`vitosms calls`: the call list, and notes of the patients that were phoned."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from chalicelib.entries.entry import Entry, entry_key
from chalicelib.entries.manual_decision import ManualNote
from chalicelib.practice.names import nearest
from chalicelib.practice.practice import Practice
from chalicelib.reports.appointments import context_of
from chalicelib.reports.call_list import Call
from chalicelib.reports.entry_lookup import key_of
from chalicelib.text import Text
from infra.cli.core.arguments import ArgumentError, short_text
from infra.cli.core.caller import who
from infra.cli.core.csv_file import write
from infra.cli.core.documents import local, text_document, text_documents
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.unread import PATIENT_NUMBERS, unread_remark
from infra.cli.daily.calls_csv import calls_csv
from infra.cli.daily.calls_table import CallTable
from infra.language import counted, moment, said, short

if TYPE_CHECKING:
    from chalicelib.reports.current_call_list import CallList

_MARK, _SHORTEST = 6, 4  # characters of an entry's key: shown, and taken
app = typer.Typer(rich_markup_mode=None, invoke_without_command=True, add_completion=False)
Entries = Annotated[
    list[str], typer.Argument(metavar="ENTRY…", help="The Kennung of the list, reminder:… or a key; several at once.")
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="For the activity log: German, nothing personal.")]


@app.callback(invoke_without_command=True)
def calls(
    context: typer.Context,
    options: PracticeOptions,
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE|-", help="Write a CSV file for Excel; - is stdout.")
    ] = None,
) -> None:
    from chalicelib.reports.current_call_list import current_call_list

    if context.invoked_subcommand is not None:
        _refuse_what_is_lost(context)
        return
    if csv is not None and options.as_json:
        raise ArgumentError("give either --csv or --json")
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        listed = current_call_list(found, deployment)
    zone, remarks = found.zone, remarks_on(listed)
    if csv is not None:
        write(csv, calls_csv(listed.calls, zone))
        for remark in remarks:
            typer.echo(said(remark), err=True)
        told = f"{csv}: {counted(len(listed.calls), 'Anruf', 'Anrufe')}"
        return None if csv == "-" else typer.echo(told)
    document = {"practice": found.id, "calls": [_document(one, found) for one in listed.calls]}
    marks = {call.entry: key_of(found.id, call.entry)[:_MARK] for call in listed.calls}
    shown = CallTable(listed.calls, zone, marks)
    answer(options.as_json, {**document, "remarks": text_documents(remarks)}, shown, *hints(remarks))


@app.command()
def done(options: PracticeOptions, entries: Entries, note: Note) -> None:
    """Take patients from the list who have been phoned. A later message about another time puts them on it again."""
    from chalicelib.admin.phone_notes import has_phoned
    from chalicelib.reports.current_call_list import current_call_list

    words = short_text("--note", note)
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        listed, parts = current_call_list(found, deployment), deployment.clients
        there = {key_of(found.id, call.entry): call.entry for call in listed.calls}
        keys = [_chosen(text, there, found.id, "on the call list") for text in entries]
        context = context_of(found, deployment)
        made = has_phoned(keys, ManualNote(who(), words), listed.entries, listed.lost, context, parts)
    _tell("done", keys, made, found, options.as_json)


@app.command()
def undo(options: PracticeOptions, entries: Entries, note: Note) -> None:
    """Put patients on the list again who have not been phoned after all."""
    from chalicelib.admin.phone_notes import has_not_phoned

    words = short_text("--note", note)
    with connected(options.stage) as deployment:
        found, parts = deployment.practice_to_change(options.practice), deployment.clients
        known = parts.store.entries_in(found.id)
        there = {one.key: one.identity for one in known if one.phoned_at and one.expires_at > deployment.now}
        keys = [_chosen(text, there, found.id, "phoned") for text in entries]
        context = context_of(found, deployment)
        made = has_not_phoned(keys, ManualNote(who(), words), known, context, parts)
    _tell("undone", keys, made, found, options.as_json)


def remarks_on(listed: "CallList") -> list[Text]:
    """Say which calls may be missing from the list."""
    remarks = unread_remark(listed.unread, PATIENT_NUMBERS)
    if listed.search_failed:
        remarks.append(Text("unread.search_failed"))
    return remarks


def _chosen(text: str, there: dict[str, str], practice: str, where: str) -> str:
    """The key of the one that is meant, of those that are there: names by key. Raises ArgumentError."""
    given = text.strip()
    wanted = entry_key(practice, given) if ":" in given else given.casefold()
    found = [key for key in there if key == wanted or (len(wanted) >= _SHORTEST and key.startswith(wanted))]
    if len(found) == 1:
        return found[0]
    if found:
        raise ArgumentError(f"entry {text!r}: {len(found)} entries begin so; give more of the Kennung, or the entry")
    names = [*there.values(), *(key[:_MARK] for key in there)]
    near = nearest(given, names)
    hint = f"did you mean {near[0]}?" if near else "vitosms calls shows the list"
    raise ArgumentError(f"entry {text!r} is not {where}, nothing was changed; {hint}")


def _tell(what: str, keys: Sequence[str], made: Sequence[Entry], practice: Practice, as_json: bool) -> None:
    changed = sorted(set(keys) - {one.key for one in made})
    told = [f"Unterdessen geändert, bitte nachsehen: {', '.join(key[:_MARK] for key in changed)}."] if changed else []
    document: Document = {"practice": practice.id, what: [one.identity for one in made], "changed": changed}
    state = "phoned, and off the call list" if what == "done" else "on the call list again"
    lines = [f"{one.identity} ({moment(one.expires_at, practice.zone)}) is {state}" for one in made]
    document["warnings"] = text_documents(told)
    answer(as_json, document, *[f"{practice.id}: {line}" for line in lines], *hints(told))


def _document(call: Call, practice: Practice) -> Document:
    whom = {"patient": call.patient, "name": call.name or None, "phones": list(call.phones)}
    about = {"appointment": call.appointment, "starts_at": local(call.starts_at, practice.zone)}
    reason = text_document(call.reason, short)
    return {**whom, **about, "reason": reason, "entry": call.entry, "key": key_of(practice.id, call.entry)}


def _refuse_what_is_lost(context: typer.Context) -> None:
    """An option before `done` would be read by nobody, and another practice be meant."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    given = [name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"]
    if given:
        names = ", ".join("--json" if name == "as_json" else f"--{name}" for name in given)
        raise ArgumentError(f"{names}: give it behind {context.invoked_subcommand}")

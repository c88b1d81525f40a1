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
from infra.cli.core.labels import calls_words
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.unread import PATIENT_NUMBERS, unread_remark
from infra.cli.daily.calls_csv import calls_csv
from infra.cli.daily.calls_table import CallTable
from infra.language import moment, number, said, short
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.reports.current_call_list import CallList

_MARK, _SHORTEST = 6, 4  # characters of an entry's key: shown, and taken
app = typer.Typer(rich_markup_mode=None, invoke_without_command=True, add_completion=False)
Entries = Annotated[
    list[str], typer.Argument(metavar="ENTRY", help="The short ID in the list, reminder:… or a key; several at once.")
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="For the activity log, without personal data.")]


@app.callback(invoke_without_command=True)
def calls(
    context: typer.Context,
    options: PracticeOptions,
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE|-", help="Write a CSV file for Excel; - writes it to stdout.")
    ] = None,
) -> None:
    from chalicelib.reports.current_call_list import current_call_list

    if context.invoked_subcommand is not None:
        _refuse_what_is_lost(context)
        return
    if csv is not None and options.as_json:
        raise ArgumentError(tr("give either --csv or --json"))
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        listed = current_call_list(found, deployment)
    zone, remarks = found.zone, remarks_on(listed)
    if csv is not None:
        write(csv, calls_csv(listed.calls, zone))
        for remark in remarks:
            typer.echo(said(remark), err=True)
        told = tr("{file}: {calls}", file=csv, calls=calls_words(len(listed.calls)))
        return None if csv == "-" else typer.echo(told)
    document = {"practice": found.id, "calls": [_document(one, found) for one in listed.calls]}
    marks = {call.entry: key_of(found.id, call.entry)[:_MARK] for call in listed.calls}
    shown = CallTable(listed.calls, zone, marks)
    answer(options.as_json, {**document, "remarks": text_documents(remarks)}, shown, *hints(remarks))


@app.command()
def done(options: PracticeOptions, entries: Entries, note: Note) -> None:
    """Take phoned patients off the call list. A later message about another time puts them back on it."""
    from chalicelib.admin.phone_notes import has_phoned
    from chalicelib.reports.current_call_list import current_call_list

    words = short_text("--note", note)
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        listed, parts = current_call_list(found, deployment), deployment.clients
        there = {key_of(found.id, call.entry): call.entry for call in listed.calls}
        keys = [_chosen(text, there, found.id) for text in entries]
        context = context_of(found, deployment)
        made = has_phoned(keys, ManualNote(who(), words), listed.entries, listed.lost, context, parts)
    _tell(True, keys, made, found, options.as_json)


@app.command()
def undo(options: PracticeOptions, entries: Entries, note: Note) -> None:
    """Put patients who were not phoned after all back on the call list."""
    from chalicelib.admin.phone_notes import has_not_phoned

    words = short_text("--note", note)
    with connected(options.stage) as deployment:
        found, parts = deployment.practice_to_change(options.practice), deployment.clients
        known = parts.store.entries_in(found.id)
        there = {one.key: one.identity for one in known if one.phoned_at and one.expires_at > deployment.now}
        keys = [_chosen(text, there, found.id, phoned=True) for text in entries]
        context = context_of(found, deployment)
        made = has_not_phoned(keys, ManualNote(who(), words), known, context, parts)
    _tell(False, keys, made, found, options.as_json)


def remarks_on(listed: "CallList") -> list[Text]:
    """Say which calls may be missing from the list."""
    remarks = unread_remark(listed.unread, PATIENT_NUMBERS)
    if listed.search_failed:
        remarks.append(Text("unread.search_failed"))
    return remarks


def _chosen(text: str, there: dict[str, str], practice: str, phoned: bool = False) -> str:
    """The key of the entry that is meant, of those on the list or `phoned`: names by key. Raises ArgumentError."""
    given = text.strip()
    wanted = entry_key(practice, given) if ":" in given else given.casefold()
    found = [key for key in there if key == wanted or (len(wanted) >= _SHORTEST and key.startswith(wanted))]
    if len(found) == 1:
        return found[0]
    if found:
        raise ArgumentError(
            tr(
                "entry {given!r}: {count} entries begin like this; give more of the short ID, or the whole entry",
                given=text,
                count=number(len(found)),
            )
        )
    names = [*there.values(), *(key[:_MARK] for key in there)]
    near = nearest(given, names)
    hint = tr("did you mean {name}?", name=near[0]) if near else tr("vitosms calls shows the list")
    raise ArgumentError(
        tr(
            "entry {given!r} is not marked as phoned, nothing was changed; {hint}"
            if phoned
            else "entry {given!r} is not on the call list, nothing was changed; {hint}",
            given=text,
            hint=hint,
        )
    )


def _tell(phoned: bool, keys: Sequence[str], made: Sequence[Entry], practice: Practice, as_json: bool) -> None:
    changed = sorted(set(keys) - {one.key for one in made})
    marks = ", ".join(key[:_MARK] for key in changed)
    told = [tr("Changed in the meantime, please check: {entries}.", entries=marks)] if changed else []
    names = [one.identity for one in made]
    document: Document = {"practice": practice.id, "done" if phoned else "undone": names, "changed": changed}
    lines = [
        tr(
            "{practice}: {entry} ({time}) is marked as phoned and off the call list"
            if phoned
            else "{practice}: {entry} ({time}) is on the call list again",
            practice=practice.id,
            entry=one.identity,
            time=moment(one.expires_at, practice.zone),
        )
        for one in made
    ]
    answer(as_json, document | {"warnings": text_documents(told)}, *lines, *hints(told))


def _document(call: Call, practice: Practice) -> Document:
    whom = {"patient": call.patient, "name": call.name or None, "phones": list(call.phones)}
    about = {"appointment": call.appointment, "starts_at": local(call.starts_at, practice.zone)}
    reason = text_document(call.reason, short)
    return {**whom, **about, "reason": reason, "entry": call.entry, "key": key_of(practice.id, call.entry)}


def _refuse_what_is_lost(context: typer.Context) -> None:
    """An option before `done` would be ignored, and another practice meant."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    given = [name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"]
    if given:
        names = ", ".join("--json" if name == "as_json" else f"--{name}" for name in given)
        raise ArgumentError(tr("{options}: give it after {command}", options=names, command=context.invoked_subcommand))

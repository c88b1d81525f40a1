"""`vitosms calls`: the call list. What people note about it is in `calls_noted.py`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from chalicelib.practice.practice import Practice
from chalicelib.reports.call_list import Call
from chalicelib.reports.calls_csv import calls_csv
from chalicelib.text import Text
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.csv_file import write
from infra.cli.core.documents import call_document, local, phone_documents, text_document, text_documents
from infra.cli.core.labels import calls_words
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import Document, answer, hints, say
from infra.cli.core.stage import connected
from infra.cli.core.unread import PATIENT_NUMBERS, unread_remark
from infra.cli.daily.calls_noted import claim, not_reached, reached, undo
from infra.cli.daily.calls_table import CallTable
from infra.language import said, short
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.reports.current_call_list import CallList

app = typer.Typer(rich_markup_mode=None, invoke_without_command=True, add_completion=False)
app.command()(reached)
app.command("not-reached")(not_reached)
app.command()(claim)
app.command()(undo)


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
        write(csv, calls_csv(listed.calls, zone, short))
        for remark in remarks:
            say(said(remark), sys.stderr)
        told = tr("{file}: {calls}", file=csv, calls=calls_words(len(listed.calls)))
        return None if csv == "-" else say(told)
    document: Document = {"practice": found.id, "calls": [_document(one, found) for one in listed.calls]}
    document["done"] = [_document(one, found) for one in listed.done]
    shown = CallTable(listed.lines, zone)
    answer(options.as_json, {**document, "remarks": text_documents(remarks)}, shown, *hints(remarks))


def remarks_on(listed: "CallList") -> list[Text]:
    """Say which calls may be missing from the list."""
    remarks = unread_remark(listed.unread, PATIENT_NUMBERS)
    if listed.search_failed:
        remarks.append(Text("unread.search_failed"))
    return remarks


def _document(call: Call, practice: Practice) -> Document:
    whom, zone = call.whom, practice.zone
    return {
        "patient": call.patient, "name": whom.name or None, "born": whom.born.isoformat() if whom.born else None,
        "phones": phone_documents(whom.phones), "appointment": call.appointment,
        "starts_at": local(call.starts_at, zone), "practitioner": whom.practitioner or None,
        "place": whom.place or None, "language": whom.language or None, "reason": text_document(call.reason, short),
        "tries": [call_document(one, zone) for one in call.tries],
        "reached": call_document(call.reached, zone) if call.reached else None,
        "claim": call_document(call.claim, zone) if call.claim else None,
        "entry": call.entry, "key": call.key, "version": call.version,
    }  # fmt: skip


def _refuse_what_is_lost(context: typer.Context) -> None:
    """An option before `reached` would be ignored, and another practice meant."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    given = [name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"]
    if given:
        names = ", ".join("--json" if name == "as_json" else f"--{name}" for name in given)
        raise ArgumentError(tr("{options}: give it after {command}", options=names, command=context.invoked_subcommand))

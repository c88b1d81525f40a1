"""Show where data of a patient is kept outside the table, and until when."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from chalicelib.admin.data_locations import DataLocation
from infra.cli.core.documents import local, text_document
from infra.cli.core.labels import labelled
from infra.cli.core.output import Document
from infra.cli.core.tables import new_table
from infra.language import day_words, number, said
from infra.translation import tr


def traces_shown(traces: Sequence[DataLocation], zone: ZoneInfo) -> list[RenderableType]:
    """Logs without a line are left out."""
    table = new_table(tr("Where"), tr("What"), ">" + tr("Lines"), "!" + tr("Kept until"))
    for one in traces:
        if one.until or one.lines:
            until = day_words(one.until.astimezone(zone).date()) if one.until else said(one.note)
            table.add_row(said(one.label), said(one.data), "" if one.lines is None else number(one.lines), until)
    endless = [
        Text(f"• {labelled(said(one.label), f'{said(one.data)} ({said(one.note)})')}")
        for one in traces
        if one.lines is None and not one.until
    ]
    return [table, Text(), Text(tr("No time limit"), "bold"), *endless]


def traces_document(traces: Sequence[DataLocation], zone: ZoneInfo) -> list[Document]:
    return [
        {
            "place": text_document(one.label),
            "log_group": one.group or None,
            "what": text_document(one.data),
            "lines": one.lines,
            "until": local(one.until, zone),
            "note": text_document(one.note),
        }
        for one in traces
    ]

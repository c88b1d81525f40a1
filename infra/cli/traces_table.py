"""What is kept of a patient outside the table, and until when."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from chalicelib.german import day_words, number
from chalicelib.traces import Trace
from infra.cli.screen import Document, local
from infra.cli.tables import new_table


def traces_table(traces: Sequence[Trace], zone: ZoneInfo) -> RenderableType:
    """Those without a line in a log are not shown."""
    table = new_table("Wo", "Was", ">Zeilen", "Bis wann")
    for one in traces:
        if one.lines is None or one.until or one.lines:
            lines = "" if one.lines is None else number(one.lines)
            table.add_row(one.place, one.what, lines, _until(one, zone))
    return table


def _until(trace: Trace, zone: ZoneInfo) -> Text:
    if trace.until:
        return Text(f"spätestens {day_words(trace.until.astimezone(zone).date())}")
    return Text(trace.note, "dim")


def traces_document(traces: Sequence[Trace], zone: ZoneInfo) -> list[Document]:
    return [
        {"place": one.place, "what": one.what, "lines": one.lines, "until": local(one.until, zone), "note": one.note}
        for one in traces
    ]

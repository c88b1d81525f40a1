"""What a local cloud tells of itself, as tables; from the documents of `infra/local/control.py`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from chalicelib.german import moment, moment_with_year
from chalicelib.sms_text import without_invisible
from infra.cli.mailbox import mailbox
from infra.cli.screen import Document
from infra.cli.tables import MOST_ROWS, history_table, new_table, with_rest
from infra.local.wire import CarrierMessage

_START = 60  # characters of a text in a table of many


def played(told: Document, zone: ZoneInfo) -> Iterator[RenderableType]:
    """What happened while the clock moved, and where it stands."""
    practices = sorted({run["practice"] for run in told["runs"]})
    runs = {one: [run for run in told["runs"] if run["practice"] == one] for one in practices}
    tables = {
        **{f"Auftragsverlauf {one}": history_table(runs[one], zone) for one in practices},
        "Mitteilungen an Patienten": messages_table(told["messages"], zone),
        "E-Mails an Praxen": _subjects(told["notices"], zone),
    }
    for title, table in tables.items():
        if table:
            yield Text(title, "bold")
            yield table
            yield Text()
    if told["failed"]:
        yield Text(f"{len(told['failed'])} calls of a Lambda failed: {', '.join(sorted(set(told['failed'])))}", "red")
    if not any(tables.values()):
        yield Text("Es geschah nichts.")
    yield f"The clock stands at {moment_with_year(datetime.fromisoformat(told['now']), zone)} ({zone.key})."


def messages_table(messages: Sequence[Document], zone: ZoneInfo, whole: bool = False) -> RenderableType | None:
    """The newest messages, by time, with their texts or (not `whole`) how these begin; None where there are none."""
    if not messages:
        return None
    table = new_table("!Zeit", "!Kanal", "An", "Text")
    newest = sorted(messages, key=lambda one: (one["at"], one["channel"], one["to"]))[-MOST_ROWS:]
    for one in newest:  # parallel requests arrive in any order
        text = without_invisible("\n".join(part for part in (one["subject"], one["text"]) if part))
        if not whole:
            text = _beginning(text)
        table.add_row(moment(datetime.fromisoformat(one["at"]), zone), one["channel"], one["to"], Text(text))
    return with_rest(table, len(messages), "frühere")


def mails(notices: Sequence[Document], zone: ZoneInfo) -> RenderableType:
    """The mailbox of practices' people."""
    if not notices:
        return Text("Es ging keine E-Mail an eine Praxis.")
    read = [CarrierMessage(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in notices]
    return mailbox(read, zone)


def operator_lines(notifications: Sequence[Document]) -> list[RenderableType]:
    """What the operator was told; nothing where that is nothing."""
    told = [(one["practice"], alert["text"]) for one in notifications for alert in one["alerts"]]
    lines = [Text(f"• {practice}: {text}") for practice, text in told]
    return [Text(), Text("An den Betreiber", "bold"), *lines[-MOST_ROWS:]] if lines else []


def _subjects(notices: Sequence[Document], zone: ZoneInfo) -> Table | None:
    if not notices:
        return None
    table = new_table("!Zeit", "An", "Betreff")
    for one in notices:
        table.add_row(moment(datetime.fromisoformat(one["at"]), zone), one["to"], one["subject"])
    return table


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _START else f"{line[:_START]}…"

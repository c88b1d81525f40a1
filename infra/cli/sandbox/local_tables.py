"""The state of a local cloud as tables, from the documents of `infra/local/control.py`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from chalicelib.messages.sms import without_invisible
from infra.cli.core.output import Document
from infra.cli.core.report_tables import history_table
from infra.cli.core.tables import MOST_ROWS, new_table, with_rest
from infra.cli.sandbox.mailbox import mailbox
from infra.language import counted, logged, moment, moment_with_year
from infra.local.networks.sent_message import SentMessage

_FEW, _LONG = 10, 20  # messages that a play shows, and characters of an address


def played(told: Document, zone: ZoneInfo) -> Iterator[RenderableType]:
    """Show the events while the clock moved, and its time."""
    sections = list(_sections(told, zone))
    for title, table in sections:
        yield Text(title, "bold")
        yield table
        yield Text()
    if not sections:
        yield Text("Es geschah nichts.")
    if failed := told["failed"]:
        yield Text(f"{len(failed)} calls of a Lambda failed: {', '.join(sorted(set(failed)))}", "red")
    yield f"The clock stands at {moment_with_year(datetime.fromisoformat(told['now']), zone)} ({zone.key})."


def _sections(told: Document, zone: ZoneInfo) -> Iterator[tuple[str, RenderableType]]:
    """Those in which anything is."""
    runs, messages, notices = told["runs"], told["messages"], told["notices"]
    for practice in sorted({run["practice"] for run in runs}):
        yield f"Auftragsverlauf {practice}", history_table([run for run in runs if run["practice"] == practice], zone)
    if messages:
        yield counted(len(messages), "Mitteilung", "Mitteilungen") + " an Patienten", _beginnings(messages, zone)
    if notices:
        yield counted(len(notices), "E-Mail", "E-Mails") + " an Praxen", _subjects(notices, zone)


def messages_table(messages: Sequence[Document], zone: ZoneInfo) -> RenderableType:
    """The newest messages with their texts."""
    table = new_table("!Zeit", "!Kanal", "An", "Text")
    for one in _in_order(messages)[-MOST_ROWS:]:
        text = "\n".join(part for part in (one["subject"], one["text"]) if part)
        table.add_row(_time(one, zone), one["channel"], one["to"], Text(without_invisible(text)))
    return with_rest(table, len(messages), "frühere")


def mails(notices: Sequence[Document], zone: ZoneInfo) -> RenderableType:
    """The mailbox of practices' people."""
    if not notices:
        return Text("Es ging keine E-Mail an eine Praxis.")
    read = [SentMessage(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in notices]
    return mailbox(read, zone)


def operator_lines(notifications: Sequence[Document]) -> list[RenderableType]:
    """Show the alerts to the operator; empty if there are none."""
    told = [(one["practice"], logged(alert)) for one in notifications for alert in one["alerts"]]
    lines = [Text(f"• {practice}: {text}") for practice, text in told]
    return [Text(), Text("An den Betreiber", "bold"), *lines[-MOST_ROWS:]] if lines else []


def _beginnings(messages: Sequence[Document], zone: ZoneInfo) -> RenderableType:
    """A line for each of the first messages."""
    table = new_table("!Zeit", "!Kanal", "!An", "Text")
    for one in _in_order(messages)[:_FEW]:
        text = " ".join(without_invisible(one["subject"] or one["text"]).split())
        to = one["to"] if len(one["to"]) <= _LONG else f"{one['to'][:_LONG]}…"
        table.add_row(_time(one, zone), one["channel"], to, Text(text, no_wrap=True, overflow="ellipsis"))
    if len(messages) <= _FEW:
        return table
    return Group(table, Text(f"… und {len(messages) - _FEW} weitere; alle zeigt vitosms local messages.", "dim"))


def _subjects(notices: Sequence[Document], zone: ZoneInfo) -> Table:
    table = new_table("!Zeit", "An", "Betreff")
    for one in notices[-MOST_ROWS:]:
        table.add_row(_time(one, zone), one["to"], one["subject"])
    return table


def _in_order(messages: Sequence[Document]) -> list[Document]:
    """Parallel requests arrive in any order: within an instant, by recipient."""
    return sorted(messages, key=lambda one: (one["at"], one["channel"], one["to"]))


def _time(message: Document, zone: ZoneInfo) -> str:
    return moment(datetime.fromisoformat(message["at"]), zone)

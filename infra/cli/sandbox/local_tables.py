"""The state of a local cloud as tables, from the documents of `infra/local/control.py`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from chalicelib.messages.sms import without_invisible
from infra.cli.core.labels import channel_words, labelled
from infra.cli.core.output import Document
from infra.cli.core.report_tables import history_table
from infra.cli.core.tables import MOST_ROWS, new_table, with_rest
from infra.cli.sandbox.local_documents import in_order
from infra.cli.sandbox.mailbox import mailbox
from infra.language import logged, moment, moment_with_year, number
from infra.local.networks.sent_message import SentMessage
from infra.translation import tr, trn

_FEW, _LONG = 10, 20  # messages that a play shows, and characters of an address


def played(told: Document, zone: ZoneInfo) -> Iterator[RenderableType]:
    """Show the events while the clock moved, and its time."""
    sections = list(_sections(told, zone))
    for title, table in sections:
        yield Text(title, "bold")
        yield table
        yield Text()
    if not sections:
        yield Text(tr("Nothing happened."))
    if failed := told["failed"]:
        yield Text(_failures(failed), "red")
    time = moment_with_year(datetime.fromisoformat(told["now"]), zone)
    yield tr("The clock stands at {time} ({zone}).", time=time, zone=zone.key)


def _failures(failed: Sequence[str]) -> str:
    return trn(
        "{count} Lambda call failed: {names}",
        "{count} Lambda calls failed: {names}",
        len(failed), count=number(len(failed)), names=", ".join(sorted(set(failed))),
    )  # fmt: skip


def _sections(told: Document, zone: ZoneInfo) -> Iterator[tuple[str, RenderableType]]:
    """The parts that are not empty."""
    runs, messages, notices = told["runs"], told["messages"], told["notices"]
    for practice in sorted({run["practice"] for run in runs}):
        lines = [run for run in runs if run["practice"] == practice]
        yield tr("Job history of {practice}", practice=practice), history_table(lines, zone)
    if messages:
        yield _to_patients(len(messages)), _beginnings(messages, zone)
    if notices:
        yield _to_practices(len(notices)), _subjects(notices, zone)


def _to_patients(count: int) -> str:
    return trn("{count} message to patients", "{count} messages to patients", count, count=number(count))


def _to_practices(count: int) -> str:
    return trn("{count} e-mail to practices", "{count} e-mails to practices", count, count=number(count))


def messages_table(messages: Sequence[Document], zone: ZoneInfo) -> RenderableType:
    """The newest messages with their texts."""
    table = new_table("!" + tr("Time"), "!" + tr("Channel"), tr("To"), tr("Text"))
    for one in in_order(messages)[-MOST_ROWS:]:
        text = "\n".join(part for part in (one["subject"], one["text"]) if part)
        table.add_row(_time(one, zone), channel_words(one["channel"]), one["to"], Text(without_invisible(text)))
    return with_rest(table, len(messages), _earlier)


def mails(notices: Sequence[Document], zone: ZoneInfo, opened: int) -> RenderableType:
    """The mailbox of practices' people, with the e-mail of this number opened."""
    if not notices:
        return Text(tr("No e-mail went to a practice."))
    read = [SentMessage(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in notices]
    return mailbox(read, zone, opened)


def operator_lines(notifications: Sequence[Document]) -> list[RenderableType]:
    """Show the alerts to the operator; empty if there are none."""
    told = [(one["practice"], logged(alert)) for one in notifications for alert in one["alerts"]]
    lines = [Text(f"• {labelled(practice, text)}") for practice, text in told]
    return [Text(), Text(tr("To the operator"), "bold"), *lines[-MOST_ROWS:]] if lines else []


def _beginnings(messages: Sequence[Document], zone: ZoneInfo) -> RenderableType:
    """A line for each of the first messages."""
    table = new_table("!" + tr("Time"), "!" + tr("Channel"), "!" + tr("To"), tr("Text"))
    for one in in_order(messages)[:_FEW]:
        text = " ".join(without_invisible(one["subject"] or one["text"]).split())
        to = one["to"] if len(one["to"]) <= _LONG else f"{one['to'][:_LONG]}…"
        table.add_row(
            _time(one, zone), channel_words(one["channel"]), to, Text(text, no_wrap=True, overflow="ellipsis")
        )
    if len(messages) <= _FEW:
        return table
    return Group(table, Text(_others(len(messages) - _FEW), "dim"))


def _others(count: int) -> str:
    return trn(
        "… and {count} more; vitosms local messages shows all.",
        "… and {count} more; vitosms local messages shows them all.",
        count, count=number(count),
    )  # fmt: skip


def _earlier(count: int) -> str:
    return trn(
        "… and {count} earlier message; --json shows all.",
        "… and {count} earlier messages; --json shows all.",
        count, count=number(count),
    )  # fmt: skip


def _subjects(notices: Sequence[Document], zone: ZoneInfo) -> Table:
    table = new_table("!" + tr("Time"), tr("To"), tr("Subject"))
    for one in notices[-MOST_ROWS:]:
        table.add_row(_time(one, zone), one["to"], one["subject"])
    return table


def _time(message: Document, zone: ZoneInfo) -> str:
    return moment(datetime.fromisoformat(message["at"]), zone)

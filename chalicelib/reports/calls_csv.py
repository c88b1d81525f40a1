"""The call list as a CSV file. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from zoneinfo import ZoneInfo

from chalicelib.entries.entry import short_id
from chalicelib.reports.call_columns import CallColumn, call_texts
from chalicelib.reports.call_list import Call
from chalicelib.reports.csv_file import Cell, Plain, csv_file
from chalicelib.reports.dialling import dialled
from chalicelib.text import Text

Short = Callable[[Text], str]  # the words of a text, on one line
_REST = [column for column in CallColumn if column is not CallColumn.START]


def calls_csv(calls: Sequence[Call], zone: ZoneInfo, short: Short) -> bytes:
    """A row for each call; times are those of the zone."""
    labels = [Text("call.day"), Text("call.time"), *(one.label for one in _REST), Text("call.entry"), Text("call.id")]
    return csv_file([short(label) for label in labels], (tuple(_cells(call, zone, short)) for call in calls))


def _cells(call: Call, zone: ZoneInfo, short: Short) -> Iterator[Cell]:
    starts_at, cells = call.starts_at.astimezone(zone), dict[CallColumn, Cell]()
    cells |= {column: short(text) for column, text in call_texts(call, zone).items()}
    cells |= {CallColumn(phone): Plain(dialled(number)) for phone, number in call.whom.phones}
    cells |= {CallColumn.BORN: call.whom.born} if call.whom.born else {}
    yield from (starts_at.date(), starts_at.time(), *(cells.get(column, "") for column in _REST))
    yield from (call.entry, short_id(call.key))

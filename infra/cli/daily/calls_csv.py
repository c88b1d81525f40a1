"""The call list as a CSV file. Pure."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from chalicelib.reports.call_columns import CallColumn, call_texts
from chalicelib.reports.call_list import Call
from infra.cli.core.csv_file import Cell, Plain, as_text, csv_file
from infra.cli.core.labels import short_id
from infra.language import said, short
from infra.translation import tr

_REGION = "CH"
_REST = [column for column in CallColumn if column is not CallColumn.START]


def calls_csv(calls: Sequence[Call], zone: ZoneInfo) -> bytes:
    """A row for each call; times are those of the zone."""
    header = [tr("Date"), tr("Time"), *(said(column.label) for column in _REST), tr("Entry"), tr("Short ID")]
    return csv_file(header, (tuple(_cells(call, zone)) for call in calls))


def _cells(call: Call, zone: ZoneInfo) -> Iterator[Cell]:
    starts_at, cells = call.starts_at.astimezone(zone), dict[CallColumn, Cell]()
    cells |= {column: short(text) for column, text in call_texts(call, zone).items()}
    cells |= {CallColumn(phone): Plain(_dialled(number)) for phone, number in call.whom.phones}
    cells |= {CallColumn.BORN: call.whom.born} if call.whom.born else {}
    yield from (starts_at.date(), starts_at.time(), *(cells.get(column, "") for column in _REST))
    yield from (call.entry, short_id(call.key))


def _dialled(phone: str) -> str:
    """As one dials it in Switzerland, in groups: 079 123 45 67, or 00 49 … for another country.

    +41791234567 would be a formula, which Excel calculates to 41791234567; an apostrophe before it is ugly to read
    and to copy, ="…" is a formula too, and 0791234567 loses its zero. In groups with blanks it is no number to a
    Swiss or German Excel. A number that nobody can read is guarded as any text.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(phone, _REGION)
    except phonenumbers.NumberParseException:
        return as_text(phone)
    if not phonenumbers.is_possible_number(number) or any(map(str.isalpha, phone)):  # «079 … Tochter»
        return as_text(phone)
    shown = phonenumbers.format_out_of_country_calling_number(number, _REGION)
    return shown if " " in shown else as_text(shown)

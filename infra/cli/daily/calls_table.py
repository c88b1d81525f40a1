"""The call list as a table: some lines for each patient, so that 80 columns hold all of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import fill
from zoneinfo import ZoneInfo

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from chalicelib.entries.entry import short_id
from chalicelib.entries.phone_call import call_text
from chalicelib.reports.call_columns import CallColumn, call_texts
from chalicelib.reports.call_list import Call, Phone, open_calls
from infra.cli.core.tables import MOST_ROWS, more_patients, new_table, with_rest
from infra.language import moment, said, short
from infra.translation import tr

_LONG = 26  # characters of a line that does not wrap: a labelled number in every language
C = CallColumn


@dataclass(frozen=True)
class CallTable:
    """`short_ids`: with the short IDs that `calls reached` takes."""

    lines: Sequence[Call]
    zone: ZoneInfo
    short_ids: bool = True

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        calls, done = open_calls(self.lines), [line for line in self.lines if line.reached]
        if not calls:
            yield Text(tr("There is nobody to phone."))
        else:
            yield with_rest(self._table(calls[:MOST_ROWS]), len(calls), more_patients)
        if done:
            yield Text("\n" + tr("Done"), "bold")
        for line in done[:MOST_ROWS]:
            yield Text(self._done(line), "dim")

    def _table(self, calls: Sequence[Call]) -> Table:
        when = "\n".join([said(C.START.label), *([tr("Short ID")] if self.short_ids else [])])
        whom, why = f"{said(C.NAME.label)}\n{tr('Phone')}", f"{said(C.REASON.label)}\n{tr('Practitioner, place')}"
        table = new_table(f"!{when}", f"!{whom}", why)
        for call in calls:
            found = dict.fromkeys(C, "") | {column: short(text) for column, text in call_texts(call, self.zone).items()}
            phones = [f"{said(one.label)} {found[one]}" for one in map(C, Phone) if found[one]]
            person = [found[C.NAME], _joined(found, C.BORN, C.PATIENT, C.LANGUAGE), *phones]
            reason = [found[C.REASON], found[C.TRIES], _joined(found, C.PRACTITIONER, C.PLACE)]
            start = [found[C.START], *([short_id(call.key)] if self.short_ids else [])]
            table.add_row("\n".join(start), _lines(person, _LONG), _lines(reason), end_section=True)
        return table

    def _done(self, line: Call) -> str:
        """`calls undo` takes the short ID."""
        told = said(call_text(line.reached, self.zone)) if line.reached else ""
        ids = f"{short_id(line.key)}  " if self.short_ids else ""
        return f"{ids}{moment(line.starts_at, self.zone)} {line.name or line.patient}: {told}"


def _joined(found: dict[CallColumn, str], *columns: CallColumn) -> str:
    return ", ".join(found[column] for column in columns if found[column])


def _lines(values: Sequence[str], width: int = 1000) -> str:
    """A line for each value, more where it is long."""
    return "\n".join(fill(value, width) for value in values if value)

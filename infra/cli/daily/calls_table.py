"""The call list as a table: a line for each patient on a wide screen, more lines on 80 columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import fill
from zoneinfo import ZoneInfo

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from chalicelib.reports.call_list import Call
from infra.cli.core.tables import MOST_ROWS, more_patients, new_table, with_rest
from infra.language import moment, short
from infra.translation import tr

_WIDE = 100  # columns
_LONG = 22  # characters of a name or a number


@dataclass(frozen=True)
class CallTable:
    """`marks` are the short ids that `calls done` takes, by entry; empty if it cannot be used."""

    calls: Sequence[Call]
    zone: ZoneInfo
    marks: dict[str, str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        if not self.calls:
            yield Text(tr("There is nobody to phone."))
            return
        table = self._two_lines() if self.marks and options.max_width < _WIDE else self._one_line()
        yield with_rest(table, len(self.calls), more_patients)

    def _one_line(self) -> Table:
        headers = ["!" + tr("Patient"), "!" + tr("Appointment"), "!" + tr("Phone"), tr("Reason")]
        table = new_table(*headers, *(["!" + tr("Short ID")] if self.marks else []))
        for call in self.calls[:MOST_ROWS]:
            cells = [_who(call), moment(call.starts_at, self.zone), _phones(call) or "–", short(call.reason)]
            table.add_row(*cells, *([self._mark(call)] if self.marks else []))
        return table

    def _two_lines(self) -> Table:
        table = new_table("!" + tr("Patient, phone"), "!" + tr("Appointment, short ID"), tr("Reason"))
        for call in self.calls[:MOST_ROWS]:
            when = Text.assemble(moment(call.starts_at, self.zone), "\n", self._mark(call))
            table.add_row("\n".join(filter(None, (_who(call), _phones(call)))), when, short(call.reason))
        return table

    def _mark(self, call: Call) -> Text:
        return Text(self.marks.get(call.entry, ""), "dim")


def _who(call: Call) -> str:
    return fill(call.name or call.patient, _LONG)


def _phones(call: Call) -> str:
    return "\n".join(fill(phone, _LONG) for phone in call.phones)

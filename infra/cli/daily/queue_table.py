"""The open entries of a practice, as a table."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.messages.kind import Kind
from infra.cli.core.labels import STATE_COLOURS
from infra.cli.core.tables import MOST_ROWS, new_table, with_rest
from infra.language import moment, short, state_words

GERMAN_GROUPS = {
    Group.PREPARED: "wartet",
    Group.HELD: "zurückgehalten",
    Group.UNDERWAY: "unterwegs",
    Group.UNREACHED: "nicht erreicht",
}


def queue_table(entries: Sequence[Entry], zone: ZoneInfo) -> RenderableType:
    """Each by the name that `release` and `resolve` are given, which is never cut."""
    shown = entries[:MOST_ROWS]
    table = new_table("!Eintrag", "Stand", "Grund")
    table.columns[0].min_width = max(len(_name(entry)) for entry in shown)
    for entry in shown:
        state = GERMAN_GROUPS[Group.HELD] if entry.held else state_words(entry.state)
        payer = f"{entry.mandant or '–'}, {entry.channel or '–'}"
        stands = Text.assemble((state, STATE_COLOURS.get(entry.state, "")), "\n", (payer, "dim"))
        table.add_row(f"{_name(entry)}\n{_when(entry, zone)}", stands, short(entry.reason))
    return with_rest(table, len(entries), "weitere Einträge")


def _name(entry: Entry) -> str:
    return entry.identity or entry.key


def _when(entry: Entry, zone: ZoneInfo) -> str:
    """The start of an appointment; a greeting has only a deadline."""
    until = moment(entry.expires_at, zone)
    return f"{until[:9]} bis {until[10:]}" if entry.kind is Kind.BIRTHDAY else until

"""The open entries of a practice, as a table."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from chalicelib.entries.entry import Entry, short_id
from chalicelib.entries.groups import Group
from chalicelib.messages.kind import Kind
from infra.cli.core.labels import STATE_COLOURS, channel_words
from infra.cli.core.tables import MOST_ROWS, more_entries, new_table, with_rest
from infra.language import moment, short, state_words
from infra.translation import tr


def group_words(group: Group) -> str:
    """The name of an open group."""
    words = {
        Group.PREPARED: tr("waiting"),
        Group.HELD: tr("on hold"),
        Group.UNDERWAY: tr("on its way"),
        Group.UNREACHED: tr("not reached"),
    }
    return words[group]


def queue_table(entries: Sequence[Entry], zone: ZoneInfo) -> RenderableType:
    """Each by the name that `release` and `resolve` are given, which is never cut."""
    shown = entries[:MOST_ROWS]
    table = new_table("!" + tr("Entry, short ID"), tr("State"), tr("Reason"))
    table.columns[0].min_width = max(len(_name(entry)) for entry in shown)
    for entry in shown:
        state = group_words(Group.HELD) if entry.held else state_words(entry.state)
        payer = f"{entry.mandant or '–'}, {channel_words(entry.channel)}"
        stands = Text.assemble((state, STATE_COLOURS.get(entry.state, "")), "\n", (payer, "dim"))
        table.add_row(f"{_name(entry)}\n{_when(entry, zone)}\n{short_id(entry.key)}", stands, short(entry.reason))
    return with_rest(table, len(entries), more_entries)


def _name(entry: Entry) -> str:
    return entry.identity or entry.key


def _when(entry: Entry, zone: ZoneInfo) -> str:
    """The start of an appointment; a greeting has only a deadline."""
    until = moment(entry.expires_at, zone)
    if entry.kind is not Kind.BIRTHDAY:
        return until
    day, _, time = until.rpartition(" ")
    return tr("{day} until {time}", day=day, time=time)

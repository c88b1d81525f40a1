"""The report of a rehearsal, in German, as a practice wants to see it: from 80 columns on, piped or in colour."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from rich.console import Console, Group, RenderableType
from rich.text import Text

from chalicelib.entries.credits import Totals
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.practice.switches import read_switches
from chalicelib.reports.call_list import Call
from infra.cli.core import report_tables as tables
from infra.cli.core.tables import MOST_ROWS
from infra.cli.daily.calls_table import CallTable
from infra.cli.daily.message_frames import phones
from infra.cli.sandbox.mailbox import mailbox
from infra.demo.practice import Change as Happening
from infra.language import counted, logged, moment, moment_with_year
from infra.local.rehearsal import Rehearsal

Section = tuple[str, RenderableType]


def print_report(rehearsed: Rehearsal, stdout: TextIO, happenings: Sequence[Happening] = ()) -> None:
    """Print all sections. Raises PracticeDatabaseError if the names for the call list cannot be read."""
    entries, runs = rehearsed.entries(), rehearsed.runs()
    calls = rehearsed.calls(entries)
    credits = rehearsed.credits(entries)
    console = Console(file=stdout, markup=False, highlight=False, emoji=False)
    console.print(_heading(rehearsed))
    for title, body in _sections(rehearsed, entries, runs, calls, credits, happenings):
        console.print()
        console.rule(Text(title, "bold"), align="left", style="blue")
        console.print(body)
    console.print()
    console.rule(style="blue")
    console.print(_summary(rehearsed, entries, calls, credits))


def _heading(rehearsed: Rehearsal) -> Text:
    plan, zone = rehearsed.plan, rehearsed.zone
    first, last = (moment_with_year(instant, zone) for instant in (plan.start, plan.end))
    return Text.assemble((f"Praxis {plan.practice}", "bold"), f"\n{first} bis {last} ({zone.key})")


def _sections(
    rehearsed: Rehearsal,
    entries: Sequence[Entry],
    runs: Sequence[Mapping[str, Any]],
    calls: Sequence[Call],
    credits: Mapping[str, Totals],
    happenings: Sequence[Happening],
) -> Iterator[Section]:
    plan, zone = rehearsed.plan, rehearsed.zone
    switches, today = read_switches(plan.switches), plan.end.astimezone(zone).date()
    yield "Was aufbereitet wurde", tables.prepared_table(runs)
    yield "Weshalb andere keine Mitteilung bekommen", tables.skipped_table(runs)
    if happenings:
        lines = [f"{moment(one.at, zone)}  {one.description}" for one in happenings]
        yield "Was unterdessen in der Praxis geschah", Text("\n".join(lines))
    yield "Was aus den Mitteilungen wurde", tables.state_table(entries)
    yield "Wie die Patienten sie lesen", phones(rehearsed.messages(), entries, zone)
    yield f"Anrufliste ({moment(plan.end, zone)})", CallTable(calls, zone, {})
    balances = tables.balance_table(rehearsed.mandanten, credits, switches, rehearsed.licences(), today)
    yield "Guthaben per Mandant", balances
    yield "Auftragsverlauf", tables.history_table(runs, zone)
    yield "Meldungen", _alerts(rehearsed.alerts())
    notices = rehearsed.cloud.networks.notices
    if notices:
        yield "E-Mails an die Praxis", mailbox(notices, zone)


def _alerts(alerts: Sequence[Mapping[str, Any]]) -> RenderableType:
    if not alerts:
        return Text("Keine.")
    return Group(*(Text(f"• {logged(alert)}") for alert in alerts[:MOST_ROWS]))


def _summary(
    rehearsed: Rehearsal, entries: Sequence[Entry], calls: Sequence[Call], credits: Mapping[str, Totals]
) -> Text:
    messages, stand = len(rehearsed.cloud.networks.messages), moment(rehearsed.plan.end, rehearsed.zone)
    states = Counter(entry.state for entry in entries)
    spent = sum(totals.charged - totals.refunded for totals in credits.values())
    parts = (
        f"{counted(messages, 'Mitteilung', 'Mitteilungen')} versendet",
        f"{states[State.DELIVERED]} zugestellt",
        f"{counted(len(calls), 'Anruf', 'Anrufe')} nötig (Stand {stand})",  # the mail of the morning has its own
        f"{counted(spent, 'Credit', 'Credits')} verbraucht",
    )
    return Text.assemble((", ".join(parts), "bold"), ". Nichts hat diesen Rechner verlassen.")

"""The report of a rehearsal, as a practice wants to see it: from 80 columns on, piped or in colour."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from rich.console import Group, RenderableType
from rich.text import Text

from chalicelib.entries.credits import Totals
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.practice.switches import read_switches
from chalicelib.reports.call_list import Call
from infra.cli.core import report_tables as tables
from infra.cli.core.output import console_to
from infra.cli.core.tables import MOST_ROWS
from infra.cli.daily.calls_table import CallTable
from infra.cli.daily.message_frames import phones
from infra.cli.sandbox.mailbox import HEAD, mailbox
from infra.demo.practice import Change as Happening
from infra.language import logged, moment, moment_with_year, number
from infra.local.rehearsal import Rehearsal
from infra.translation import tr, trn

Section = tuple[str, RenderableType]


def print_report(rehearsed: Rehearsal, stdout: TextIO, happenings: Sequence[Happening] = ()) -> None:
    """Print all sections. Raises PracticeDatabaseError if the names for the call list cannot be read."""
    entries, runs = rehearsed.entries(), rehearsed.runs()
    calls = rehearsed.calls(entries)
    credits = rehearsed.credits(entries)
    console = console_to(stdout)
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
    return Text.assemble(
        (tr("Practice {practice}", practice=plan.practice), "bold"),
        "\n" + tr("{start} to {end} ({zone})", start=first, end=last, zone=zone.key),
    )


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
    yield tr("What was prepared"), tables.prepared_table(runs)
    yield tr("Why others get no message"), tables.skipped_table(runs)
    if happenings:
        lines = [f"{moment(one.at, zone)}  {one.description}" for one in happenings]
        yield tr("What happened at the practice meanwhile"), Text("\n".join(lines))
    yield tr("What became of the messages"), tables.state_table(entries)
    yield tr("How the patients read them"), phones(rehearsed.messages(), entries, zone)
    yield tr("Call list ({time})", time=moment(plan.end, zone)), CallTable(calls, zone, short_ids=False)
    balances = tables.balance_table(rehearsed.mandanten, credits, switches, rehearsed.licences(), today)
    yield tr("Balance by billing practitioner"), balances
    yield tr("Job history"), tables.history_table(runs, zone)
    yield tr("Alerts"), _alerts(rehearsed.alerts())
    notices = rehearsed.cloud.networks.notices
    if notices:
        yield tr("E-mails to the practice"), mailbox(notices, zone, len(notices), HEAD)


def _alerts(alerts: Sequence[Mapping[str, Any]]) -> RenderableType:
    if not alerts:
        return Text(tr("No alerts."))
    return Group(*(Text(f"• {logged(alert)}") for alert in alerts[:MOST_ROWS]))


def _summary(
    rehearsed: Rehearsal, entries: Sequence[Entry], calls: Sequence[Call], credits: Mapping[str, Totals]
) -> Text:
    messages, stand = len(rehearsed.cloud.networks.messages), moment(rehearsed.plan.end, rehearsed.zone)
    delivered = sum(entry.state is State.DELIVERED for entry in entries)
    spent = sum(totals.charged - totals.refunded for totals in credits.values())
    needed = trn(
        "{count} call needed (as of {time})", "{count} calls needed (as of {time})",
        len(calls), count=number(len(calls)), time=stand,
    )  # fmt: skip
    parts = (
        trn("{count} message sent", "{count} messages sent", messages, count=number(messages)),
        trn("{count} delivered", "{count} delivered", delivered, count=number(delivered)),
        needed,  # the e-mail of the morning has its own
        trn("{count} credit used", "{count} credits used", spent, count=number(spent)),
    )
    return Text.assemble((", ".join(parts), "bold"), ". ", tr("Nothing left this machine."))

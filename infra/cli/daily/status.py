"""`vitosms status`: a practice on one screen, or all practices of a stage, a line each."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.states import State
from chalicelib.reports.practice_status import Balance, DayRate, JobRuns, PracticeStatus, practice_status
from infra.cli.core.documents import Said, text_documents
from infra.cli.core.labels import OUTCOME_COLOURS, STATE_COLOURS
from infra.cli.core.mandanten import mandanten_of
from infra.cli.core.options import StageOptions
from infra.cli.core.output import answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.cli.core.unread import OF_ENTRIES, nobody_is_told, unread_remark
from infra.cli.daily.status_document import status_document
from infra.language import (
    day_words,
    job_words,
    moment,
    moment_with_year,
    number,
    outcome_words,
    said,
    state_words,
)
from infra.translation import tr, trn

_BAR = 24  # characters
_JOB, _SCREEN = 24, 80
_GOOD, _FAIR = 0.95, 0.8  # shares of delivered messages
Only = Annotated[
    str | None,
    typer.Option("--practice", metavar="ID", help="Only this practice; all practices of the stage if left out."),
]


def status(options: StageOptions, practice: Only = None) -> None:
    """Show a practice on one screen: runs, queue, deliveries, credits, alerts. Without --practice, a line for each."""
    with connected(options.stage) as deployment:
        there = [practice] if practice else deployment.clients.practices.ids()
        if len(there) <= 1:
            seen, remarks = _seen(there[0] if there else None, deployment)
            shown: list[RenderableType] = [*_screen(seen, options.stage), *hints(remarks)]
            document = {**status_document(seen), "remarks": text_documents(remarks)}
            answer(options.as_json, document, *shown)
            return
        all_ = [_brief(one, deployment) for one in there]
        told = deployment.stopped()
    answer(
        options.as_json,
        {"stage": options.stage, "practices": [status_document(one) for one in all_]},
        *hints(told),
        _lines(all_),
        Text(tr("To phone: by the entries alone; vitosms calls --practice ID reads the practice database."), "dim"),
    )


def _seen(practice: str | None, deployment: Deployment) -> tuple[PracticeStatus, list[Said]]:
    """All of one practice, and why its database cannot be read from here."""
    from chalicelib.reports.current_call_list import current_call_list

    found, parts, now = deployment.practice(practice), deployment.clients, deployment.now
    rows, unread = mandanten_of(deployment, found.id)
    listed = current_call_list(found, deployment)
    stops: list[Said] = [*filter(None, [found.record.emails_stopped, deployment.stops.sms])]
    remarks = [*stops, *unread_remark(unread or listed.unread, OF_ENTRIES)]
    return practice_status(found, listed, deployment.stop, rows or [], now, parts.store, parts.history), remarks


def _brief(practice: str, deployment: Deployment) -> PracticeStatus:
    """Return the status without the practice's own database and the logs."""
    from chalicelib.reports.current_call_list import call_list_of_entries

    found = deployment.practice(practice)
    listed = call_list_of_entries(found, deployment)
    return practice_status(found, listed, deployment.stop, [], deployment.now, deployment.clients.store, None)


def _screen(seen: PracticeStatus, stage: str) -> Iterator[RenderableType]:
    yield _head(seen, stage)
    yield ""
    yield _jobs(seen)
    yield ""
    queue, ended, phone = tr("Queue"), tr("Ended today"), tr("To phone")
    balance, alerts = tr("Balance"), tr("Alerts")
    width = max(map(len, (queue, ended, phone, balance, alerts))) + 2
    yield _labelled(queue, width, _states(seen))
    yield _labelled(ended, width, _counts(seen.today))
    yield _labelled(phone, width, _phone(seen))
    yield ""
    yield Text.assemble((f"{tr('Delivery rate')} ", "bold"), (tr("of messages sent in the last 7 days"), "dim"))
    yield _chart(seen.days)
    yield ""
    yield _labelled(balance, width, _balances(seen.balances))
    yield _labelled(alerts, width, _list([said(one) for one in seen.alerts], tr("none open")))
    if not seen.gets_alerts:
        yield Text(nobody_is_told(seen.practice), "yellow")
    if seen.problems:
        yield from hints([said(one) for one in seen.problems], "red")


def _labelled(label: str, width: int, what: Text) -> Table:
    """A line; continuation lines are indented to the text after the label."""
    line = Table.grid()
    line.add_column(width=width, no_wrap=True)
    line.add_column(overflow="fold")
    line.add_row(Text(label, "bold"), what)
    return line


def _head(seen: PracticeStatus, stage: str) -> RenderableType:
    where = tr("Practice {practice} · {stage}", practice=seen.practice, stage=stage)
    clock = f"{moment_with_year(seen.now, seen.zone)} {seen.zone.key} · {seen.now.astimezone(UTC):%H:%M} UTC"
    fits = len(f"{where} · {clock}") <= _SCREEN
    lines = [Text.assemble((where, "bold"), " · " if fits else "\n", clock)]
    if seen.clock_change:
        lines.append(Text(tr("The clocks change: {time}", time=moment(seen.clock_change, seen.zone)), "yellow"))
    if seen.removed:
        lines.append(
            Text(tr("The practice was removed on {time}.", time=moment_with_year(seen.removed, seen.zone)), "red")
        )
    elif seen.stopped:
        lines.append(Text(tr("Sending is paused: {reason}", reason=said(seen.stopped)), "bold red"))
    return Group(*lines)


def _jobs(seen: PracticeStatus) -> RenderableType:
    table = new_table(tr("Job"), "!" + tr("Last run"), "!" + tr("Result"), "!" + tr("Next run"))
    table.columns[0].max_width = _JOB
    for one in seen.jobs:
        table.add_row(job_words(one.job), _moment(one.started, seen), _outcome(one), _moment(one.next, seen))
    return table


def _outcome(runs: JobRuns) -> Text:
    return Text(outcome_words(runs.outcome), OUTCOME_COLOURS[runs.outcome]) if runs.outcome else Text("–")


def _moment(at: datetime | None, seen: PracticeStatus) -> str:
    return moment(at, seen.zone) if at else "–"


def _states(seen: PracticeStatus) -> Text:
    counts = _counts(seen.queue)
    if not seen.held:
        return counts
    held = trn("{count} of them on hold", "{count} of them on hold", seen.held, count=number(seen.held))
    return Text.assemble(counts, (f", {held}", "yellow"))


def _counts(counts: Any) -> Text:
    there = {state: counts[state] for state in State if counts.get(state)}
    parts = [
        Text(f"{state_words(state, count)} {number(count)}", STATE_COLOURS.get(state, ""))
        for state, count in there.items()
    ]
    return Text(", ").join(parts) if parts else Text(tr("nothing"), "dim")


def _phone(seen: PracticeStatus) -> Text:
    if not seen.to_phone:
        return Text(tr("nobody"), "green")
    many = number(seen.to_phone)
    told = trn("{count} patient (vitosms calls)", "{count} patients (vitosms calls)", seen.to_phone, count=many)
    return Text(told, "yellow")


def _chart(days: Sequence[DayRate]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(2):
        table.add_column(no_wrap=True)
    for _ in range(2):
        table.add_column(justify="right", no_wrap=True)
    for one in days:
        day = day_words(one.day)[:-4]  # without the year
        if not one.sent:
            table.add_row(day, Text("·" * _BAR, "dim"), Text(tr("nothing sent"), "dim"), "")
            continue
        share = one.delivered / one.sent
        told = tr("{count} of {total}", count=number(one.delivered), total=number(one.sent))
        table.add_row(day, _bar(share), told, f"{int(share * 100)} %")
    return table


def _bar(share: float) -> Text:
    """Full only where all arrived."""
    full = int(share * _BAR)
    colour = "green" if share >= _GOOD else "yellow" if share >= _FAIR else "red"
    return Text.assemble(("█" * full, colour), ("░" * (_BAR - full), "dim"))


def _balances(balances: Sequence[Balance]) -> Text:
    parts = [Text.assemble(f"{one.mandant} ", _credits(one)) for one in balances]
    return Text(", ").join(parts) if parts else Text(tr("no billing practitioner known"), "dim")


def _credits(one: Balance) -> tuple[str, str]:
    credits = number(one.credits)
    if one.problem:
        why = said(one.problem).rstrip(".")
        return tr("{balance} (sends nothing: {reason})", balance=credits, reason=why), "yellow"
    return (tr("{balance} (low)", balance=credits), "bold red") if one.low else (credits, "bold")


def _list(alerts: Sequence[str], none: str) -> Text:
    return Text(", ".join(alerts), "red") if alerts else Text(none, "green")


def _lines(seen: Sequence[PracticeStatus]) -> RenderableType:
    table = new_table(
        tr("Practice"), tr("State"), ">" + tr("open"), ">" + tr("to phone"), ">" + tr("7 days"), tr("Alerts")
    )
    for one in seen:
        sent, delivered = sum(day.sent for day in one.days), sum(day.delivered for day in one.days)
        share = f"{100 * delivered // sent} %" if sent else "–"
        alerts = [*map(said, one.alerts), *([tr("wrong values")] if one.problems else [])]
        open_, phone = number(sum(one.queue.values())), number(one.to_phone)
        table.add_row(one.practice, _stand(one), open_, phone, share, _list(alerts, "–"))
    return table


def _stand(seen: PracticeStatus) -> Text:
    if seen.removed:
        return Text(tr("removed"), "dim")
    return Text(tr("paused"), "yellow") if seen.stopped else Text(tr("active"), "green")

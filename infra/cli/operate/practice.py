"""`vitosms practice`: register a practice, see them all, pause and resume its sending, replace its database."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from chalicelib.aws.deployment import Deployment
from chalicelib.planning.alerts import AlertKind, kind_label, parse_cause
from chalicelib.practice.practice import Practice
from chalicelib.schedule.job import Job, Tick, next_tick
from infra.account.dashboards import MONTHLY_USD
from infra.cli.core.arguments import first_reason_stays, practice_id, short_text
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import Said, text_document, text_documents
from infra.cli.core.options import StageOptions, Yes, group
from infra.cli.core.output import answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.cli.core.unread import nobody_is_told
from infra.cli.operate.practice_dashboard import dashboard
from infra.cli.operate.practice_database import Insecure, unread, url_given
from infra.cli.operate.practice_policy import policy
from infra.cli.operate.practice_registration import check_given, check_new, register
from infra.cli.operate.practice_removal import Id, reinstate, remove
from infra.cli.operate.practice_state import next_of, practice_document, state_of
from infra.language import job_words, moment, moment_with_year, said
from infra.translation import tr

UNREAD = 1  # exit code
AllSettings = Annotated[
    bool, typer.Option("--all-settings", help="Save all its settings even if the stage has 300 practices.")
]
_COLOURS = {"active": "green", "stopped": "yellow", "removed": "dim"}

app = group()


@app.command()
def add(
    options: StageOptions,
    practice: Id,
    database: Annotated[
        str | None,
        typer.Option(metavar="-|URL", help="- reads mssql://user:pass@host:1433/db from stdin."),
    ] = None,
    sender: Annotated[
        list[str] | None,
        typer.Option(metavar="MAIL", help="A sender address of its e-mails; may be repeated."),
    ] = None,
    meldung_an: Annotated[
        list[str] | None, typer.Option(metavar="MAIL", help="An address that gets its alerts; may be repeated.")
    ] = None,
    all_settings: AllSettings = False,
    insecure_argument: Insecure = False,
) -> None:
    """Register a practice with its jobs and settings. Nothing is sent until its settings allow it.

    Exit code 1: it is registered, but its database cannot be read from here.
    """
    practice_id(practice, "ID")
    people = check_given(sender or [], meldung_an or [])
    url = url_given("--database", database, insecure_argument) if database else None
    with connected(options.stage) as deployment:
        check_new(practice, deployment)
        added, told = register(practice, url, sender or [], people, deployment, all_settings)
        why = unread(deployment, practice)
        found = deployment.practice(practice)
    nobody = [] if people or found.validated.switches.values.get("MeldungAn", True) else [nobody_is_told(practice)]
    told += [*nobody, *why]
    _answer_changed(options, found, deployment, _registered(found.id, deployment), told, settings_added=added)
    if url and why:
        raise typer.Exit(UNREAD)


def _registered(practice: str, deployment: Deployment) -> str:
    """The sentence about a new practice, and the commands that one may want next, a line each."""
    lines = [
        tr("{practice}: registered in stage {stage}; switch it on with: vitosms switches set TerminerinnerungSenden Ja "
           "--practice {practice}", practice=practice, stage=deployment.stage),
        tr("A dashboard of it in CloudWatch, for up to {total} USD a month: vitosms practice dashboard {practice}",
           total=f"{MONTHLY_USD:.2f}", practice=practice),
    ]  # fmt: skip
    if deployment.clients.settings.user_pool:
        lines += [tr("Who may sign in to the desk: vitosms people add --practice {practice}", practice=practice)]
    return "\n".join(lines)


@app.command("list")
def list_practices(options: StageOptions) -> None:
    """Show all practices: active, paused or removed, the next run, and open alerts."""
    with connected(options.stage) as deployment:
        found = [deployment.practice(one) for one in deployment.clients.practices.ids()]
        stop, told = deployment.stop, deployment.stopped()
    table = new_table(tr("Practice"), tr("State"), tr("Next run"), tr("Alerts"))
    for one in found:
        runs = sorted((at, job) for job, times in next_of(one, deployment).items() for at in times)
        upcoming = f"{moment(runs[0][0], one.zone)}\n{job_words(runs[0][1])}" if runs else "–"
        alerts = "\n".join(dict.fromkeys(_alert_name(cause) for cause in sorted(one.record.alerts)))
        table.add_row(
            _name(one, deployment), _state_text(one, deployment), upcoming, Text(alerts or "–", "red" if alerts else "")
        )
    documents = [practice_document(one, deployment) for one in found]
    shown = table if found else Text(tr("No practice is registered."))
    answer(
        options.as_json,
        {"stage": options.stage, "stopped": text_document(stop), "practices": documents},
        *hints(told),
        shown,
    )


@app.command()
def pause(
    options: StageOptions,
    practice: Id,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="The practice reads it: no personal data.")],
) -> None:
    """Stop sending for a practice until it is resumed; preparing continues."""
    from chalicelib.aws.stop_marks import by_operator

    words = short_text("--reason", reason)
    with connected(options.stage) as deployment:
        before = deployment.practice_to_change(practice)
        stopped = deployment.clients.stops.stop(before.id, by_operator(words))
        found = deployment.practice(practice)
    text = tr(
        "{practice}: paused ({why})" if stopped else "{practice}: already paused ({why})",
        practice=practice, why=said(found.record.stopped),
    )  # fmt: skip
    told = [] if found.record.stopped == by_operator(words) else [first_reason_stays(f"practice resume {practice}")]
    _answer_changed(options, found, deployment, text, told)


@app.command()
def resume(options: StageOptions, practice: Id, yes: Yes = False) -> None:
    """Resume sending for a practice; today's interrupted send run continues."""
    with connected(options.stage) as deployment:
        before, parts = deployment.practice_to_change(practice), deployment.clients
        if why := "; ".join(map(said, filter(None, (before.record.stopped, before.record.emails_stopped)))):
            confirmed(tr("Resume sending for {practice} (paused: {why})?", practice=before.id, why=why), yes)
        resumed = parts.stops.resume(before.id, deployment.now)
        parts.raised_alerts.end(before.record, AlertKind.STOPPED, "")
        if resumed:
            parts.jobs.reopen_slot(before.id, Job.SEND, next_tick(Tick.SEND, deployment.now))
        found, told = deployment.practice(practice), deployment.stopped()
    send = next_of(found, deployment).get(Job.SEND)
    text = tr("{practice}: resumed" if resumed else "{practice}: was not paused", practice=practice)
    if send:
        text += f"; {tr('the next send run is {moment}', moment=moment_with_year(send[0], found.zone))}"
    _answer_changed(options, found, deployment, text, told)


app.command()(remove)
app.command()(dashboard)
app.command()(reinstate)
app.command()(policy)


@app.command("database")
def replace_database(
    options: StageOptions,
    practice: Id,
    url: Annotated[
        str,
        typer.Argument(
            metavar="-|URL",
            help="- reads mssql://user:pass@host:1433/db or sqlite:///practice.db from stdin.",
        ),
    ],
    insecure_argument: Insecure = False,
) -> None:
    """Replace the URL of a practice's database; the next run reads from there."""
    new = url_given("URL", url, insecure_argument)
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(practice)
        deployment.clients.parameters.save_database_url(found.id, new)
        told = unread(deployment, found.id)
    text = tr(
        "{practice}: the database URL is replaced"
        if told
        else "{practice}: the database URL is replaced, and the database can be read from here",
        practice=found.id,
    )
    answer(options.as_json, {"practice": found.id, "warnings": text_documents(told)}, text, *hints(told))


def _answer_changed(
    options: StageOptions,
    practice: Practice,
    deployment: Deployment,
    text: str,
    told: Sequence[Said],
    **more: int | None,
) -> None:
    document = {**practice_document(practice, deployment), **more, "warnings": text_documents(told)}
    answer(options.as_json, document, text, *hints(told))


def _name(practice: Practice, deployment: Deployment) -> str:
    return f"{practice.id}\n{tr('test practice')}" if deployment.watches(practice.id) else practice.id


def _alert_name(cause: str) -> str:
    return said(kind_label(parse_cause(cause)[0]))


def _state_text(practice: Practice, deployment: Deployment) -> Text:
    state = state_of(practice, deployment)
    word = {"active": tr("active"), "stopped": tr("paused"), "removed": tr("removed")}[state]
    record = practice.record
    why = f"\n{said(record.stopped) or tr('like all practices')}" if state == "stopped" else ""
    why += f"\n{said(record.emails_stopped)}" if record.emails_stopped else ""
    return Text.assemble((word, _COLOURS[state]), why)

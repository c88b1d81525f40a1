"""`vitosms practice`: register a practice, see them all, pause and resume its sending, remove it."""

from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.groups import ACTIVE_GROUPS
from chalicelib.entries.states import State
from chalicelib.planning.alerts import AlertKind, kind_label, parse_cause
from chalicelib.planning.outlook import next_runs
from chalicelib.practice.practice import Practice
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.text import Text as Message
from infra.cli.core.arguments import first_reason_stays, practice_id, short_text
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import local, text_document, text_documents
from infra.cli.core.options import StageOptions, Yes, group
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.cli.operate.practice_database import unread, url_given
from infra.cli.operate.practice_registration import check_given, check_new, set_up
from infra.language import job_words, moment, moment_with_year, number, said
from infra.translation import tr, trn

_COLOURS = {"active": "green", "stopped": "yellow", "removed": "dim"}

Id = Annotated[str, typer.Argument(metavar="ID", help="The ID of the practice.")]

app = group()


@app.command()
def add(
    options: StageOptions,
    practice: Id,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL|-", help="mssql://user:pass@host:1433/db; - reads the URL from stdin."),
    ] = None,
    sender: Annotated[
        list[str] | None,
        typer.Option(metavar="MAIL", help="A sender address of its e-mails; may be repeated."),
    ] = None,
    meldung_an: Annotated[
        list[str] | None, typer.Option(metavar="MAIL", help="An address that gets its alerts; may be repeated.")
    ] = None,
) -> None:
    """Register a practice with its jobs. Nothing is sent until its settings allow it."""
    practice_id(practice, "ID")
    people = check_given(sender or [], meldung_an or [])
    url = url_given("--database", database) if database else None
    with connected(options.stage) as deployment:
        check_new(practice, deployment)
        told = set_up(practice, url, sender or [], people, deployment)
        found = deployment.practice(practice)
    text = tr(
        "{practice}: registered in stage {stage}; switch it on with: vitosms switches set TerminerinnerungSenden Ja",
        practice=practice, stage=options.stage,
    )  # fmt: skip
    answer(options.as_json, {**_document(found, deployment), "warnings": text_documents(told)}, text, *hints(told))


@app.command("list")
def list_practices(options: StageOptions) -> None:
    """Show all practices: active, paused or removed, the next run, and open alerts."""
    with connected(options.stage) as deployment:
        found = [deployment.practice(one) for one in deployment.clients.practices.ids()]
        stop, told = deployment.stop, deployment.stopped()
    table = new_table(tr("Practice"), tr("State"), tr("Next run"), tr("Alerts"))
    for one in found:
        runs = sorted((at, job) for job, times in _next(one, deployment).items() for at in times)
        upcoming = f"{moment(runs[0][0], one.zone)}\n{job_words(runs[0][1])}" if runs else "–"
        alerts = "\n".join(dict.fromkeys(_alert_name(cause) for cause in sorted(one.record.alerts)))
        table.add_row(
            _name(one, deployment), _state_text(one, deployment), upcoming, Text(alerts or "–", "red" if alerts else "")
        )
    documents = [_document(one, deployment) for one in found]
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
    answer(options.as_json, {**_document(found, deployment), "warnings": text_documents(told)}, text, *hints(told))


@app.command()
def resume(options: StageOptions, practice: Id, yes: Yes = False) -> None:
    """Resume sending for a practice; today's interrupted send run continues."""
    with connected(options.stage) as deployment:
        before, parts = deployment.practice_to_change(practice), deployment.clients
        if why := before.record.stopped:
            confirmed(tr("Resume sending for {practice} (paused: {why})?", practice=before.id, why=said(why)), yes)
        resumed = parts.stops.resume(before.id)
        parts.raised_alerts.end(before.record, AlertKind.STOPPED, "")
        if resumed:
            parts.jobs.reopen_slot(before.id, Job.SEND, next_tick(Tick.SEND, deployment.now))
        found, told = deployment.practice(practice), deployment.stopped()
    send = _next(found, deployment).get(Job.SEND)
    text = tr("{practice}: resumed" if resumed else "{practice}: was not paused", practice=practice)
    if send:
        text += f"; {tr('the next send run is {moment}', moment=moment_with_year(send[0], found.zone))}"
    answer(options.as_json, {**_document(found, deployment), "warnings": text_documents(told)}, text, *hints(told))


@app.command()
def remove(options: StageOptions, practice: Id, yes: Yes = False) -> None:
    """Stop preparing and sending for a practice; cancel waiting entries and refund reserved ones."""
    from chalicelib.admin.removal import COLLECTED_FOR, remove_practice

    with connected(options.stage) as deployment:
        found, parts = deployment.practice(practice), deployment.clients
        confirmed(_would_remove(found, deployment), yes)
        counts = remove_practice(found.id, deployment.now, parts.practices, parts.store)
        after = deployment.practice(practice)
    cancelled, refunded = counts.total(), counts[State.RESERVED]
    until = (after.record.removed or deployment.now) + COLLECTED_FOR
    text = tr(
        "{practice}: removed; entries cancelled: {cancelled}, refunded: {refunded}; receipts are collected "
        "until {moment}",
        practice=practice, cancelled=number(cancelled), refunded=number(refunded),
        moment=moment_with_year(until, after.zone),
    )  # fmt: skip
    left = tr("to delete manually: the parameters under {path} and the secrets of the practice",
              path=after.saved.path)  # fmt: skip
    document = {"cancelled": cancelled, "refunded": refunded, "receipts_until": local(until, after.zone)}
    answer(options.as_json, {**_document(after, deployment), **document}, text, left)


@app.command("database")
def replace_database(
    options: StageOptions,
    practice: Id,
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL|-",
            help="mssql://user:pass@host:1433/db or sqlite:///practice.db; - reads the URL from stdin.",
        ),
    ],
) -> None:
    """Replace the URL of a practice's database; the next run reads from there."""
    new = url_given("URL", url)
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


def _would_remove(practice: Practice, deployment: Deployment) -> str:
    entries = deployment.clients.store.entries_in(practice.id, ACTIVE_GROUPS)
    waiting = sum(entry.state is State.PREPARED for entry in entries)
    reserved = [entry for entry in entries if entry.state is State.RESERVED]
    effects = []
    if waiting:
        effects.append(
            trn("{count} waiting entry is cancelled", "{count} waiting entries are cancelled",
                waiting, count=number(waiting))
        )  # fmt: skip
    if reserved:
        credits = said(Message("credits", count=sum(entry.credits for entry in reserved)))
        effects.append(
            trn("{count} reserved entry is cancelled and refunded ({credits})",
                "{count} reserved entries are cancelled and refunded ({credits})",
                len(reserved), count=number(len(reserved)), credits=credits)
        )  # fmt: skip
    effects.append(tr("its jobs stop"))
    return tr("Remove {practice}: {effects}. Continue?", practice=practice.id, effects=", ".join(effects))


def _next(practice: Practice, deployment: Deployment) -> dict[Job, list[datetime]]:
    now = deployment.now
    return {job: next_runs(practice, job, now, 1) for job in practice.record.jobs}


def _name(practice: Practice, deployment: Deployment) -> str:
    return f"{practice.id}\n{tr('test practice')}" if deployment.watches(practice.id) else practice.id


def _alert_name(cause: str) -> str:
    return said(kind_label(parse_cause(cause)[0]))


def _state(practice: Practice, deployment: Deployment) -> str:
    """As the document has it."""
    if practice.record.removed:
        return "removed"
    return "stopped" if practice.record.stopped or deployment.stop else "active"


def _state_text(practice: Practice, deployment: Deployment) -> Text:
    state = _state(practice, deployment)
    word = {"active": tr("active"), "stopped": tr("paused"), "removed": tr("removed")}[state]
    why = f"\n{said(practice.record.stopped) or tr('like all practices')}" if state == "stopped" else ""
    return Text.assemble((word, _COLOURS[state]), why)


def _document(practice: Practice, deployment: Deployment) -> Document:
    record, zone = practice.record, practice.zone
    runs = {job.value: local(times[0], zone) if times else None for job, times in _next(practice, deployment).items()}
    state: Document = {"practice": practice.id, "canary": deployment.watches(practice.id)}
    state |= {"state": _state(practice, deployment), "stopped": text_document(record.stopped)}
    state |= {"removed_at": local(record.removed, zone), "email_senders": sorted(record.email_senders)}
    alerts = [{"kind": kind, "subject": subject} for kind, subject in sorted({*map(parse_cause, record.alerts)})]
    return {**state, "next_runs": runs, "alerts": alerts}

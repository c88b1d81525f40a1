"""`vitosms practice`: register a practice, see them all, pause and resume its sending, remove it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.groups import ACTIVE_GROUPS
from chalicelib.entries.states import State
from chalicelib.messages.recipient import NoAddress, email_address
from chalicelib.planning.alerts import AlertKind, kind_label, parse_cause
from chalicelib.planning.outlook import next_runs
from chalicelib.practice.practice import Practice
from chalicelib.practice.switches import check_value
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.schedule.job_state import new_jobs
from chalicelib.schedule.time_zone import DEFAULT, zone_named
from infra.cli.core.arguments import ArgumentError, first_reason_stays, practice_id, short_text
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import local, text_document, text_documents
from infra.cli.core.options import StageOptions, Yes, group
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.cli.operate.practice_database import Id, replace_database, unread, url_given
from infra.language import counted, job_words, moment, moment_with_year, said

_MELDUNG_AN = "MeldungAn"
_STATES = {"aktiv": "active", "angehalten": "stopped", "entfernt": "removed"}

app = group()
app.command("database")(replace_database)


@app.command()
def add(
    options: StageOptions,
    practice: Id,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL|-", help="mssql://user:pass@host:1433/db; - reads it from stdin, off the history."),
    ] = None,
    sender: Annotated[
        list[str] | None,
        typer.Option(metavar="MAIL", help="An AbsenderEMail that e-mails may come from; may be repeated."),
    ] = None,
    meldung_an: Annotated[
        list[str] | None, typer.Option(metavar="MAIL", help="Who gets the alerts of the practice; may be repeated.")
    ] = None,
) -> None:
    """Register a practice with its jobs, due from now on. Nothing is sent before its switches say so."""
    people = check_given(practice, sender or [], meldung_an or [])
    url = url_given("--database", database) if database else None
    with connected(options.stage) as deployment:
        _check_new(practice, deployment)
        told = set_up(practice, url, sender or [], people, deployment)
        found = deployment.practice(practice)
    then = "switch it on with vitosms switches set TerminerinnerungSenden Ja"
    text = f"{practice}: registered in stage {options.stage}; {then}"
    answer(options.as_json, {**_document(found, deployment), "warnings": text_documents(told)}, text, *hints(told))


@app.command("list")
def list_practices(options: StageOptions) -> None:
    """All practices: active, stopped or removed, the next run, and the alerts that are not over."""
    with connected(options.stage) as deployment:
        found = [deployment.practice(one) for one in deployment.clients.practices.ids()]
        stop, told = deployment.stop, deployment.stopped()
    table = new_table("Praxis", "Stand", "Nächster Lauf", "Meldungen")
    for one in found:
        runs = sorted((at, job) for job, times in _next(one, deployment).items() for at in times)
        upcoming = f"{moment(runs[0][0], one.zone)}\n{job_words(runs[0][1])}" if runs else "–"
        alerts = "\n".join(dict.fromkeys(_alert_name(cause) for cause in sorted(one.record.alerts)))
        table.add_row(
            _name(one, deployment), _state_text(one, deployment), upcoming, Text(alerts or "–", "red" if alerts else "")
        )
    documents = [_document(one, deployment) for one in found]
    shown = table if found else Text("Es ist keine Praxis registriert.")
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
    reason: Annotated[str, typer.Option(metavar="TEXT", help="The practice reads it, as it stands: nothing personal.")],
) -> None:
    """Send nothing for a practice until it is resumed; preparing goes on."""
    from chalicelib.aws.stop_marks import by_operator

    words = short_text("--reason", reason)
    with connected(options.stage) as deployment:
        before = deployment.practice_to_change(practice)
        stopped = deployment.clients.stops.stop(before.id, by_operator(words))
        found = deployment.practice(practice)
    stop = said(found.record.stopped)
    why = f"«{stop}»"
    text = f"{practice}: paused, {why}" if stopped else f"{practice}: it is paused already, {why}"
    told = [] if found.record.stopped == by_operator(words) else [first_reason_stays(f"practice resume {practice}")]
    answer(options.as_json, {**_document(found, deployment), "warnings": text_documents(told)}, text, *hints(told))


@app.command()
def resume(options: StageOptions, practice: Id, yes: Yes = False) -> None:
    """Send again for a practice; a send slot of today that is still open goes on."""
    with connected(options.stage) as deployment:
        before, parts = deployment.practice_to_change(practice), deployment.clients
        if why := before.record.stopped:
            confirmed(f"Send again for {before.id} (paused: {said(why)})?", yes)
        resumed = parts.stops.resume(before.id)
        parts.raised_alerts.end(before.record, AlertKind.STOPPED, "")
        if resumed:
            parts.jobs.reopen_slot(before.id, Job.SEND, next_tick(Tick.SEND, deployment.now))
        found, told = deployment.practice(practice), deployment.stopped()
    send = _next(found, deployment).get(Job.SEND)
    when = f"; the next send run is {moment_with_year(send[0], found.zone)}" if send else ""
    text = f"{practice}: {'resumed' if resumed else 'it was not paused'}{when}"
    answer(options.as_json, {**_document(found, deployment), "warnings": text_documents(told)}, text, *hints(told))


@app.command()
def remove(options: StageOptions, practice: Id, yes: Yes = False) -> None:
    """Prepare and send nothing more for a practice; what waits is cancelled, what is reserved refunded."""
    from chalicelib.admin.removal import COLLECTED_FOR, remove_practice

    with connected(options.stage) as deployment:
        found, parts = deployment.practice(practice), deployment.clients
        confirmed(f"{_would_remove(found, deployment)}. Do it?", yes)
        counts = remove_practice(found.id, deployment.now, parts.practices, parts.store)
        after = deployment.practice(practice)
    refunded = counts[State.RESERVED]
    until = (after.record.removed or deployment.now) + COLLECTED_FOR
    text = (
        f"{practice}: removed; {counted(counts.total(), 'entry', 'entries')} cancelled, {refunded} of them refunded; "
        f"receipts are harvested until {moment_with_year(until, after.zone)}"
    )
    left = f"what is left to delete by hand: the parameters under {after.saved.path} and its secrets"
    document = {"cancelled": counts.total(), "refunded": refunded, "receipts_until": local(until, after.zone)}
    answer(options.as_json, {**_document(after, deployment), **document}, text, left)


def check_given(practice: str, senders: Sequence[str], meldung_an: Sequence[str]) -> str:
    """The value of MeldungAn. Raises ArgumentError for what is no id and no address."""
    practice_id(practice, "practice")
    people = ", ".join(meldung_an)
    if wrong := check_value(_MELDUNG_AN, people, _MELDUNG_AN):
        raise ArgumentError(said(wrong))
    for address in senders:
        if isinstance(email_address(address), NoAddress):
            raise ArgumentError(f"--sender {address!r}: this is no e-mail address")
    return people


def _check_new(practice: str, deployment: Deployment) -> None:
    record = deployment.clients.practices.record(practice)
    if record is not None:
        removed = f", removed on {record.removed:%F} and harvested for eight days" if record.removed else ""
        raise ArgumentError(f"practice {practice!r} exists already{removed}; nothing was changed")


def set_up(practice: str, url: str | None, senders: Sequence[str], people: str, deployment: Deployment) -> list[str]:
    """Store the secret, then the practice, then its people, whose event finds it; returns what a person should know."""
    parts = deployment.clients
    if url:
        parts.parameters.save_database_url(practice, url)
    checked = ValidatedParameters(parts.parameters.saved(practice))
    zone = checked.switches.values.get("Zeitzone", zone_named(DEFAULT)).key
    parts.practices.add(practice, senders, new_jobs(practice, checked.jobs.schedules, zone, deployment.now))
    if people:
        parts.parameters.save(practice, f"Schalter/{_MELDUNG_AN}", people)
    told = [] if senders else ["no --sender is given: only SMS will be sent, no e-mail to patients"]
    return [*told, *unread(deployment, practice)]


def _would_remove(practice: Practice, deployment: Deployment) -> str:
    entries = deployment.clients.store.entries_in(practice.id, ACTIVE_GROUPS)
    waiting = sum(entry.state is State.PREPARED for entry in entries)
    reserved = [entry for entry in entries if entry.state is State.RESERVED]
    credits = counted(sum(entry.credits for entry in reserved), "credit", "credits")
    return (
        f"Removing {practice.id} cancels {counted(waiting, 'waiting entry', 'waiting entries')} and "
        f"{len(reserved)} reserved ones with a refund of {credits}, and ends its jobs"
    )


def _next(practice: Practice, deployment: Deployment) -> dict[Job, list[datetime]]:
    now = deployment.now
    return {job: next_runs(practice, job, now, 1) for job in practice.record.jobs}


def _name(practice: Practice, deployment: Deployment) -> str:
    return f"{practice.id}\nTestpraxis" if deployment.watches(practice.id) else practice.id


def _alert_name(cause: str) -> str:
    return said(kind_label(parse_cause(cause)[0]))


def _state(practice: Practice, deployment: Deployment) -> str:
    if practice.record.removed:
        return "entfernt"
    return "angehalten" if practice.record.stopped or deployment.stop else "aktiv"


def _state_text(practice: Practice, deployment: Deployment) -> Text:
    word = _state(practice, deployment)
    why = f"\n{said(practice.record.stopped) or 'wie alle Praxen'}" if word == "angehalten" else ""
    colour = {"aktiv": "green", "angehalten": "yellow"}.get(word, "dim")
    return Text.assemble((word, colour), why)


def _document(practice: Practice, deployment: Deployment) -> Document:
    record, zone = practice.record, practice.zone
    runs = {job.value: local(times[0], zone) if times else None for job, times in _next(practice, deployment).items()}
    state: Document = {"practice": practice.id, "canary": deployment.watches(practice.id)}
    state |= {"state": _STATES[_state(practice, deployment)], "stopped": text_document(record.stopped)}
    state |= {"removed_at": local(record.removed, zone), "email_senders": sorted(record.email_senders)}
    alerts = [{"kind": kind, "subject": subject} for kind, subject in sorted({*map(parse_cause, record.alerts)})]
    return {**state, "next_runs": runs, "alerts": alerts}

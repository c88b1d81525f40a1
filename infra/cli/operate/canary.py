"""`vitosms canary`: a test message to the operator, every day, on the way of every other message."""

import re
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.text import Text

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.credits import TopUp
from chalicelib.entries.groups import Group
from chalicelib.entries.states import State
from chalicelib.messages.recipient import Channel, NoAddress, email_address, mobile_number
from chalicelib.planning.alerts import AlertKind, parse_cause
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import Licence
from chalicelib.practice_db.canary import LICENCE, MANDANT
from chalicelib.practice_db.url import Canary, address_of
from chalicelib.schedule.job import GRID_MINUTE, SCHEDULED, TICK_OF, Job
from infra.cli.core.arguments import ArgumentError, practice_id, refused
from infra.cli.core.documents import Said, local, text_documents
from infra.cli.core.options import StageOptions, Yes, group
from infra.cli.core.output import Document, answer, hints, say
from infra.cli.core.stage import connected
from infra.cli.operate import practice_removal
from infra.cli.operate.practice_registration import set_up
from infra.language import moment_with_year, said
from infra.translation import speaking, tr

_WATCHED_FOR = timedelta(hours=28)  # as the alarm canary-not-delivered in infra/resources.yaml
_CREDITS = 10_000  # one a day
_OVERDUE = 1  # exit code
_TIME = re.compile(r"([01]\d|2[0-3]):(00|15|30|45)", re.ASCII)
_ALWAYS = {
    "Schalter/TerminerinnerungSenden": "Ja",
    "Schalter/Versandfenster": "00:00-24:00",
    "Schalter/AufbewahrungTage": "10",
}

Id = Annotated[str, typer.Option("--practice", metavar="ID", help="The ID of the test practice.")]
CANARY = "canary"

app = group()


@app.command()
def add(
    options: StageOptions,
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="The operator's e-mail address or mobile number.")],
    at: Annotated[str, typer.Option(metavar="HH:MM", help="Time of day in Zurich, on the quarter hour.")] = "07:00",
    sender: Annotated[
        str | None, typer.Option(metavar="MAIL", help="The sender of its e-mails; by default the stage's AlertSender.")
    ] = None,
    practice: Id = CANARY,
) -> None:
    """Register a test practice that sends one message a day, or change its address or time."""
    practice_id(practice)
    plans = _plans(at)
    with connected(options.stage) as deployment:
        address = _address(to, sender, deployment)
        registered = _registered(practice, address, deployment)
        _set_up(practice, address, plans, registered, deployment)
        found, watched = deployment.practice(practice), deployment.watches(practice)
        told: list[Said] = [*deployment.stopped()]
    if not watched:
        told.append(
            tr("No alarm watches it until the stage is deployed with CanaryPractice={practice}", practice=practice)
        )
    text = tr(
        "{practice}: changed; sends one message a day to {address}, starting at the next {time}"
        if registered
        else "{practice}: registered; sends one message a day to {address}, starting at the next {time}",
        practice=practice, time=at, address=to,
    )  # fmt: skip
    document: Document = {"practice": found.id, "daily_at": at, "to": address.to, "sender": address.sender}
    document |= {"watched": watched, "warnings": text_documents(told)}
    answer(options.as_json, document, text, *hints(told))


@app.command()
def status(options: StageOptions, practice: Id = CANARY) -> None:
    """Show when a test message was last delivered; exit code 1 if that is too long ago."""
    with connected(options.stage) as deployment:
        found = _canary(practice, deployment)
        ended = [*deployment.clients.store.open_entries(found.id, Group.ENDED)]
        watched = deployment.watches(found.id)
        told: list[Said] = [*deployment.stopped()]
    told += [tr("Paused: {why}", why=said(found.record.stopped))] if found.record.stopped else []
    last = max((entry.changed_at for entry in ended if entry.state is State.DELIVERED), default=None)
    first = None if last or ended else _first(found, deployment)
    overdue = first is None and (last is None or deployment.now - last > _WATCHED_FOR)
    text = Text(_delivered(found, last, first), "bold red" if overdue else "green")
    document: Document = {"practice": found.id, "delivered_at": local(last, found.zone)}
    document |= {"first_run": local(first, found.zone), "overdue": overdue, "watched": watched}
    answer(options.as_json, {**document, "warnings": text_documents(told)}, text, *hints(told))
    if overdue:
        raise typer.Exit(_OVERDUE)


@app.command()
def remove(options: StageOptions, practice: Id = CANARY, yes: Yes = False) -> None:
    """Remove the test practice. Its alarm is raised unless the stage is first deployed without CanaryPractice."""
    with connected(options.stage) as deployment:
        found = _canary(practice, deployment)
        if deployment.watches(found.id) and not yes:
            warning = tr(
                "{practice} is watched: its alarm is raised {hours} hours after its last message, unless you first "
                "run: vitosms deploy --parameter CanaryPractice=",
                practice=found.id, hours=_WATCHED_FOR // timedelta(hours=1),
            )  # fmt: skip
            say(warning, sys.stderr)
    practice_removal.remove(options, practice, practice if yes else None)


def _delivered(found: Practice, last: datetime | None, first: datetime | None) -> str:
    """When the last message was delivered, or the first one of a new canary is prepared."""
    if first:
        moment = moment_with_year(first, found.zone)
        return tr("{practice}: new; its first message is prepared on {moment}", practice=found.id, moment=moment)
    if last:
        return tr("{practice}: last delivered {moment}", practice=found.id, moment=moment_with_year(last, found.zone))
    return tr("{practice}: never delivered, or too long ago to be known", practice=found.id)


def _first(found: Practice, deployment: Deployment) -> datetime | None:
    """When (UTC) the first message of a new canary is prepared; None if one should have been, or its run failed."""
    begun = bool(deployment.clients.store.entries_in(found.id))
    due = found.record.jobs[Job.PREPARE_REMINDERS].due
    failed = any(parse_cause(cause)[0] == AlertKind.RUN_FAILED for cause in found.record.alerts)
    return None if begun or failed or due <= deployment.now else due


def _plans(at: str) -> dict[Job, str]:
    """The schedules: prepared at that time, then each job on the grid of its rule."""
    if not _TIME.fullmatch(at):
        raise refused("--at", at, tr("must be on the quarter hour, such as 07:00 or 07:15"))
    start = datetime.strptime(at, "%H:%M")  # noqa: DTZ007 - a time of day
    jobs = [job for job in SCHEDULED if job is not Job.PREPARE_BIRTHDAYS]
    times = {job: start + timedelta(minutes=GRID_MINUTE[TICK_OF[job]]) for job in jobs}
    return {job: f"täglich {time:%H:%M}" for job, time in times.items()}


def _address(to: str, sender: str | None, deployment: Deployment) -> Canary:
    address = email_address(to) if "@" in to else mobile_number(to)
    if isinstance(address, NoAddress):
        raise refused("--to", to, tr("must be an e-mail address, or a mobile number such as +41 79 000 00 01"))
    given = sender or deployment.clients.settings.alert_sender
    if not given and address.channel is Channel.SMS:
        return Canary(address.value)
    if not given:
        raise ArgumentError(tr("--sender is missing: give an address verified with SES (the stage has no AlertSender)"))
    verified = email_address(given)
    if isinstance(verified, NoAddress):
        raise refused("--sender", given, tr("not an e-mail address"))
    return Canary(address.value, verified.value)


def _registered(practice: str, address: Canary, deployment: Deployment) -> bool:
    """Whether there is this canary already; any other practice of its id is left alone."""
    if deployment.clients.practices.record(practice) is None:
        return False
    record = _canary(practice, deployment).record
    if "@" in address.to and (address.sender or "").casefold() not in record.email_senders:
        senders = ", ".join(sorted(record.email_senders))
        raise ArgumentError(
            tr(
                "{practice} is registered with the sender {senders}; for another one give another --practice"
                if senders
                else "{practice} is registered without a sender; to add one give another --practice",
                practice=practice, senders=senders,
            )
        )  # fmt: skip
    return True


def _canary(practice: str, deployment: Deployment) -> Practice:
    """The test practice; raises ArgumentError for a practice with patients."""
    from chalicelib.aws.parameter_store import ParameterError

    found = deployment.practice_to_change(practice)
    try:
        address = address_of(deployment.clients.parameters.database_url(found.id))
    except ParameterError:
        address = None
    if not isinstance(address, Canary):
        raise ArgumentError(
            tr("{practice} is a practice with patients, not a test practice; nothing was changed", practice=found.id)
        )
    return found


def _set_up(practice: str, address: Canary, plans: Mapping[Job, str], registered: bool, deployment: Deployment) -> None:
    """All that a practice needs, before its jobs are there; each step may be done again."""
    parts = deployment.clients
    schedules = {f"Auftraege/{job}/Zeitplan": plan for job, plan in plans.items()}
    for name, value in {**_ALWAYS, **_messages(parts.settings.operator_language), **schedules}.items():
        parts.parameters.save(practice, name, value)
    parts.practices.add_licence(practice, Licence(LICENCE))
    parts.store.top_up(practice, TopUp(MANDANT, "vitosms canary add", _CREDITS, deployment.now))
    if registered:
        parts.parameters.save_database_url(practice, address.url)
    else:
        set_up(practice, address.url, [address.sender] if address.sender else [], "", deployment)


def _messages(language: str) -> dict[str, str]:
    """The messages, in the operator's language."""
    with speaking(language):
        sms = tr("vitosms: daily test message, sending works. The appointment on [[Datum]] at [[Uhrzeit]] is made up.")
        subject = tr("vitosms: daily test")
        mail = [
            tr("This is the daily test message of vitosms. It was sent like every reminder; there is nothing to do."),
            tr(
                "The appointment on [[Datum]] at [[Uhrzeit]] is made up. If the message is missing one day, the alarm "
                "canary-not-delivered is raised."
            ),
        ]
    parts = {"SMS": sms, "E-Mail-Betreff": subject, "E-Mail-Text": "\n\n".join(mail)}
    templates = {f"Vorlagen/Terminerinnerung/{part}/{language}": text for part, text in parts.items()}
    return {"Schalter/Sprache": language, **templates}

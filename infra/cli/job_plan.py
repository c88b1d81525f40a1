"""What a practice's jobs will do, as it has saved them now: when they run, and what stands in the way."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.check import advice, job_as_saved
from chalicelib.job import GERMAN, SCHEDULED, TICK_OF, Job, next_tick
from chalicelib.job_record import JobRecord
from chalicelib.schedule import slot_day
from chalicelib.switches import SENDEN
from infra.cli.deployment import Practice


def jobs_of(practice: Practice, now: datetime) -> dict[Job, JobRecord]:
    """The jobs under the Zeitpläne that are saved, before the switches Lambda has moved them."""
    return {job: job_as_saved(record, practice.checked, now) for job, record in practice.record.jobs.items()}


def next_runs(practice: Practice, record: JobRecord, now: datetime, count: int) -> list[datetime]:
    """The next ticks (UTC) at which the job runs, those of an open slot included; none where it is not activated."""
    if not practice.checked.jobs.activated.get(record.job, True):
        return []
    runs = [record.due if record.due > now else next_tick(TICK_OF[record.job], now)]
    while len(runs) < count:
        runs.append(record.next_slot(runs[-1]))
    return runs


def next_send(practice: Practice, now: datetime) -> datetime | None:
    """The next tick (UTC) at which the practice sends; None where none is planned."""
    send = jobs_of(practice, now).get(Job.SEND)
    runs = next_runs(practice, send, now, 1) if send else []
    return runs[0] if runs else None


def hindrances(practice: Practice, job: Job) -> Iterator[str]:
    """Why a run of the job would do nothing: German sentences."""
    checked = practice.checked
    yield from (*checked.jobs.refusals(job), *checked.switches.refusals(job))
    if not checked.jobs.activated.get(job, True):
        yield f"Der Auftrag «{GERMAN[job]}» ist nicht aktiviert."
    if job in SENDEN and checked.switches.values.get(SENDEN[job]) is False:
        yield f"«{GERMAN[job]}» tut nichts: Der Schalter {SENDEN[job]} steht auf Nein."
    if job is Job.SEND and practice.record.stopped:
        yield f"Der Versand ist angehalten: {practice.record.stopped}"


def warnings(practice: Practice, now: datetime) -> list[str]:
    """Everything that a person should know of the jobs, once each."""
    removed = practice.record.removed
    if removed:
        return [f"Die Praxis ist am {removed.astimezone(practice.zone):%d.%m.%Y} entfernt worden."]
    told = [text for job in SCHEDULED for text in hindrances(practice, job)]
    told += advice(practice.checked, slot_day(now, practice.zone))
    return list(dict.fromkeys(told))

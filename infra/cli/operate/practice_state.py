"""How a practice stands: its state, its next runs, and both as every document of `vitosms practice` has them."""

from datetime import datetime

from chalicelib.aws.deployment import Deployment
from chalicelib.planning.alerts import parse_cause
from chalicelib.planning.outlook import next_runs
from chalicelib.practice.practice import Practice
from chalicelib.schedule.job import Job
from infra.cli.core.documents import local, text_document
from infra.cli.core.output import Document


def next_of(practice: Practice, deployment: Deployment) -> dict[Job, list[datetime]]:
    """The next run (UTC) of each job, if it has one."""
    now = deployment.now
    return {job: next_runs(practice, job, now, 1) for job in practice.record.jobs}


def state_of(practice: Practice, deployment: Deployment) -> str:
    """As the document has it."""
    if practice.record.removed:
        return "removed"
    return "stopped" if practice.record.stopped or deployment.stop else "active"


def practice_document(practice: Practice, deployment: Deployment) -> Document:
    record, zone = practice.record, practice.zone
    runs = {job.value: local(times[0], zone) if times else None for job, times in next_of(practice, deployment).items()}
    state: Document = {"practice": practice.id, "canary": deployment.watches(practice.id)}
    state |= {"state": state_of(practice, deployment), "stopped": text_document(record.stopped)}
    state |= {"emails_stopped": text_document(record.emails_stopped)}
    state |= {"removed_at": local(record.removed, zone), "email_senders": sorted(record.email_senders)}
    alerts = [{"kind": kind, "subject": subject} for kind, subject in sorted({*map(parse_cause, record.alerts)})]
    return {**state, "next_runs": runs, "alerts": alerts}

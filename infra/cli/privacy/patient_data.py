"""Find the data of a patient in the table, the practice database and the logs, to export or erase it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.admin.data_locations import (
    DataLocation,
    Line,
    Person,
    backup,
    external_locations,
    log_location,
    mentions,
    person_of,
    times_of,
)
from chalicelib.admin.personal_data import StoredData, collect
from chalicelib.aws.deployment import Deployment
from chalicelib.entries.groups import Group
from chalicelib.messages.recipient import Channel
from chalicelib.practice.names import nearest
from chalicelib.practice.practice import Practice
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.rules.candidate import parse_row
from chalicelib.text import Text
from infra.cli.core.arguments import refused
from infra.translation import tr

_EVER = date(1900, 1, 1)


@dataclass(frozen=True)
class Found:
    """All data of one patient; `unread` says why the practice database could not be read."""

    patient: str
    held: StoredData
    rows: Sequence[Mapping[str, object]]
    unread: Text | None
    transitions: Sequence[Line]  # of the activity log
    runs: Sequence[Line]  # of the job history, that mention the patient
    traces: Sequence[DataLocation]
    ahead: Sequence[datetime]  # start times (UTC) of future appointments; empty if the practice database cannot be read


def found_of(patient: str, practice: Practice, deployment: Deployment) -> Found:
    """Raises ArgumentError if the patient is unknown."""
    rows, unread = _rows(patient, practice, deployment)
    candidates = [parse_row(row, practice.zone) for row in rows]
    held = collect(patient, practice.record, candidates, deployment.clients)
    if not (rows or unread or held.entries or held.erased or held.stop):
        _refuse(patient, practice, deployment)
    numbers = [one.value for one in held.addresses if one.channel is Channel.SMS]
    appointments = [one.appointment for one in candidates if one.appointment]
    person = person_of(patient, held.entries, appointments, numbers)
    history = deployment.clients.history
    transitions = [line for line in history.activities(practice.id) if mentions(line, person)]
    runs = [line for line in history.runs(practice.id) if mentions(line, person)]
    traces = _traces(person, transitions, runs, held, practice, deployment)
    ahead = sorted(one.starts_at for one in candidates if one.starts_at and one.starts_at > deployment.now)
    return Found(patient, held, rows, unread, transitions, runs, traces, ahead)


def _rows(patient: str, practice: Practice, deployment: Deployment) -> tuple[list[Mapping[str, object]], Text | None]:
    from chalicelib.aws.parameter_store import ParameterError
    from chalicelib.aws.practice_database import practice_database

    payer = practice.validated.switches.values.get("DefaultSMSMandant")
    try:
        with practice_database(practice.record, deployment.clients) as database:
            return list(database.patient(patient, _EVER, payer)), None
    except (PracticeDatabaseError, ParameterError) as error:
        return [], error.text


def _refuse(patient: str, practice: Practice, deployment: Deployment) -> None:
    known = {one.patient for one in deployment.clients.store.entries_in(practice.id, Group)} - {""}
    if near := nearest(patient, known, 3):
        why = tr(
            "neither in the queue nor in the practice database of {practice}; did you mean {near}?",
            practice=practice.id, near=", ".join(near),
        )  # fmt: skip
    else:
        why = tr("neither in the queue nor in the practice database of {practice}", practice=practice.id)
    raise refused("--patient", patient[:64], why)


def _traces(
    person: Person,
    transitions: Sequence[Line],
    runs: Sequence[Line],
    held: StoredData,
    practice: Practice,
    deployment: Deployment,
) -> list[DataLocation]:
    """List the log groups that mention the patient, with their retention, and the other locations."""
    parts, settings, now = deployment.clients, deployment.clients.settings, deployment.now
    since = held.erased.at if held.erased else None
    printed = parts.history.of_entries(practice.id, person.keys, now - timedelta(days=3650))
    delivered = [line for line in printed if "outcome" in line]
    found: list[tuple[str, str, Sequence[datetime]]] = [
        ("activity_log", settings.activity_group, times_of(transitions)),
        ("job_history", settings.job_history_group, times_of(runs)),
        ("deliver_log", settings.deliver_group, times_of(delivered)),
    ]
    for log in parts.delivery_logs:
        receipts = log.since(now - timedelta(days=3650)) if person.numbers else ()
        at = [receipt.at for receipt in receipts if receipt.destination in person.numbers]
        found.append(("sms_failures" if log.group.endswith("Failure") else "sms_log", log.group, at))
    logs = [log_location(name, group, at, _retention(group), since) for name, group, at in found]
    return [*logs, backup(now), *external_locations()]


def _retention(group: str) -> int | None:
    """Return for how many days the log group keeps a line; None if for ever."""
    import boto3

    answer = boto3.client("logs").describe_log_groups(logGroupNamePrefix=group)
    days = [one.get("retentionInDays") for one in answer["logGroups"] if one["logGroupName"] == group]
    return days[0] if days else None


def plain(value: Any, practice: Practice) -> Any:
    """A value for a document: times are practice-local ISO."""
    if isinstance(value, datetime):
        return value.astimezone(practice.zone).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value

"""Sync: compare a practice's saved parameters with its job states; changes take effect immediately.

Called when a parameter has changed, and for every practice once a night, because the Parameter Store's events are best
effort. Every run also applies the schedules, so that a lost event costs a practice one slot at most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.aws.job_store import JobStore
from chalicelib.aws.parameter_store import ParameterError
from chalicelib.jobs.balance_alerts import check_balances
from chalicelib.jobs.ports import JobPorts
from chalicelib.jobs.run_log import send_alerts
from chalicelib.planning.alerts import OF_PARAMETERS, Alert, AlertKind, parse_cause
from chalicelib.planning.search_change import search_alert
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.validation import ValidatedParameters, advice, advice_depends_on, with_saved_schedules
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState, new_job
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text, joined, text_line

CHECK = "check"  # the subject of the alert that checks fail
_KINDS = (*OF_PARAMETERS, AlertKind.ADVICE, AlertKind.SEARCH)


def on_parameter_changed(name: str, operation: str, ports: JobPorts) -> None:
    """A parameter was saved or deleted: `/vitosms/<stage>/<practice>/…`, or a price under `/vitosms-tarif`.

    A setting that is new and has its default changes nothing, so the many that a new practice gets are not applied.
    """
    levels = name.split("/", 4)
    if levels[1] == "vitosms-tarif":
        check_tariff(ports)
    elif len(levels) > 3:
        practice, below = levels[3], levels[-1]
        if operation != "Create" or not ports.parameters.has_default(practice, below):
            apply_parameters(practice, ports)


def apply_parameters(practice: str, ports: JobPorts) -> ValidatedParameters | None:
    """Apply the practice's schedules and alert each wrong value or name once; None if there is no such practice."""
    now = ports.clock()
    record = ports.practices.record(practice)
    if record is None or record.removed is not None:
        return None
    checked = ValidatedParameters(ports.parameters.saved(practice))
    apply_schedules(record, checked, now, ports.jobs)
    practice_now = Practice(record, checked)
    alerts = _alerts(practice_now, now)
    new = [alert for cause, alert in alerts.items() if cause not in record.alerts]
    if new:
        switches = checked.switches
        send_alerts(record, new, switches.values.get("MeldungAn", ()), practice_now.reader, now, ports)
    for kind, subject in {parse_cause(cause) for cause in record.alerts}:
        if kind in _KINDS:
            ports.raised_alerts.end(record, kind, subject, but=alerts)
    ports.raised_alerts.end(record, AlertKind.DEAD_LETTER, CHECK)
    check_balances(practice_now, None, now, ports)
    return checked


def check_tariff(ports: JobPorts) -> None:
    """Alert the operator if a price of the deployment is wrong."""
    try:
        ports.parameters.tariff()
    except ParameterError as error:
        ports.alerts.notify_operator(Text("alert.tariff"), [Alert(AlertKind.INVALID, "", error.text, once=False)])


def apply_schedules(
    record: PracticeRecord, checked: ValidatedParameters, now: datetime, job_store: JobStore
) -> PracticeRecord:
    """Retime the jobs whose schedule or zone has changed; returns the record with the new jobs.

    A job whose own values are invalid keeps its times: its runs fail with the reason.
    """
    if record.removed is not None:
        return record
    jobs = with_saved_schedules(record.jobs, checked, now)
    for job, after in jobs.items():
        if after != record.jobs[job]:
            job_store.save(record.jobs[job], after)
    return replace(record, jobs=_with_summary(record.practice, jobs, checked, now, job_store))


def _with_summary(
    practice: str, jobs: dict[Job, JobState], checked: ValidatedParameters, now: datetime, job_store: JobStore
) -> dict[Job, JobState]:
    """Add or delete the job of the daily summary: a practice has it while MeldungAn has an address."""
    wanted = bool(checked.switches.values.get("MeldungAn"))
    if wanted and Job.SUMMARY not in jobs and Job.SEND in jobs:
        send = jobs[Job.SEND]
        summary = new_job(practice, Job.SUMMARY, checked.jobs.schedules, send.zone, now)
        job_store.add(summary)
        return {**jobs, Job.SUMMARY: summary}
    if not wanted and Job.SUMMARY in jobs:
        job_store.drop(practice, Job.SUMMARY)
        return {job: record for job, record in jobs.items() if job is not Job.SUMMARY}
    return jobs


def _alerts(practice: Practice, now: datetime) -> Mapping[str, Alert]:
    """Alerts about every wrong value or name, the advice on the schedules, and what a change does to the next searches.

    Each different value is its own cause.
    """
    checked = practice.validated
    problems = checked.problems.items()
    alerts = [Alert(AlertKind.INVALID, name, text, depends_on=text_line(text)) for name, text in problems]
    alerts += [Alert(AlertKind.UNKNOWN_PARAMETER, name, text) for name, text in checked.unknown.items()]
    zone = checked.switches.values.get("Zeitzone")
    sentences = advice(checked, slot_day(now, zone)) if zone else ()
    if sentences:
        text = Text("alert.advice", joined("sentences", sentences))
        alerts.append(Alert(AlertKind.ADVICE, "", text, depends_on=repr(advice_depends_on(checked))))
    if search := search_alert(practice, now):
        alerts.append(search)
    return {alert.cause: alert for alert in alerts if alert.cause}

"""Record a run: job history, activity log, and the alerts to the operator and to the practice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from chalicelib.aws.alert_sender import NotToldError
from chalicelib.aws.deployment import Clients
from chalicelib.jobs.ports import JobPorts
from chalicelib.planning.alerts import Alert, AlertKind, last_run_failed, minute, parse_cause
from chalicelib.planning.run_report import Activity, LeftOut, RunOutcome, RunReport, Tally, first_reasons
from chalicelib.practice.reader import Reader
from chalicelib.practice.record import MissedAlert, PracticeRecord
from chalicelib.schedule.job import PREPARING, Job, RunMessage, job_label
from chalicelib.text import Text, joined


def record_run(
    run: RunMessage, record: PracticeRecord | None, tally: Tally, outcome: RunOutcome, start: datetime, ports: JobPorts
) -> RunReport:
    """Write both logs, and alert a failed run once, until a run succeeds."""
    end = ports.clock()
    reasons = first_reasons({**tally.reasons, **tally.remarks})
    if record is not None and outcome is RunOutcome.FAILED:
        text = Text("alert.run_failed", job_label(run.job), joined("sentences", reasons))
        tally.add_alert(Alert(AlertKind.RUN_FAILED, run.job, text), record.alerts)
    elif record is not None:
        for kind in (AlertKind.RUN_FAILED, AlertKind.DEAD_LETTER):
            ports.raised_alerts.end(record, kind, run.job)
    report = RunReport(
        practice=run.practice,
        job=run.job,
        slot=run.slot,
        start=start,
        seconds=(end - start).total_seconds(),
        outcome=outcome,
        counts=+tally.counts,
        skipped=dict(tally.skipped),
        reasons=reasons,
        details=tuple(tally.details),
        days=tally.days,
        failures=tally.failures,
        question_ms=tally.question_ms,
        charted=record is not None and record.charted,
    )
    failed_before = record is not None and last_run_failed(run.job, record.alerts)
    for line in _lines(report, run, tally, failed_before):
        ports.history.write_run(line, end, tally.reader)
    activities: list[Activity | LeftOut] = [*tally.activities, *tally.left_out]
    known = record or PracticeRecord(run.practice)
    send_alerts(known, tally.alerts, tally.mail_to, tally.reader, end, ports, activities)
    return report


@dataclass(frozen=True)
class _Due:
    """An alert to send, new or missed before, and to whom."""

    cause: str | None
    alert: Alert
    operator: bool
    people: bool


def send_alerts(
    record: PracticeRecord,
    alerts: Sequence[Alert],
    mail_to: Sequence[str],
    reader: Reader,
    at: datetime,
    ports: Clients,
    activities: Sequence[Activity | LeftOut] = (),
) -> None:
    """Write the activity log, notify the operator and the practice's people, who are the reader.

    Those with a cause are claimed before and confirmed afterwards, because another run may be about to send them, or
    has sent them since the record was read: a crash may cause a duplicate alert, never a loss. What SNS or SES does not
    take fails no run: it is sent with the alerts of a later one.
    """
    practice = record.practice
    alerts = [alert for alert in alerts if _is_ours(alert, record, at, ports)]
    ports.history.write_activity(practice, activities, alerts, at, reader)
    due = [_Due(one.cause, one, one.operator, bool(mail_to)) for one in alerts] + [*_missed(record, mail_to, at, ports)]
    tell_operator = partial(ports.alerts.notify_operator, practice)
    mail = partial(ports.alerts.notify_practice, practice, to=mail_to, language=reader.language)
    away = _tell(tell_operator, [one.alert for one in due if one.operator])
    if refused := _tell(mail, [one.alert for one in due if one.people]):
        alert = Alert(AlertKind.ALERT_MAIL, "", Text("alert.mail_refused", refused))
        if _is_ours(alert, record, at, ports):
            away = _tell(tell_operator, [alert]) or away
            due.append(_Due(alert.cause, alert, operator=True, people=False))
    elif any(one.people for one in due):
        ports.raised_alerts.end(record, AlertKind.ALERT_MAIL, "")
        due = [one for one in due if one.alert.kind is not AlertKind.ALERT_MAIL]
    for one in due:
        missed = MissedAlert(one.alert.text, one.operator and bool(away), one.people and bool(refused))
        _note(one, missed if missed.operator or missed.people else None, record, at, ports)


def _note(one: _Due, missed: MissedAlert | None, record: PracticeRecord, at: datetime, ports: Clients) -> None:
    """Record that an alert was sent, and who missed it; one about an event is kept only until nobody misses it."""
    alert, practice, cause = one.alert, record.practice, one.cause
    if alert.kind is AlertKind.TOPPED_UP and missed and cause is None:
        cause = f"{alert.kind}#{alert.subject}#{minute(at)}"
        ports.raised_alerts.claim(practice, cause, at)
    if alert.kind is AlertKind.TOPPED_UP and not missed:
        ports.raised_alerts.end(record, alert.kind, alert.subject)
    elif cause:
        ports.raised_alerts.confirm(practice, cause, at, missed)


def _is_ours(alert: Alert, record: PracticeRecord, at: datetime, ports: Clients) -> bool:
    if alert.cause is None:
        return True
    return alert.cause not in record.alerts and ports.raised_alerts.claim(record.practice, alert.cause, at)


def _missed(record: PracticeRecord, mail_to: Sequence[str], at: datetime, ports: Clients) -> Iterator[_Due]:
    """The alerts that somebody missed, and that can be sent now."""
    for cause, missed in record.missed.items():
        people = missed.people and bool(mail_to)
        if (missed.operator or people) and ports.raised_alerts.claim(record.practice, cause, at):
            kind, subject = parse_cause(cause)
            yield _Due(cause, Alert(AlertKind(kind), subject, missed.text), missed.operator, people)


def _tell(notify: Callable[[Sequence[Alert]], None], alerts: Sequence[Alert]) -> Text | None:
    """Why nobody was told; None if it worked, or there was nothing to tell."""
    try:
        notify(alerts)
    except NotToldError as error:
        return error.text
    return None


def _lines(report: RunReport, run: RunMessage, tally: Tally, failed_before: bool) -> list[RunReport]:
    """The lines of the job history: of earlier missed slots, then of the run itself."""
    before = [slot for slot in tally.missed if slot != run.slot]
    reasons = (Text("run.missed"),)
    missed = [
        RunReport(report.practice, report.job, slot, report.start, 0.0, RunOutcome.MISSED, {}, {}, reasons)
        for slot in before[-1:]  # the latest represents all before it
    ]
    if _nothing_new(run, tally, report.outcome) and not failed_before:  # otherwise the history would end with a failure
        return missed
    return [*missed, report]


def _nothing_new(run: RunMessage, tally: Tally, outcome: RunOutcome) -> bool:
    """An open slot without any change has one line, at its first tick, not one every quarter of an hour."""
    if run.job is Job.SUMMARY:  # people have got its e-mail
        return outcome is RunOutcome.DONE
    goes_on = run.job not in PREPARING and run.tick > run.slot
    goes_on = goes_on and outcome not in (RunOutcome.FAILED, RunOutcome.MISSED)
    return goes_on and not tally.activities and not tally.written and not tally.alerts

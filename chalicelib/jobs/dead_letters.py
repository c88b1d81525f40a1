"""Dead letters: messages that failed five times become a line of the job history and an alert.

The work itself is not lost: a later slot searches the days of a prepare run again and takes the entries that a send run
left, and the sweep ends or requeues the entries of an outbox message.
"""

from __future__ import annotations

from datetime import timedelta

from chalicelib.aws.queues import CheckMessage, message_of, outbox_of
from chalicelib.jobs.apply_parameters import CHECK
from chalicelib.jobs.ports import JobPorts
from chalicelib.jobs.run_log import send_alerts
from chalicelib.planning.alerts import Alert, AlertKind, minute, subjects_of
from chalicelib.planning.run_report import RunOutcome, RunReport
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.reader import Reader
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.job import job_label
from chalicelib.text import Text

SHARED_FOR = timedelta(days=2)  # longer, and the outage is another one: that of the practice alerted may never end
UNKNOWN = Text("alert.unknown_practice")  # a message of unknown format


def dead_run(body: str, ports: JobPorts) -> None:
    """Record and alert a run that failed five times."""
    now = ports.clock()
    try:
        run = message_of(body)
    except (ValueError, KeyError, TypeError):
        ports.alerts.notify_operator(UNKNOWN, [_alert(Text("alert.unreadable_run"))])
        return
    if isinstance(run, CheckMessage):
        text = Text("alert.check_failed", practice=run.practice)
        record = ports.practices.record(run.practice)
        alert = Alert(AlertKind.DEAD_LETTER, CHECK, text, once=record is not None)
        send_alerts(record or PracticeRecord(run.practice), [alert], (), Reader(), now, ports)
        return
    reason, record = Text("run.dead"), ports.practices.record(run.practice)
    switches = ValidatedParameters(ports.parameters.saved(run.practice) if record else SavedParameters()).switches
    reader = Reader(switches.language, switches.values.get("Zeitzone") or Reader().zone, run.job)
    report = RunReport(run.practice, run.job, run.slot, now, 0.0, RunOutcome.FAILED, {}, {}, (reason,))
    ports.history.write_run(report, now, reader)
    ports.jobs.note_failed(run.practice, run.job, now)
    text = Text("alert.dead_run", job_label(run.job), reason)
    alert = Alert(AlertKind.DEAD_LETTER, run.job, text)
    if record is not None and alert.cause not in record.alerts:
        send_alerts(record, [alert], switches.values.get("MeldungAn", ()), reader, now, ports)


def dead_outbox(body: str, ports: JobPorts) -> None:
    """Alert that messages are delayed, once until a provider accepts them again; the sweep handles the entries.

    The operator is alerted once for all practices.
    """
    now = ports.clock()
    try:
        outbox = outbox_of(body)
    except (ValueError, KeyError, TypeError):
        ports.alerts.notify_operator(UNKNOWN, [_alert(Text("alert.unreadable_outbox"))])
        return
    record = ports.practices.record(outbox.practice)
    if record is None or not subjects_of(AlertKind.DELAYED, record.alerts):
        since = ports.raised_alerts.shared_since(AlertKind.DELAYED)
        known, once = since is not None and now - since < SHARED_FOR, record is not None
        alert = Alert(AlertKind.DELAYED, minute(now), Text("alert.delayed"), operator=not known, once=once)
        send_alerts(record or PracticeRecord(outbox.practice), [alert], (), Reader(), now, ports)
        if not known:
            ports.raised_alerts.share(AlertKind.DELAYED, now)


def _alert(text: Text) -> Alert:
    """Alert about one message, which is read once."""
    return Alert(AlertKind.DEAD_LETTER, "", text, once=False)

"""Dead letters: messages that failed five times become a line of history and an alert, never silence.

The work itself is not lost with the message: a later slot searches the days of a prepare run again and takes what a
send run has left, and the sweep ends or queues again what an outbox message named.
"""

from __future__ import annotations

from chalicelib.aws.queues import CheckMessage, message_of, outbox_of
from chalicelib.german import counted
from chalicelib.jobs.ports import JobPorts
from chalicelib.jobs.run_log import send_alerts
from chalicelib.planning.alerts import Alert, AlertKind, cause_of
from chalicelib.planning.run_report import RunOutcome, RunReport
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.job import GERMAN

UNKNOWN = "unbekannt"  # a message of unknown form


def dead_run(body: str, ports: JobPorts) -> None:
    """Record and alert a run that failed five times."""
    now = ports.clock()
    try:
        run = message_of(body)
    except (ValueError, KeyError, TypeError):
        ports.alerts.notify_operator(UNKNOWN, [_alert("An unreadable message lay in the queue of runs.")])
        return
    if isinstance(run, CheckMessage):
        text = f"The check of the parameters of {run.practice} failed five times."
        ports.alerts.notify_operator(run.practice, [_alert(text)])
        return
    words = "Der Lauf ist fünfmal abgebrochen und wird nicht mehr wiederholt."
    report = RunReport(run.practice, run.job, run.slot, now, 0.0, RunOutcome.FAILED, {}, {}, (words,))
    ports.history.write_run(report, now)
    alert = _alert(f"«{GERMAN[run.job]}»: {words}", cause_of(AlertKind.DEAD_LETTER, run.job, run.slot))
    record = ports.practices.record(run.practice)
    if record is not None and alert.cause not in record.alerts:
        switches = ValidatedParameters(ports.parameters.saved(run.practice)).switches
        send_alerts(run.practice, [alert], switches.values.get("MeldungAn", ()), now, ports)


def dead_outbox(body: str, ports: JobPorts) -> None:
    """Record and alert a delivery that failed five times; the sweep handles its entries."""
    now = ports.clock()
    try:
        outbox = outbox_of(body)
    except (ValueError, KeyError, TypeError):
        ports.alerts.notify_operator(UNKNOWN, [_alert("An unreadable message lay in the outbox queue.")])
        return
    which = counted(len(outbox.keys), "Mitteilung", "Mitteilungen")
    text = f"Eine Übergabe von {which} ist fünfmal gescheitert; sie wird aufgeräumt und wenn möglich wiederholt."
    alerts = [_alert(text)]
    ports.history.write_activity(outbox.practice, [], alerts, now)
    ports.alerts.notify_operator(outbox.practice, alerts)


def _alert(text: str, cause: str | None = None) -> Alert:
    return Alert(AlertKind.DEAD_LETTER, text, cause)

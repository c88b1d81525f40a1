"""Send the daily summary: the results of the day's messages, their cost, the call list. For people without the command.

Its job is due at the first status tick an hour after the day's last send slot, and reports that day. It reconciles the
day as `daily-check` does, and lists the calls as `calls` does; if the practice database cannot be reached, it reports
from the entries alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from chalicelib.aws.alert_sender import AlertSender, NotToldError
from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.parameter_store import ParameterError
from chalicelib.entries.states import State
from chalicelib.planning.alerts import AlertKind, subjects_of
from chalicelib.planning.context import RunContext
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.practice_db.database import PracticeDatabase
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.reports.appointments import Appointments
from chalicelib.reports.call_list import failed_prepare_jobs, open_calls, why_unsent
from chalicelib.reports.current_call_list import calls_without_names, current_calls, with_messages
from chalicelib.reports.daily_summary_text import DailySummary, summary_mail
from chalicelib.reports.reconcile_day import NotReconcilableError, entries_for_day, reconcile_day, results_of_lost_days
from chalicelib.rules.rule_input import Stage
from chalicelib.schedule.job import Job
from chalicelib.text import Text

OpenDatabase = Callable[[], AbstractContextManager[PracticeDatabase]]
WithOptOuts = Callable[[], RunContext]


def send_daily_summary(
    context: RunContext,
    with_opt_outs: WithOptOuts,
    open_database: OpenDatabase,
    store: EntryStore,
    alerts: AlertSender,
    stop: Text | None,
) -> None:
    """Send the day's summary to MeldungAn, unless that is empty or the practice sends no messages.

    `with_opt_outs` returns the context with the opt-outs, for the rules; `stop` is what a stop mark says.
    """
    switches = context.switches
    to, wanted = switches.values.get("MeldungAn", ()), [switches.values.get(name) for name in SWITCH_OF_JOB.values()]
    if not to or not any(wanted):
        return
    summary = _summary(context, with_opt_outs, open_database, store, stop)
    try:
        alerts.send_mail(to, *summary_mail(summary))
    except NotToldError as error:
        context.tally.add_error(Text("summary.not_sent", error.text))
    context.tally.counts["calls"] = len(summary.calls)


def _summary(
    context: RunContext, with_opt_outs: WithOptOuts, open_database: OpenDatabase, store: EntryStore, stop: Text | None
) -> DailySummary:
    practice, zone = context.run.practice, context.switches["Zeitzone"]
    day = context.record.jobs[Job.SUMMARY].summary_day(context.run.slot)
    since = context.switches.closed_days.since(day)  # no summary told the days on which the practice was closed
    start = datetime(since.year, since.month, since.day, tzinfo=zone).astimezone(UTC)
    rules = context.rules(Stage.PREPARE)
    alerts, least = context.record.alerts, context.practice.least_balance or 0
    known, unsent = entries_for_day(rules, since, store), why_unsent(bool(stop), alerts)
    waiting = [entry for entry in known if entry.state in (State.PREPARED, State.RESERVED, State.SENDING)]
    charged = [entry for entry in known if entry.reserved_at and entry.reserved_at >= start]
    running_out = subjects_of(AlertKind.RUNS_OUT, alerts)
    payers = {entry.mandant for entry in [*charged, *waiting] if entry.mandant}
    payers |= running_out | subjects_of(AlertKind.LOW_BALANCE, alerts)
    balances = store.balances(practice, payers) if payers else {}
    reconciled, unread, names = None, None, None
    named = context.switches.values.get("NamenInMeldungen", False)
    try:
        rules = with_opt_outs().rules(Stage.PREPARE)
        with open_database() as database:
            rows = Appointments(database, zone, context.switches.values.get("DefaultSMSMandant"))
            reconciled = reconcile_day(day, rules, known, rows, store, unsent)
            names = rows.names(entry.patient for entry in charged) if named else None
            results = results_of_lost_days(rules, rows, store)
            told, lost = with_messages(known, results, rules, store), [one for one in results if one.lost]
            lines = current_calls(told, lost, rules, rows, unsent)
    except (PracticeDatabaseError, ParameterError, NotReconcilableError) as error:
        reconciled, lines, unread = None, calls_without_names(known, rules, unsent), error.text
    return DailySummary(
        practice, context.switches.language, day, context.now, zone, charged, waiting, open_calls(lines), balances,
        stop, reconciled, unread, failed_prepare_jobs(alerts), names, since,
        least, running_out,
    )  # fmt: skip

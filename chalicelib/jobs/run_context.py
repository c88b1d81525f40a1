"""Read the settings for a run of a job, and decide whether it runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.aws.practice_database import practice_database
from chalicelib.entries.entry import Entry
from chalicelib.entries.stops import Stops
from chalicelib.jobs.apply_parameters import apply_schedules
from chalicelib.jobs.collect_receipts import tell_sms_stop
from chalicelib.jobs.ports import JobPorts
from chalicelib.planning.alerts import AlertKind, stopped_alert
from chalicelib.planning.context import RunContext
from chalicelib.planning.run_report import RunOutcome, Tally
from chalicelib.planning.search_days import plan_of, search_done, searched_days
from chalicelib.practice.practice import Practice
from chalicelib.practice.reader import Reader
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.practice_db.database import PracticeDatabase
from chalicelib.practice_db.statements import OPTIONAL_COLUMNS
from chalicelib.schedule.job import PREPARING, Job, RunMessage, job_label
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text

INDEX_LAGS = timedelta(minutes=15)  # at most, if a send slot is to find what was prepared just before it


class NotRunError(Exception):
    """The job does not run, for this reason. `again`: it may at a later tick of the day."""

    def __init__(self, outcome: RunOutcome, *reasons: Text, again: bool | None = None) -> None:
        super().__init__()
        self.outcome, self.reasons = outcome, reasons
        self.again = outcome is RunOutcome.FAILED if again is None else again


def read_context(
    run: RunMessage, record: PracticeRecord | None, tally: Tally, now: datetime, ports: JobPorts
) -> RunContext:
    """Read the practice's settings, and apply its schedules. Raises NotRunError and ParameterError."""
    if record is None:
        raise NotRunError(RunOutcome.SKIPPED, Text("run.not_registered", practice=run.practice))
    if record.removed is not None and run.job is not Job.STATUS:
        raise NotRunError(RunOutcome.SKIPPED, Text("run.practice_removed", practice=run.practice))
    checked = ValidatedParameters(ports.parameters.saved(run.practice))
    tally.mail_to = checked.switches.values.get("MeldungAn", ())
    tally.reader = Reader(checked.switches.language, Practice(record, checked).zone, run.job)
    stops = _check_stopped(record, tally, now, ports) if run.job is Job.SEND else Stops()
    tally.remarks |= dict.fromkeys(checked.unknown.values())
    record = apply_schedules(record, checked, now, ports.jobs)
    _note_search(run, record, checked, tally, now)
    _check_enabled(run.job, record, checked)
    return RunContext(run, now, Practice(record, checked), tally, stops=stops)


def _note_search(
    run: RunMessage, record: PracticeRecord, checked: ValidatedParameters, tally: Tally, now: datetime
) -> None:
    """Note the days for the job history, whether or not the run takes place."""
    job, switches = record.jobs.get(run.job), checked.switches
    if job is not None and run.job is Job.PREPARE_REMINDERS and not switches.refusals(run.job):
        tally.days = searched_days(job, run.slot, switches)
        tally.search = job.search, search_done(job, run.slot, switches, now)


def begin_search(context: RunContext, ports: JobPorts) -> None:
    """Store the days of a search by another plan before it begins: the patients of an interrupted run may be told."""
    run, job, days = context.run, context.record.jobs[context.run.job], context.tally.days
    if job.search and job.search.plan != plan_of(job, context.switches):
        begun = job.searching(run.slot, days)
        ports.jobs.begin_search(run.practice, run.slot, days)
        context.tally.search = begun.search, search_done(begun, run.slot, context.switches, context.now)


@contextmanager
def open_database(context: RunContext, ports: JobPorts, url: str = "") -> Iterator[PracticeDatabase]:
    """Open the practice database as `practice_database` does, and report each column that its views had before."""
    known = context.record.optional_columns & OPTIONAL_COLUMNS
    with practice_database(context.record, ports, url) as database:
        try:
            yield database
        finally:
            context.tally.question_ms += database.waited_ms
            for view, _, column in (name.partition(".") for name in sorted(known - database.optional_columns)):
                context.tally.add_error(Text("database.column_gone", view=view, column=column))


def with_opt_outs(context: RunContext, ports: JobPorts) -> RunContext:
    """The context of a job that evaluates the rules. Raises ParameterError."""
    return replace(context, opt_outs=ports.parameters.opt_outs(context.record))


def _check_stopped(record: PracticeRecord, tally: Tally, now: datetime, ports: JobPorts) -> Stops:
    """Alert the practice about a stop. Raises NotRunError if nothing may be sent; returns what else may not."""
    stops = ports.stops.stop_of(record.practice)
    if stop := stops.everything:
        reason = Text("blocked.stopped", stop)
        known = record.stopped is None  # the operator has stopped everything, and was notified then
        known |= stopped_alert(stop, "deliver").cause in record.alerts
        tally.add_alert(replace(stopped_alert(reason), operator=not known), record.alerts)
        raise NotRunError(RunOutcome.SKIPPED, reason, again=True)
    if stops.sms and stops.untold and ports.stops.claim_untold(now) and tell_sms_stop(stops.sms, ports):
        ports.stops.told()
    told = [replace(stopped_alert(stops.sms), operator=False)] if stops.sms else []  # the operator heard of it apart
    told += [stopped_alert(stops.emails, "emails")] if stops.emails else []
    for alert in told:
        tally.add_alert(alert, record.alerts)
    ports.raised_alerts.end(record, AlertKind.STOPPED, "", but=[alert.cause or "" for alert in told])
    return stops


def _check_enabled(job: Job, record: PracticeRecord, checked: ValidatedParameters) -> None:
    switches = checked.switches
    if refusals := (*checked.jobs.refusals(job), *switches.refusals(job)):
        raise NotRunError(RunOutcome.FAILED, *refusals)
    if not checked.jobs.activated.get(job, True) and record.removed is None:
        raise NotRunError(RunOutcome.SKIPPED, Text("blocked.not_activated", job_label(job)))
    if job in SWITCH_OF_JOB and not switches[SWITCH_OF_JOB[job]]:
        raise NotRunError(RunOutcome.SKIPPED, Text("rule.switched_on.off", switch=SWITCH_OF_JOB[job]))


def next_try(context: RunContext) -> datetime | None:
    """The next send tick (UTC) of the slot's day at which the sending window is open; None: not today."""
    zone = context.switches["Zeitzone"]
    tick: datetime | None = context.switches["Versandfenster"].next_tick(
        context.now, slot_day(context.run.slot, zone), zone
    )
    return tick


def just_written(context: RunContext, ports: JobPorts) -> int | None:
    """How many entries the prepare slots just before this slot wrote, all of which the index may not list yet.

    None while a worker is on the latest slot of a prepare job: its entries belong to this send slot.
    """
    jobs = [job for job in context.record.jobs.values() if job.job in PREPARING]
    slots = [(job.job, job.last_slot(context.now)) for job in jobs]
    written = ports.runs.entries_written(context.run.practice, slots, context.now)
    if written is None:
        return None
    return sum(count for (_, slot), count in written.items() if slot > context.run.slot - INDEX_LAGS)


def index_lags(prepared: Sequence[Entry], written: int, context: RunContext) -> bool:
    """Whether entries that were just written are not listed yet, at the first tick of a send slot. Pure."""
    listed = sum(entry.taken_after > context.run.slot - INDEX_LAGS for entry in prepared)
    return listed < written and context.now < context.run.slot + INDEX_LAGS

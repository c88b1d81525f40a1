"""Run one job of one practice: claim it, read what it needs, do it, tell it; errors become German sentences here."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from chalicelib.aws.parameter_store import ParameterError
from chalicelib.jobs.forget_removed import forget_removed
from chalicelib.jobs.missed_slots import hold_missed
from chalicelib.jobs.ports import JobPorts
from chalicelib.jobs.prepare import prepare
from chalicelib.jobs.record_opt_outs import record_opt_outs
from chalicelib.jobs.run_log import record_run
from chalicelib.jobs.send import next_try, send
from chalicelib.jobs.status import update_status
from chalicelib.jobs.sync import apply_schedules
from chalicelib.planning.alerts import Alert
from chalicelib.planning.context import RunContext
from chalicelib.planning.report import RunOutcome, RunReport, Tally
from chalicelib.practice.job_settings import JobSettings
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.switches import SENDEN, Switches
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.practice_db.database import PracticeDatabase
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.reports.daily_summary import send_summary
from chalicelib.schedule.job import GERMAN, PREPARING, TICK_OF, Job, next_tick
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.run import RunMessage
from chalicelib.schedule.schedule import slot_day
from chalicelib.schedule.time_zone import zone_named


class _NotRunError(Exception):
    """The job does not run; German sentences say why. `again`: it may at a later tick of the day."""

    def __init__(self, outcome: RunOutcome, *reasons: str, again: bool | None = None) -> None:
        super().__init__()
        self.outcome, self.reasons = outcome, reasons
        self.again = outcome is RunOutcome.FAILED if again is None else again


def run_job(run: RunMessage, owner: str, ports: JobPorts) -> RunReport | None:
    """Do a run once; None where it was done before. Raises LeaseHeldError, and anything unforeseen after telling."""
    now = ports.clock()
    if not ports.practices.claim_run(run, owner, now):
        return None
    tally = Tally(write=lambda activities: ports.history.write_activity(run.practice, activities, [], ports.clock()))
    record = ports.practices.record(run.practice)
    try:
        outcome, go_on = _outcome(run, record, tally, now, ports)
    except Exception as error:
        tally.add_error(f"Unerwarteter Fehler ({type(error).__name__}); der Auftrag wird wiederholt.")
        record_run(run, record, tally, RunOutcome.FAILED, now, ports)
        ports.practices.release_run(run, owner)
        raise
    report = record_run(run, record, tally, outcome, now, ports)
    ports.practices.finish_run(run, owner, partial(_job_after, run=run, outcome=outcome, go_on=go_on))
    if record is not None and record.removed is not None:
        forget_removed(record, now, ports.practices)
    return report


def _outcome(
    run: RunMessage, record: PracticeRecord | None, tally: Tally, now: datetime, ports: JobPorts
) -> tuple[RunOutcome, datetime | None]:
    """The outcome, and the tick (UTC) at which the slot goes on."""
    retry = None
    try:
        context = _context(run, record, tally, now, ports)
        retry = _retry(context)
        go_on = _do(context, ports)
        return tally.outcome(), go_on
    except _NotRunError as not_run:
        for reason in not_run.reasons:
            tally.add_note(reason)
        again = not_run.again and run.job not in PREPARING
        return not_run.outcome, _later_today(run, record, now) if again else None
    except ParameterError as error:
        tally.add_error(str(error))
        return RunOutcome.FAILED, retry
    except PracticeDatabaseError as error:
        tally.add_error(str(error))
        tally.details.append(error.detail)
        if tally.counts["aufbereitet"]:
            tally.add_note("Was bis dahin aufbereitet wurde, bleibt; der nächste Lauf holt den Rest nach.")
        if run.job in PREPARING and error.passes:
            retry = _later_today(run, record, now)
        return RunOutcome.FAILED, retry


def _context(
    run: RunMessage, record: PracticeRecord | None, tally: Tally, now: datetime, ports: JobPorts
) -> RunContext:
    """Read and check what the job needs. Raises _NotRunError."""
    if record is None:
        raise _NotRunError(RunOutcome.SKIPPED, f"Die Praxis {run.practice} ist nicht registriert.")
    if record.removed is not None and run.job is not Job.STATUS:
        raise _NotRunError(RunOutcome.SKIPPED, f"Die Praxis {run.practice} ist entfernt.")
    checked = ValidatedParameters(ports.parameters.saved(run.practice))
    tally.mail_to = checked.switches.values.get("MeldungAn", ())
    if run.job is Job.SEND:
        _check_stopped(record, tally, ports)
    for remark in checked.remarks:
        tally.add_setting_remark(remark)
    record = apply_schedules(record, checked, now, ports.practices)
    _check_enabled(run.job, record, checked.jobs, checked.switches)
    inactive = frozenset(job for job, activated in checked.jobs.activated.items() if not activated)
    return RunContext(run, now, record, checked.switches, checked.templates, tally, inactive=inactive)


def _check_stopped(record: PracticeRecord, tally: Tally, ports: JobPorts) -> None:
    stop = ports.stops.stop_of(record.practice)
    if stop is None:
        ports.practices.end_alert(record, "stopped")
        return
    text = f"Der Versand ist angehalten: {stop}"
    own = record.stopped is not None  # else the operator has stopped everything, and was told when doing so
    tally.add_alert(Alert("stopped", text, "stopped", operator=own), record.alerts)
    raise _NotRunError(RunOutcome.SKIPPED, text, again=True)


def _check_enabled(job: Job, record: PracticeRecord, jobs: JobSettings, switches: Switches) -> None:
    if refusals := (*jobs.refusals(job), *switches.refusals(job)):
        raise _NotRunError(RunOutcome.FAILED, *refusals)
    if not jobs.activated.get(job, True) and record.removed is None:
        raise _NotRunError(RunOutcome.SKIPPED, f"Der Auftrag «{GERMAN[job]}» ist nicht aktiviert.")
    if job in SENDEN and not switches[SENDEN[job]]:
        raise _NotRunError(RunOutcome.SKIPPED, f"Der Schalter {SENDEN[job]} steht auf Nein.")


def _do(context: RunContext, ports: JobPorts) -> datetime | None:
    match context.run.job:
        case Job.STATUS:
            learned = partial(record_opt_outs, context=context, parameters=ports.parameters, practices=ports.practices)
            return update_status(context, ports.store, ports.receipts, ports.practices, learned)
        case Job.SEND:
            return _send(context, ports)
        case Job.SUMMARY:
            _summarise(context, ports)
        case _:
            _prepare(context, ports)
    return None


def _send(context: RunContext, ports: JobPorts) -> datetime | None:
    practice = context.run.practice
    if hold_missed(context, ports.store):
        raise _NotRunError(RunOutcome.MISSED)
    if _is_preparing(context, ports):
        words = "Das Aufbereiten läuft noch; gesendet wird in einer Viertelstunde."
        raise _NotRunError(RunOutcome.SKIPPED, words, again=True)
    url, tariff = ports.parameters.database_url(practice), ports.parameters.tariff()
    context = _with_opt_outs(context, ports)
    go_on = send(context, partial(ports.open_database, url), ports.store, ports.queues, ports.practices, tariff)
    if context.tally.counts["übergeben"]:
        ports.practices.reopen_slot(practice, Job.STATUS, next_tick(TICK_OF[Job.STATUS], context.now))
    return go_on


def _is_preparing(context: RunContext, ports: JobPorts) -> bool:
    """Whether a worker is on the last slot of a prepare job: what it finds belongs to this send slot."""
    jobs = [job for job in context.record.jobs.values() if job.job in PREPARING]
    slots = [(job.job, job.last_slot(context.now)) for job in jobs]
    return ports.practices.is_running(context.run.practice, slots, context.now)


def _prepare(context: RunContext, ports: JobPorts) -> None:
    try:
        asked = _with_opt_outs(context, ports)
        with _open_own_database(context, ports) as database:
            prepare(context.run.job, asked, database, ports.store, ports.practices)
    finally:  # what was written before an error stays
        _send_late(context, ports.clock(), ports)


def _summarise(context: RunContext, ports: JobPorts) -> None:
    stop = ports.stops.stop_of(context.run.practice)
    desk = partial(_with_opt_outs, context, ports), partial(_open_own_database, context, ports)
    send_summary(context, *desk, ports.store, ports.alerts, stop)


def _open_own_database(context: RunContext, ports: JobPorts) -> AbstractContextManager[PracticeDatabase]:
    return ports.open_database(ports.parameters.database_url(context.run.practice))


def _with_opt_outs(context: RunContext, ports: JobPorts) -> RunContext:
    return replace(context, opt_outs=ports.parameters.opt_outs(context.record))


def _send_late(context: RunContext, now: datetime, ports: JobPorts) -> None:
    """Prepared after the day's send slot came: a later send tick takes these entries."""
    job = context.record.jobs.get(Job.SEND)
    if job is None or not context.tally.counts["aufbereitet"]:
        return
    slot = job.next_slot(context.run.slot)
    if slot <= now:
        ports.practices.reopen_slot(context.run.practice, Job.SEND, next_tick(TICK_OF[Job.SEND], now), slot)


def _retry(context: RunContext) -> datetime | None:
    """When a failed run is tried again today: send and status at their next tick, prepare by its next slot.

    Only a database that may be back by itself makes prepare try again: what a person has to mend, they run again.
    """
    if context.run.job in PREPARING:
        return None
    return next_try(context) if context.run.job is Job.SEND else _later_today(context.run, context.record, context.now)


def _later_today(run: RunMessage, record: PracticeRecord | None, now: datetime) -> datetime | None:
    if record is None or run.job not in record.jobs:
        return None
    zone = zone_named(record.jobs[run.job].zone)
    tick = next_tick(TICK_OF[run.job], now)
    return tick if slot_day(tick, zone) == slot_day(run.slot, zone) else None


def _job_after(job: JobState, run: RunMessage, outcome: RunOutcome, go_on: datetime | None) -> JobState:
    """The job's record after its run: the slot noted as done, and due where the slot goes on. Pure."""
    if outcome is not RunOutcome.FAILED or run.job not in PREPARING:
        job = replace(job, done=max(run.slot, job.done or run.slot))
    elif job.done is None:  # its very first run failed: the next one has to search this slot's days too
        job = replace(job, done=run.slot - timedelta(microseconds=1))
    if job.due <= run.tick:  # dispatch has not advanced it yet: its own conditional write will find this done
        job = job.advanced(run.tick)
    return replace(job, slot=run.slot, due=go_on) if go_on and go_on < job.due else job

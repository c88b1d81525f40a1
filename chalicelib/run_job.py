"""Run one job of one practice: claim it, read what it needs, do it, tell it; errors become German sentences here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from .alerts import Alerts
from .context import RunContext
from .history import History
from .items import JobRecord, PracticeRecord
from .job import DEFAULT_TIME, GERMAN, TICK_OF, Job, next_slot, next_tick, slot_day
from .parameters import ParameterError, Parameters, Saved
from .practice_db import PracticeDatabase, PracticeDatabaseError
from .practices import Practices
from .prepare import prepare
from .queue_message import RunMessage
from .queues import Queues
from .receipts import Receipts
from .report import Alert, RunOutcome, RunReport, Tally, told_reasons
from .send import next_try, send
from .status import update_status
from .stops import Stops
from .store import Store
from .switches import Switches, read_switches
from .templates import TemplateSet
from .zone import zone_named

SENDEN = {Job.PREPARE_REMINDERS: "TerminerinnerungSenden", Job.PREPARE_BIRTHDAYS: "GeburtstagsglueckwuenscheSenden"}


@dataclass(frozen=True)
class Runs:
    """What the jobs read and write."""

    practices: Practices
    stops: Stops
    store: Store
    receipts: Receipts
    queues: Queues
    parameters: Parameters
    history: History
    alerts: Alerts
    open_database: Callable[[str], AbstractContextManager[PracticeDatabase]]  # by URL
    clock: Callable[[], datetime]


class _NotRunError(Exception):
    """The job does not run; German sentences say why. `again`: it may at a later tick of the day."""

    def __init__(self, outcome: RunOutcome, *reasons: str, again: bool | None = None) -> None:
        super().__init__()
        self.outcome, self.reasons = outcome, reasons
        self.again = outcome is RunOutcome.FAILED if again is None else again


def run_job(run: RunMessage, owner: str, runs: Runs) -> RunReport | None:
    """Do a run once; None where it was done before. Raises LeaseHeldError, and anything unforeseen after telling."""
    now = runs.clock()
    if not runs.practices.claim_run(run, owner, now):
        return None
    tally = Tally()
    record = runs.practices.record(run.practice)
    try:
        outcome, go_on = _outcome(run, record, tally, now, runs)
    except Exception as error:
        tally.error(f"Unerwarteter Fehler ({type(error).__name__}); der Auftrag wird wiederholt.")
        _tell(run, record, tally, RunOutcome.FAILED, now, runs)
        runs.practices.release_run(run, owner)
        raise
    report = _tell(run, record, tally, outcome, now, runs)
    runs.practices.finish_run(run, owner, partial(_job_after, run=run, outcome=outcome, go_on=go_on))
    return report


def _outcome(
    run: RunMessage, record: PracticeRecord | None, tally: Tally, now: datetime, runs: Runs
) -> tuple[RunOutcome, datetime | None]:
    """The outcome, and the tick (UTC) at which the slot goes on."""
    retry = None
    try:
        context = _context(run, record, tally, now, runs)
        retry = _retry(context)
        go_on = _do(context, runs)
        return tally.outcome(), go_on
    except _NotRunError as not_run:
        for reason in not_run.reasons:
            tally.say(reason)
        return not_run.outcome, _later_today(run, record, now) if not_run.again else None
    except (ParameterError, PracticeDatabaseError) as error:
        tally.error(str(error))
        return RunOutcome.FAILED, retry


def _context(run: RunMessage, record: PracticeRecord | None, tally: Tally, now: datetime, runs: Runs) -> RunContext:
    """Read and check what the job needs. Raises _NotRunError."""
    if record is None:
        raise _NotRunError(RunOutcome.SKIPPED, f"Die Praxis {run.practice} ist nicht registriert.")
    if run.job is Job.SEND:
        _check_stopped(record, tally, runs)
    saved = runs.parameters.saved(run.practice)
    switches = read_switches(saved.switches, runs.parameters.path_of(run.practice, "Schalter"))
    for warning in [*switches.warnings, *_schedule_warning(run.job, saved)]:
        tally.say(warning)
    _check_enabled(run.job, saved, switches, runs.parameters.path_of(run.practice, "Auftraege"))
    return RunContext(run, now, record, switches, TemplateSet(saved.templates), tally)


def _check_stopped(record: PracticeRecord, tally: Tally, runs: Runs) -> None:
    stop = runs.stops.stop_of(record.practice)
    if stop is None:
        runs.practices.end_alert(record, "stopped")
        return
    text = f"Der Versand ist angehalten: {stop}"
    tally.alert(Alert("stopped", text, "stopped"), record.alerts)
    raise _NotRunError(RunOutcome.SKIPPED, text, again=True)


def _schedule_warning(job: Job, saved: Saved) -> list[str]:
    """A Zeitplan other than the default is not read yet; better said than silently passed over."""
    at = f"täglich {DEFAULT_TIME[TICK_OF[job]]:%H:%M}"
    own = saved.jobs.get(f"{job}/Zeitplan", at).strip()
    return [] if own == at else [f"Der Zeitplan «{own[:60]}» wird noch nicht beachtet; der Auftrag läuft {at}."]


def _check_enabled(job: Job, saved: Saved, switches: Switches, path: str) -> None:
    enabled = saved.jobs.get(f"{job}/Aktiviert", "Ja").strip().casefold()
    if enabled not in ("ja", "nein"):
        shown = saved.jobs[f"{job}/Aktiviert"][:60]
        wrong = f"Der Parameter {path}{job}/Aktiviert hat den Wert «{shown}». Erlaubt ist: Ja oder Nein."
        raise _NotRunError(RunOutcome.FAILED, wrong)
    if enabled == "nein":
        raise _NotRunError(RunOutcome.SKIPPED, f"Der Auftrag «{GERMAN[job]}» ist nicht aktiviert.")
    if refusals := switches.refusals(job):
        raise _NotRunError(RunOutcome.FAILED, *refusals)
    if job in SENDEN and not switches[SENDEN[job]]:
        raise _NotRunError(RunOutcome.SKIPPED, f"Der Schalter {SENDEN[job]} steht auf Nein.")


def _do(context: RunContext, runs: Runs) -> datetime | None:
    practice = context.run.practice
    if context.run.job is Job.STATUS:
        return update_status(context, runs.store, runs.receipts)
    url = runs.parameters.database_url(practice)
    if context.run.job is Job.SEND:
        tariff = runs.parameters.tariff()
        opened = partial(runs.open_database, url)
        go_on = send(context, opened, runs.store, runs.queues, runs.practices, tariff)
        if context.tally.counts["übergeben"]:
            runs.practices.go_on(practice, Job.STATUS, next_tick(TICK_OF[Job.STATUS], context.now))
        return go_on
    try:
        with runs.open_database(url) as database:
            prepare(context.run.job, context, database, runs.store, runs.practices)
    finally:  # what was written before an error stays
        _send_late(context, runs.clock(), runs)
    return None


def _send_late(context: RunContext, now: datetime, runs: Runs) -> None:
    """Prepared after the day's send slot came: a later send tick takes these entries."""
    slot = next_slot(Job.SEND, context.run.slot, context.switches["Zeitzone"])
    if context.tally.counts["aufbereitet"] and slot <= now:
        runs.practices.go_on(context.run.practice, Job.SEND, next_tick(TICK_OF[Job.SEND], now), slot)


def _retry(context: RunContext) -> datetime | None:
    """When a failed run is tried again today: send and status at their next tick, prepare by its next slot."""
    return next_try(context) if context.run.job is Job.SEND else _later_today(context.run, context.record, context.now)


def _later_today(run: RunMessage, record: PracticeRecord | None, now: datetime) -> datetime | None:
    if record is None or run.job in SENDEN or run.job not in record.jobs:
        return None
    zone = zone_named(record.jobs[run.job].zone)
    tick = next_tick(TICK_OF[run.job], now)
    return tick if slot_day(tick, zone) == slot_day(run.slot, zone) else None


def _job_after(job: JobRecord, run: RunMessage, outcome: RunOutcome, go_on: datetime | None) -> JobRecord:
    """The job's record after its run: the slot noted as done, and due where the slot goes on. Pure."""
    if outcome is not RunOutcome.FAILED or run.job not in SENDEN:
        job = replace(job, done=max(run.slot, job.done or run.slot))
    elif job.done is None:  # its very first run failed: the next one has to search this slot's days too
        job = replace(job, done=run.slot - timedelta(microseconds=1))
    if job.due <= run.tick:  # dispatch has not advanced it yet: its own conditional write will find this done
        slot = next_slot(job.job, run.tick, zone_named(job.zone))
        job = replace(job, slot=slot, due=slot)
    return replace(job, slot=run.slot, due=go_on) if go_on and go_on < job.due else job


def _tell(
    run: RunMessage,
    record: PracticeRecord | None,
    tally: Tally,
    outcome: RunOutcome,
    start: datetime,
    runs: Runs,
) -> RunReport:
    """Write the two protocols, and alert a failed run once until one succeeds."""
    end = runs.clock()
    reasons = told_reasons(tally.reasons)
    _alert_failure(run, record, tally, outcome, reasons, runs)
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
    )
    runs.history.write_activity(run.practice, tally.activities, tally.alerts, end)
    if not _nothing_new(run, tally, outcome):
        runs.history.write_run(report, end)
    runs.alerts.tell_operator(run.practice, tally.alerts)
    for cause in [alert.cause for alert in tally.alerts if alert.cause]:  # noted after it was told: rather twice
        runs.practices.raise_alert(run.practice, cause, end)
    return report


def _nothing_new(run: RunMessage, tally: Tally, outcome: RunOutcome) -> bool:
    """A slot that goes on without moving anything is told once, at its first tick, not every quarter of an hour."""
    goes_on = run.tick > run.slot and outcome is not RunOutcome.FAILED
    return goes_on and not tally.activities and not tally.alerts


def _alert_failure(
    run: RunMessage,
    record: PracticeRecord | None,
    tally: Tally,
    outcome: RunOutcome,
    reasons: tuple[str, ...],
    runs: Runs,
) -> None:
    cause = f"run-failed#{run.job}"
    if record is None:
        return
    if outcome is not RunOutcome.FAILED:
        runs.practices.end_alert(record, cause)
    else:
        text = f"«{GERMAN[run.job]}» ist fehlgeschlagen: {' '.join(reasons)}"
        tally.alert(Alert("run-failed", text, cause), record.alerts)

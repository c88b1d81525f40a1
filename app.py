"""The Lambdas: translate the event, call a step, log and count its result.

Three EventBridge rules tick prepare, send and status five minutes apart; the queues feed run and deliver
(docs/flow.md). Importing this file does no I/O: packaging imports it. The steps are imported where they are used, so
that a Lambda loads only its own.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from chalice import Chalice, Cron

from chalicelib.desk.call_routes import calls
from chalicelib.desk.check_routes import check
from chalicelib.desk.frame_routes import frame
from chalicelib.desk.people_routes import people
from chalicelib.desk.queue_routes import queue
from chalicelib.desk.search_routes import search
from chalicelib.desk.today_routes import today
from chalicelib.schedule.job import Tick
from chalicelib.settings import DELIVER_CONCURRENCY, RUN_CONCURRENCY
from chalicelib.wiring import wiring

STAGE = os.environ.get("VITOSMS_STAGE", "dev")

app = Chalice(app_name="vitosms")
logger = Logger(service="vitosms")
metrics = Metrics(namespace="vitosms", service="vitosms")
app.register_blueprint(frame)
app.register_blueprint(calls)
app.register_blueprint(people)
app.register_blueprint(queue)
app.register_blueprint(today)
app.register_blueprint(search)
app.register_blueprint(check)
metrics.set_default_dimensions(stage=STAGE)  # keeps the stages of an account apart


class NotSentError(Exception):
    """A provider refused temporarily: the message comes back after the delay that was set."""


@app.schedule(Cron("0/15", "*", "*", "*", "?", "*"))
def prepare(event: Any) -> None:
    """Queue the prepare runs that are due."""
    _tick(Tick.PREPARE, event)


@app.schedule(Cron("5/15", "*", "*", "*", "?", "*"))
def send(event: Any) -> None:
    """Queue the send runs that are due."""
    _tick(Tick.SEND, event)


@app.schedule(Cron("10/15", "*", "*", "*", "?", "*"))
def status(event: Any) -> None:
    """Collect receipts, sweep stuck entries, queue the status runs that are due."""
    _tick(Tick.STATUS, event)


@app.on_sqs_message(queue=f"vitosms-{STAGE}-runs", batch_size=1, maximum_concurrency=RUN_CONCURRENCY)
def run(event: Any) -> None:
    """Run one job of one practice, or check it by night."""
    from chalicelib.aws.queues import CheckMessage, message_of
    from chalicelib.jobs.run_job import run_job

    for record in event:
        message = message_of(record.body)
        if isinstance(message, CheckMessage):
            _check(message.practice)
            continue
        report = run_job(message, event.context.aws_request_id, wiring())
        if report:
            done: dict[str, Any] = {"practice": report.practice, "job": report.job, "outcome": report.outcome.name}
            done |= {"details": list(report.details)} if report.details else {}
            logger.info("run done", extra=done)
            counts = {"Runs": 1, f"Runs{report.outcome.name.title().replace('_', '')}": 1}
            counts |= {f"Failures{kind.title().replace('_', '')}": count for kind, count in report.failures.items()}
            if report.delivered and report.practice == wiring().settings.canary_practice:
                counts["CanaryDelivered"] = report.delivered  # an alarm watches for its absence
            _count(counts)
            _count_for(report.practice, report.charts)


@app.on_sqs_message(queue=f"vitosms-{STAGE}-runs-dlq", batch_size=1, maximum_concurrency=2)
def dead_runs(event: Any) -> None:
    """Alert about runs that failed five times."""
    from chalicelib.jobs.dead_letters import dead_run

    for record in event:
        dead_run(record.body, wiring())
        _count({"DeadRuns": 1})


@app.on_sqs_message(queue=f"vitosms-{STAGE}-outbox-dlq", batch_size=1, maximum_concurrency=2)
def dead_outbox(event: Any) -> None:
    """Alert about deliveries that failed five times; the sweep has their entries."""
    from chalicelib.jobs.dead_letters import dead_outbox as alert_dead_outbox

    for record in event:
        alert_dead_outbox(record.body, wiring())
        _count({"DeadDeliveries": 1})


@app.on_cw_event(
    {
        "source": ["aws.ssm"],
        "detail-type": ["Parameter Store Change"],
        "detail": {"name": [{"prefix": f"/vitosms/{STAGE}/"}, {"prefix": f"/vitosms-tarif/{STAGE}/"}]},
    }
)
def switches(event: Any) -> None:
    """Apply a saved parameter at once; the event has its name, never its value."""
    from chalicelib.jobs.apply_parameters import on_parameter_changed

    operation = event.detail.get("operation", "")
    logger.info("parameter", extra={"operation": operation})
    on_parameter_changed(event.detail["name"], operation, wiring())


@app.schedule(Cron("35", "1", "*", "*", "?", "*"))
def nightly_check(event: Any) -> None:
    """Have the parameters of every practice checked, once a night: the events of their changes are best effort."""
    from chalicelib.jobs.spend_limit import warn_of_spend_limit

    practices = wiring().practices.ids()
    wiring().queues.put_checks(practices)
    warn_of_spend_limit(wiring())
    logger.info("nightly_check", extra={"practices": len(practices)})


@app.on_sqs_message(queue=f"vitosms-{STAGE}-outbox", batch_size=1, maximum_concurrency=DELIVER_CONCURRENCY)
def deliver(event: Any) -> None:
    """Deliver one outbox message; its lines of the activity log are printed, which needs no call."""
    from chalicelib.aws.log_lines import accepted_line, delivered_lines
    from chalicelib.aws.queues import outbox_of
    from chalicelib.jobs.deliver import deliver as deliver_message

    def log_accepted(entry: Any, message_id: str) -> None:
        logger.info("entry", extra=accepted_line(entry, message_id))

    for record in event:
        receives = int(record.to_dict()["attributes"]["ApproximateReceiveCount"])
        message = outbox_of(record.body)
        done = deliver_message(message, receives, wiring().delivery_ports(log_accepted))
        for line in delivered_lines(done.activities, done.outcomes):
            logger.info("entry", extra={"practice": message.practice, **line})
        _alert(message.practice, done.alerts)
        _count({f"Deliveries{name}": count for name, count in done.counts().items()})
        if done.retry_in is not None:
            wiring().queues.put_off(record.receipt_handle, done.retry_in)
            raise NotSentError(f"comes back in {done.retry_in} seconds")


def _tick(tick: Tick, event: Any) -> None:
    """Return the time of the rule, not of the clock: a late or repeated event is still for the same tick."""
    at = datetime.fromisoformat(event.to_dict()["time"]).astimezone(UTC)
    if tick is Tick.STATUS:
        from chalicelib.jobs.status_tick import status_tick

        done = status_tick(at, wiring())
        queued = done.queued
        metrics.add_metric(name="DeliveryLogDelay", unit=MetricUnit.Seconds, value=done.delay.total_seconds())
        metrics.add_metric(name="DeliveryLogLines", unit=MetricUnit.Count, value=done.lines)
    else:
        from chalicelib.jobs.tick import job_tick

        queued = job_tick(tick, at, wiring().queues, wiring().jobs)
    logger.info("tick", extra={"tick": tick, "queued": queued})
    _count({"Ticks": 1, "RunsQueued": queued})


def _check(practice: str) -> None:
    """Check a practice by night; what this needs, no run has to load."""
    from chalicelib.jobs.check_practice import check_practice
    from chalicelib.preview.balance_warnings import check_credits

    if checked := check_practice(practice, wiring()):
        check_credits(checked, wiring().clock(), wiring())


def _alert(practice: str, alerts: list[Any]) -> None:
    """Send the alerts, then record those with a cause: a crash may cause a duplicate alert, never a loss.

    One that SNS does not take is left to the practice's next send run, which meets the stop.
    """
    from chalicelib.aws.alert_sender import NotToldError

    try:
        wiring().alerts.notify_operator(practice, alerts)
    except NotToldError as error:
        logger.error("alert", extra={"practice": practice, "error": error.code})
        return
    for cause in [alert.cause for alert in alerts if alert.cause]:
        wiring().raised_alerts.add(practice, cause, wiring().clock())


def _count_for(practice: str, values: dict[str, int]) -> None:
    """Count for the dashboard of one practice, apart from the metrics of the stage."""
    for name, value in values.items():
        own = {"service": "vitosms", "stage": STAGE, "practice": practice}
        with single_metric(name, MetricUnit.Count, value, namespace="vitosms", default_dimensions=own):
            pass


def _count(values: dict[str, int]) -> None:
    for name, value in values.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    if values:
        metrics.flush_metrics()

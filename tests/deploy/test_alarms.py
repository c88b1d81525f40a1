"""The alarms: every function and queue is watched, soon enough, by metrics that exist."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from chalice.app import ScheduledEventConfig

import app
from chalicelib.aws.queues import OutboxMessage, outbox_body, run_body
from chalicelib.entries.receipt import FailureKind
from chalicelib.entries.states import State
from chalicelib.jobs.deliver import DeliveryResult
from chalicelib.planning.run_report import RunOutcome, RunReport
from chalicelib.providers.outcome import Outcome
from chalicelib.schedule.job import Job, RunMessage
from infra.local import lambdas, stack
from tests.deploy.template import ALARMS, CONSUMERS, DESK, FUNCTIONS, QUEUES, RESOURCES, SOURCE_QUEUES, SOURCES, of
from tests.fakes.local_app import START
from tests.fakes.wiring import FakeWiring
from tests.fakes.world import World


def watched(properties: dict[str, Any]) -> list[tuple[str, str, dict[str, str]]]:
    """Namespace, name and dimensions of the metrics of an alarm."""
    stats = [query["MetricStat"]["Metric"] for query in properties.get("Metrics", []) if "MetricStat" in query]
    return [
        (metric["Namespace"], metric["MetricName"], {d["Name"]: d["Value"] for d in metric.get("Dimensions", [])})
        for metric in stats or [properties]
    ]


def watching(metric: str, dimension: str = "FunctionName") -> set[str]:
    """The functions (without their prefix) or queues that an alarm watches by this metric."""
    found = [d[dimension] for alarm in ALARMS.values() for _, name, d in watched(alarm) if name == metric]
    return {value.removeprefix(f"vitosms-{app.STAGE}-") for value in found}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_what_it_means_and_where_to_read_on(name: str) -> None:
    alarm = ALARMS[name]
    heading = alarm["AlarmName"].removeprefix(f"vitosms-{app.STAGE}-")
    assert alarm["AlarmDescription"].endswith(f". See {heading} in docs/operations.md.")
    assert 80 < len(alarm["AlarmDescription"]) <= 1024
    assert alarm["AlarmActions"] == ["OperatorTopic"]
    assert {"Threshold", "ComparisonOperator", "EvaluationPeriods", "TreatMissingData"} <= set(alarm)


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_every_lambda_is_watched(metric: str) -> None:
    assert watching(metric) == {*SOURCES, DESK}


def test_every_rule_is_watched() -> None:
    schedules = {name for name, source in SOURCES.items() if isinstance(source, ScheduledEventConfig)}
    assert watching("Invocations") == schedules


@pytest.mark.parametrize(
    ("alarm", "longest"),
    [
        ("PrepareNotRun", timedelta(minutes=20)),
        ("SendNotRun", timedelta(minutes=20)),
        ("StatusNotRun", timedelta(minutes=20)),
        ("NightlyCheckNotRun", timedelta(hours=26)),
        ("CanaryNotDelivered", timedelta(hours=28)),
    ],
)
def test_silence_is_an_alarm_in_time(alarm: str, longest: timedelta) -> None:
    """AWS evaluates a few more periods than configured: a twentieth of the time each, so the delay is small."""
    told = ALARMS[alarm]
    assert (told["TreatMissingData"], told["ComparisonOperator"], told["Threshold"]) == (
        "breaching",
        "LessThanThreshold",
        1,
    )
    assert told["Statistic"] == "Sum"
    assert told["Period"] * told["EvaluationPeriods"] == longest.total_seconds()
    assert told["EvaluationPeriods"] >= 20
    assert longest <= (timedelta(days=1) if told["Period"] < 3600 else timedelta(days=7))  # the maximum at AWS


def test_every_queue_is_watched() -> None:
    assert watching("ApproximateAgeOfOldestMessage", "QueueName") == set(SOURCE_QUEUES)
    assert watching("ApproximateNumberOfMessagesVisible", "QueueName") == set(QUEUES) - set(SOURCE_QUEUES)
    read_by_lambdas = {name for name, queue in QUEUES.items() if queue["QueueName"] in CONSUMERS}
    assert watching("ApproximateNumberOfMessagesNotVisible", "QueueName") == read_by_lambdas - set(SOURCE_QUEUES)


def test_near_the_timeout_is_a_share_of_each_lambdas_own() -> None:
    alarm = ALARMS["LambdaNearTimeout"]
    shares = dict(re.findall(r"FILL\((\w+), 0\) / (\d+)", alarm["Metrics"][0]["Expression"]))
    percent = {name: str(FUNCTIONS[name]["lambda_timeout"] * 1000 // 100) for name in shares}
    assert shares == percent
    assert set(shares) == watching("Duration") == {"prepare", "send", "status", "run", "deliver", DESK}


def test_every_index_of_the_table_is_watched() -> None:
    (table,) = of("DynamoDB::Table").values()
    seen = [d.get("GlobalSecondaryIndexName") for _, _, d in watched(ALARMS["TableThrottled"])]
    assert seen == 2 * [None, *(index["IndexName"] for index in table["GlobalSecondaryIndexes"])]


def test_the_canary_has_an_alarm_only_where_there_is_one() -> None:
    assert RESOURCES["CanaryNotDelivered"]["Condition"] == "HasCanary"
    assert stack.template()["Conditions"]["HasCanary"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "CanaryPractice"}, ""]}]}


# ---- Metrics


def charted() -> list[tuple[str, str, dict[str, str]]]:
    """The metrics of the dashboard, with values inherited from the line above written out."""
    (dashboard,) = of("CloudWatch::Dashboard").values()
    found = []
    for widget in json.loads(dashboard["DashboardBody"])["widgets"]:
        if widget["type"] != "metric":
            continue
        above: list[str] = []
        for entry in widget["properties"]["metrics"]:
            line = [one for one in entry if isinstance(one, str)]  # without how it is drawn
            if line[0] == "...":
                line = above[: 1 - len(line)] + line[1:]
            above = [old if new == "." else new for old, new in zip(above or line, line, strict=True)]
            found.append((above[0], above[1], dict(zip(above[2::2], above[3::2], strict=True))))
    return found


@pytest.fixture
def emitted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> set[tuple[str, str, frozenset[str]]]:
    """Namespace, name and dimensions of the metrics that the Lambdas print at each of their possible ends."""
    parts = FakeWiring(World(START), {})
    parts.settings = replace(parts.settings, canary_practice="praxis")
    monkeypatch.setattr(app, "wiring", lambda: parts)
    queued = {"ReceiptHandle": "x", "MessageId": "1", "MD5OfBody": "", "Attributes": {"ApproximateReceiveCount": "1"}}

    def invoke(function: str, event: dict[str, Any]) -> None:
        getattr(app, function)(event, lambdas.LambdaContext(function, 60))

    for tick in ("prepare", "send", "status"):
        invoke(tick, lambdas.scheduled_event(app.STAGE, tick, START))
    for dead in ("dead_runs", "dead_outbox"):
        invoke(dead, lambdas.queue_event({**queued, "Body": "unreadable"}, ""))
    for outcome in RunOutcome:
        failed = {kind.value: 1 for kind in FailureKind}
        report = RunReport(
            "praxis", Job.STATUS, START, START, 0.0, outcome, {State.DELIVERED: 1}, {}, (), failures=failed
        )
        monkeypatch.setattr("chalicelib.jobs.run_job.run_job", lambda *_, report=report: report)
        invoke(
            "run", lambdas.queue_event({**queued, "Body": run_body(RunMessage("praxis", Job.SEND, START, START))}, "")
        )
    done = DeliveryResult(outcomes=[("key", kind("")) for kind in get_args(Outcome)])
    monkeypatch.setattr("chalicelib.jobs.deliver.deliver", lambda *_: done)
    invoke("deliver", lambdas.queue_event({**queued, "Body": outbox_body(OutboxMessage("praxis", ("key",)))}, ""))
    return {
        (described["Namespace"], metric["Name"], frozenset(dimensions))
        for line in capsys.readouterr().out.splitlines()
        if '"_aws"' in line
        for described in json.loads(line)["_aws"]["CloudWatchMetrics"]
        for metric in described["Metrics"]
        for dimensions in described["Dimensions"]
    }


def test_the_metrics_of_alarms_and_dashboard_are_those_that_the_lambdas_print(
    emitted: set[tuple[str, str, frozenset[str]]],
) -> None:
    named = [metric for alarm in ALARMS.values() for metric in watched(alarm)] + charted()
    own = {(space, name, frozenset(dimensions)) for space, name, dimensions in named if not space.startswith("AWS/")}
    assert own <= emitted
    assert len(own) >= 13
    assert all(d == {"service": "vitosms", "stage": app.STAGE} for space, _, d in named if space == "vitosms")


def test_the_dashboard_names_queues_and_lambdas_that_exist() -> None:
    functions = {f"vitosms-{app.STAGE}-{name}" for name in (*SOURCES, DESK)}
    dimensions = [d for _, _, d in charted()]
    assert {d["FunctionName"] for d in dimensions if "FunctionName" in d} == functions
    assert {d["QueueName"] for d in dimensions if "QueueName" in d} == set(QUEUES)

"""The template of a stage, held to the design, to `.chalice/config.json` and to the Lambdas of `app.py`."""

import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from chalice.app import ScheduledEventConfig, SQSEventConfig

import app
from chalicelib.deliver import Delivered
from chalicelib.job import Job
from chalicelib.outcome import Outcome
from chalicelib.queue_message import OutboxMessage, RunMessage, outbox_body, run_body
from chalicelib.report import RunOutcome, RunReport
from chalicelib.settings import DELIVER_CONCURRENCY, RUN_CONCURRENCY
from infra.local import lambdas, stack
from tests.fakes.local_app import START
from tests.fakes.wiring import FakeWiring
from tests.fakes.world import World

ROOT = Path(app.__file__).parent
RESOURCES: dict[str, dict[str, Any]] = stack.template()["Resources"]
FUNCTIONS: dict[str, dict[str, int]] = json.loads((ROOT / ".chalice/config.json").read_text())["lambda_functions"]
SOURCES = {source.name: source for source in app.app.event_sources}
TWO_WEEKS = 14 * 24 * 3600  # SQS keeps nothing longer
CANARY = "CanaryDelivered"


def said(value: Any) -> Any:
    """A value of the template in plain words: a reference as the name of what it refers to, the stage as app.py's."""
    if isinstance(value, list):
        return [said(member) for member in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Ref": name}:
            return app.STAGE if name == "Stage" else name
        case {"Fn::GetAtt": [name, _]}:
            return name
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([\w:]+)[^}]*\}", lambda found: said({"Ref": found[1]}), text)
    return {name: said(member) for name, member in value.items()}


def of(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of all resources of a kind, by logical name."""
    return {name: said(r["Properties"]) for name, r in RESOURCES.items() if r["Type"] == f"AWS::{kind}"}


QUEUES, ALARMS = of("SQS::Queue"), of("CloudWatch::Alarm")
SOURCE_QUEUES = {name: queue for name, queue in QUEUES.items() if "RedrivePolicy" in queue}
CONSUMERS = {source.queue: source.name for source in SOURCES.values() if isinstance(source, SQSEventConfig)}
POLICIES = [
    *of("SQS::QueuePolicy").values(),
    *of("SNS::TopicPolicy").values(),
    *({"PolicyDocument": key["KeyPolicy"]} for key in of("KMS::Key").values()),
]


def test_cfn_lint_finds_nothing() -> None:
    """It knows every property of every kind of resource; `infra/functions.yaml` uses what nothing here does."""
    from cfnlint.api import ManualArgs, lint  # here: half a second for whoever collects the tests

    found = lint(stack.TEMPLATE.read_text(encoding="utf-8"), config=ManualArgs(regions=["eu-central-1"]))
    unused = {("W2001", "Parameter SecurityGroupIds not used."), ("W8001", "Condition RunsInVpc not used")}
    assert {(match.rule.id, match.message) for match in found} == unused


# ---- What is remembered


def test_the_table_can_neither_be_read_from_disk_nor_be_lost() -> None:
    (table,) = of("DynamoDB::Table").values()
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert table["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize("name", ["Table", "JobHistory", "ActivityLog", "DeliverLog"])
def test_what_tells_of_patients_and_money_outlives_its_stack(name: str) -> None:
    assert (RESOURCES[name]["DeletionPolicy"], RESOURCES[name]["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_names_carry_the_stage() -> None:
    names = ("TableName", "QueueName", "TopicName", "Name", "RoleName", "AlarmName", "DashboardName", "LogGroupName")
    named = [value for r in RESOURCES.values() for key, value in said(r["Properties"]).items() if key in names]
    ours = {f"/aws/lambda/vitosms-{app.STAGE}", f"/vitosms/{app.STAGE}/", f"vitosms-{app.STAGE}", "sns/AWS::Region/"}
    assert [name for name in named if not name.startswith(tuple(ours))] == []


# ---- Queues


@pytest.mark.parametrize("name", SOURCE_QUEUES)
def test_a_queue_has_an_own_dead_letter_queue_that_keeps_longer(name: str) -> None:
    redrive = QUEUES[name]["RedrivePolicy"]
    dead = QUEUES[redrive["deadLetterTargetArn"]]
    assert redrive["maxReceiveCount"] == 5
    assert dead["QueueName"] == f"{QUEUES[name]['QueueName']}-dlq"
    assert dead["MessageRetentionPeriod"] == TWO_WEEKS > QUEUES[name]["MessageRetentionPeriod"]


def test_every_queue_is_one_of_these_or_its_dead_letter_queue() -> None:
    targets = [queue["RedrivePolicy"]["deadLetterTargetArn"] for queue in SOURCE_QUEUES.values()]
    assert sorted([*SOURCE_QUEUES, *targets]) == sorted(QUEUES)


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_is_encrypted(name: str) -> None:
    assert QUEUES[name]["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize(("queue", "function"), CONSUMERS.items())
def test_a_message_is_hidden_for_six_times_what_its_lambda_may_take(queue: str, function: str) -> None:
    (found,) = (properties for properties in QUEUES.values() if properties["QueueName"] == queue)
    assert found["VisibilityTimeout"] >= 6 * FUNCTIONS[function]["lambda_timeout"]


def test_receipts_that_a_dead_status_tick_took_are_there_for_the_next_one() -> None:
    hidden = QUEUES["ReceiptsQueue"]["VisibilityTimeout"]
    assert FUNCTIONS["status"]["lambda_timeout"] < hidden < 15 * 60


@pytest.mark.parametrize(
    ("function", "most"),
    {"run": RUN_CONCURRENCY, "deliver": DELIVER_CONCURRENCY, "dead_runs": 2, "dead_outbox": 2}.items(),
)
def test_a_queue_is_worked_off_by_a_few_lambdas_one_message_each(function: str, most: int) -> None:
    source = SOURCES[function]
    assert isinstance(source, SQSEventConfig)
    assert (source.maximum_concurrency, source.batch_size) == (most, 1)
    assert 2 <= most <= 5  # AWS has no less than 2; all of them fit into the 10 of a new account


# ---- Who may


def test_nothing_is_open_to_everybody() -> None:
    """Everybody is told to come with TLS; everybody of this account may use the key of the topics for a topic."""
    statements = [s for policy in POLICIES for s in policy["PolicyDocument"]["Statement"]]
    to_all = [s for s in statements if s["Principal"] in ("*", {"AWS": "*"})]
    conditions = {s["Effect"]: s["Condition"] for s in to_all}
    assert conditions == {
        "Deny": {"Bool": {"aws:SecureTransport": "false"}},
        "Allow": {
            "StringEquals": {"kms:CallerAccount": "AWS::AccountId", "kms:ViaService": "sns.AWS::Region.amazonaws.com"}
        },
    }
    assert Counter(s["Effect"] for s in to_all) == {"Deny": len(POLICIES) - 1, "Allow": 1}


@pytest.mark.parametrize(
    ("topic", "service", "source"),
    [
        (
            "OperatorTopic",
            "cloudwatch.amazonaws.com",
            f":cloudwatch:AWS::Region:AWS::AccountId:alarm:vitosms-{app.STAGE}-*",
        ),
        (
            "MailEventsTopic",
            "ses.amazonaws.com",
            f":ses:AWS::Region:AWS::AccountId:configuration-set/vitosms-{app.STAGE}",
        ),
    ],
)
def test_a_topic_takes_messages_of_one_service_for_this_account_only(topic: str, service: str, source: str) -> None:
    (policy,) = (p for p in of("SNS::TopicPolicy").values() if p["Topics"] == [topic])
    (allowed,) = (s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow")
    assert (allowed["Principal"], allowed["Action"]) == ({"Service": service}, "sns:Publish")
    conditions = {key: value for kind in allowed["Condition"].values() for key, value in kind.items()}
    assert conditions == {"aws:SourceAccount": "AWS::AccountId", "aws:SourceArn": f"arn:AWS::Partition{source}"}


def test_whoever_publishes_to_a_topic_may_use_its_key() -> None:
    assert {topic["KmsMasterKeyId"] for topic in of("SNS::Topic").values()} == {"TopicsKey"}
    service = next(s for s in of("KMS::Key")["TopicsKey"]["KeyPolicy"]["Statement"] if "Service" in s["Principal"])
    assert service["Principal"] == {"Service": ["cloudwatch.amazonaws.com", "ses.amazonaws.com"]}
    assert service["Action"] == ["kms:GenerateDataKey*", "kms:Decrypt"]


def test_only_the_topic_of_mail_events_puts_messages_into_a_queue() -> None:
    allowed = [
        s for p in of("SQS::QueuePolicy").values() for s in p["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"
    ]
    assert [(s["Action"], s["Condition"]) for s in allowed] == [
        ("sqs:SendMessage", {"ArnEquals": {"aws:SourceArn": "MailEventsTopic"}})
    ]


def test_everybody_needs_tls() -> None:
    """A queue or topic has one policy: the last one that names it holds."""
    denying = [p for p in POLICIES if "Deny" in {s["Effect"] for s in p["PolicyDocument"]["Statement"]}]
    named = [name for policy in denying for name in policy.get("Queues", []) + policy.get("Topics", [])]
    assert sorted(named) == sorted([*QUEUES, *of("SNS::Topic")])
    assert of("SES::ConfigurationSet")["MailConfigurationSet"]["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}


def test_sns_may_write_the_delivery_logs_and_nothing_else() -> None:
    (role,) = of("IAM::Role").values()
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    (policy,) = role["Policies"]
    (allowed,) = policy["PolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "sns.amazonaws.com"}
    assert set(allowed["Action"]) == {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}
    assert allowed["Resource"] == "arn:AWS::Partition:logs:AWS::Region:AWS::AccountId:log-group:SmsDeliveries*"
    groups = [of("Logs::LogGroup")[name]["LogGroupName"] for name in ("SmsDeliveries", "SmsFailures")]
    assert groups[1] == f"{groups[0]}/Failure"


# ---- Logs


def test_every_lambda_has_its_log_group_and_no_other_one_is_there() -> None:
    prefix = f"/aws/lambda/vitosms-{app.STAGE}-"
    names = {group["LogGroupName"] for group in of("Logs::LogGroup").values()}
    assert {name.removeprefix(prefix) for name in names if name.startswith(prefix)} == set(SOURCES)


def test_every_lambda_has_its_timeout() -> None:
    assert set(FUNCTIONS) == set(SOURCES)


@pytest.mark.parametrize("name", of("Logs::LogGroup"))
def test_a_log_is_kept_as_long_as_it_is_needed(name: str) -> None:
    """What SNS logs has phone numbers; what deliver logs belongs to the protocols."""
    longer = {"SmsDeliveries": 14, "SmsFailures": 14, "JobHistory": 400, "ActivityLog": 400, "DeliverLog": 400}
    assert of("Logs::LogGroup")[name]["RetentionInDays"] == longer.get(name, 90)


# ---- Alarms


def watched(properties: dict[str, Any]) -> list[tuple[str, str, dict[str, str]]]:
    """Namespace, name and dimensions of the metrics of an alarm."""
    stats = [query["MetricStat"]["Metric"] for query in properties.get("Metrics", []) if "MetricStat" in query]
    return [
        (metric["Namespace"], metric["MetricName"], {d["Name"]: d["Value"] for d in metric.get("Dimensions", [])})
        for metric in stats or [properties]
    ]


def watching(metric: str, dimension: str = "FunctionName") -> set[str]:
    """What some alarm watches by this metric: functions without their prefix, or queues."""
    found = [d[dimension] for alarm in ALARMS.values() for _, name, d in watched(alarm) if name == metric]
    return {value.removeprefix(f"vitosms-{app.STAGE}-") for value in found}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_what_it_means_and_where_to_read_on(name: str) -> None:
    alarm = ALARMS[name]
    heading = alarm["AlarmName"].removeprefix(f"vitosms-{app.STAGE}-")
    assert alarm["AlarmDescription"].endswith(f". See {heading} in docs/betrieb.md.")
    assert 80 < len(alarm["AlarmDescription"]) <= 1024
    assert alarm["AlarmActions"] == ["OperatorTopic"]
    assert {"Threshold", "ComparisonOperator", "EvaluationPeriods", "TreatMissingData"} <= set(alarm)


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_every_lambda_is_watched(metric: str) -> None:
    assert watching(metric) == set(SOURCES)


def test_every_rule_is_watched() -> None:
    schedules = {name for name, source in SOURCES.items() if isinstance(source, ScheduledEventConfig)}
    assert watching("Invocations") == schedules


@pytest.mark.parametrize(
    ("alarm", "longest"),
    [
        ("PrepareNotRun", timedelta(minutes=20)),
        ("SendNotRun", timedelta(minutes=20)),
        ("StatusNotRun", timedelta(minutes=20)),
        ("ReconcileNotRun", timedelta(hours=26)),
        ("CanaryNotDelivered", timedelta(hours=28)),
    ],
)
def test_silence_is_an_alarm_in_time(alarm: str, longest: timedelta) -> None:
    """AWS looks back over some periods more than it is told: a twentieth of the time each, so little later."""
    told = ALARMS[alarm]
    assert (told["TreatMissingData"], told["ComparisonOperator"], told["Threshold"]) == (
        "breaching",
        "LessThanThreshold",
        1,
    )
    assert told["Statistic"] == "Sum"
    assert told["Period"] * told["EvaluationPeriods"] == longest.total_seconds()
    assert told["EvaluationPeriods"] >= 20
    assert longest <= (timedelta(days=1) if told["Period"] < 3600 else timedelta(days=7))  # AWS has no more


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
    assert set(shares) == watching("Duration") == {"prepare", "send", "status", "run", "deliver"}


def test_every_index_of_the_table_is_watched() -> None:
    (table,) = of("DynamoDB::Table").values()
    seen = [d.get("GlobalSecondaryIndexName") for _, _, d in watched(ALARMS["TableThrottled"])]
    assert seen == 2 * [None, *(index["IndexName"] for index in table["GlobalSecondaryIndexes"])]


def test_the_canary_has_an_alarm_only_where_there_is_one() -> None:
    assert RESOURCES["CanaryNotDelivered"]["Condition"] == "HasCanary"
    assert stack.template()["Conditions"]["HasCanary"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "CanaryPractice"}, ""]}]}


# ---- Metrics


def charted() -> list[tuple[str, str, dict[str, str]]]:
    """The metrics of the dashboard, with what they take over of the line above written out."""
    (dashboard,) = of("CloudWatch::Dashboard").values()
    found = []
    for widget in json.loads(dashboard["DashboardBody"])["widgets"]:
        above: list[str] = []
        for line in widget["properties"]["metrics"]:
            if line[0] == "...":
                line = above[: 1 - len(line)] + line[1:]
            above = [old if new == "." else new for old, new in zip(above or line, line, strict=True)]
            found.append((above[0], above[1], dict(zip(above[2::2], above[3::2], strict=True))))
    return found


@pytest.fixture
def emitted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> set[tuple[str, str, frozenset[str]]]:
    """Namespace, name and dimensions of what the Lambdas print, when each comes to each of its ends."""
    parts = FakeWiring(World(START), {})
    monkeypatch.setattr(app, "wiring", lambda: parts)
    queued = {"ReceiptHandle": "x", "MessageId": "1", "MD5OfBody": "", "Attributes": {"ApproximateReceiveCount": "1"}}

    def invoke(function: str, event: dict[str, Any]) -> None:
        getattr(app, function)(event, lambdas.LambdaContext(function, 60))

    for tick in ("prepare", "send", "status"):
        invoke(tick, lambdas.scheduled_event(app.STAGE, tick, START))
    for dead in ("dead_runs", "dead_outbox"):
        invoke(dead, lambdas.queue_event({**queued, "Body": "unreadable"}, ""))
    for outcome in RunOutcome:
        report = RunReport("praxis", Job.SEND, START, START, 0.0, outcome, {}, {}, ())
        monkeypatch.setattr("chalicelib.run_job.run_job", lambda *_, report=report: report)
        invoke(
            "run", lambdas.queue_event({**queued, "Body": run_body(RunMessage("praxis", Job.SEND, START, START))}, "")
        )
    done = Delivered(outcomes=[("key", kind("")) for kind in get_args(Outcome)])
    monkeypatch.setattr("chalicelib.deliver.deliver", lambda *_: done)
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
    """But for the canary's, which somebody else prints."""
    named = [metric for alarm in ALARMS.values() for metric in watched(alarm)] + charted()
    own = {(space, name, frozenset(dimensions)) for space, name, dimensions in named if not space.startswith("AWS/")}
    missing = own - emitted
    assert {name for _, name, _ in missing} <= {CANARY}
    assert len(own - missing) >= 12
    assert all(d == {"service": "vitosms", "stage": app.STAGE} for space, _, d in named if space == "vitosms")


def test_the_dashboard_names_queues_and_lambdas_that_exist() -> None:
    functions = {f"vitosms-{app.STAGE}-{name}" for name in SOURCES}
    dimensions = [d for _, _, d in charted()]
    assert {d["FunctionName"] for d in dimensions if "FunctionName" in d} == functions
    assert {d["QueueName"] for d in dimensions if "QueueName" in d} == set(QUEUES)

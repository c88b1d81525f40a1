"""The template of a stage agrees with the design, `.chalice/config.json` and the Lambdas of `app.py`."""

from collections import Counter

import pytest
from chalice.app import SQSEventConfig

import app
from chalicelib.settings import DELIVER_CONCURRENCY, RUN_CONCURRENCY
from tests.deploy.template import CONSUMERS, DESK, FUNCTIONS, QUEUES, RESOURCES, SOURCE_QUEUES, SOURCES, of, said

TWO_WEEKS = 14 * 24 * 3600  # the maximum at SQS
POLICIES = [
    *of("SQS::QueuePolicy").values(),
    *of("SNS::TopicPolicy").values(),
    *({"PolicyDocument": key["KeyPolicy"]} for key in of("KMS::Key").values()),
]


# ---- What is remembered


def test_the_table_can_neither_be_read_from_disk_nor_be_lost() -> None:
    (table,) = of("DynamoDB::Table").values()
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert table["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize("name", ["Table", "JobHistory", "ActivityLog", "DeliverLog", "AuditLog"])
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
    assert 2 <= most <= 5  # 2 is the minimum at AWS; all of them fit into the 10 of a new account


# ---- E-mail


def test_no_patient_is_watched_reading() -> None:
    """With open and click events, SES adds a remote picture and replaces the addresses of links."""
    (destination,) = of("SES::ConfigurationSetEventDestination").values()
    events = set(destination["EventDestination"]["MatchingEventTypes"])
    assert events == {"reject", "bounce", "complaint", "delivery"}  # only events that settle an e-mail


# ---- Who may


def test_nothing_is_open_to_everybody() -> None:
    """Everybody must use TLS; everybody in this account may use the topics' key for a topic."""
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
    """A queue or topic has one policy: the last one that names it applies."""
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
    assert {name.removeprefix(prefix) for name in names if name.startswith(prefix)} == {*SOURCES, DESK}


def test_every_lambda_has_its_timeout() -> None:
    assert set(FUNCTIONS) == {*SOURCES, DESK}


@pytest.mark.parametrize("name", of("Logs::LogGroup"))
def test_a_log_is_kept_as_long_as_it_is_needed(name: str) -> None:
    """The logs of SNS contain phone numbers; those of deliver are part of the protocols."""
    protocols = dict.fromkeys(("JobHistory", "ActivityLog", "DeliverLog", "AuditLog"), 400)
    longer = {"SmsDeliveries": 14, "SmsFailures": 14, **protocols}
    assert of("Logs::LogGroup")[name]["RetentionInDays"] == longer.get(name, 90)

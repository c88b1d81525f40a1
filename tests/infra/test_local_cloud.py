"""The local cloud, with small handlers in the place of the app's."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from infra.local.carriers import AnswerLost
from infra.local.cloud import LocalCloud
from infra.local.fates import parts_of
from infra.local.platform import LambdaKilled
from infra.local.receipts import DELIVERIES, FAILURES
from infra.local.wire import ErrorAnswer

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NUMBER = "+41791234567"
MINUTE = timedelta(minutes=1)


@dataclass
class FakeApp:
    """Remembers how it is called; `act` holds what a handler does beyond that."""

    act: dict[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    events: list[tuple[str, datetime, Any]] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    def _called(self, name: str, event: Any, context: Any) -> None:
        self.events.append((name, datetime.now(UTC), event))
        self.contexts.append(context)
        self.act.get(name, lambda *_: None)(event, context)

    def prepare(self, event: Any, context: Any) -> None:
        self._called("prepare", event, context)

    def send(self, event: Any, context: Any) -> None:
        self._called("send", event, context)

    def status(self, event: Any, context: Any) -> None:
        self._called("status", event, context)

    def run(self, event: Any, context: Any) -> None:
        self._called("run", event, context)

    def deliver(self, event: Any, context: Any) -> None:
        self._called("deliver", event, context)

    def times(self, name: str) -> list[str]:
        return [f"{at:%H:%M:%S}" for called, at, _ in self.events if called == name]


@pytest.fixture
def app() -> FakeApp:
    return FakeApp()


@pytest.fixture
def cloud(app: FakeApp) -> Iterator[LocalCloud]:
    with LocalCloud(app, START) as opened:
        yield opened


def aws(service: str) -> Any:
    return boto3.client(service, config=Config(retries={"total_max_attempts": 1}))


def sms(number: str = NUMBER, text: str = "Guten Tag", sender: str = "Praxis") -> str:
    attributes = {
        "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": sender},
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
    }
    answer = aws("sns").publish(PhoneNumber=number, Message=text, MessageAttributes=attributes)
    return str(answer["MessageId"])


def mail(to: str = "leser@example.ch", configured: bool = True) -> None:
    extra = {"ConfigurationSetName": os.environ["VITOSMS_MAIL_CONFIGURATION_SET"]} if configured else {}
    aws("sesv2").send_email(
        FromEmailAddress="Praxis <praxis@example.ch>",
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": {"Data": "Ihr Termin"}, "Body": {"Text": {"Data": "Grüezi"}}}},
        EmailTags=[{"Name": "entry", "Value": "abc"}],
        **extra,
    )


def receipts() -> list[dict[str, Any]]:
    url, found = os.environ["VITOSMS_RECEIPTS_QUEUE_URL"], []
    while messages := aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in messages]
    return found


def queue(name: str, body: str, **options: Any) -> None:
    aws("sqs").send_message(QueueUrl=os.environ[f"VITOSMS_{name}_QUEUE_URL"], MessageBody=body, **options)


def put(key: str, **attributes: Any) -> dict[str, Any]:
    item = {"pk": {"S": "p"}, "sk": {"S": key}, **attributes}
    return {"Put": {"TableName": os.environ["VITOSMS_TABLE"], "Item": item}}


def update(key: str, expression: str, condition: str = "attribute_exists(pk)", **values: Any) -> dict[str, Any]:
    names = {"#s": "state"} if "#s" in expression + condition else None
    return {
        "Update": {
            "TableName": os.environ["VITOSMS_TABLE"],
            "Key": {"pk": {"S": "p"}, "sk": {"S": key}},
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            **({"ExpressionAttributeNames": names} if names else {}),
            **({"ExpressionAttributeValues": {f":{k}": v for k, v in values.items()}} if values else {}),
        }
    }


def transact(*items: dict[str, Any]) -> None:
    aws("dynamodb").transact_write_items(TransactItems=list(items))


# ---- The stack ------------------------------------------------------------------------------------


def test_the_template_is_created_with_what_moto_leaves_out(cloud: LocalCloud) -> None:
    table = aws("dynamodb").describe_table(TableName="vitosms-local")["Table"]
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {"open", "due"}
    ttl = aws("dynamodb").describe_time_to_live(TableName="vitosms-local")["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    groups = {group["logGroupName"] for group in aws("logs").describe_log_groups()["logGroups"]}
    assert groups == {"/vitosms/local/Auftragsverlauf", "/vitosms/local/Aktivitaeten", DELIVERIES, FAILURES}


def test_dead_letters_outlast_their_source(cloud: LocalCloud) -> None:
    for name in ("RUNS", "OUTBOX", "RECEIPTS"):
        url = os.environ[f"VITOSMS_{name}_QUEUE_URL"]
        source = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        dead = aws("sqs").get_queue_attributes(QueueUrl=f"{url}-dlq", AttributeNames=["All"])["Attributes"]
        assert json.loads(source["RedrivePolicy"])["maxReceiveCount"] == 5
        assert int(dead["MessageRetentionPeriod"]) >= int(source["MessageRetentionPeriod"])


def test_the_environment_and_the_clock_are_as_before_after_closing(app: FakeApp) -> None:
    before = dict(os.environ)
    with LocalCloud(app, START, stage="probe"):
        assert os.environ["VITOSMS_STAGE"] == "probe"
        assert os.environ["VITOSMS_TABLE"] == "vitosms-probe"
        assert datetime.now(UTC) == START
    assert dict(os.environ) == before
    assert abs(time.time() - START.timestamp()) > 1


def test_each_cloud_is_empty_and_only_one_is_open(app: FakeApp) -> None:
    with LocalCloud(app, START) as first:
        transact(put("a"))
        assert len(first.scan_table()) == 1
        with pytest.raises(RuntimeError), LocalCloud(app, START):
            pass
    with LocalCloud(app, START) as second:
        assert second.scan_table() == []


def test_a_client_of_an_earlier_cloud_works_in_the_next(app: FakeApp) -> None:
    with LocalCloud(app, START):
        client = boto3.client("sns")
    with LocalCloud(app, START) as cloud:
        client.publish(PhoneNumber=NUMBER, Message="Grüezi")
        assert [message.text for message in cloud.carriers.messages] == ["Grüezi"]


def test_a_service_that_is_not_played_is_not_reached(cloud: LocalCloud) -> None:
    with pytest.raises(ClientError, match="404|Not yet"):
        aws("lambda").list_functions()


# ---- The time and the rules -----------------------------------------------------------------------


def test_the_rules_fire_on_their_quarter_hours(app: FakeApp, cloud: LocalCloud) -> None:
    cloud.play(START + 30 * MINUTE)
    assert app.times("prepare") == ["09:00:00", "09:15:00"]
    assert app.times("send") == ["09:05:00", "09:20:00"]
    assert app.times("status") == ["09:10:00", "09:25:00"]
    assert cloud.clock.now() == START + 30 * MINUTE


@pytest.mark.parametrize("minute", [0, 1, 4, 5, 6, 9, 10, 11, 14, 59])
def test_the_first_ticks_are_those_from_the_start_on(app: FakeApp, minute: int) -> None:
    start = START + minute * MINUTE
    with LocalCloud(app, start) as cloud:
        cloud.play(start + 15 * MINUTE)
    ticks = sorted(at for _, at, _ in app.events)
    assert len(ticks) == 3
    assert all(start <= tick < start + 15 * MINUTE for tick in ticks)


def test_a_span_in_two_halves_equals_the_span(app: FakeApp) -> None:
    def played(*ends: int) -> list[Any]:
        app.events.clear()
        with LocalCloud(app, START) as cloud:
            for end in ends:
                cloud.play(START + end * MINUTE)
            return [(name, at) for name, at, _ in app.events]

    assert played(10, 60) == played(60)


def test_the_clock_never_goes_back(cloud: LocalCloud) -> None:
    with pytest.raises(ValueError, match="never goes back"):
        cloud.play(START - MINUTE)
    with pytest.raises(ValueError, match="past"):
        cloud.at(START - MINUTE, lambda: None)


def test_the_world_moves_before_the_tick_of_the_same_instant(app: FakeApp, cloud: LocalCloud) -> None:
    order: list[str] = []
    app.act["send"] = lambda *_: order.append("send")
    cloud.at(START + 5 * MINUTE, lambda: order.append("world"))
    cloud.play(START + 6 * MINUTE)
    assert order == ["world", "send"]


def test_events_and_contexts_have_the_shape_of_lambda(app: FakeApp, cloud: LocalCloud) -> None:
    queue("RUNS", '{"job": "send"}')
    cloud.play(START + MINUTE)
    events = {name: event for name, _, event in app.events}
    assert events["prepare"]["time"] == "2026-11-22T09:00:00Z"
    assert events["prepare"]["resources"][0].endswith(":rule/vitosms-local-prepare")
    (record,) = events["run"]["Records"]
    assert record["body"] == '{"job": "send"}'
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["eventSourceARN"] == "arn:aws:sqs:eu-central-1:123456789012:vitosms-local-runs"
    assert len({context.aws_request_id for context in app.contexts}) == 2
    assert all(context.get_remaining_time_in_millis() >= 60_000 for context in app.contexts)


def test_a_failed_tick_is_tried_twice_more(app: FakeApp, cloud: LocalCloud) -> None:
    app.act["prepare"] = _fail
    cloud.play(START + 14 * MINUTE)
    assert app.times("prepare") == ["09:00:00", "09:01:00", "09:03:00"]
    assert [(error.handler, error.text) for error in cloud.lambda_errors] == [("prepare", "OSError: no")] * 3
    assert len({event["id"] for name, _, event in app.events if name == "prepare"}) == 1


def _fail(*_: Any) -> None:
    raise OSError("no")


# ---- The queues -----------------------------------------------------------------------------------


def test_a_message_is_handled_when_it_becomes_visible(app: FakeApp, cloud: LocalCloud) -> None:
    queue("OUTBOX", "now")
    queue("OUTBOX", "later", DelaySeconds=90)
    cloud.play(START + 5 * MINUTE)
    assert app.times("deliver") == ["09:00:00", "09:01:30"]


def test_a_failing_message_comes_back_and_ends_among_the_dead_letters(app: FakeApp, cloud: LocalCloud) -> None:
    app.act["deliver"] = _fail
    queue("OUTBOX", "never")
    cloud.play(START + 60 * MINUTE)
    assert app.times("deliver") == ["09:00:00", "09:06:00", "09:12:00", "09:18:00", "09:24:00"]
    dead = aws("sqs").receive_message(QueueUrl=os.environ["VITOSMS_OUTBOX_QUEUE_URL"] + "-dlq")
    assert dead["Messages"][0]["Body"] == "never"


@pytest.mark.parametrize(("seconds", "second"), [(0, "09:00:00"), (60, "09:01:00"), (600, "09:10:00")])
def test_a_handler_decides_when_its_message_comes_back(
    app: FakeApp, cloud: LocalCloud, seconds: int, second: str
) -> None:
    def later(event: Any, _: Any) -> None:
        (record,) = event["Records"]
        if record["attributes"]["ApproximateReceiveCount"] == "1":
            url = os.environ["VITOSMS_OUTBOX_QUEUE_URL"]
            aws("sqs").change_message_visibility(
                QueueUrl=url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=seconds
            )
            raise OSError("not yet")

    app.act["deliver"] = later
    queue("OUTBOX", "again")
    cloud.play(START + 20 * MINUTE)
    assert app.times("deliver") == ["09:00:00", second]


def test_a_killed_lambda_leaves_its_message(app: FakeApp, cloud: LocalCloud) -> None:
    def die(operation: str) -> None:
        if operation == "sns.Publish":
            cloud.gateway.after = lambda _: None
            raise LambdaKilled

    app.act["deliver"] = lambda *_: sms()
    cloud.gateway.after = die
    queue("OUTBOX", "x")
    cloud.play(START + 20 * MINUTE)
    assert app.times("deliver") == ["09:00:00", "09:06:00"]
    assert len(cloud.carriers.messages) == 2


def test_a_long_poll_returns_at_once(cloud: LocalCloud) -> None:
    url = os.environ["VITOSMS_RECEIPTS_QUEUE_URL"]
    assert "Messages" not in aws("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20)


# ---- What handlers print and call -----------------------------------------------------------------


def test_nothing_that_a_handler_prints_reaches_the_terminal(
    app: FakeApp, cloud: LocalCloud, capfd: pytest.CaptureFixture[str]
) -> None:
    logger = Logger(service="made-before")

    def speak(*_: Any) -> None:
        print("printed")
        print("to stderr", file=sys.stderr)
        logger.info("logged")
        Logger(service="made-inside").info("logged inside")

    app.act["prepare"] = speak
    cloud.play(START + MINUTE)
    print("afterwards")
    logger.info("still at the terminal")
    captured = capfd.readouterr()
    assert captured.err == ""
    assert "still at the terminal" in captured.out
    assert "printed" not in captured.out
    assert "logged" not in captured.out
    output = "\n".join(cloud.lambda_output)
    assert all(said in output for said in ("printed", "to stderr", '"logged"', '"logged inside"'))
    assert "afterwards" not in output


def test_only_the_calls_of_handlers_are_counted(app: FakeApp, cloud: LocalCloud) -> None:
    def publish_in_threads(*_: Any) -> None:
        client = boto3.client("sns")
        with ThreadPoolExecutor(10) as pool:
            list(pool.map(lambda i: client.publish(PhoneNumber=NUMBER, Message=str(i)), range(10)))

    app.act["deliver"] = publish_in_threads
    app.act["status"] = lambda *_: cloud.scan_table()
    queue("OUTBOX", "x")
    cloud.put_parameter("/vitosms/local/praxis/Schalter/Sprache", "de")
    cloud.play(START + 15 * MINUTE)
    assert cloud.lambda_errors == []
    assert cloud.calls == {"sns.Publish": 10, "dynamodb.Scan": 1}
    assert cloud.calls_by_handler == {"deliver": {"sns.Publish": 10}, "status": {"dynamodb.Scan": 1}}


# ---- Parameters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("/vitosms/local/praxis/Schalter/Präfix", "Ja"),
        ("/vitosms/local/praxis/Mein Schalter", "Ja"),
        ("vitosms/local", "Ja"),
        ("/aws/vitosms", "Ja"),
        ("SSM-vitosms", "Ja"),
        ("/" + "/".join("abcdefghijklmnop"), "Ja"),
        ("/" + "a" * 1011, "Ja"),
        ("/vitosms/Text", "Guten Tag {{Vorname}}"),
        ("/vitosms/Text", "ä" * 2049),
        ("/vitosms/Text", ""),
    ],
)
def test_parameters_that_aws_refuses_are_refused(cloud: LocalCloud, name: str, value: str) -> None:
    with pytest.raises(ClientError) as refused:
        cloud.put_parameter(name, value)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize("value", ["x" * 4096, "[[Vorname]] { } {[% if Ort %]", "-"])
def test_parameters_that_aws_takes_are_taken(cloud: LocalCloud, value: str) -> None:
    name = "/" + "/".join("abcdefghijklmno")
    cloud.put_parameter(name, value, secure=True)
    assert aws("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] == value


# ---- The carriers ---------------------------------------------------------------------------------


def test_the_carriers_record_what_they_receive(cloud: LocalCloud) -> None:
    cloud.verify_mail_sender("praxis@example.ch")
    message_id = sms(text="Grüezi, 10 Uhr")
    mail()
    first, second = cloud.carriers.messages
    assert (first.at, first.channel, first.to, first.sender) == (START, "SMS", NUMBER, "Praxis")
    assert (first.text, first.subject, first.message_id) == ("Grüezi, 10 Uhr", None, message_id)
    assert first.tags == {"AWS.SNS.SMS.SMSType": "Transactional"}
    assert (second.channel, second.to, second.sender) == (
        "E-Mail",
        "leser@example.ch",
        "Praxis <praxis@example.ch>",
    )
    assert (second.subject, second.text, second.tags) == ("Ihr Termin", "Grüezi", {"entry": "abc"})


def test_a_raw_mail_is_read_as_its_reader_sees_it(cloud: LocalCloud) -> None:
    cloud.verify_mail_sender("praxis@example.ch")
    mime = (
        "From: praxis@example.ch\r\nTo: leser@example.ch\r\nSubject: =?utf-8?q?Gl=C3=BCckw=C3=BCnsche?=\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\nHerzlich, z=C3=A4mme\r\n"
    )
    aws("sesv2").send_email(
        FromEmailAddress="praxis@example.ch",
        Destination={"ToAddresses": ["leser@example.ch"]},
        Content={"Raw": {"Data": mime.encode()}},
    )
    (message,) = cloud.carriers.messages
    assert (message.subject, message.text.strip()) == ("Glückwünsche", "Herzlich, zämme")


@pytest.mark.parametrize(
    ("number", "text"),
    [("0791234567", "x"), ("+0791234567", "x"), ("+4179", "x"), (NUMBER, "x" * 1601)],
)
def test_sns_refuses_an_sms_of_a_wrong_shape(cloud: LocalCloud, number: str, text: str) -> None:
    with pytest.raises(ClientError) as refused:
        sms(number, text)
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"
    assert cloud.carriers.messages == []


def test_ses_takes_mail_only_from_a_verified_sender(cloud: LocalCloud) -> None:
    with pytest.raises(ClientError) as refused:
        mail()
    assert refused.value.response["Error"]["Code"] == "MessageRejected"
    assert cloud.carriers.messages == []


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        ("ThrottlingException", "ThrottlingException", 400),
        ("InternalError", "InternalError", 500),
        (ErrorAnswer("AuthorizationError", "not you", 403), "AuthorizationError", 403),
    ],
)
def test_a_scripted_error_is_answered_once(cloud: LocalCloud, fault: Any, code: str, status: int) -> None:
    cloud.carriers.fail_next(fault)
    with pytest.raises(ClientError) as failed:
        sms()
    assert failed.value.response["Error"]["Code"] == code
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert cloud.carriers.messages == []
    sms()
    assert len(cloud.carriers.messages) == 1


def test_a_message_can_be_lost_before_it_arrives_or_its_answer_after(cloud: LocalCloud) -> None:
    cloud.carriers.fail_next(ConnectTimeoutError(endpoint_url="x"))
    with pytest.raises(ConnectTimeoutError):
        sms(text="never left")
    timeout = ReadTimeoutError(endpoint_url="x")
    cloud.carriers.on_request = lambda message: AnswerLost(timeout) if "lost" in message.text else None
    with pytest.raises(ReadTimeoutError):
        sms(text="lost")
    sms(text="heard")
    assert [message.text for message in cloud.carriers.messages] == ["lost", "heard"]


def test_a_client_that_tries_again_by_itself_sends_twice(cloud: LocalCloud) -> None:
    cloud.carriers.fail_next(AnswerLost(ReadTimeoutError(endpoint_url="x")))
    careless = boto3.client("sns", config=Config(retries={"total_max_attempts": 2}))
    careless.publish(PhoneNumber=NUMBER, Message="Grüezi")
    assert len(cloud.carriers.messages) == 2


def test_every_sms_gets_a_delivery_log_within_minutes(cloud: LocalCloud) -> None:
    sent = [sms(f"+4179{i:07}") for i in range(50)]
    cloud.play(START + 5 * MINUTE)
    events = cloud.log_events(DELIVERIES)
    logs = [json.loads(event["message"]) for event in events]
    assert {log["notification"]["messageId"] for log in logs} == set(sent)
    assert {log["status"] for log in logs} == {"SUCCESS"}
    assert logs[0]["notification"]["timestamp"] == "2026-11-22 09:00:00.000"
    assert {log["delivery"]["smsType"] for log in logs} == {"Transactional"}
    begin = START.timestamp() * 1000
    assert all(begin + 5_000 <= event["timestamp"] <= begin + 240_000 for event in events)


def _failed(app: FakeApp, seed: int, numbers: list[int]) -> dict[str, Any]:
    with LocalCloud(app, START, seed=seed, carrier_failures=0.4) as cloud:
        for number in numbers:
            sms(f"+4179{number:07}")
        cloud.play(START + 5 * MINUTE)
        logs = [json.loads(event["message"])["delivery"] for event in cloud.log_events(FAILURES)]
    return {log["destination"]: (log["providerResponse"], log.get("priceInUSD")) for log in logs}


def test_which_sms_fail_depends_on_the_seed_and_not_on_the_order(app: FakeApp) -> None:
    numbers = list(range(60))
    failed = _failed(app, 1, numbers)
    assert failed == _failed(app, 1, numbers[::-1])
    assert failed != _failed(app, 2, numbers)
    assert 10 < len(failed) < 40
    priced = [price for _, price in failed.values() if price]
    assert 0 < len(priced) < len(failed)


def test_an_mail_is_told_of_by_ses_events(app: FakeApp) -> None:
    with LocalCloud(app, START, carrier_failures=0.5) as cloud:
        cloud.verify_mail_sender("example.ch")
        for i in range(20):
            mail(f"leser{i}@example.ch")
        mail("ohne@example.ch", configured=False)
        cloud.play(START + 5 * MINUTE)
        events = receipts()
        sent = {message.message_id for message in cloud.carriers.messages if message.to != "ohne@example.ch"}
    kinds = [event["eventType"] for event in events]
    assert kinds.count("Send") == 20
    assert kinds.count("Delivery") + kinds.count("Bounce") == 20
    assert 0 < kinds.count("Bounce") < 20
    assert {event["mail"]["messageId"] for event in events} == sent
    assert events[0]["mail"]["tags"] == {"ses:configuration-set": ["vitosms-local"], "entry": ["abc"]}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("ä" * 160, 1),
        ("ä" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
    ],
)
def test_carriers_count_parts(text: str, parts: int) -> None:
    assert parts_of(text) == parts


# ---- DynamoDB -------------------------------------------------------------------------------------


def test_a_cancelled_transaction_leaves_every_item_as_it_was(cloud: LocalCloud) -> None:
    transact(put("a", state={"S": "prepared"}, n={"M": {"deep": {"N": "1"}}}), put("b", state={"S": "sent"}))
    before = cloud.scan_table()
    with pytest.raises(ClientError) as cancelled:
        transact(
            update("a", "SET #s = :new, n.deep = :two", new={"S": "reserved"}, two={"N": "2"}),
            put("new", state={"S": "prepared"}),
            {"Delete": {"TableName": "vitosms-local", "Key": {"pk": {"S": "p"}, "sk": {"S": "b"}}}},
            update("missing", "SET #s = :new", new={"S": "reserved"}),
        )
    reasons = [reason["Code"] for reason in cancelled.value.response["CancellationReasons"]]
    assert reasons == ["None", "None", "None", "ConditionalCheckFailed"]
    assert sorted(cloud.scan_table(), key=str) == sorted(before, key=str)
    assert aws("dynamodb").query(
        TableName="vitosms-local",
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": "p"}},
    )["Count"] == len(before)


def test_a_block_of_98_entries_on_a_table_of_5000_takes_less_than_a_second(cloud: LocalCloud) -> None:
    table: Any = boto3.resource("dynamodb").Table("vitosms-local")
    with table.batch_writer() as batch:
        for i in range(5000):
            batch.put_item(Item={"pk": "p", "sk": f"{i:04}", "state": "prepared"})
    began = time.perf_counter()
    new = {"S": "reserved"}
    transact(*(update(f"{i:04}", "SET #s = :new", "#s <> :new", new=new) for i in range(98)))
    assert time.perf_counter() - began < 1
    assert sum(item["state"] == "reserved" for item in cloud.scan_table()) == 98


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ("SET #s = :new", {"new": {"S": "x"}}, {"state": "x", "n": 1, "gone": "z"}),
        ("SET #s=:new,n=:n REMOVE gone", {"new": {"S": "x"}, "n": {"N": "5"}}, {"state": "x", "n": 5}),
        ("REMOVE gone, n", {}, {"state": "a"}),
        ("set #s = :new remove absent", {"new": {"S": "y"}}, {"state": "y", "n": 1, "gone": "z"}),
        ("SET n = n - :one", {"one": {"N": "1"}}, {"state": "a", "n": 0, "gone": "z"}),
        ("ADD n :one", {"one": {"N": "1"}}, {"state": "a", "n": 2, "gone": "z"}),
    ],
)
def test_an_update_does_the_same_the_first_and_the_second_time(
    cloud: LocalCloud, expression: str, values: dict[str, Any], expected: dict[str, Any]
) -> None:
    for key in ("first", "second"):
        transact(put(key, state={"S": "a"}, n={"N": "1"}, gone={"S": "z"}))
        transact(update(key, expression, **values))
    assert sorted(cloud.scan_table(), key=str) == [{"pk": "p", "sk": key, **expected} for key in ("first", "second")]


@pytest.mark.parametrize(
    "expression",
    ["SET sk = :new", "SET open_pk = :number", "SET open_pk = :empty", "SET #s = :new, #s = :new"],
)
def test_an_update_that_dynamodb_refuses_is_refused_every_time(cloud: LocalCloud, expression: str) -> None:
    values = {"new": {"S": "x"}, "number": {"N": "1"}, "empty": {"S": ""}}
    used = {name: value for name, value in values.items() if f":{name}" in expression}
    transact(put("a"), put("b"))
    transact(update("a", "SET open_pk = :new", new={"S": "x"}))
    for key in ("a", "b"):
        with pytest.raises(ClientError):
            transact(update(key, expression, **used))


def test_an_item_above_400_kilobytes_is_refused(cloud: LocalCloud) -> None:
    half = {"S": "x" * 210_000}
    transact(put("a", first=half), put("b", first=half))
    for key in ("a", "b"):
        transact(update(key, "SET small = :s", s={"S": "x"}))
        with pytest.raises(ClientError):
            transact(update(key, "SET big = :big", big=half))
    assert all("big" not in item for item in cloud.scan_table())


def test_an_index_is_queried_by_its_key_in_its_order(cloud: LocalCloud) -> None:
    def opened(state: str, begins: str) -> dict[str, Any]:
        return {"open_pk": {"S": state}, "open_sk": {"S": begins}}

    transact(put("1", **opened("x", "c")), put("2", **opened("y", "a")), put("3", **opened("x", "b")), put("4"))
    transact(update("2", "REMOVE open_pk, open_sk"))
    found = aws("dynamodb").query(
        TableName="vitosms-local",
        IndexName="open",
        KeyConditionExpression="open_pk = :x AND open_sk >= :b",
        ExpressionAttributeValues={":x": {"S": "x"}, ":b": {"S": "b"}},
    )
    assert [item["sk"]["S"] for item in found["Items"]] == ["3", "1"]


def test_parallel_writers_lose_no_update(cloud: LocalCloud) -> None:
    transact(put("counter", n={"N": "0"}))
    client = boto3.client("dynamodb")

    def add(_: int) -> None:
        client.update_item(
            TableName="vitosms-local",
            Key={"pk": {"S": "p"}, "sk": {"S": "counter"}},
            UpdateExpression="SET n = n + :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(add, range(60)))
    assert cloud.scan_table() == [{"pk": "p", "sk": "counter", "n": 60}]

"""How the local cloud calls the handlers."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from aws_lambda_powertools import Logger

from infra.local.cloud import LocalCloud
from infra.local.platform import LambdaKilled
from tests.fakes.local_app import MINUTE, NUMBER, START, FakeApp, aws, fail, queue, sms


def test_a_message_is_handled_when_it_becomes_visible(app: FakeApp, cloud: LocalCloud) -> None:
    queue("OUTBOX", "now")
    queue("OUTBOX", "later", DelaySeconds=90)
    cloud.play(START + 5 * MINUTE)
    assert app.times("deliver") == ["09:00:00", "09:01:30"]


@pytest.mark.parametrize(
    ("name", "consumer", "dead", "minutes"), [("OUTBOX", "deliver", "dead_outbox", 6), ("RUNS", "run", "dead_runs", 30)]
)
def test_a_message_that_failed_five_times_reaches_the_consumer_of_dead_letters(
    app: FakeApp, cloud: LocalCloud, name: str, consumer: str, dead: str, minutes: int
) -> None:
    app.act[consumer] = fail
    queue(name, "never")
    cloud.play(START + 300 * MINUTE)
    times = [f"{START + n * minutes * MINUTE:%H:%M:%S}" for n in range(6)]
    assert app.times(consumer) == times[:5]
    assert app.times(dead) == times[5:]
    (event,) = (event for handler, _, event in app.events if handler == dead)
    assert event["Records"][0]["body"] == "never"
    assert event["Records"][0]["eventSourceARN"].endswith(f":vitosms-local-{name.lower()}-dlq")


def test_a_consumer_of_dead_letters_that_fails_gets_them_again(app: FakeApp, cloud: LocalCloud) -> None:
    app.act["deliver"] = app.act["dead_outbox"] = fail
    queue("OUTBOX", "never")
    cloud.play(START + 40 * MINUTE)
    assert app.times("dead_outbox") == ["09:30:00", "09:36:00"]


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
    assert len(cloud.networks.messages) == 2


def test_a_long_poll_returns_at_once(cloud: LocalCloud) -> None:
    url = os.environ["VITOSMS_RECEIPTS_QUEUE_URL"]
    assert "Messages" not in aws("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20)


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

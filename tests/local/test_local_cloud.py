"""The local cloud as a whole: its stack, its time, its parameters."""

import json
import os
import time
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local import stack
from infra.local.clients import REGION
from infra.local.cloud import LocalCloud
from infra.local.networks.receipts import delivery_groups
from tests.fakes.local_app import MINUTE, NUMBER, START, FakeApp, aws, fail, put, queue, transact


def test_the_template_is_created_with_what_moto_leaves_out(cloud: LocalCloud) -> None:
    table = aws("dynamodb").describe_table(TableName="vitosms-local")["Table"]
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {"groups", "due"}
    ttl = aws("dynamodb").describe_time_to_live(TableName="vitosms-local")["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    groups = {group["logGroupName"] for group in aws("logs").describe_log_groups()["logGroups"]}
    assert groups > {"/vitosms/local/Auftragsverlauf", "/vitosms/local/Aktivitaeten", *delivery_groups(REGION)}
    assert {"vitosms-local"} == set(aws("sesv2").list_configuration_sets()["ConfigurationSets"])


def test_nobody_is_subscribed_by_e_mail(cloud: LocalCloud) -> None:
    """The subscription has a condition, and no address is given."""
    assert [subscription["Protocol"] for subscription in aws("sns").list_subscriptions()["Subscriptions"]] == ["sqs"]


def test_a_kind_of_resource_that_nothing_makes_is_an_error(app: FakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = {"Type": "AWS::Kinesis::Stream", "Properties": {}}
    monkeypatch.setattr(stack, "template", lambda: {"Resources": {"Stream": queue}})
    with pytest.raises(ValueError, match="does not know how to make AWS::Kinesis::Stream"), LocalCloud(app, START):
        pass


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
        assert [message.text for message in cloud.networks.messages] == ["Grüezi"]


def test_a_service_that_is_not_played_is_not_reached(cloud: LocalCloud) -> None:
    with pytest.raises(ClientError, match="404"):
        aws("lambda").list_functions()


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


def test_afailed_tick_is_tried_twice_more(app: FakeApp, cloud: LocalCloud) -> None:
    app.act["prepare"] = fail
    cloud.play(START + 14 * MINUTE)
    assert app.times("prepare") == ["09:00:00", "09:01:00", "09:03:00"]
    assert [(error.handler, error.text) for error in cloud.lambda_errors] == [("prepare", "OSError: no")] * 3
    assert len({event["id"] for name, _, event in app.events if name == "prepare"}) == 1


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

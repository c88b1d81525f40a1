"""The networks of the local cloud."""

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from infra.local.clients import REGION
from infra.local.cloud import LocalCloud
from infra.local.networks.delivery_outcomes import parts_of
from infra.local.networks.networks import AnswerLost
from infra.local.networks.receipts import delivery_groups
from infra.local.networks.sent_message import ErrorAnswer
from tests.fakes.local_app import MINUTE, NUMBER, START, FakeApp, aws, mail, receipts, sms


def test_the_carriers_record_what_they_receive(cloud: LocalCloud) -> None:
    cloud.verify_mail_sender("praxis@example.ch")
    message_id = sms(text="Grüezi, 10 Uhr")
    mail()
    first, second = cloud.networks.messages
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
    (notice,) = cloud.networks.notices  # without our tags it is no message to a patient
    assert cloud.networks.messages == []
    assert (notice.subject, notice.text.strip()) == ("Glückwünsche", "Herzlich, zämme")


@pytest.mark.parametrize(
    ("number", "text"),
    [("0791234567", "x"), ("+0791234567", "x"), ("+4179", "x"), (NUMBER, "x" * 1601)],
)
def test_sns_refuses_an_sms_of_a_wrong_shape(cloud: LocalCloud, number: str, text: str) -> None:
    with pytest.raises(ClientError) as refused:
        sms(number, text)
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"
    assert cloud.networks.messages == []


def test_ses_takes_mail_only_from_a_verified_sender(cloud: LocalCloud) -> None:
    with pytest.raises(ClientError) as refused:
        mail()
    assert refused.value.response["Error"]["Code"] == "MessageRejected"
    assert cloud.networks.messages == []


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        ("ThrottlingException", "ThrottlingException", 400),
        ("InternalError", "InternalError", 500),
        (ErrorAnswer("AuthorizationError", "not you", 403), "AuthorizationError", 403),
    ],
)
def test_a_scripted_error_is_answered_once(cloud: LocalCloud, fault: Any, code: str, status: int) -> None:
    cloud.networks.fail_next(fault)
    with pytest.raises(ClientError) as failed:
        sms()
    assert failed.value.response["Error"]["Code"] == code
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert cloud.networks.messages == []
    sms()
    assert len(cloud.networks.messages) == 1


def test_a_message_can_be_lost_before_it_arrives_or_its_answer_after(cloud: LocalCloud) -> None:
    cloud.networks.fail_next(ConnectTimeoutError(endpoint_url="x"))
    with pytest.raises(ConnectTimeoutError):
        sms(text="never left")
    timeout = ReadTimeoutError(endpoint_url="x")
    cloud.networks.on_request = lambda message: AnswerLost(timeout) if "lost" in message.text else None
    with pytest.raises(ReadTimeoutError):
        sms(text="lost")
    sms(text="heard")
    assert [message.text for message in cloud.networks.messages] == ["lost", "heard"]


def test_a_client_that_tries_again_by_itself_sends_twice(cloud: LocalCloud) -> None:
    cloud.networks.fail_next(AnswerLost(ReadTimeoutError(endpoint_url="x")))
    careless = boto3.client("sns", config=Config(retries={"total_max_attempts": 2}))
    careless.publish(PhoneNumber=NUMBER, Message="Grüezi")
    assert len(cloud.networks.messages) == 2


def test_every_sms_gets_a_delivery_log_within_minutes(cloud: LocalCloud) -> None:
    sent = [sms(f"+4179{i:07}") for i in range(50)]
    cloud.play(START + 5 * MINUTE)
    events = cloud.log_events(delivery_groups(REGION)[0])
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
        logs = [json.loads(event["message"])["delivery"] for event in cloud.log_events(delivery_groups(REGION)[1])]
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
        sent = {message.message_id for message in cloud.networks.messages if message.to != "ohne@example.ch"}
    kinds = [event["eventType"] for event in events]
    assert len(kinds) == 20  # and no Send: the stage does not ask for it
    assert kinds.count("Delivery") + kinds.count("Bounce") == 20
    assert 0 < kinds.count("Bounce") < 20
    assert {event["mail"]["messageId"] for event in events} == sent
    assert events[0]["mail"]["tags"] == {"ses:configuration-set": ["vitosms-local"], "entry": ["abc"]}


def test_an_absent_reader_answers_after_the_delivery(cloud: LocalCloud) -> None:
    cloud.verify_mail_sender("praxis@example.ch")
    mail("ooto+p1@simulator.amazonses.com")
    cloud.play(START + 5 * MINUTE)
    delivery, reply = receipts()
    assert (delivery["eventType"], reply["eventType"], reply["mail"]) == ("Delivery", "Bounce", delivery["mail"])
    assert reply["bounce"]["timestamp"] > delivery["delivery"]["timestamp"]
    assert (reply["bounce"]["bounceType"], reply["bounce"]["bounceSubType"]) == ("Transient", "General")
    assert reply["bounce"]["bouncedRecipients"] == [{"emailAddress": "ooto+p1@simulator.amazonses.com"}]


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

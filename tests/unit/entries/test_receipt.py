"""Receipts: SNS delivery logs and SES events, realistic, broken and foreign."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.entries.receipt import EmailEvent, SmsReceipt, recipient_mark, says_opted_out
from chalicelib.practice.opt_out import Source
from chalicelib.providers.receipt_events import parse_email_event, parse_sms_receipt
from tests.builders.entries import MOBILE

TAKEN = datetime(2016, 6, 28, 0, 40, 34, 558000, tzinfo=UTC)
TAKEN_BY_SES = datetime(2016, 10, 14, 5, 2, 16, 645000, tzinfo=UTC)
READ = datetime(2016, 10, 14, 5, 15, tzinfo=UTC)
LATER = READ + timedelta(hours=1)  # by then a delivery is reported, if there was one
ACCEPTED = "Message has been accepted by phone carrier"
KEY = "0123456789abcdef" * 2
ABUSE = {"complaint": {"complaintFeedbackType": "abuse"}}
HELD_BACK = {"complaint": {"complaintSubType": "OnAccountSuppressionList"}}


def sms_line(status: str = "SUCCESS", **delivery: Any) -> str:
    """As in «Viewing CloudWatch metrics and logs for SMS deliveries», Amazon SNS Developer Guide."""
    usual = {
        "mnc": 1, "numberOfMessageParts": 1, "destination": MOBILE, "priceInUSD": 0.00645, "smsType": "Transactional",
        "mcc": 228, "providerResponse": ACCEPTED, "dwellTimeMs": 599,
        "dwellTimeMsUntilDeviceAck": 1344,
    }  # fmt: skip
    notification = {"messageId": "34d9b400-c6dd-5444-820d-fbeb0f1f54cf", "timestamp": "2016-06-28 00:40:34.558"}
    return json.dumps({"notification": notification, "delivery": {**usual, **delivery}, "status": status})


def mail_event(kind: str = "Delivery", **parts: Any) -> dict[str, Any]:
    """As in «Examples of event data that Amazon SES publishes to Amazon SNS», Amazon SES Developer Guide."""
    tags = {"practice": ["praxis-am-bach"], "entry": [KEY], "attempt": ["2"], "ses:configuration-set": ["vitosms"]}
    mail = {"timestamp": "2016-10-14T05:02:16.645Z", "messageId": "7c191be45-e9aedb9a-02f9-4d12", "tags": tags}
    return {"eventType": kind, "mail": {**mail, "destination": ["Leser@patient.example"]}, **parts}


def bounce(kind: str, detail: str) -> dict[str, Any]:
    return {"bounce": {"bounceType": kind, "bounceSubType": detail, "timestamp": "2016-10-14T05:15:00.000Z"}}


def parse(body: str) -> EmailEvent | None:
    return parse_email_event(body, READ)


def test_a_delivered_sms() -> None:
    assert parse_sms_receipt(sms_line()) == SmsReceipt(
        message_id="34d9b400-c6dd-5444-820d-fbeb0f1f54cf",
        at=TAKEN,
        delivered=True,
        reason=ACCEPTED,
        priced=True,
        destination=MOBILE,
    )


@pytest.mark.parametrize(
    ("delivery", "reason", "priced"),
    [
        pytest.param({"providerResponse": "Invalid phone number"}, "Invalid phone number", True, id="failed, and paid"),
        pytest.param({"priceInUSD": 0.0}, ACCEPTED, False, id="failed, not paid"),
        pytest.param({"priceInUSD": None}, ACCEPTED, False, id="without a price"),
        pytest.param({"providerResponse": None}, "FAILURE", True, id="without words: the status"),
    ],
)
def test_a_failed_sms(delivery: dict[str, Any], reason: str, priced: bool) -> None:
    receipt = parse_sms_receipt(sms_line("FAILURE", **delivery))
    assert receipt
    assert (receipt.delivered, receipt.reason, receipt.priced) == (False, reason, priced)


@pytest.mark.parametrize(
    ("kind", "parts", "delivered", "reason", "opts_out", "counts_from"),
    [
        ("Delivery", {"delivery": {"smtpResponse": "250 ok"}}, True, "Delivery", None, None),
        ("Bounce", bounce("Permanent", "General"), False, "Bounce Permanent General", Source.BOUNCE, None),
        ("Bounce", bounce("Permanent", "Suppressed"), False, "Bounce Permanent Suppressed", Source.BOUNCE, None),
        ("Bounce", bounce("Transient", "MailboxFull"), False, "Bounce Transient MailboxFull", None, LATER),
        ("Bounce", bounce("Undetermined", "Undetermined"), False, "Bounce Undetermined Undetermined", None, LATER),
        ("Bounce", {"bounce": {}}, False, "Bounce", None, TAKEN_BY_SES + timedelta(hours=1)),
        ("Complaint", ABUSE, True, "Complaint abuse", Source.COMPLAINT, None),
        ("Complaint", {"complaint": {"complaintSubType": None}}, True, "Complaint", Source.COMPLAINT, None),
        ("Complaint", {}, True, "Complaint", Source.COMPLAINT, None),
        ("Complaint", HELD_BACK, False, "Complaint", Source.COMPLAINT, None),
        ("Reject", {"reject": {"reason": "Bad content"}}, False, "Reject", None, None),
        ("Rendering Failure", {}, False, "Rendering Failure", None, None),
    ],
)  # fmt: skip
def test_an_event_that_ends_an_email(
    kind: str,
    parts: dict[str, Any],
    delivered: bool,
    reason: str,
    opts_out: Source | None,
    counts_from: datetime | None,
) -> None:
    assert parse(json.dumps(mail_event(kind, **parts))) == EmailEvent(
        practice="praxis-am-bach",
        entry=KEY,
        attempt=2,
        at=datetime(2016, 10, 14, 5, 2, 16, 645000, tzinfo=UTC),
        delivered=delivered,
        reason=reason,
        opts_out=opts_out,
        counts_from=counts_from,
        recipient=recipient_mark(KEY, "leser@patient.example"),
    )


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_a_report_of_which_no_reader_complains(kind: str) -> None:
    assert parse(json.dumps(mail_event("Complaint", complaint={"complaintFeedbackType": kind}))) is None


REFUSED = {"bouncedRecipients": [{"status": "5.7.1"}]}


def test_events_that_mean_different_things_lie_beside_each_other() -> None:
    soft, hard = bounce("Transient", "General"), bounce("Permanent", "General")
    events = [
        mail_event("Delivery"),
        mail_event("Complaint"),
        mail_event("Bounce", **soft),
        mail_event("Bounce", bounce={**hard["bounce"], "bounceType": "Undetermined", **REFUSED}),
        mail_event("Bounce", **hard),
    ]
    found = [parse(json.dumps(event)) for event in events]
    assert [one.sort_key for one in found if one] == [
        f"{KEY}#2#{word}" for word in ("delivered", "complained", "bounced", "failed", "opted_out")
    ]


@pytest.mark.parametrize(
    ("words", "opted_out"),
    [
        ("Phone number is opted out", True),
        ("phone number is OPTED OUT of all", True),
        ("Invalid phone number", False),
        ("Phone has blocked SMS", False),  # the carrier does not say that the patient asked for it
        ("Destination is on a blocked list", False),
        (ACCEPTED, False),
        ("", False),
    ],
)
def test_the_words_of_a_number_that_wants_no_sms(words: str, opted_out: bool) -> None:
    assert says_opted_out(words) is opted_out


def test_an_event_in_its_sns_envelope_is_the_same() -> None:
    bare = json.dumps(mail_event())
    assert parse(json.dumps({"Type": "Notification", "Message": bare})) == parse(bare)


@pytest.mark.parametrize("kind", ["Send", "Open", "Click", "DeliveryDelay", "Subscription", "", None])
def test_an_event_that_settles_nothing(kind: Any) -> None:
    assert parse(json.dumps(mail_event(kind))) is None


def test_an_event_that_does_not_say_what_it_is() -> None:
    event = mail_event()
    del event["eventType"]
    assert parse(json.dumps(event)) is None


@pytest.mark.parametrize("missing", ["practice", "entry", "attempt"])
def test_an_email_of_somebody_else(missing: str) -> None:
    event = mail_event()
    del event["mail"]["tags"][missing]
    assert parse(json.dumps(event)) is None


BROKEN = ["", "{", "null", "[]", '"text"', "7", "{}", '{"delivery": "x", "notification": {}, "status": "SUCCESS"}']


@pytest.mark.parametrize(
    "text",
    [
        *BROKEN,
        sms_line().replace('"delivery": {', '"delivery": "x", "other": {'),
        sms_line().replace("2016-06-28 00:40:34.558", "gestern"),
        sms_line().replace("2016-06-28 00:40:34.558", "0001-01-01T00:00:00+05:00"),
        sms_line(priceInUSD="much"),
        sms_line(priceInUSD=10**400),
        json.dumps(mail_event()),
    ],
    ids=range(14),
)
def test_a_line_that_is_no_delivery_log(text: str) -> None:
    assert parse_sms_receipt(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *BROKEN,
        sms_line(),
        json.dumps({"Message": "{"}),
        json.dumps({"Message": "[]"}),
        json.dumps(mail_event("Bounce", bounce="Permanent")),
        json.dumps(mail_event("Delivery", mail="x")),
        json.dumps(mail_event("Delivery", mail={"tags": []})),
    ],
)
def test_a_body_that_is_no_event(text: str) -> None:
    assert parse(text) is None


leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2))
logs = st.fixed_dictionaries({}, optional={"notification": values, "delivery": values, "status": values})
events = st.fixed_dictionaries(
    {"eventType": st.sampled_from(["Delivery", "Bounce"])}, optional={"mail": values, "bounce": values}
)


@given(logs | values)
def test_no_log_line_raises(line: Any) -> None:
    assert isinstance(parse_sms_receipt(json.dumps(line)), SmsReceipt | None)


@given(events | values)
@example({"Message": "7"})
def test_no_event_raises(event: Any) -> None:
    assert isinstance(parse(json.dumps(event)), EmailEvent | None)

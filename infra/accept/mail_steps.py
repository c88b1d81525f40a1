"""Steps about e-mail: SES's mailbox simulator, and the events that it makes. I/O."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from chalicelib.practice.opt_out import Source
from chalicelib.providers.receipt_events import parse_email_event
from infra.accept.step import Account, Seen, Step, Undo, judged

_TAGS = {"practice": ["abnahme"], "entry": ["0" * 32], "attempt": ["1"]}


def _queue(account: Account, step: str) -> tuple[str, Undo]:
    """A queue of its own behind the topic of SES's events: that of the stage is read by its status Lambda."""
    sqs, sns, topic = account.client("sqs"), account.client("sns"), account.outputs["MailEventsTopicArn"]
    name = f"vitosms-{account.stage}-accept-{step}"  # of each step: AWS makes no queue of a name just deleted
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    only_this = {"ArnEquals": {"aws:SourceArn": topic}}
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
               "Resource": arn, "Condition": only_this}  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    subscribed = sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]  # fmt: skip

    def back() -> None:
        sns.unsubscribe(SubscriptionArn=subscribed)
        sqs.delete_queue(QueueUrl=url)

    return url, Undo(f"delete the queue {name}, and its subscription to {topic}", back)


def _event(account: Account, url: str, message_id: str, kind: str) -> dict[str, Any] | None:
    for message in account.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ()):
        event: dict[str, Any] = json.loads(message["Body"])
        if event["mail"]["messageId"] == message_id and event["eventType"] == kind:
            return event
    return None


def _simulated(kind: str, name: str, source: Source) -> Callable[[Account], Seen]:
    """Send an e-mail to the simulator, and read the event as `status` would. Its one tag makes `status` ignore it."""

    def act(account: Account) -> Seen:
        url, undo = _queue(account, name)
        message_id = account.client("sesv2").send_email(
            FromEmailAddress=account.parameters["AlertSender"],
            Destination={"ToAddresses": [f"{name}@simulator.amazonses.com"]},
            ConfigurationSetName=account.outputs["MailConfigurationSet"],
            EmailTags=[{"Name": "entry", "Value": _TAGS["entry"][0]}],
            Content={"Simple": {"Subject": {"Data": "vitosms: Abnahme"}, "Body": {"Text": {"Data": "Abnahme"}}}},
        )["MessageId"]
        event = account.until(lambda: _event(account, url, message_id, kind), 10)
        if event is None:
            return judged(f"no event {kind} within 10 minutes", False, undo)
        event["mail"]["tags"] |= _TAGS
        read = parse_email_event(json.dumps(event), account.now())
        return judged(f"{kind}, read as: {read.reason if read else None}", bool(read and read.opts_out is source), undo)

    return act


MAIL_STEPS = (
    Step(
        "bounce",
        "sends one e-mail to bounce@simulator.amazonses.com, which counts for no reputation",
        "an event Bounce, read as a permanent one that opts the address out",
        _simulated("Bounce", "bounce", Source.BOUNCE),
    ),
    Step(
        "complaint",
        "sends one e-mail to complaint@simulator.amazonses.com, which counts for no reputation",
        "an event Complaint, read as an opt-out",
        _simulated("Complaint", "complaint", Source.COMPLAINT),
    ),
)

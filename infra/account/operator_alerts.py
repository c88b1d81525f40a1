"""Check whether anybody receives the operator's alerts. I/O."""

from dataclasses import replace
from typing import Any

from infra.account.step import Outcome, Step, not_known
from infra.translation import tr

_CODE = "operator_alerts"


def operator_step(client: Any, topic: str, stage: str, emulated: bool, region: str = "") -> Step:
    """`client` is one of SNS, `topic` the ARN of the operator's topic; `region` if it is not the stage's own."""
    return replace(_checked(client, topic, stage, emulated), subject=region)


def _checked(client: Any, topic: str, stage: str, emulated: bool) -> Step:
    pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    subscriptions = [one for page in pages for one in page["Subscriptions"]]
    waiting = [one["Endpoint"] for one in subscriptions if one["SubscriptionArn"] == "PendingConfirmation"]
    if waiting:
        text = tr(
            "{addresses}: AWS has sent an e-mail to confirm the subscription; open the link in it within two days",
            addresses=", ".join(waiting),
        )
        return Step(_CODE, Outcome.PERSON, text)
    if not subscriptions and emulated:  # moto creates none
        return not_known(_CODE)
    if not subscriptions:
        text = tr("nobody gets them: vitosms deploy --stage {stage} --parameter OperatorEmail=ADDRESS", stage=stage)
        return Step(_CODE, Outcome.PERSON, text)
    return Step(_CODE, Outcome.UNCHANGED, ", ".join(sorted(one["Endpoint"] for one in subscriptions)))

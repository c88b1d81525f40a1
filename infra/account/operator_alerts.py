"""Check whether anybody receives the operator's alerts. I/O."""

from typing import Any

from infra.account.step import Outcome, Step, not_known

_WHAT = "alerts to the operator"


def operator_step(client: Any, topic: str, stage: str, emulated: bool) -> Step:
    """`client` is one of SNS, `topic` the ARN of the operator's topic."""
    pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    subscriptions = [one for page in pages for one in page["Subscriptions"]]
    waiting = [one["Endpoint"] for one in subscriptions if one["SubscriptionArn"] == "PendingConfirmation"]
    if waiting:
        text = (
            f"{', '.join(waiting)}: AWS has asked by e-mail whether they want them; open the link in it within two days"
        )
        return Step(_WHAT, Outcome.PERSON, text)
    if not subscriptions and emulated:  # moto creates none
        return not_known(_WHAT)
    if not subscriptions:
        text = f"nobody gets them: vitosms deploy --stage {stage} --parameter OperatorEmail=ADDRESS"
        return Step(_WHAT, Outcome.PERSON, text)
    return Step(_WHAT, Outcome.SO, ", ".join(sorted(one["Endpoint"] for one in subscriptions)))

"""Two nights of a day on the local cloud: the spend limit of SMS is near, and is raised."""

from __future__ import annotations

from chalicelib.providers.sms_spending import LIMIT
from infra.local.clients import client
from infra.local.lambdas import scheduled_event
from infra.local.rehearsal import Rehearsal
from tests.flow.iam.needs import STAGE


def two_nights(day: Rehearsal, sms_region: str) -> None:
    """Call the nightly check with each limit."""
    for usd in ("0.1", "1000"):
        client("sns", sms_region).set_sms_attributes(attributes={LIMIT: usd})
        day.cloud.platform.invoke("nightly_check", scheduled_event(STAGE, "nightly_check", day.cloud.clock.now()))

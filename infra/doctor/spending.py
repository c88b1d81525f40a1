"""Compare the spend limit of the account's SMS with what this month's agenda will cost. I/O: SNS and CloudWatch."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.text import Text
from infra.account.sms import PART_USD
from infra.doctor.finding import Finding, doubtful, good
from infra.doctor.week import DAYS, Week, messages
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Deployment


def spend_limit(week: Week, deployment: Deployment) -> Iterator[Finding]:
    """The cost of this practice's next days, and of a month like them, beside that of all practices until now."""
    check, today = Text("check.spend_limit"), week.context.today
    try:
        spending = deployment.clients.sms_spending.of_month(deployment.now)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        yield doubtful(
            check, tr("not known: AWS answers {code}", code=code), tr("allow reading it, or ask your operator")
        )
        return
    costs = PART_USD * sum(message.parts for message in messages(week))
    left = monthrange(today.year, today.month)[1] - today.day
    found = tr(
        "{spent} of {limit} USD spent this month by all practices; the SMS of the next {days} days cost about {costs} "
        "USD",
        spent=f"{spending.spent:.2f}", limit=f"{spending.limit:g}", days=DAYS, costs=f"{costs:.2f}",
    )  # fmt: skip
    if spending.spent + costs * left / DAYS <= spending.limit:
        yield good(check, found)
    else:
        yield doubtful(check, found, tr("ask AWS for a higher limit, then: vitosms setup --monthly-usd N"))

"""Warn the operator before the SMS of the account reach the spend limit of the month. For all practices, by night."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.aws.alert_sender import NotToldError
from chalicelib.jobs.ports import JobPorts
from chalicelib.planning.alerts import ALL, Alert, AlertKind
from chalicelib.text import Text

NOTICE = 3  # days of sending: on the third the limit is reached, after two whole ones


def warn_of_spend_limit(ports: JobPorts) -> None:
    """Alert the operator once, until the limit is far away again: after it was raised, or in the next month."""
    now = ports.clock()
    spending = ports.sms_spending.of_month(now)
    soon = spending.days_left is not None and spending.days_left <= NOTICE
    told = ports.raised_alerts.shared_since(AlertKind.SPEND_LIMIT) is not None
    if told and not soon:
        ports.raised_alerts.end_shared(AlertKind.SPEND_LIMIT)
    elif soon and not told:
        costs = {"spent": spending.spent, "pace": spending.pace, "limit": spending.limit}
        text = Text("alert.spend_limit", **{name: f"{usd:.2f}" for name, usd in costs.items()})
        with suppress(NotToldError):  # the next night tries again
            ports.alerts.notify_operator(ALL, [Alert(AlertKind.SPEND_LIMIT, "", text, once=False)])
            ports.raised_alerts.share(AlertKind.SPEND_LIMIT, now)

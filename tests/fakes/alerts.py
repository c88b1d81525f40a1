"""The operator's topic and the mailboxes of the practices' people, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.aws.alert_sender import MOST_RECIPIENTS, AlertSender, NotToldError, alert_mail
from chalicelib.planning.alerts import Alert
from chalicelib.text import Text, harmless
from infra.local.networks.sent_message import MAIL, SentMessage
from tests.fakes.networks import FakeNetworks
from tests.fakes.world import World

SENDER = "vitosms@example.ch"


class FakeAlertSender(AlertSender):
    """`refuses` is the error with which SES refuses e-mails to people of a practice, if it does; SNS likewise."""

    def __init__(self, world: World, networks: FakeNetworks) -> None:
        self.told: list[tuple[str | Text, Alert]] = []  # practice, alert
        self.refuses: str | None = None
        self.operator_refuses: str | None = None
        self._world, self._networks = world, networks

    def notify_operator(self, practice: str | Text, alerts: Sequence[Alert]) -> None:
        if alerts:
            self._world.call("alerts.tell_operator", lambda: self._publish(practice, alerts))

    def _publish(self, practice: str | Text, alerts: Sequence[Alert]) -> None:
        if self.operator_refuses:
            raise NotToldError(self.operator_refuses)
        self.told.extend((practice, alert) for alert in alerts)

    def notify_practice(self, practice: str, alerts: Sequence[Alert], to: Sequence[str], language: str) -> None:
        if alerts and to:
            self.send_mail(to, *alert_mail(practice, alerts, language))

    def send_mail(self, to: Sequence[str], subject: str, text: str, html: str = "") -> None:
        people = ", ".join(to[:MOST_RECIPIENTS])
        message = SentMessage(
            self._world.now, MAIL, people, SENDER, harmless(subject), harmless(text), html=harmless(html)
        )
        self._world.call("alerts.mail", lambda: self._take(message))

    def _take(self, message: SentMessage) -> None:
        if self.refuses:
            raise NotToldError(self.refuses)
        self._networks.notices.append(message)

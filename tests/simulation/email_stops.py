"""Practices whose e-mails bounce too often; a watcher of the stop. A person resumes it the next day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.practice.opt_out import Source
from chalicelib.text import Text
from infra.local.networks.networks import Fault
from infra.local.networks.sent_message import MAIL, SentMessage
from tests.simulation.trouble import Dice
from tests.simulation.watch import STOPS_WITHIN, Watcher

if TYPE_CHECKING:
    from tests.simulation.cloud import TroubledCloud

MOST = {Source.BOUNCE: 2, Source.COMPLAINT: 0}  # these practices are small


class EmailStops:
    """While the e-mails of a practice are stopped none of them leaves, and too many bounces always stop them."""

    def __init__(self, cloud: TroubledCloud, watcher: Watcher, dice: Dice) -> None:
        self._cloud, self._watcher, self._dice = cloud, watcher, dice
        self._since: dict[str, datetime] = {}
        parts = cloud.parts
        self._stop, self._ask = parts.stops.stop_emails, parts.networks.on_request
        parts.stops.stop_emails = self._on_stop  # type: ignore[method-assign]
        parts.networks.on_request = self._on_request

    def _on_stop(self, practice: str, reason: Text) -> bool:
        stopped = self._stop(practice, reason)
        self._since[practice] = self._cloud.world.now
        self._dice.faults["e-mails stopped"] += stopped
        return stopped

    def _on_request(self, message: SentMessage) -> Fault | None:
        practice = message.tags.get("practice", "")
        if practice not in self._cloud.parts.data.email_stops:
            self._since.pop(practice, None)
        since = self._since.get(practice)
        if message.channel == MAIL and since and self._cloud.world.now - since > STOPS_WITHIN:
            self._watcher.wrong(practice, "an e-mail left though its e-mails are stopped")
        return self._ask(message) if self._ask else None

    def look(self) -> None:
        """At the end: whose bounces stopped nothing?"""
        data = self._cloud.parts.data
        for practice, opt_outs in data.opt_outs.items():
            resumed = data.resumed.get(practice)
            times = [one.at for one in opt_outs.values() if one.source is Source.BOUNCE and one.channel == MAIL]
            many = len([at for at in times if not resumed or at >= resumed]) > MOST[Source.BOUNCE]
            if many and practice not in data.email_stops:
                self._watcher.wrong(practice, "bounces stopped nothing")

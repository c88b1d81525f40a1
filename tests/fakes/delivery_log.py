"""A delivery log of SNS in memory, read in pages, some of them empty as in CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any

from chalicelib.entries.receipt import SmsReceipt
from chalicelib.providers.receipt_events import sms_receipt_of
from chalicelib.providers.sns_delivery_log import DeliveryLog, OtherStages
from tests.fakes.world import World


class FakeDeliveryLog(DeliveryLog):
    """`page` is how many a call returns, `empty_pages` how many come first."""

    def __init__(self, world: World, group: str) -> None:
        self.group = group
        self.lines: list[tuple[datetime, str, datetime]] = []  # when logged, JSON, when taken in
        self.page, self.empty_pages = 1000, 0
        self._world = world

    def write(self, logged_at: datetime, line: str) -> None:
        self.lines.append((logged_at, line, self._world.now))

    def since(self, start: datetime) -> Iterator[SmsReceipt]:
        place = -self.page * self.empty_pages
        while True:
            events, more = self._world.call("delivery_log.page", partial(self._page, start, place))
            yield from (receipt for event in events if (receipt := sms_receipt_of(event)) is not None)
            if not more:
                return
            place += self.page

    def _page(self, start: datetime, place: int) -> tuple[list[dict[str, Any]], bool]:
        first = start.replace(microsecond=start.microsecond // 1000 * 1000)  # the service asks in milliseconds
        found = [
            {"timestamp": logged.timestamp() * 1000, "message": line, "ingestionTime": taken_in.timestamp() * 1000}
            for logged, line, taken_in in sorted((one for one in self.lines if one[0] >= first), key=itemgetter(0))
        ]
        return found[max(0, place) : max(0, place + self.page)], len(found) > place + self.page


class FakeOtherStages(OtherStages):
    """`printed` has the time of each message id that their deliver Lambdas have printed."""

    def __init__(self, world: World) -> None:
        self.printed: dict[str, datetime] = {}
        self._world = world

    def sent(self, message_ids: Iterable[str], since: datetime) -> set[str]:
        first = since.replace(microsecond=since.microsecond // 1000 * 1000)
        asked = list(message_ids)
        return self._world.call(
            "other_stages.sent", lambda: {one for one in asked if one in self.printed and self.printed[one] >= first}
        )

"""A delivery log of SNS in memory, read in pages, some of them empty as in CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from operator import itemgetter

from chalicelib.entries.receipt import SmsReceipt
from chalicelib.providers.receipt_events import parse_sms_receipt
from chalicelib.providers.sns_delivery_log import DeliveryLog, OtherStages
from tests.fakes.world import World


class FakeDeliveryLog(DeliveryLog):
    """`lines` are (when logged, JSON); `page` is how many a call returns, `empty_pages` how many come first."""

    def __init__(self, world: World, group: str) -> None:
        self.group = group
        self.lines: list[tuple[datetime, str]] = []
        self.page, self.empty_pages = 1000, 0
        self._world = world

    def since(self, start: datetime) -> Iterator[SmsReceipt]:
        place = -self.page * self.empty_pages
        while True:
            lines, more = self._world.call("delivery_log.page", partial(self._page, start, place))
            for line in lines:
                receipt = parse_sms_receipt(line)
                if receipt is not None:
                    yield receipt
            if not more:
                return
            place += self.page

    def _page(self, start: datetime, place: int) -> tuple[list[str], bool]:
        first = start.replace(microsecond=start.microsecond // 1000 * 1000)  # the service asks in milliseconds
        found = [line for _, line in sorted((one for one in self.lines if one[0] >= first), key=itemgetter(0))]
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

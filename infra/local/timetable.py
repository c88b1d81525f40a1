"""The times at which the rules of EventBridge fire, and the retries of Lambda after a failure. Times are UTC."""

from dataclasses import dataclass
from datetime import datetime, timedelta

RETRIES = (timedelta(minutes=1), timedelta(minutes=2))  # Lambda's own for asynchronous events


@dataclass(frozen=True)
class Rule:
    """Fires `after` midnight, and then once in each span of `every`."""

    every: timedelta
    after: timedelta

    def next(self, now: datetime) -> datetime:
        """The first time (UTC), from `now` on, at which it fires."""
        first = now.replace(hour=0, minute=0, second=0, microsecond=0) + self.after
        return first + max(0, -((first - now) // self.every)) * self.every


_QUARTER = timedelta(minutes=15)
RULES = {
    "prepare": Rule(_QUARTER, timedelta()),  # cron(0/15 * * * ? *)
    "send": Rule(_QUARTER, timedelta(minutes=5)),
    "status": Rule(_QUARTER, timedelta(minutes=10)),
    "nightly_check": Rule(timedelta(days=1), timedelta(hours=1, minutes=35)),  # cron(35 1 * * ? *)
}

"""Troubles, their frequency, and the seeded dice: a seed always gives the same trouble."""

from __future__ import annotations

import math
import random
import sys
from collections import Counter
from dataclasses import dataclass, replace
from typing import TypeVar

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from infra.local.networks.networks import AnswerLost, Fault
from infra.local.networks.sent_message import ErrorAnswer


@dataclass(frozen=True)
class Rates:
    """Chances: of a call, a tick, a message of a queue, a request, a receipt, a practice's day."""

    crash: float = 0.0  # a worker dies at a call
    hang: float = 0.0  # a call takes minutes, and the world goes on meanwhile
    unanswered: float = 0.0  # a call has no answer, whether or not it took effect; the client tries it again
    tick_lost: float = 0.0
    tick_twice: float = 0.0
    message_twice: float = 0.0
    request: float = 0.0  # a provider does not simply accept
    receipt: float = 0.0  # is early, late, twice or never
    event_lost: float = 0.0  # of a changed parameter
    dark_day: float = 0.0  # no rule fires
    change: float = 0.0  # somebody enters something, for each of several chances a day
    away: float = 0.0  # the reader of an e-mail has it answered automatically
    outage: float = 0.0  # a day on which a provider begins to accept nothing, for up to 36 hours
    stop: float = 0.0  # somebody stops a patient
    close: float = 0.0  # somebody changes the closed days
    removal: float = 0.0  # somebody removes the practice, for hours or days
    account: float = 0.0  # a day on which SNS begins to withhold the SMS of the account, for up to 30 hours
    busy: float = 0.0  # transactions meet others until the client gives up
    lag: float = 0.0  # the table's index is old while a handler is on
    clock: float = 0.0  # the clock of a tick is 40 minutes fast or slow


_SOME = Rates(0.0005, 0.0002, 0.0005, 0.02, 0.02, 0.02, 0.04, 0.05, 0.2, 0.01, 0.2, 0.2, 0.05, 0.05, 0.05, 0.01, 0.05)
_HEAVY = Rates(0.003, 0.001, 0.003, 0.1, 0.1, 0.1, 0.2, 0.3, 0.5, 0.05, 0.5, 0.5, 0.1, 0.15, 0.15, 0.03, 0.1)
LEVELS = {
    "none": Rates(),
    "some": replace(_SOME, busy=0.0003, lag=0.1, clock=0.02),
    "heavy": replace(_HEAVY, busy=0.002, lag=0.4, clock=0.1),
}
Choice = TypeVar("Choice")
URL = "https://carrier"
# Troubles of a request instead of an acceptance; those that count are never repeated.
FAULTS: dict[str, Fault] = {
    "throttled": ErrorAnswer("Throttling"),
    "503": ErrorAnswer("ServiceUnavailable", status=503),
    "no connection": ConnectTimeoutError(endpoint_url=URL),
    "500": ErrorAnswer("InternalError", status=500),
    "timeout before": ReadTimeoutError(endpoint_url=URL),
    "timeout after": AnswerLost(ReadTimeoutError(endpoint_url=URL)),
    "reset after": AnswerLost(ConnectionResetError()),
    "refused": ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber"),  # an SMS; an e-mail below
    "not authorised": ErrorAnswer("AuthorizationError"),
}
MAIL_REFUSED = ErrorAnswer("BadRequestException", "Invalid recipient address")
OUTAGES = ("throttled", "503", "no connection")
NOTHING_LEFT = frozenset({"throttled", "503", "no connection", "not authorised"})


class Dice:
    """Roll the dice, and count the results by kind."""

    def __init__(self, rates: Rates, seed: str) -> None:
        self.rates, self.faults = rates, Counter[str]()
        self._chance = random.Random(seed)
        self.calm = False  # nothing goes wrong while it settles
        self.next: Counter[str] = Counter()  # what is to happen at the next occasions, whatever the rates
        self.down: dict[str, str | None] = {}  # by channel, how a provider answers all requests for now

    def rolls(self, kind: str, rate: float) -> bool:
        """Whether it happens now; counted if so."""
        if self.next[kind]:
            self.next[kind] -= 1
        elif self.calm or not rate or self._chance.random() >= rate:
            return False
        self.faults[kind] += 1
        return True

    def strike(self) -> tuple[str, int]:
        """Returns a worker's next trouble, and how many calls go well before."""
        rates = {kind: getattr(self.rates, kind) for kind in ("crash", "hang", "unanswered", "busy")}
        if not any(rates.values()):
            return "", sys.maxsize
        calls = math.log(1.0 - self._chance.random()) / math.log(1.0 - sum(rates.values()))
        return self._chance.choices(list(rates), list(rates.values()))[0], int(calls)

    def fault(self, channel: str) -> str | None:
        """Returns the trouble of a request to the provider of a channel, None if it is accepted."""
        if not self.calm and (down := self.down.get(channel)):
            return down
        wanted = next((kind for kind in FAULTS if self.next[kind]), None)
        if wanted:
            self.next[wanted] -= 1
            self.faults[wanted] += 1
        if wanted or self.calm or self._chance.random() >= self.rates.request:
            return wanted
        # a misconfiguration stops the practice until a person comes, so it is rare
        kind = self._chance.choices(list(FAULTS), [8] * (len(FAULTS) - 1) + [1])[0]
        self.faults[kind] += 1
        return kind

    def between(self, least: int, most: int) -> int:
        return self._chance.randint(least, most)

    def pick(self, *choices: Choice) -> Choice:
        return self._chance.choice(choices)

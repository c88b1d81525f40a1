"""The troubles of AWS that fakes and local cloud can have, switched on by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from random import Random


class ProviderTrouble(StrEnum):
    """Troubles with the next messages, as a person names them."""

    REFUSE = "refuse"  # the provider refuses the address
    SILENT = "silent"  # it accepts the message, and never reports its end
    TIMEOUT = "timeout"  # the message arrives, and the provider's answer does not
    THROTTLE = "throttle"
    BOUNCE = "bounce"  # an e-mail is accepted, and its mailbox does not exist
    OUT_OF_OFFICE = "out-of-office"  # an automatic reply to an e-mail that was delivered
    ACCOUNT_LIMIT = "account-limit"  # SNS accepts the SMS, and does not send it: the spend limit is reached


class DatabaseState(StrEnum):
    """Whether the practice databases answer, as a person names it."""

    UP = "up"
    DOWN = "down"
    RECOVERING = "recovering"
    MAINTENANCE = "maintenance"  # for one user, or administrators
    OFFLINE = "offline"
    FULL = "full"  # the server's memory or disk
    STANDBY = "standby"  # a copy that cannot be read at present
    MIRROR = "mirror"  # a copy that is never read
    DAMAGED = "damaged"
    REFUSED = "refused"  # the login
    DEPLOYMENT = "deployment"  # no driver, or no temporary folder


@dataclass
class Weather:
    """Troubles at present, none by default; a test or a person changes them while the cloud runs."""

    logs_late: timedelta = timedelta()  # how long after its own timestamp a line of a delivery log becomes visible
    index_lags: tuple[timedelta, ...] = ()  # how old the table's index is, from query to query
    conflicts: float = 0.0  # for how many seconds transactions with entries meet others (in the fakes)
    busy: float = 0.0  # the chance that a write meets another (on the local cloud)
    write_takes: float = 0.0  # seconds (of real time) in which another write to the same item meets this one
    unprocessed: float = 0.0  # the chance of each key that a bulk read leaves it over (on the local cloud)
    lost_answers: float = 0.0  # the chance that a write's answer is lost: the client asks again
    empty_polls: bool = False  # a short poll of a queue finds no message, and of the long ones only every second
    clock_ahead: timedelta = timedelta()  # how far the clock of the Lambdas is wrong
    database: DatabaseState = DatabaseState.UP  # of every practice
    sms_account: str = ""  # what SNS says of every SMS that it accepts and does not send, because of the account
    dice: Random = field(default_factory=lambda: Random(1), repr=False)
    polls: int = 0  # long ones, in weather with empty polls

    def next_index_lag(self) -> timedelta:
        """How old the index is for the next query."""
        if not self.index_lags:
            return timedelta()
        lag, *others = self.index_lags
        self.index_lags = (*others, lag)
        return lag

    def polls_in_vain(self) -> bool:
        """Whether a long poll finds no message, though there is one."""
        self.polls += self.empty_polls
        return self.empty_polls and self.polls % 2 == 1

    def happens(self, chance: float) -> bool:
        """Roll the dice, if there is a chance."""
        return chance > 0 and self.dice.random() < chance


_SHORT, _LONG = timedelta(seconds=2), timedelta(minutes=4)
LAGS: Mapping[str, tuple[timedelta, ...]] = {
    "2 s": (_SHORT,),
    "4 min": (_LONG,),
    "jumpy": (timedelta(), _LONG, _SHORT),
}

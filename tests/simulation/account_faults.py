"""Hours in which SNS accepts SMS and sends none of the account; a watcher of the stop, and of what a person resumes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.entries.entry import Entry
from chalicelib.entries.receipt import is_account_fault
from chalicelib.entries.states import State
from chalicelib.text import Text
from infra.local.networks.networks import Aftermath, Fault
from infra.local.networks.sent_message import SMS, SentMessage
from tests.simulation.person import Person
from tests.simulation.trouble import Dice
from tests.simulation.watch import STOPS_WITHIN, Watcher

if TYPE_CHECKING:
    from tests.simulation.cloud import TroubledCloud

LONGEST = 30  # hours


class AccountFaults:
    """While SMS are stopped none leaves; only what failed because of the account is ever sent again by a resume."""

    def __init__(self, cloud: TroubledCloud, person: Person, watcher: Watcher, dice: Dice) -> None:
        self._cloud, self._person, self._watcher, self._dice = cloud, person, watcher, dice
        self._stopped: datetime | None = None
        parts = cloud.parts
        self._put, self._stop, self._ask = parts.data.put, parts.stops.stop_sms, parts.networks.on_request
        parts.data.put = self._on_put  # type: ignore[method-assign]
        parts.stops.stop_sms = self._on_stop  # type: ignore[method-assign]
        parts.networks.on_request = self._on_request

    def plan(self, days: Sequence[date]) -> None:
        for day in days:
            if self._dice.rolls("account limit", self._dice.rates.account):
                start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
                    minutes=self._dice.between(0, 1439)
                )
                self._cloud.at(start, lambda: self._set(Aftermath.ACCOUNT_LIMIT.value))
                self._cloud.at(start + timedelta(minutes=self._dice.between(10, LONGEST * 60)), self._end)

    def _set(self, said: str) -> None:
        self._cloud.world.weather.sms_account = said

    def _end(self) -> None:
        """The limit is raised, and a person resumes, sooner or later."""
        self._set("")
        self._cloud.at(self._cloud.world.now + timedelta(minutes=self._dice.between(0, 600)), self._person.resume_all)

    def _on_stop(self, reason: Text, told: bool = True) -> bool:
        stopped = self._stop(reason, told)
        self._stopped = self._cloud.world.now
        return stopped

    def _on_request(self, message: SentMessage) -> Fault | None:
        if self._cloud.parts.data.deployment_stops.sms is None:
            self._stopped = None
        if message.channel == SMS and self._stopped and self._cloud.world.now - self._stopped > STOPS_WITHIN:
            self._watcher.wrong("?", "an SMS left though SMS are stopped")
        return self._ask(message) if self._ask else None

    def _on_put(self, entry: Entry) -> None:
        before = self._cloud.parts.data.entry(entry.practice, entry.key)
        if before and (before.state, entry.state) == (State.FAILED, State.PREPARED):
            if not is_account_fault(before.reason):
                self._watcher.wrong(entry.practice, f"{entry.identity} failed otherwise, and goes again", entry.key)
            self._watcher.may_be_asked_again(entry)
        self._put(entry)

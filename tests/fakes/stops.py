"""Stop marks of practices and of the deployment in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.aws.practice_store import CLAIM
from chalicelib.aws.stop_marks import REMOVED, StopMarks
from chalicelib.entries.entry import Entry
from chalicelib.entries.stops import Stops
from chalicelib.text import Text
from tests.fakes.world import Data, World


class FakeStops(StopMarks):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data

    def entries_and_stop(self, practice: str, keys: Sequence[str]) -> tuple[list[Entry], Stops, datetime | None]:
        return self._world.call("stops.entries_and_stop", lambda: self._read(practice, keys))

    def entries_stop_and_balances(
        self, practice: str, keys: Sequence[str], mandanten: Collection[str]
    ) -> tuple[list[Entry], Stops, dict[str, int]]:
        def read() -> tuple[list[Entry], Stops, dict[str, int]]:
            entries, stops, _ = self._read(practice, keys)
            return entries, stops, {one: self._data.balances.get((practice, one), 0) for one in mandanten}

        return self._world.call("stops.entries_stop_and_balances", read)

    def stop_of(self, practice: str) -> Stops:
        return self._world.call("stops.stop_of", lambda: self._mark(practice))

    def patient_stopped(self, practice: str, at: datetime) -> None:
        self._world.call("stops.patient_stopped", lambda: self._data.patient_stops.update({practice: at}))

    def stop(self, practice: str, reason: Text) -> bool:
        return self._world.call("stops.stop", lambda: self._stop(practice, reason, self._data.stops))

    def stop_emails(self, practice: str, reason: Text) -> bool:
        return self._world.call("stops.stop_emails", lambda: self._stop(practice, reason, self._data.email_stops))

    def resume(self, practice: str, at: datetime) -> bool:
        return self._world.call("stops.resume", lambda: self._resume(practice, at))

    def deployment_stops(self) -> Stops:
        return self._world.call("stops.deployment_stops", lambda: self._data.deployment_stops)

    def sms_resumed(self) -> datetime | None:
        return self._world.call("stops.sms_resumed", lambda: self._data.sms_resumed)

    def stop_all(self, reason: Text) -> bool:
        return self._world.call("stops.stop_all", lambda: self._stop_all(reason))

    def stop_sms(self, reason: Text, told: bool = True) -> bool:
        return self._world.call("stops.stop_sms", lambda: self._stop_sms(reason, told))

    def claim_untold(self, now: datetime) -> bool:
        return self._world.call("stops.claim_untold", lambda: self._claim_untold(now))

    def told(self) -> None:
        self._world.call("stops.told", self._told)

    def resume_all(self, at: datetime) -> bool:
        return self._world.call("stops.resume_all", lambda: self._resume_all(at))

    def _stop_all(self, reason: Text) -> bool:
        before = self._data.deployment_stops
        self._data.deployment_stops = replace(before, everything=before.everything or reason)
        return before.everything is None

    def _stop_sms(self, reason: Text, told: bool) -> bool:
        before = self._data.deployment_stops
        if before.sms is None:
            self._data.deployment_stops, self._data.sms_claimed = replace(before, sms=reason, untold=not told), None
        return before.sms is None

    def _claim_untold(self, now: datetime) -> bool:
        claimed = self._data.sms_claimed
        if not self._data.deployment_stops.untold or (claimed and claimed > now):
            return False
        self._data.sms_claimed = now + CLAIM
        return True

    def _told(self) -> None:
        self._data.deployment_stops = replace(self._data.deployment_stops, untold=False)

    def _resume(self, practice: str, at: datetime) -> bool:
        own = [marks.pop(practice, None) for marks in (self._data.stops, self._data.email_stops)]
        if any(own):
            self._data.resumed[practice] = at
        return any(own)

    def _resume_all(self, at: datetime) -> bool:
        if self._data.deployment_stops == Stops():
            return False
        self._data.deployment_stops, self._data.sms_resumed = Stops(), at
        return True

    def _read(self, practice: str, keys: Sequence[str]) -> tuple[list[Entry], Stops, datetime | None]:
        found = (self._data.entry(practice, key) for key in dict.fromkeys(keys))
        entries = [entry for entry in found if entry is not None]
        return entries, self._mark(practice), self._data.patient_stops.get(practice)

    def _mark(self, practice: str) -> Stops:
        removed = REMOVED if practice in self._data.removed else None
        shared = self._data.deployment_stops
        everything = removed or self._data.stops.get(practice) or shared.everything
        return replace(shared, everything=everything, emails=self._data.email_stops.get(practice))

    def _stop(self, practice: str, reason: Text, marks: dict[str, Text]) -> bool:
        if practice not in self._data.senders or practice in marks:
            return False
        marks[practice] = reason
        return True

"""The people of the practices: once a day somebody resumes, releases, cancels, settles, or stops everything."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from functools import partial

from chalicelib.admin.queue_actions import cancel_entries, release_entries, resolve_entry, resume_all, stop_all
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import ACTIVE_GROUPS, Group
from chalicelib.entries.manual_decision import ManualDecision, ManualNote, UnresolvableError
from chalicelib.entries.states import State
from chalicelib.planning.alerts import AlertKind
from chalicelib.schedule.job import Job, Tick, next_tick
from tests.simulation.cloud import TroubledCloud
from tests.simulation.trouble import Dice
from tests.simulation.watch import Watcher

STOPS_ALL = 15  # once in this number of days
CANCELS = 20  # one in N waiting entries


_WAIT = (State.PREPARED, State.RESERVED)


class Person:
    """Act on all practices; tell the watcher about actions that change the promises."""

    def __init__(self, cloud: TroubledCloud, practices: Iterable[str], watcher: Watcher, dice: Dice) -> None:
        self._cloud, self._practices, self._watcher, self._dice = cloud, list(practices), watcher, dice

    def comes(self) -> None:
        removed = self._cloud.parts.data.removed
        for name in (one for one in self._practices if one not in removed):
            self._resume(name)
            self._release(name)
            self._cancel(name)
            for entry in list(self._cloud.parts.store.open_entries(name, Group.UNDERWAY)):
                if entry.state is State.UNKNOWN:
                    self._settle(entry)
        if self._dice.between(1, STOPS_ALL) == 1 and not self._dice.calm:
            self._stop_all()

    def _resume(self, name: str) -> None:
        parts = self._cloud.parts
        record = parts.practices.record(name)
        if record is not None and parts.stops.resume(name, self._cloud.world.now):
            parts.raised_alerts.end(record, AlertKind.STOPPED, "")
            self._send_again(name)

    def _release(self, name: str) -> None:
        """Release held entries, and cancelled ones on second thoughts."""
        parts, now = self._cloud.parts, self._cloud.world.now
        waiting = [*parts.store.open_entries(name, Group.HELD), *parts.store.open_entries(name, Group.ENDED)]
        chosen = [entry for entry in waiting if (entry.held or entry.cancelled_manually) and self._dice.between(0, 1)]
        keys = [entry.key for entry in chosen if entry.expires_at > now and not entry.anonymised]
        self._watcher.released(name, keys)
        with suppress(UnresolvableError):  # somebody else came first
            release_entries(name, keys, ManualNote("anna", ""), "de", now, parts)

    def _cancel(self, name: str) -> None:
        parts, now = self._cloud.parts, self._cloud.world.now
        waiting = [entry for group in ACTIVE_GROUPS for entry in parts.store.open_entries(name, group)]
        chosen = [entry.key for entry in waiting if entry.state in _WAIT and self._dice.between(1, CANCELS) == 1]
        try:
            with suppress(UnresolvableError):
                cancel_entries(name, chosen, ManualNote("anna", ""), "de", now, parts)
        finally:  # the answer may be lost
            found = [parts.data.entry(name, key) for key in chosen]
            self._watcher.cancelled(name, [entry.key for entry in found if entry and entry.cancelled_manually])

    def _send_again(self, name: str) -> None:
        self._cloud.parts.jobs.reopen_slot(name, Job.SEND, next_tick(Tick.SEND, self._cloud.world.now))

    def _settle(self, entry: Entry) -> None:
        """Settle it, or leave it to its receipt."""
        choice = self._dice.pick(*ManualDecision, "leave", "leave")
        if choice == "leave":
            return
        parts, now = self._cloud.parts, self._cloud.world.now
        try:
            with suppress(UnresolvableError):  # it has started, or its receipt has come
                resolve_entry(
                    entry.practice, entry.key, ManualDecision(choice), ManualNote("anna", ""), "de", now, parts
                )
        finally:  # the answer may be lost although the decision was stored
            after = parts.data.entry(entry.practice, entry.key)
            if choice == ManualDecision.RESEND and after is not None and after.state is State.PREPARED:
                self._watcher.may_be_asked_again(entry)

    def _stop_all(self) -> None:
        parts, now = self._cloud.parts, self._cloud.world.now
        self._dice.faults["pause --all"] += 1
        stop_all("Wartung", parts.stops, parts.alerts)
        self._watcher.stopped_at = now
        self._cloud.at(now + timedelta(minutes=self._dice.between(5, 300)), partial(self.resume_all))

    def resume_all(self) -> None:
        parts = self._cloud.parts
        self._watcher.stopped_at = None
        resume_all(self._cloud.world.now, parts)

"""People who stop all messages to a patient, and release some again; a watcher of what leaves for them meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.admin.patient_stops import StopResult, release_patient, stop_patient
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.reports.current_call_list import current_call_list
from tests.simulation.halts import Halt
from tests.simulation.life import Life
from tests.simulation.trouble import Dice
from tests.simulation.watch import Watcher

if TYPE_CHECKING:
    from tests.simulation.cloud import TroubledCloud

_LATEST = 8  # patients: those who have messages now
_AGAIN = timedelta(minutes=7)  # a person who got no answer asks again
_WAIT = frozenset({State.PREPARED, State.RESERVED})
_LEFT = frozenset({State.SENDING, State.SENT, State.DELIVERED, State.UNCONFIRMED, State.UNKNOWN})


class PatientStops:
    """From the answer on nothing is claimed for the patient, until somebody asks to release them.

    The answer names all that may have left; the rest is cancelled and free of charge, and nobody has to phone.
    """

    def __init__(self, cloud: TroubledCloud, lives: Mapping[str, Life], watcher: Watcher, dice: Dice) -> None:
        self._cloud, self._lives, self._watcher, self._dice = cloud, lives, watcher, dice
        self._put = cloud.parts.data.put
        cloud.parts.data.put = self._on_put  # type: ignore[method-assign]

    def plan(self, days: Sequence[date]) -> None:
        for life in self._lives.values():
            for day in days:
                if self._dice.rolls("patient stopped", self._dice.rates.stop):
                    life.at(day, life.minute(self._dice), partial(self._choose, life))

    def _choose(self, life: Life) -> None:
        patients = life.desk.tables["Patient"][-_LATEST:]
        if patients:
            self._stop(life, self._dice.pick(*(str(one["PatientId"]) for one in patients)))

    def _stop(self, life: Life, patient: str) -> None:
        desk, now = life.desk, self._cloud.world.now
        if life.is_removed or life.halts.of_patient(patient) is Halt.ON:
            return
        life.halts.note_patient(patient, now, Halt.ASKED)
        try:
            done = stop_patient(patient, "verstorben", desk.practice, "anna", now, desk.parts)
        except BaseException:  # the answer is lost
            self._cloud.at(now + _AGAIN, partial(self._stop, life, patient))
            raise
        life.halts.note_patient(patient, self._cloud.world.now, Halt.ON)
        self._check(life, patient, done)
        if self._dice.between(0, 2):
            later = timedelta(minutes=self._dice.between(1, 90) if self._dice.between(0, 1) else
                              self._dice.between(90, 4 * 1440))  # fmt: skip
            self._cloud.at(self._cloud.world.now + later, partial(self._release, life, patient))

    def _release(self, life: Life, patient: str) -> None:
        desk, now = life.desk, self._cloud.world.now
        if life.is_removed:
            self._cloud.at(now + timedelta(hours=5), partial(self._release, life, patient))
            return
        noted = desk.parts.parameters.opt_outs(desk.record).stop_of(patient)
        life.halts.note_patient(patient, now, Halt.ASKED)
        try:
            if noted:  # else the answer was lost
                release_patient(patient, noted, desk.practice, "anna", now, desk.parts)
        except BaseException:
            self._cloud.at(now + _AGAIN, partial(self._release, life, patient))
            raise
        life.halts.note_patient(patient, self._cloud.world.now, Halt.OFF)

    def _check(self, life: Life, patient: str, done: StopResult) -> None:
        """See that the answer is true."""
        name, now, named = life.desk.name, self._cloud.world.now, {one.key for one in done.left}
        for made in done.cancelled:
            if made.after.credits or made.after.reason is None:
                self._watcher.wrong(name, f"{made.after.identity} is stopped, and not free, or for no reason")
        for one in self._entries(name, patient):
            left = self._watcher.requests[name, one.key] > 0 and one.state in _LEFT
            if one.state in _WAIT:
                self._watcher.wrong(name, f"{one.identity} waits, and its patient was stopped", one.key)
            elif (left or one.state is State.SENDING) and one.expires_at > now and one.key not in named:
                self._watcher.wrong(name, f"{one.identity} may have left, and the stop does not say so", one.key)
        calls = current_call_list(life.desk.practice, life.desk.deployment).calls
        if patient in [call.patient for call in calls]:
            self._watcher.wrong(name, f"{patient} is to be phoned, and is stopped")

    def _entries(self, practice: str, patient: str) -> list[Entry]:
        return [one for one in self._cloud.parts.data.entries.get(practice, {}).values() if one.patient == patient]

    def _on_put(self, entry: Entry) -> None:
        if entry.state is State.SENDING and self._lives[entry.practice].halts.of_patient(entry.patient) is Halt.ON:
            self._watcher.wrong(entry.practice, f"{entry.identity} is sent, and its patient was stopped", entry.key)
        self._put(entry)

    def look(self) -> None:
        """At the end: what a stop has kept back has a reason, and costs nothing."""
        for name, life in self._lives.items():
            stopped = [patient for patient in life.halts.patients if life.halts.of_patient(patient) is Halt.ON]
            for one in (one for patient in stopped for one in self._entries(name, patient)):
                kept = one.state not in _LEFT and not self._watcher.requests[name, one.key]
                if kept and (one.credits or one.reason is None):
                    text = f"{one.identity} of a stopped patient is {one.state}: {one.credits} credits, {one.reason}"
                    self._watcher.wrong(name, text, one.key)

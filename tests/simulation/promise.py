"""The promise to the patients: nobody whom a run had to find is forgotten, whatever happens to the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.entries.entry import Entry, entry_key, reminder_identity
from chalicelib.entries.phone_call import reached_call
from chalicelib.planning.run_report import RunOutcome
from chalicelib.planning.search_state import past_runs
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.reports.current_call_list import current_call_list
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from tests.simulation.halts import TAKEN_BACK
from tests.simulation.life import Life, patient_of
from tests.simulation.outages import WAITING
from tests.simulation.settings import SettingsOverTime
from tests.simulation.unchanged import Unchanged
from tests.simulation.watch import Watcher

if TYPE_CHECKING:
    from tests.simulation.cloud import TroubledCloud

_BEFORE = timedelta(minutes=5)  # before the appointment begins, somebody still has time to phone
_AT_WORK = timedelta(minutes=40)  # a run may be at work, or come back
_OFF = Text("rule.switched_on.off", switch=SWITCH_OF_JOB[Job.PREPARE_REMINDERS])


class Promise:
    """Shortly before each appointment begins, its patient has an entry that no longer waits, or is on the call list.

    It holds for appointments that were there, unchanged, at a slot that had to look at them, of a practice whose
    reminders are on, after its first search: by the plan in force, or by that of the latest search.
    """

    def __init__(self, cloud: TroubledCloud, lives: Mapping[str, Life], watcher: Watcher) -> None:
        self._cloud, self._lives, self._watcher = cloud, lives, watcher
        self.checked = 0
        for name, life in lives.items():
            life.on_begins = partial(self._plan, name)

    def _plan(self, practice: str, appointment: str, start: str) -> None:
        at = self._lives[practice].instants(start)[-1] - _BEFORE
        if at > self._cloud.world.now:
            self._cloud.at(at, partial(self._check, practice, appointment, start, at))

    def _check(self, practice: str, appointment: str, start: str, at: datetime) -> None:
        life = self._lives[practice]
        one = next(
            (one for one in life.unchanged(released=True) if one.identity == reminder_identity(appointment)), None
        )
        in_time = life.instants(start)[-1] - _BEFORE == at and self._cloud.world.now < at + _BEFORE  # no handler hangs
        if one is None or one.start != start or not life.settings.now.on or not in_time or life.is_removed:
            return
        slots = self._slots(practice, start, one.entered, at)
        key = entry_key(practice, reminder_identity(appointment))
        if (
            not slots
            or self._has_answer(self._cloud.parts.data.entry(practice, key))
            or self._is_made_up_for(one, life, at)
        ):
            return
        self.checked += 1
        calls = current_call_list(life.desk.practice, life.desk.deployment).calls
        in_time = self._cloud.world.now < at + _BEFORE  # a handler may have hung meanwhile
        if in_time and appointment not in [call.appointment for call in calls]:
            text = f"{appointment} begins at {start}, had to be found on {slots[0]:%a %d %H:%M}, and nobody was told"
            self._watcher.wrong(practice, text, key)

    def _has_answer(self, entry: Entry | None) -> bool:
        """A message that waits is no answer; nor is one cancelled for what is over: a switch, a stop, a removal."""
        if entry is None:
            return False
        over = entry.reason in (_OFF, *TAKEN_BACK) or entry.state in WAITING
        return reached_call(entry.phone_calls, None) is not None or not over

    def _is_made_up_for(self, one: Unchanged, life: Life, at: datetime) -> bool:
        """Whether a run that makes up for a removal or a stop may be at work."""
        halted = life.halts.was_removed(one.entered) or life.halts.of_patient(patient_of(one.identity)) is not None
        return halted and bool(life.settings.now.slots(at - _AT_WORK, at))

    def _slots(self, practice: str, start: str, entered: datetime, at: datetime) -> list[datetime]:
        """The slots that had to look at an appointment."""
        lines, settings = self._cloud.parts.history.runs(practice), self._lives[practice].settings
        return due_slots(start, entered, at, settings, lines, self._cloud.lost_events)


def due_slots(
    start: str,
    entered: datetime,
    at: datetime,
    settings: SettingsOverTime,
    history: Sequence[Mapping[str, Any]],
    lost_events: list[datetime],
) -> list[datetime]:
    """The slots (UTC) up to an instant that had to look at a local start, entered before; none before a first search.

    They are those of the plan in force, and of the plan of the latest search, had it gone on up to the next one.
    """
    slots = [run.slot for run in past_runs(history) if run.searched]
    if not slots:
        return []
    after, until = max(entered, min(slots)), at - _AT_WORK
    planned = settings.searches(start, after, until, lost_events)
    reminders = [line for line in history if line["job"] == Job.PREPARE_REMINDERS]
    started = [datetime.fromisoformat(line["start"]) for line in reminders if RunOutcome(line["outcome"]).is_success]
    found = [slot for slot in planned if any(settings.is_steady(slot, end) for end in (at, max(started)))]
    return sorted({*found, *settings.former(start, after, until, started)})

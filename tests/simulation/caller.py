"""A person who works through the call lists, beside another one, and a watcher of the lines and tries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chalicelib.admin.phone_calls import NewCall, NotedCalls, Seen, note_calls, undo_calls
from chalicelib.entries.entry import Entry
from chalicelib.entries.phone_call import CallOutcome, PhoneCall, in_force, without_reached
from chalicelib.entries.states import UNREACHED, State
from chalicelib.reports.appointments import context_of
from chalicelib.reports.call_list import Call
from chalicelib.reports.current_call_list import CallList, current_call_list
from tests.simulation.halts import Halt
from tests.simulation.life import Life
from tests.simulation.trouble import Dice
from tests.simulation.watch import Watcher

if TYPE_CHECKING:
    from tests.simulation.cloud import TroubledCloud

ANNA, BEN = "user/anna", "user/ben"
REACHED = (CallOutcome.COMING, CallOutcome.NOT_COMING)
CHOICES = ("leave", "leave", "leave", *CallOutcome, CallOutcome.NOT_REACHED, "both")


class Caller:
    """Notes outcomes and takes some back; remembers what the entries must have.

    A line leaves the call list only because the patient was reached about this start, was told by a message or may get
    one, or because the appointment has begun, moved or is off; and who was reached about a start gets no message of it.
    """

    def __init__(self, cloud: TroubledCloud, lives: Mapping[str, Life], watcher: Watcher, dice: Dice) -> None:
        self._cloud, self._lives, self._watcher, self._dice = cloud, lives, watcher, dice
        self._noted: dict[tuple[str, str], tuple[PhoneCall, ...]] = {}
        self._seen: dict[str, dict[str, Call]] = {name: {} for name in lives}
        self.noted = 0
        self._put = cloud.parts.data.put
        cloud.parts.data.put = self._on_put  # type: ignore[method-assign]

    def comes(self) -> None:
        for name, life in self._lives.items():
            if life.is_removed:
                continue
            listed = self._look(name)
            for line in listed.lines:
                self._work(name, line, listed)
            self._look(name)

    def _work(self, name: str, line: Call, listed: CallList) -> None:
        if line.reached:
            if self._dice.between(0, 2) == 0:
                self._undo(name, line.key)
            return
        choice = self._dice.pick(*CHOICES)
        if choice == "both":
            self._both(name, line, listed)
        elif choice != "leave":
            self._note(name, {line.key: line.version}, NewCall(CallOutcome(choice), ANNA), listed)

    def _both(self, name: str, line: Call, listed: CallList) -> None:
        """Two people have the same list before them: only the first is noted."""
        seen = {line.key: line.version}
        first = self._note(name, seen, NewCall(CallOutcome.NOT_REACHED, ANNA), listed)
        second = self._note(name, seen, NewCall(CallOutcome.COMING, BEN), listed)
        if first.done and second.done:
            self._watcher.wrong(name, f"two people noted a call of {line.entry} at once", line.key)

    def _note(self, name: str, seen: Seen, new: NewCall, listed: CallList) -> NotedCalls:
        desk = self._lives[name].desk
        try:
            noted = note_calls(seen, new, listed, context_of(desk.practice, desk.deployment), self._cloud.parts)
        except BaseException:  # the answer is lost, although it may be written
            self._read(name)
            raise
        for entry, call in noted.done:
            kept = (one for one in self._calls(name, entry.key) if one.outcome is not CallOutcome.CALLING)
            self._noted[name, entry.key] = (*kept, call)
            self.noted += 1
        return noted

    def _undo(self, name: str, key: str) -> None:
        desk = self._lives[name].desk
        try:
            undone = undo_calls({key: None}, BEN, context_of(desk.practice, desk.deployment), self._cloud.parts)
        except BaseException:
            self._read(name)
            raise
        for entry, call in undone.done:
            *kept, last = in_force(self._calls(name, entry.key), self._cloud.world.now)
            if last != call:
                self._watcher.wrong(name, f"undo of {entry.identity} took back {call.outcome}", key)
            self._noted[name, entry.key] = tuple(kept)

    def _read(self, name: str) -> None:
        entries = self._cloud.parts.data.entries.get(name, {})
        self._noted |= {(name, key): entry.phone_calls for key, entry in entries.items()}

    def _calls(self, name: str, key: str) -> tuple[PhoneCall, ...]:
        return self._noted.get((name, key), ())

    def _look(self, name: str) -> CallList:
        desk = self._lives[name].desk
        listed = current_call_list(desk.practice, desk.deployment)
        if listed.unread:
            return listed
        lines = {line.key: line for line in listed.lines}
        halts = self._lives[name].halts
        for line in (one for one in listed.lines if halts.of_patient(one.patient) is Halt.ON):
            self._watcher.wrong(name, f"{line.entry} is on the call list, and its patient is stopped", line.key)
        for line in listed.lines:
            calls = (one for one in self._calls(name, line.key) if one.start == line.start)
            if line.tries != tuple(one for one in calls if one.outcome is CallOutcome.NOT_REACHED):
                self._watcher.wrong(name, f"{line.entry} has {len(line.tries)} tries on the call list", line.key)
        for key, before in self._seen[name].items():
            now = lines.get(key)
            if now is None and self._is_due(name, before, listed):
                self._watcher.wrong(name, f"{before.entry} left the call list, and nobody told the patient", key)
            elif now and now.reached and not _reached(self._calls(name, key), now.start):
                self._watcher.wrong(
                    name, f"{before.entry} is done on the call list, and nobody reached the patient", key
                )
        self._seen[name] = {line.key: line for line in listed.calls}
        return listed

    def _is_due(self, name: str, before: Call, listed: CallList) -> bool:
        """Whether its patient still has to be phoned about the same start, and no other line says so."""
        tables, entry = self._lives[name].desk.tables, self._cloud.parts.data.entry(name, before.key)
        row = next((one for one in tables["Termin"] if one["TerminId"] == before.appointment), None)
        if row is None or entry is None or entry.anonymised or row["Status"] != "definitiv":
            return False
        if self._lives[name].halts.of_patient(entry.patient) in (Halt.ON, Halt.ASKED):
            return False
        died = any(one["Sterbedatum"] for one in tables["Patient"] if one["PatientId"] == row["PatientId"])
        same = self._lives[name].as_named(str(row["Beginn"])) == before.start and entry.starts_at == before.starts_at
        starts = before.starts_at, self._lives[name].instants(before.start)[-1]  # the zone may have been corrected
        ahead = min(starts) > self._cloud.world.now
        if not same or not ahead or died or entry.state not in UNREACHED | {State.UNKNOWN}:
            return False
        about = ((line.appointment, line.start) for line in listed.lines)
        return (before.appointment, before.start) not in about and not self._is_known(entry, before.start)

    def _is_known(self, entry: Entry, start: str) -> bool:
        """Whether the latest other message, or the latest call that reached the patient, was about this start.

        Of an appointment that was moved and back again, a message about the move tells the start of its reminder.
        """
        told = self._watcher.told
        calls = [
            one
            for key in told.keys(entry.practice, entry.appointment or "")
            for one in self._calls(entry.practice, key)
        ]
        known = [*told.other_starts(entry), *((one.at, one.start) for one in calls if one.outcome in REACHED)]
        return bool(known) and max(known)[1] == start

    def _on_put(self, entry: Entry) -> None:
        before = self._cloud.parts.data.entry(entry.practice, entry.key)
        if before and _lets_it_go(before, entry):
            self._noted[entry.practice, entry.key] = without_reached(self._calls(entry.practice, entry.key))
        if entry.phone_calls:
            self._take_over(entry)
        if entry.state is State.SENDING and _reached(entry.phone_calls, entry.announced_start or ""):
            text = f"{entry.identity} is sent, although the patient was reached by phone"
            self._watcher.wrong(entry.practice, text, entry.key)
        self._put(entry)

    def _take_over(self, entry: Entry) -> None:
        """A call that reached the patient is about each row of its start, and is noted there when it matters."""
        name, own = entry.practice, self._calls(entry.practice, entry.key)
        entries = self._cloud.parts.data.entries.get(name, {})
        others = {key for key, one in entries.items() if one.patient == entry.patient and key != entry.key}
        there = {call for key in others for call in self._calls(name, key) if call.outcome in REACHED}
        if taken := [one for one in entry.phone_calls if one in there and one not in own]:
            self._noted[name, entry.key] = (*own, *taken)


def _lets_it_go(before: Entry, after: Entry) -> bool:
    """Whether a person has it sent, even if the patient was phoned meanwhile."""
    by_person = before.state is State.UNKNOWN or before.cancelled_manually or (before.held and not after.held)
    return after.state is State.PREPARED and by_person


def _reached(calls: Sequence[PhoneCall], start: str) -> bool:
    """Whether the latest call that reached the patient was about this start."""
    starts = [one.start for one in calls if one.outcome in REACHED]
    return starts[-1:] == [start]

"""Preview the messages of a practice's next runs, with saved or changed parameters. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from chalicelib.aws.entry_store import EntryStore
from chalicelib.entries.credits import fitting
from chalicelib.entries.entry import Entry, entry_key
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.jobs.prepare import Skipped, Unchanged, Written
from chalicelib.jobs.send import NO_CREDITS, WINDOW_CLOSED
from chalicelib.planning.outlook import jobs_of, upcoming_runs
from chalicelib.practice.practice import Practice
from chalicelib.preview.dry_run import DryRun, PreviewPorts, Sending, run_blockers, send_slot_after
from chalicelib.preview.result import PlannedOutcome, Preview, PreviewLine, sort_key
from chalicelib.reports.call_list import name_of
from chalicelib.rules.candidate import Candidate
from chalicelib.schedule.job import Job, RunMessage, job_label
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text

SLOTS_TRIED = 10  # send slots until one is in the sending window


def previewed_run(job: Job, practice: Practice, now: datetime, day: date | None) -> RunMessage | None:
    """Return the next run of a job, or the first for a slot on a local day; None if there is none on that day."""
    record = jobs_of(practice, now)[job]
    for run in upcoming_runs(record, now):
        on = slot_day(run.slot, practice.zone)
        if day is None or on == day:
            return run
        if on > day:
            return None
    return None


def preview(jobs: Sequence[Job], day: date | None, practice: Practice, now: datetime, ports: PreviewPorts) -> Preview:
    """Preview the next runs of these prepare jobs, or their first of a local day, and the send runs after them.

    `now` is UTC. Waiting entries are included, except if the day is later than the next runs. Raises
    PracticeDatabaseError.
    """
    runs = {job: previewed_run(job, practice, now, day) for job in jobs}
    queued = all(run == previewed_run(job, practice, now, None) for job, run in runs.items())
    dry = DryRun(practice, now, ports, queued)
    stopped = {job: _stopped(job, run, practice) for job, run in runs.items()}
    prepares = {job: run for job, run in runs.items() if run and not stopped[job]}
    stopped[Job.SEND] = run_blockers(practice, Job.SEND)
    sends = [] if stopped[Job.SEND] else _sends(prepares.values(), jobs_of(practice, now)[Job.SEND], now, dry)
    found = _Collector(practice, ports.store, dry)
    for run in sorted([*prepares.values(), *sends], key=lambda run: run.tick):
        found.send(run) if run.job is Job.SEND else found.prepare(run)
    unsent = next(iter(stopped[Job.SEND]), WINDOW_CLOSED)
    lines = [
        replace(line, reason=line.reason or unsent) if line.outcome is PlannedOutcome.WAITS else line
        for line in found.lines
    ]
    blockers = {job: reasons for job, reasons in stopped.items() if reasons}
    return Preview(prepares, blockers, sorted(lines, key=sort_key), found.made, found.skipped, found.balances)


def _stopped(job: Job, run: RunMessage | None, practice: Practice) -> list[Text]:
    stopped = run_blockers(practice, job)
    return stopped if stopped or run else [Text("preview.no_run", job_label(job))]


def _sends(prepared: Iterable[RunMessage], send: JobState, now: datetime, dry: DryRun) -> list[RunMessage]:
    """Return the send runs that take the entries of these runs, and those that wait already."""
    firsts = [send_slot_after(run, send) for run in prepared]
    firsts += [run for run in islice(upcoming_runs(send, now), SLOTS_TRIED) if dry.waits_before(run.slot)][:1]
    runs = [leaving for first in firsts if (leaving := _leaving(first, send, dry))]
    return list({(run.slot, run.tick): run for run in runs}.values())


def _leaving(first: RunMessage, send: JobState, dry: DryRun) -> RunMessage | None:
    """Return the first run from this slot on with an open sending window, None if it seems never to open."""
    run = first
    for _ in range(SLOTS_TRIED):
        if leaving := dry.leaves_at(run):
            return leaving
        slot = send.next_slot(run.slot)
        run = replace(run, slot=slot, tick=slot)
    return None


class _Collector:
    """Collects the decisions, run by run."""

    def __init__(self, practice: Practice, store: EntryStore, dry: DryRun) -> None:
        self._practice, self._store, self._dry = practice, store, dry
        self._lines: dict[str, PreviewLine] = {}
        self._paid: Counter[str] = Counter()
        self.made: list[Entry] = []
        self._new: set[str] = set()
        self.skipped: Counter[str] = Counter()
        self.balances: dict[str, int] = {}

    @property
    def lines(self) -> list[PreviewLine]:
        """The lines, known if no run of the preview would create their entry."""
        new, left_out = self._new, PlannedOutcome.LEFT_OUT
        return [replace(one, known=one.outcome is not left_out and one.key not in new) for one in self._lines.values()]

    def prepare(self, run: RunMessage) -> None:
        today = slot_day(run.slot, self._practice.zone)
        for candidate, decision in self._dry.prepare(run):
            key = entry_key(run.practice, candidate.identity(today))
            line = PreviewLine(
                key, candidate.kind, PlannedOutcome.LEFT_OUT, candidate.patient, name_of(candidate),
                candidate.starts_at, candidate.payer.mandant,
            )  # fmt: skip
            match decision:
                case Skipped(refusal):
                    self.skipped[refusal.rule] += 1
                    self._add(replace(line, rule=refusal.rule, reason=refusal.reason))
                case Unchanged():
                    known = self._dry.entries(run.practice, [key])[key]
                    self._add(replace(line, outcome=PlannedOutcome.PHONE, reason=known.reason))
                case Transition(before, after):
                    self.made.append(after)
                    self._new |= set() if before else {after.key}
                    self._add(_line(after, candidate))
                case Written(entry):
                    self._add(_line(entry, candidate))

    def send(self, run: RunMessage) -> None:
        sending = self._dry.send(run)
        for entry in sending.ends:
            self._set(entry, sending)
        for entry, reason in sending.waits:
            self._set(entry, sending, reason=reason)
        if missing := sending.leaves.keys() - self.balances.keys():
            self.balances |= self._store.balances(self._practice.id, missing)
        for mandant, pairs in sending.leaves.items():
            self._pay(mandant, [after for _, after in pairs], sending)

    def _pay(self, mandant: str, leaving: Sequence[Entry], sending: Sending) -> None:
        """Pay in order until the first entry that does not fit the balance."""
        count = fitting([entry.credits for entry in leaving], self.balances[mandant] - self._paid[mandant])
        self._paid[mandant] += sum(entry.credits for entry in leaving[:count])
        for entry in leaving[:count]:
            covered = entry.state is State.COVERED
            outcome = PlannedOutcome.COVERED if covered else PlannedOutcome.MESSAGE
            self._set(entry, sending, outcome=outcome, leaves=sending.run.tick)
        for entry in leaving[count:]:
            self._set(entry, sending, outcome=PlannedOutcome.WAITS, reason=NO_CREDITS)

    def _set(self, entry: Entry, sending: Sending, **changes: Any) -> None:
        self._lines[entry.key] = replace(_line(entry, sending.rows.get(entry.key)), **changes)

    def _add(self, line: PreviewLine) -> None:
        """Keep a row that repeats another one, or has no id, as a line of its own."""
        key = line.key if line.key not in self._lines else f"{line.key}#{len(self._lines)}"
        self._lines[key] = replace(line, key=key)


_OUTCOMES = {
    State.NOT_SENDABLE: PlannedOutcome.PHONE,
    State.PREPARED: PlannedOutcome.WAITS,
    State.COVERED: PlannedOutcome.COVERED,
}


def _line(entry: Entry, candidate: Candidate | None) -> PreviewLine:
    return PreviewLine(
        key=entry.key,
        kind=entry.kind,
        outcome=_OUTCOMES.get(entry.state, PlannedOutcome.ENDS),
        patient=entry.patient,
        name=name_of(candidate) if candidate else "",
        starts_at=entry.starts_at,
        mandant=entry.mandant,
        channel=entry.channel,
        parts=entry.parts,
        credits=entry.credits,
        subject=entry.subject,
        text=entry.text,
        reason=entry.reason,
    )

"""Decide coming runs of a practice by the functions of a real run, without writing anything.

Runs must be decided in the order of their ticks: later ones see what earlier ones would write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.aws.batches import batches
from chalicelib.aws.entry_store import EntryStore
from chalicelib.entries.credits import Tariff, pay_order
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.jobs.current_rows import rows_now
from chalicelib.jobs.ports import PracticeRows
from chalicelib.jobs.prepare import PrepareDecision, decide_all
from chalicelib.jobs.send import ENTRIES_PER_STATEMENT
from chalicelib.jobs.told_starts import recheck_all
from chalicelib.planning.grouping import Pair, group_by_payer, taken_at
from chalicelib.planning.outlook import blockers, rules_of_run
from chalicelib.planning.recheck import End, SendDecision, Wait
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rule_input import RuleContext
from chalicelib.schedule.job import Job, RunMessage, Tick, next_tick
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text


@dataclass(frozen=True)
class Sending:
    """Decisions of a send run, before payment: `leaves` is by Mandant, in pay order."""

    run: RunMessage
    ends: list[Entry] = field(default_factory=list)
    waits: list[tuple[Entry, Text]] = field(default_factory=list)  # with the reason
    leaves: dict[str, list[Pair]] = field(default_factory=dict)
    rows: dict[str, Candidate] = field(default_factory=dict)  # by entry key

    def stop(self, entry: Entry, decision: SendDecision) -> None:
        """Note an entry that does not leave."""
        match decision:
            case End(after):
                self.ends.append(after)
            case Wait(reason, _):
                self.waits.append((entry, reason))


@dataclass(frozen=True)
class PreviewPorts:
    """The readers of a dry run, which are those of a real run."""

    database: PracticeRows
    store: EntryStore
    tariff: Tariff
    opt_outs: OptOuts


class DryRun:
    """The runs of one practice at a time (UTC); `queued` includes the entries that are prepared already."""

    def __init__(self, practice: Practice, now: datetime, ports: PreviewPorts, queued: bool = True) -> None:
        self._practice, self._now, self._ports = practice, now, ports
        self._known: dict[str, Entry | None] = {}
        self._prepared: dict[str, Entry] = {}
        for entry in ports.store.open_entries(practice.id, Group.PREPARED) if queued else ():
            self._put(entry)

    def prepare(self, run: RunMessage) -> Iterator[tuple[Candidate, PrepareDecision]]:
        """Yield the decision of a prepare run about each candidate. Raises PracticeDatabaseError."""
        for decisions, notes in decide_all(run.job, run.slot, self._rules(run), self._ports.database, self):
            transitions = [*(decision for _, decision in decisions if isinstance(decision, Transition)), *notes]
            for transition in transitions:
                self._put(transition.after)
            yield from decisions

    def send(self, run: RunMessage) -> Sending:
        """Return the decisions of a send run. Raises PracticeDatabaseError."""
        rules, done = self._rules(run), Sending(run)
        entries = sorted(taken_at(run.slot, self._prepared.values()), key=pay_order)
        for batch in batches(entries, ENTRIES_PER_STATEMENT):
            self._send_batch(batch, rules, done)
        for entry in [*done.ends, *(after for pairs in done.leaves.values() for _, after in pairs)]:
            self._put(entry)
        return done

    def waits_before(self, slot: datetime) -> bool:
        """Whether a send slot (UTC) would find entries."""
        return any(entry.slot < slot for entry in self._prepared.values())

    def entries(self, practice: str, keys: Sequence[str], /) -> dict[str, Entry]:
        """Return the entries as the runs would leave them; each is read from the table once."""
        unknown = [key for key in keys if key not in self._known]
        read: Mapping[str, Entry] = self._ports.store.entries(practice, unknown) if unknown else {}
        self._known |= {key: read.get(key) for key in unknown}
        return {key: entry for key in keys if (entry := self._known[key])}

    def open_entries(self, practice: str, group: Group, since: datetime | None = None, /) -> Iterator[Entry]:
        """Return the entries in a group as the runs would leave them."""
        found = {entry.key: entry for entry in self._ports.store.open_entries(practice, group, since)}
        found |= {key: entry for key, entry in self._known.items() if entry}
        return (entry for entry in found.values() if Group.of(entry) is group)

    def leaves_at(self, run: RunMessage) -> RunMessage | None:
        """Return the run at the first tick of a send slot with an open sending window, None if there is none."""
        window, zone = self._practice.validated.switches["Versandfenster"], self._practice.zone
        tick = window.first_tick(run.tick, slot_day(run.slot, zone), zone)
        return replace(run, tick=tick) if tick else None

    def _send_batch(self, entries: Sequence[Entry], rules: RuleContext, done: Sending) -> None:
        rows, tariff = rows_now(entries, rules, self._ports.database), self._ports.tariff
        done.rows.update(rows)
        decided = recheck_all(entries, rows, rules, tariff, self)
        by_mandant, stopped = group_by_payer(decided, rules, rows, tariff)
        for entry, decision in stopped:
            done.stop(entry, decision)
        for mandant, pairs in by_mandant.items():
            done.leaves.setdefault(mandant, []).extend(pairs)

    def _put(self, entry: Entry) -> None:
        self._known[entry.key] = entry
        self._prepared.pop(entry.key, None)
        if entry.state is State.PREPARED and not entry.held:
            self._prepared[entry.key] = entry

    def _rules(self, run: RunMessage) -> RuleContext:
        return rules_of_run(run, self._practice, self._now, self._ports.opt_outs)


def run_blockers(practice: Practice, job: Job) -> list[Text]:
    """Return why a run of the job would do nothing, apart from a stop, which is temporary."""
    unstopped = replace(practice, record=replace(practice.record, stopped=None))
    return [reason for reason, _ in blockers(unstopped, job)]


def send_slot_after(prepared: RunMessage, send: JobState) -> RunMessage:
    """Return the first send run that takes the entries of a prepare run; a slot that has passed stays open."""
    slot = send.next_slot(prepared.slot)
    tick = slot if slot > prepared.tick else next_tick(Tick.SEND, prepared.tick)
    return RunMessage(send.practice, Job.SEND, slot, tick)

"""The starts that patients know, for rows that are entered again or beside another one. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain

from chalicelib.entries.covering import RELEASED, told_by
from chalicelib.entries.credits import Tariff
from chalicelib.entries.entry import Entry, transition
from chalicelib.entries.groups import Group
from chalicelib.entries.phone_call import PhoneCall, PhoneCalls, reached_call
from chalicelib.entries.states import REVIVABLE, State
from chalicelib.jobs.ports import EntryReader
from chalicelib.messages.kind import Kind
from chalicelib.planning.admission import told_before
from chalicelib.planning.alerts import last_run_failed
from chalicelib.planning.grouping import Decided
from chalicelib.planning.recheck import End, Reserve, Wait, recheck
from chalicelib.reports.messages_about import messages_about
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rescheduled import names_known_start
from chalicelib.rules.rule_input import RuleContext, RuleInput
from chalicelib.schedule.job import Job
from chalicelib.schedule.search import Search

_INTERRUPTED = timedelta(minutes=5)  # after its slot, another worker may have been at a run before


class ToldStarts:
    """The starts that patients know, read once in a run, and only for a row that may be a second one.

    That is a row without an entry, or moved while its entry waits, on a day that was searched before; or one that is
    told of a move, to the start of another row. `slot` is the run's (UTC).
    """

    def __init__(self, rules: RuleContext, store: EntryReader, slot: datetime) -> None:
        self._rules, self._store, self._slot = rules, store, slot
        self._rows: list[Candidate] = []

    def see(self, rows: Iterable[Candidate], memory: int) -> None:
        """Note the next rows of the run, by start; as many of the earlier ones are kept."""
        self._rows = [*self._rows[-memory:], *rows]

    def teller(self, rule_input: RuleInput) -> Entry | None:
        """The entry whose message told this start already, and stands; None if the patient has to be told."""
        one, entry = rule_input.candidate, rule_input.entry
        left = entry is not None and entry.state not in REVIVABLE | {State.PREPARED}
        if left or one.local_start is None or self._since is None or not self._may_be_second(one):
            return None
        present = {(row.appointment, row.local_start) for row in self._rows}
        moved_from = rule_input.known_start if one.kind is Kind.RESCHEDULED else None
        return told_by(one.local_start, self._told.get(one.patient, {}), present, moved_from)

    def calls(self, rule_input: RuleInput) -> PhoneCalls:
        """The call that reached the patient about this start, noted on another row; for a row without an entry."""
        one = rule_input.candidate
        if rule_input.entry or one.kind is not Kind.REMINDER or self._since is None or not self._may_be_second(one):
            return ()
        call = self._reached.get((one.patient, one.local_start))
        return (call,) if call else ()

    def teller_meanwhile(self, entry: Entry, row: Candidate) -> Entry | None:
        """The same for the entry of a reminder that waits, if it was moved since it was prepared, or was covered once.

        If its slot was the first to search that day, and no send run has left it, all rows of that day go together.
        """
        first = self._search.covered.get(day) if self._search and (day := self._day(row)) else None
        alone = entry.reason is None and first == entry.slot
        changed = row.kind is Kind.REMINDER and (row.starts_at != entry.starts_at or entry.reason == RELEASED)
        return self.teller(RuleInput(self._rules, row, entry)) if changed and not alone else None

    def _day(self, one: Candidate) -> date | None:
        return one.starts_at.astimezone(self._rules.zone).date() if one.starts_at else None

    def _may_be_second(self, one: Candidate) -> bool:
        if one.kind is Kind.RESCHEDULED:
            return sum((row.patient, row.local_start) == (one.patient, one.local_start) for row in self._rows) > 1
        is_late = self._rules.now - self._slot > _INTERRUPTED
        return is_late or self._failed or self._day(one) in self._searched_days

    @cached_property
    def _failed(self) -> bool:
        return last_run_failed(Job.PREPARE_REMINDERS, self._rules.practice.record.alerts)

    @cached_property
    def _searched_days(self) -> frozenset[date]:
        return frozenset({*self._search.covered, *self._search.dropped} if self._search else ())

    @cached_property
    def _search(self) -> Search | None:
        job = self._rules.practice.record.jobs.get(Job.PREPARE_REMINDERS)
        return job.search if job else None

    @cached_property
    def _since(self) -> datetime | None:
        """The first search (UTC) of any day that is still ahead; no message about them ended before."""
        if self._search and self._search.dropped:
            return self._search.since  # when their days were searched first is not known
        return min([self._search.slot, *self._search.covered.values()]) if self._search else None

    @cached_property
    def _reached(self) -> dict[tuple[str, str | None], PhoneCall]:
        """The calls that reached those whom no message has, by patient and local start."""
        entries = self._store.open_entries(self._rules.practice.id, Group.UNREACHED)
        calls = ((entry.patient, reached_call(entry.phone_calls, None)) for entry in entries)
        return {(patient, call.start): call for patient, call in calls if call}

    @cached_property
    def _told(self) -> dict[str, dict[str, Entry]]:
        """By patient and key."""
        found: dict[str, dict[str, Entry]] = {}
        practice, read = self._rules.practice.id, self._store.open_entries
        for entry in chain(read(practice, Group.UNDERWAY), read(practice, Group.ENDED, self._since)):
            if entry.kind is not Kind.AGAIN:  # it tells what the first one has told
                found.setdefault(entry.patient, {})[entry.key] = entry
        return found


def _known_starts(
    again: Sequence[Entry], rows: Mapping[str, Candidate], rules: RuleContext, store: EntryReader
) -> dict[str, str | None]:
    """The starts that the patients know, of messages that a person sends again; by key, without those that differ."""
    found = messages_about(store.entries, rules.practice.id, {one.appointment or "" for one in again})
    starts = ((one, row.local_start) for one in again if (row := rows.get(one.key)))
    return {one.key: start for one, start in starts if names_known_start(found.get(one.first_key), start, found)}


def recheck_all(
    entries: Sequence[Entry], rows: Mapping[str, Candidate], rules: RuleContext, tariff: Tariff, store: EntryReader
) -> list[Decided]:
    """Decide prepared entries by their current rows (by key); one whose start is told by now is covered."""
    told = ToldStarts(rules, store, rules.now)
    told.see(rows.values(), 0)
    known = _known_starts([one for one in entries if one.kind is Kind.AGAIN], rows, rules, store)
    decided: list[Decided] = []
    for entry in entries:
        row = rows.get(entry.key)
        decision = recheck(entry, row, rules, tariff, known=known.get(entry.key))
        if row and isinstance(decision, Reserve | Wait) and (first := told.teller_meanwhile(entry, row)):
            start = row.starts_at or entry.expires_at
            moved = replace(entry, starts_at=row.starts_at, day=row.local_day, expires_at=start)
            decision = End(told_before(transition(moved, State.COVERED, rules.now), first, row.local_start))
        decided.append((entry, decision))
    return decided

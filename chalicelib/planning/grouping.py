"""One message for all appointments of a patient on a day: it is about the first, and covers the others. Pure.

Only entries handled in the same send batch are grouped. The others become covered in the transaction that reserves the
first; the sweep follows the later outcome of that message (docs/flow.md, arrows l and m).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from chalicelib.entries.credits import Tariff, pay_order
from chalicelib.entries.entry import Entry, at_start_of, transition
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.planning.recheck import AlreadyPhoned, End, Reserve, SendDecision, Wait, recheck
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rule_input import RuleContext
from chalicelib.text import Text

Pair = tuple[Entry, Entry]  # before and after
Decided = tuple[Entry, SendDecision]
Rows = Mapping[str, Candidate]  # by entry key
# Decides the first once more: with the other starts (UTC) that its text names, and the other rows of its own start.
Again = Callable[[Entry, tuple[datetime, ...], Sequence[Entry]], SendDecision]


def in_groups(ready: Sequence[Pair], practice: RuleContext, rows: Rows) -> list[list[Pair]]:
    """The entries that may be sent, by start, each group with the day's first one first, signed by one Mandant."""
    groups: dict[object, list[Pair]] = {}
    together, signers = practice.switches["EineErinnerungProTag"], _signers(ready, rows)
    moved = {_start(after) for _, after in ready if after.kind is Kind.RESCHEDULED}
    for pair in sorted(ready, key=lambda pair: pay_order(pair[1])):
        by_day = practice if together and _start(pair[1]) not in moved else None
        groups.setdefault((_place(pair[1], by_day), signers.get(pair[1].key)), []).append(pair)
    # What was moved leads: only its message says so.
    return [sorted(group, key=lambda pair: pair[1].kind is not Kind.RESCHEDULED) for group in groups.values()]


def taken_at(slot: datetime, prepared: Collection[Entry]) -> list[Entry]:
    """The entries that a send slot (UTC) takes: of earlier prepare slots, and others about the same appointments.

    These are sent together, or the patient would be told twice.
    """
    due = [entry for entry in prepared if entry.taken_after < slot]
    about = {name for entry in due for name in _about(entry)}
    return [entry for entry in prepared if entry.taken_after < slot or not about.isdisjoint(_about(entry))]


def _about(entry: Entry) -> tuple[object, ...]:
    """The names of its appointment; a greeting has none, and what is sent again goes alone."""
    alone = entry.appointment is None or entry.kind is Kind.AGAIN
    return () if alone else (entry.appointment, (entry.patient, entry.starts_at))


def _start(entry: Entry) -> tuple[str, str | None]:
    return entry.patient, entry.announced_start


def _signers(ready: Sequence[Pair], rows: Rows) -> dict[str, str | None]:
    """The Mandant who signs, by entry key: for a row without a Mandant, that of another row of the same start."""
    found = [(after, row.signer) for _, after in ready if (row := rows.get(after.key))]
    named = {_place(after, None): signer.mandant for after, signer in found if signer.of_appointment}
    return {
        after.key: signer.mandant if signer.of_appointment else named.get(_place(after, None), signer.mandant)
        for after, signer in found
    }


def _again_by(rows: Rows, practice: RuleContext, tariff: Tariff) -> Again:
    """Decide by the current rows."""

    def again(first: Entry, others: tuple[datetime, ...], doubles: Sequence[Entry]) -> SendDecision:
        row = rows.get(first.key)
        found = [rows[one.key] for one in doubles if one.key in rows]
        return recheck(first, row and _agreed(row, found), practice, tariff, others)

    return again


def _agreed(row: Candidate, doubles: Sequence[Candidate]) -> Candidate:
    """The row signed by the appointment's Mandant, whichever row names it.

    Without the place or the practitioner on which another row of the same start does not agree.
    """
    signer = next((one.signer for one in (row, *doubles) if one.signer.of_appointment), row.signer)
    names = [one for one in ("place", "practitioner") if any(getattr(row, one) != getattr(it, one) for it in doubles)]
    empty: dict[str, Any] = dict.fromkeys(names)
    return replace(row, signer=signer, **empty)


def group_by_payer(
    decided: Sequence[Decided], practice: RuleContext, rows: Rows, tariff: Tariff
) -> tuple[dict[str, list[Pair]], list[Decided]]:
    """The entries to reserve or cover, by Mandant, in pay order, and the others, such as those without a common text.

    The first of each group is decided again by its row; `rows` are the current ones, by entry key.
    """
    decided = _unless_phoned(decided, rows)
    again, waits = _again_by(rows, practice, tariff), _waits_by_start(decided, rows)
    found: dict[str, list[Pair]] = {}
    ready = [(entry, decision.after) for entry, decision in decided if isinstance(decision, Reserve)]
    stopped = {entry.key: (entry, decision) for entry, decision in decided if not isinstance(decision, Reserve)}
    for group in in_groups(ready, practice, rows):
        payer, first = group[0][1].mandant or "", group[0][1]
        for entry, decision in cover_group(group, practice.now, again):
            if not isinstance(decision, Reserve):
                stopped[entry.key] = entry, decision
                continue
            after = decision.after
            first = after if after.state is State.RESERVED else first
            behind = [one for one in waits.get(_start(after), []) if one.key in stopped and _may_cover(first, one)]
            covered = [(one, _covered(one, after, first, practice.now)) for one in behind]
            found.setdefault(payer, []).extend([(entry, after), *covered])
            for one in behind:
                del stopped[one.key]
    return found, list(stopped.values())


def _unless_phoned(decided: Sequence[Decided], rows: Rows) -> list[Decided]:
    """The decisions: no row is sent of a start about which a call has reached the patient, on another row."""
    found = ((entry, rows.get(entry.key)) for entry, decision in decided if isinstance(decision, AlreadyPhoned))
    called = {(row.patient, row.local_start): entry for entry, row in found if row}

    def is_told(entry: Entry) -> bool:
        row = rows.get(entry.key)
        first = called.get((row.patient, row.local_start)) if row else None
        return first is not None and _may_cover(first, entry)

    return [
        (entry, AlreadyPhoned() if isinstance(decision, Reserve) and is_told(entry) else decision)
        for entry, decision in decided
    ]


def _waits_by_start(decided: Sequence[Decided], rows: Rows) -> dict[object, list[Entry]]:
    """The entries that cannot be sent now, by patient and start: sent after others of it, they would tell it twice."""
    found: dict[object, list[Entry]] = {}
    for entry, decision in decided:
        row = rows.get(entry.key) if isinstance(decision, AlreadyPhoned | Wait) else None
        if row and row.local_start:
            found.setdefault((row.patient, row.local_start), []).append(entry)
    return found


def _may_cover(first: Entry, other: Entry) -> bool:
    """Of a move, only a message about a move tells; what a person sends again neither covers nor is covered."""
    if Kind.AGAIN in (first.kind, other.kind):
        return False
    return other.kind is not Kind.RESCHEDULED or first.kind is Kind.RESCHEDULED


def _place(entry: Entry, by_day: RuleContext | None) -> object:
    """The grouping key: equal for reminders of one patient on one day; without `by_day`, at one start."""
    if entry.starts_at is None or entry.announced_start is None or entry.kind is Kind.AGAIN:
        return entry.key
    if by_day is None:  # a doctor and a room: two rows of one appointment
        return _start(entry)
    day: date = entry.starts_at.astimezone(by_day.zone).date()
    return entry.patient, day


def cover_group(group: Sequence[Pair], now: datetime, again: Again) -> list[Decided]:
    """The first with a text that names the others, and these as covered; `again` decides the first once more.

    If that text cannot be rendered or is too long, each start is sent separately; if that of the rows of one start is
    neither, none of them is sent.
    """
    (first, alone), *others = group
    doubles = [after for _, after in others if after.announced_start == alone.announced_start]
    named = {after.announced_start: after.starts_at for _, after in others if after not in doubles and after.starts_at}
    decision = again(first, tuple(at for at in named.values() if at), doubles) if others else Reserve(alone)
    if isinstance(decision, Reserve):
        covered = ((other, Reserve(_covered(other, after, decision.after, now))) for other, after in others)
        return [(first, decision), *covered]
    if not named:
        return [(entry, _as_first(decision, entry, after, now)) for entry, after in group]
    starts = dict.fromkeys(after.announced_start for _, after in group)
    rows = ([pair for pair in group if pair[1].announced_start == start] for start in starts)
    return [one for same in rows for one in cover_group(same, now, again)]


def _as_first(decision: SendDecision, entry: Entry, after: Entry, now: datetime) -> SendDecision:
    """The decision about the first row of a start, for another one."""
    match decision:
        case End(first):
            return End(transition(entry, first.state, now, reason=first.reason))
        case Wait(reason):
            return Wait(reason, at_start_of(entry, after))
    return decision


def _covered(other: Entry, after: Entry, first: Entry, now: datetime) -> Entry:
    """Arrow l."""
    same = after.announced_start == first.announced_start
    reason = Text("covered.double" if same else "covered.named")
    covered = transition(other, State.COVERED, now, reason=reason, covered_by=first.key, covered_attempt=first.attempt)
    return replace(at_start_of(covered, after), announced_start=after.announced_start)


def take_whole_groups(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """The first pairs, at most `most`; a group is never split, because it is written at once."""
    end = min(most, len(pairs))
    while 0 < end < len(pairs) and pairs[end][1].state is State.COVERED:
        end -= 1
    return list(pairs[:end])

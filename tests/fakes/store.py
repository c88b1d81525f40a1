"""Entries, balances and the ledger in memory: the conditions of `chalicelib/aws/entry_store.py`, without DynamoDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from chalicelib.aws.batches import batches
from chalicelib.aws.entry_store import NO_SINCE, EntryStore, ShortOfCreditsError
from chalicelib.aws.entry_writes import transactions_of
from chalicelib.aws.table import READ, WRITE, CancelledError, Reason
from chalicelib.entries.charge_batch import ChargeBatch
from chalicelib.entries.credits import AUTOMATIC, Charge, LedgerItem, TopUp, Transfer
from chalicelib.entries.day_counts import day_changes
from chalicelib.entries.entry import Entry, with_write_id
from chalicelib.entries.groups import OPEN_GROUPS, Group
from chalicelib.entries.transition import Transition, charge_of, paid_by
from chalicelib.practice.record import AutomaticTopUp
from infra.local.limits import MAX_TRANSACTION
from tests.fakes.days import count
from tests.fakes.index import FakeIndex
from tests.fakes.world import Data, World, distinct, invalid

SHORTEST_PATIENCE = 3.0  # seconds; about that of `Table.transact`


class FakeEntryStore(EntryStore):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data
        self._index = FakeIndex(world, data)

    def entries(self, practice: str, keys: Sequence[str]) -> dict[str, Entry]:
        return {
            key: entry for (_, key), entry in self.entries_of_any_practice([(practice, key) for key in keys]).items()
        }

    def entries_of_any_practice(self, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
        found: dict[tuple[str, str], Entry] = {}
        for chunk in batches(names, READ):
            distinct("BatchGetItem", chunk)
            found |= self._world.call("store.entries", partial(self._read, chunk))
        return found

    def open_entries(self, practice: str, group: Group, since: datetime | None = None) -> Iterator[Entry]:
        listed = self._world.call("store.open_entries", lambda: self._index.listed(practice, group, since))
        return (entry for entry in listed if Group.of(entry) is group)

    def listed_keys(self, practice: str, group: Group, since: datetime | None = None) -> Iterator[str]:
        listed = self._world.call("store.listed_keys", lambda: self._index.listed(practice, group, since))
        return (entry.key for entry in listed)

    def entries_in(
        self, practice: str, groups: Iterable[Group] = OPEN_GROUPS, since: Mapping[Group, datetime | None] = NO_SINCE
    ) -> list[Entry]:
        """A group is one call, as many calls as it has hundreds of entries in the real store."""
        asked, read = tuple(groups), self._index.listed
        calls = (partial(read, practice, group, since.get(group)) for group in asked)
        found = {entry.key: entry for call in calls for entry in self._world.call("store.open_entries", call)}
        return [entry for entry in found.values() if Group.of(entry) in asked]

    def commit(self, transitions: Sequence[Transition], patience: float = 0.0) -> list[Transition]:
        """A transaction of up to 100 items is one call, as in the real store."""
        if transitions and self._world.weather.conflicts > max(patience, SHORTEST_PATIENCE):
            raise CancelledError([Reason("TransactionConflict", None)])
        done: list[Transition] = []
        for chunk in transactions_of(transitions):
            distinct("TransactWriteItems", [item for transition in chunk for item in _items(transition)])
            write_id = self._world.new_id()
            done += self._world.call("store.commit", partial(self._commit, chunk, write_id))
        return done

    def reserve(
        self, mandant: str, transitions: Sequence[Transition], at: datetime, stays: int = 0, due: str | None = None
    ) -> list[Transition]:
        if not transitions:
            return []
        distinct("TransactWriteItems", [transition.after.key for transition in transitions])
        if len(transitions) + len(day_changes(transitions)) + 2 + bool(due) > WRITE:
            raise invalid("TransactWriteItems", "Member must have length less than or equal to 100")
        if sum(len((transition.after.text or "").encode()) for transition in transitions) > MAX_TRANSACTION:
            raise invalid("TransactWriteItems", "Transaction request exceeds 4 MB")
        write_id = self._world.new_id()
        return self._world.call("store.reserve", lambda: self._reserve(mandant, transitions, at, write_id, stays, due))

    def payers(self, practice: str) -> list[str]:
        balances = self._data.balances
        return self._world.call("store.payers", lambda: sorted(name for own, name in balances if own == practice))

    def balances(self, practice: str, mandanten: Iterable[str]) -> dict[str, int]:
        wanted = sorted(set(mandanten))
        if not wanted:
            return {}
        found = self._data.balances
        return self._world.call("store.balances", lambda: {name: found.get((practice, name), 0) for name in wanted})

    def top_up(self, practice: str, top_up: TopUp) -> bool:
        return self._world.call("store.top_up", lambda: self._top_up(practice, top_up))

    def top_up_automatically(self, practice: str, rule: AutomaticTopUp, at: datetime) -> bool:
        added = TopUp(rule.mandant, self._world.new_id(), rule.amount, at, AUTOMATIC)
        return self._world.call("store.top_up_automatically", lambda: self._top_up_below(practice, added, rule.below))

    def transfer(self, practice: str, leaves: Transfer) -> bool:
        return self._world.call("store.transfer", lambda: self._transfer(practice, leaves))

    def ledger(self, practice: str, mandant: str) -> list[LedgerItem]:
        items = self._world.call("store.ledger", lambda: dict(self._data.ledger(practice, mandant)))
        return sorted((items[key] for key in sorted(items)), key=lambda item: item.at)

    def charge_batches(self, charges: Sequence[tuple[str, str]]) -> list[ChargeBatch]:
        found: list[ChargeBatch] = []
        for batch in batches(charges, READ):
            found += self._world.call("store.charge_batches", partial(self._charge_batches, batch))
        return found

    def postpone_checks(self, checks: Sequence[tuple[ChargeBatch, datetime | None]]) -> None:
        for batch in batches(checks, WRITE):
            self._world.call("store.postpone_checks", partial(self._postpone, batch))

    def _read(self, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
        found = {(practice, key): self._data.entry(practice, key) for practice, key in names}
        return {name: entry for name, entry in found.items() if entry is not None}

    def _charge_batches(self, charges: Sequence[tuple[str, str]]) -> list[ChargeBatch]:
        read = []
        for own, key in charges:
            practice, _, mandant = own.partition("#")
            charge = self._data.ledger(practice, mandant)[key]
            assert isinstance(charge, Charge)
            read.append(ChargeBatch(practice, charge))
        return read

    def _postpone(self, checks: Sequence[tuple[ChargeBatch, datetime | None]]) -> None:
        for one, at in checks:
            self._data.check(f"{one.practice}#{one.charge.mandant}", one.charge.key, at)

    def _commit(self, transitions: Sequence[Transition], write_id: str) -> list[Transition]:
        done = []
        for transition in [
            replace(transition, after=with_write_id(transition.after, write_id)) for transition in transitions
        ]:
            if self._is_ours(transition):
                done.append(transition)
            elif self._holds(transition):
                self._write(transition)
                done.append(transition)
        return done

    def _is_ours(self, transition: Transition) -> bool:
        """The same call has already written it, and its answer was lost."""
        found = self._data.entry(transition.after.practice, transition.after.key)
        return found is not None and found.write_id == transition.after.write_id

    def _unchanged(self, transition: Transition) -> bool:
        found = self._data.entry(transition.after.practice, transition.after.key)
        if transition.before is None:
            return found is None
        return found is not None and found.version == transition.before.version

    def _holds(self, transition: Transition) -> bool:
        refund, owned = transition.refund, transition.adopted_id
        refunded = refund is not None and refund.key in self._data.ledger(transition.after.practice, refund.mandant)
        others = owned is not None and self._data.owners.get(owned, transition.after.key) != transition.after.key
        return self._unchanged(transition) and not refunded and not others

    def _write(self, transition: Transition) -> None:
        self._index.put(transition.after)
        count(self._data, [transition])
        if transition.refund:
            self._data.add(transition.after.practice, transition.refund)
        if transition.accepted_id:
            self._data.accepted[transition.accepted_id] = transition.after.practice
        if transition.adopted_id:
            self._data.owners[transition.adopted_id] = transition.after.key
        for sort_key in transition.used_email_events:
            self._data.mailboxes.get(transition.after.practice, {}).pop(sort_key, None)
        if transition.left_email_event:
            self._data.leave(transition.left_email_event)

    def _reserve(
        self, mandant: str, transitions: Sequence[Transition], at: datetime, write_id: str, stays: int, due: str | None
    ) -> list[Transition]:
        practice = transitions[0].after.practice
        ours = [
            transition
            for transition in transitions
            if self._is_ours(replace(transition, after=replace(transition.after, write_id=write_id)))
        ]
        if ours:
            found = self._data.entries[practice]
            return [replace(transition, after=found[transition.after.key]) for transition in ours]
        while charge := charge_of(mandant, transitions, at):
            # The balance must pay the whole batch, even if some of its entries have changed meanwhile.
            if charge.credits and self._data.balances.get((practice, mandant), -1) < stays - charge.credits:
                raise ShortOfCreditsError
            unchanged = [transition for transition in transitions if self._unchanged(transition)]
            if len(unchanged) == len(transitions):
                self._data.mark(practice, due)
                return self._pay(charge, transitions, write_id)
            transitions = unchanged
        return []

    def _pay(self, charge: Charge, transitions: Sequence[Transition], write_id: str) -> list[Transition]:
        practice = transitions[0].after.practice
        if charge.key in self._data.ledger(practice, charge.mandant):
            raise CancelledError([Reason("ConditionalCheckFailed", None)])
        paid = [paid_by(charge, transition, write_id) for transition in transitions]
        for transition in paid:
            self._index.put(transition.after)
        count(self._data, paid)
        self._data.add(practice, charge)
        return paid

    def _top_up(self, practice: str, top_up: TopUp) -> bool:
        if top_up.key in self._data.ledger(practice, top_up.mandant):
            return False
        self._data.add(practice, top_up)
        return True

    def _top_up_below(self, practice: str, top_up: TopUp, below: int) -> bool:
        if top_up.key in self._data.ledger(practice, top_up.mandant):
            return True
        return self._data.balances.get((practice, top_up.mandant), 0) < below and self._top_up(practice, top_up)

    def _transfer(self, practice: str, leaves: Transfer) -> bool:
        sides = (leaves, leaves.other_side())
        if any(side.key in self._data.ledger(practice, side.mandant) for side in sides):
            return False
        if self._data.balances.get((practice, leaves.mandant), -1) < -leaves.credits:
            raise ShortOfCreditsError
        for side in sides:
            self._data.add(practice, side)
        return True


def _items(transition: Transition) -> list[tuple[str, ...]]:
    """The items of the table that a move writes, its balance aside."""
    items: list[tuple[str, ...]] = [("entry", transition.after.key)]
    items += [("refund", transition.refund.key)] if transition.refund else []
    items += [("receipt", transition.adopted_id)] if transition.adopted_id else []
    items += [("mail", transition.left_email_event.sort_key)] if transition.left_email_event else []
    return items + [("mail", key) for key in transition.used_email_events]

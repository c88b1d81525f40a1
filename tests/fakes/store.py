"""Entries, balances and the ledger in memory: the conditions of `chalicelib/aws/entry_store.py`, without DynamoDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from chalicelib.aws.entry_store import ShortOfCreditsError, Store
from chalicelib.aws.entry_writes import how_many
from chalicelib.aws.table import READ, WRITE, CancelledError, Reason
from chalicelib.entries.charge_batch import Block
from chalicelib.entries.credits import Charge, LedgerItem, TopUp, Transfer
from chalicelib.entries.entry import Entry, stamped
from chalicelib.entries.groups import open_place
from chalicelib.entries.transition import Move, charge_of, paid_by
from tests.fakes.world import Data, World, distinct


class FakeStore(Store):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data

    def entries(self, practice: str, keys: Sequence[str]) -> dict[str, Entry]:
        return {key: entry for (_, key), entry in self.anywhere([(practice, key) for key in keys]).items()}

    def anywhere(self, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
        found: dict[tuple[str, str], Entry] = {}
        for start in range(0, len(names), READ):
            chunk = names[start : start + READ]
            distinct("BatchGetItem", chunk)
            found |= self._world.call("store.entries", partial(self._read, chunk))
        return found

    def open_entries(self, practice: str, group: str, since: datetime | None = None) -> Iterator[Entry]:
        return iter(self._world.call("store.open_entries", lambda: self._open(practice, group, since)))

    def commit(self, moves: Sequence[Move]) -> list[Move]:
        """A transaction of up to 100 items is one call, as for the real one."""
        done: list[Move] = []
        for chunk in _chunks(moves):
            distinct("TransactWriteItems", [item for move in chunk for item in _items(move)])
            stamp = self._world.new_id()
            done += self._world.call("store.commit", partial(self._commit, chunk, stamp))
        return done

    def reserve(self, mandant: str, moves: Sequence[Move], at: datetime) -> list[Move]:
        if not moves:
            return []
        distinct("TransactWriteItems", [move.after.key for move in moves])
        stamp = self._world.new_id()
        return self._world.call("store.reserve", lambda: self._reserve(mandant, moves, at, stamp))

    def balances(self, practice: str, mandanten: Iterable[str]) -> dict[str, int]:
        wanted = sorted(set(mandanten))
        if not wanted:
            return {}
        found = self._data.balances
        return self._world.call("store.balances", lambda: {name: found.get((practice, name), 0) for name in wanted})

    def top_up(self, practice: str, top_up: TopUp) -> bool:
        return self._world.call("store.top_up", lambda: self._top_up(practice, top_up))

    def transfer(self, practice: str, leaves: Transfer) -> bool:
        return self._world.call("store.transfer", lambda: self._transfer(practice, leaves))

    def ledger(self, practice: str, mandant: str) -> list[LedgerItem]:
        items = self._world.call("store.ledger", lambda: dict(self._data.ledger(practice, mandant)))
        return sorted((items[key] for key in sorted(items)), key=lambda item: item.at)

    def blocks(self, charges: Sequence[tuple[str, str]]) -> list[Block]:
        found: list[Block] = []
        for start in range(0, len(charges), READ):
            found += self._world.call("store.blocks", partial(self._blocks, charges[start : start + READ]))
        return found

    def look_later(self, blocks: Sequence[tuple[Block, datetime | None]]) -> None:
        for start in range(0, len(blocks), WRITE):
            self._world.call("store.look_later", partial(self._look_later, blocks[start : start + WRITE]))

    def _read(self, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
        found = {(practice, key): self._data.entry(practice, key) for practice, key in names}
        return {name: entry for name, entry in found.items() if entry is not None}

    def _blocks(self, charges: Sequence[tuple[str, str]]) -> list[Block]:
        read = []
        for own, key in charges:
            practice, _, mandant = own.partition("#")
            charge = self._data.ledger(practice, mandant)[key]
            assert isinstance(charge, Charge)
            read.append(Block(practice, charge))
        return read

    def _look_later(self, blocks: Sequence[tuple[Block, datetime | None]]) -> None:
        for block, at in blocks:
            name = f"{block.practice}#{block.charge.mandant}", block.charge.key
            self._data.blocks.pop(name, None)
            if at is not None:
                self._data.blocks[name] = at

    def _open(self, practice: str, group: str, since: datetime | None) -> list[Entry]:
        entries = self._data.groups.get((practice, group), {}).items()
        found = [(open_place(entry), key, entry) for key, entry in entries]
        return [entry for place, _, entry in sorted(found, key=lambda one: one[:2]) if not since or place >= since]

    def _commit(self, moves: Sequence[Move], stamp: str) -> list[Move]:
        done = []
        for move in [replace(move, after=stamped(move.after, stamp)) for move in moves]:
            if self._is_ours(move):
                done.append(move)
            elif self._holds(move):
                self._write(move)
                done.append(move)
        return done

    def _is_ours(self, move: Move) -> bool:
        """This very call has written it before, and its answer was lost."""
        found = self._data.entry(move.after.practice, move.after.key)
        return found is not None and found.stamp == move.after.stamp

    def _unchanged(self, move: Move) -> bool:
        found = self._data.entry(move.after.practice, move.after.key)
        if move.before is None:
            return found is None
        return found is not None and found.version == move.before.version

    def _holds(self, move: Move) -> bool:
        refund, owned = move.refund, move.owns_receipt
        refunded = refund is not None and refund.key in self._data.ledger(move.after.practice, refund.mandant)
        others = owned is not None and self._data.owners.get(owned, move.after.key) != move.after.key
        return self._unchanged(move) and not refunded and not others

    def _write(self, move: Move) -> None:
        self._data.put(move.after)
        if move.refund:
            self._data.add(move.after.practice, move.refund)
        if move.accepted:
            self._data.accepted.add(move.accepted)
        if move.owns_receipt:
            self._data.owners[move.owns_receipt] = move.after.key
        for sort_key in move.mail_receipts:
            self._data.mailboxes.get(move.after.practice, {}).pop(sort_key, None)
        if move.leaves:
            self._data.leave(move.leaves)

    def _reserve(self, mandant: str, moves: Sequence[Move], at: datetime, stamp: str) -> list[Move]:
        practice = moves[0].after.practice
        ours = [move for move in moves if self._is_ours(replace(move, after=replace(move.after, stamp=stamp)))]
        if ours:
            found = self._data.entries[practice]
            return [replace(move, after=found[move.after.key]) for move in ours]
        while charge := charge_of(mandant, moves, at):
            # The balance is asked for the whole block, also where some of its entries have changed meanwhile.
            if charge.credits and self._data.balances.get((practice, mandant), -1) < -charge.credits:
                raise ShortOfCreditsError
            unchanged = [move for move in moves if self._unchanged(move)]
            if len(unchanged) == len(moves):
                return self._pay(charge, moves, stamp)
            moves = unchanged
        return []

    def _pay(self, charge: Charge, moves: Sequence[Move], stamp: str) -> list[Move]:
        practice = moves[0].after.practice
        if charge.key in self._data.ledger(practice, charge.mandant):
            raise CancelledError([Reason("ConditionalCheckFailed", None)])
        paid = [paid_by(charge, move, stamp) for move in moves]
        for move in paid:
            self._data.put(move.after)
        self._data.add(practice, charge)
        return paid

    def _top_up(self, practice: str, top_up: TopUp) -> bool:
        if top_up.key in self._data.ledger(practice, top_up.mandant):
            return False
        self._data.add(practice, top_up)
        return True

    def _transfer(self, practice: str, leaves: Transfer) -> bool:
        sides = (leaves, leaves.other_side())
        if any(side.key in self._data.ledger(practice, side.mandant) for side in sides):
            return False
        if self._data.balances.get((practice, leaves.mandant), -1) < -leaves.credits:
            raise ShortOfCreditsError
        for side in sides:
            self._data.add(practice, side)
        return True


def _items(move: Move) -> list[tuple[str, ...]]:
    """The items of the table that a move writes, its balance aside."""
    items: list[tuple[str, ...]] = [("entry", move.after.key)]
    items += [("refund", move.refund.key)] if move.refund else []
    items += [("receipt", move.owns_receipt)] if move.owns_receipt else []
    items += [("mail", move.leaves.sort_key)] if move.leaves else []
    return items + [("mail", key) for key in move.mail_receipts]


def _chunks(moves: Sequence[Move]) -> Iterator[list[Move]]:
    """As many moves as a transaction takes, what goes with each counted in; one practice each."""
    chunk: list[Move] = []
    size = 0
    for move in moves:
        needs = how_many(move) + bool(move.refund) + bool(move.accepted)
        if chunk and (size + needs > WRITE or move.after.practice != chunk[0].after.practice):
            yield chunk
            chunk, size = [], 0
        chunk.append(move)
        size += needs
    if chunk:
        yield chunk

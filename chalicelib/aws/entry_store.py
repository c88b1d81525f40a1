"""Entries, balances and the ledger in the table. I/O.

Every write of an entry is conditional on the version that was read, so that a decision is applied once. Credits move in
the same transaction as the entry that they pay or refund, and so do the counts of its day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.aws.batches import batches
from chalicelib.aws.entry_writes import (
    accepted_writes,
    automatic_writes,
    balance_write,
    balance_writes,
    batch_check_write,
    batch_of,
    charge_writes,
    entry_writes,
    how_many,
    ledger_item,
    ledger_of,
    put_entry,
    transactions_of,
    transfer_writes,
)
from chalicelib.aws.items import balance_item_key, balances_group, day_writes, entry_item_key, entry_of, put_new
from chalicelib.aws.table import READ, WRITE, CancelledError, Table
from chalicelib.entries.charge_batch import ChargeBatch
from chalicelib.entries.covering import leaders
from chalicelib.entries.credits import AUTOMATIC, LedgerItem, TopUp, Transfer
from chalicelib.entries.entry import Entry, with_write_id
from chalicelib.entries.groups import OPEN_GROUPS, Group
from chalicelib.entries.transition import Transition, charge_of, paid_by
from chalicelib.practice.record import AutomaticTopUp
from chalicelib.schedule.time_zone import instant_text

NO_SINCE: Mapping[Group, datetime | None] = MappingProxyType({})


class ShortOfCreditsError(Exception):
    """The balance is lower than the charge: another run has used the credits."""


def with_leaders(
    read: Callable[[str, Sequence[str]], dict[str, Entry]], practice: str, keys: Collection[str]
) -> dict[str, Entry]:
    """The entries of these keys, by key, those that cover any of them, and those that were sent again for them.

    No call without keys.
    """
    found = read(practice, sorted(keys)) if keys else {}
    others = leaders(found.values()).union(*(one.again_keys for one in found.values())) - found.keys()
    return found | (read(practice, sorted(others)) if others else {})


class EntryStore:
    def __init__(self, table: Table, new_write_id: Callable[[], str]) -> None:
        self._table, self._new_write_id = table, new_write_id

    def entries(self, practice: str, keys: Sequence[str]) -> dict[str, Entry]:
        """The entries of these keys that exist, by key; one call for 100."""
        found = self.entries_of_any_practice([(practice, key) for key in keys])
        return {key: entry for (_, key), entry in found.items()}

    def entries_of_any_practice(self, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
        """The entries of any practices that exist, by practice and key, in this order; one call for 100."""
        items = self._table.get_many([entry_item_key(practice, key) for practice, key in names])
        found = {(entry.practice, entry.key): entry for entry in map(entry_of, items)}
        return {name: found[name] for name in names if name in found}

    def open_entries(self, practice: str, group: Group, since: datetime | None = None) -> Iterator[Entry]:
        """The practice's entries in a group, in its order; `since` (UTC) omits those that sort before it.

        The index has only keys: the current entries are read, and those that are no longer in the group are skipped.
        """
        for batch in batches(self.listed_keys(practice, group, since), READ):
            found = self.entries(practice, list(dict.fromkeys(batch)))
            yield from (entry for entry in found.values() if Group.of(entry) is group)

    def listed_keys(self, practice: str, group: Group, since: datetime | None = None) -> Iterator[str]:
        """The keys that the index has in a group, thousands a call; it may lag behind, and no entry is read."""
        condition, values = "open_pk = :group", {":group": f"{practice}#{group}"}
        if since is not None:
            condition, values = f"{condition} AND open_sk >= :since", {**values, ":since": instant_text(since)}
        for item in self._table.query(condition, values, index="groups"):
            yield item["pk"].partition("#")[2]

    def entries_in(
        self, practice: str, groups: Iterable[Group] = OPEN_GROUPS, since: Mapping[Group, datetime | None] = NO_SINCE
    ) -> list[Entry]:
        """All entries that are in any of these groups, each once, in about the order of `open_entries`.

        `since` (UTC) omits those of a group that sort before it. The index lags: an entry that it lists in one of them,
        and that is in another one by now, is kept.
        """
        asked = tuple(groups)
        keys = dict.fromkeys(key for group in asked for key in self.listed_keys(practice, group, since.get(group)))
        return [entry for entry in self.entries(practice, list(keys)).values() if Group.of(entry) in asked]

    def charge_batches(self, charges: Sequence[tuple[str, str]]) -> list[ChargeBatch]:
        """The batches of these charges, given by the keys (pk, sk) from the index `due`, in this order."""
        items = self._table.get_many([{"pk": pk, "sk": sk} for pk, sk in charges])
        found = {(item["pk"], item["sk"]): item for item in items}
        return [batch_of(found[charge]) for charge in charges if charge in found]

    def postpone_checks(self, checks: Sequence[tuple[ChargeBatch, datetime | None]]) -> None:
        """Have the sweep check each batch again at its instant (UTC; None: never); a hundred a call."""
        for batch in batches([batch_check_write(one, at) for one, at in checks], WRITE):
            self._table.transact(batch)

    def commit(self, transitions: Sequence[Transition], patience: float = 0.0) -> list[Transition]:
        """Write the transitions with their refunds, in transactions; return those done.

        A transition whose entry has changed since it was read is skipped; the others are done. `patience` is how many
        seconds conflicts with other transactions may take at least.
        """
        done: list[Transition] = []
        for chunk in transactions_of(transitions):
            done += self._commit_chunk(chunk, patience)
        return done

    def reserve(
        self, mandant: str, transitions: Sequence[Transition], at: datetime, stays: int = 0, due: str | None = None
    ) -> list[Transition]:
        """Charge a batch of entries of one Mandant and write them, in one transaction; return those done.

        They are at most 98, with their days and the alert. Each `after` has its credits; a covered entry costs nothing.
        `due` is the cause of an alert that the charge makes due. Raises ShortOfCreditsError if less than `stays` would
        be left of the balance.
        """
        write_id = self._new_write_id()
        while charge := charge_of(mandant, transitions, at):
            paid = [paid_by(charge, transition, write_id) for transition in transitions]
            writes = [put_entry(transition) for transition in paid]
            writes += day_writes(paid) + charge_writes(paid[0].after.practice, charge, stays, due)
            try:
                self._table.transact(writes)
            except CancelledError as cancelled:
                if _was_ours(cancelled, write_id):
                    return paid
                if cancelled.reasons[-1].code == "ConditionalCheckFailed":
                    raise ShortOfCreditsError from None
                transitions = _without_changed(transitions, cancelled)
            else:
                return paid
        return []

    def balances(self, practice: str, mandanten: Iterable[str]) -> dict[str, int]:
        """Credits by Mandant; 0 if nothing was ever topped up."""
        wanted = sorted(set(mandanten))
        items = self._table.get_many([balance_item_key(practice, mandant) for mandant in wanted])
        found = {item["mandant"]: item["balance"] for item in items}
        return {mandant: found.get(mandant, 0) for mandant in wanted}

    def payers(self, practice: str) -> list[str]:
        """The Mandanten of a practice that ever had credits; the index may not have the newest yet."""
        items = self._table.query("open_pk = :balances", {":balances": balances_group(practice)}, index="groups")
        return [item["pk"].partition("#mandant#")[2] for item in items]

    def top_up(self, practice: str, top_up: TopUp) -> bool:
        """Add credits; False, adding nothing, if there was a top-up with this reference before."""
        try:
            self._table.transact([put_new(ledger_item(practice, top_up)), balance_write(practice, top_up)])
        except CancelledError as cancelled:
            if cancelled.reasons[0].code != "ConditionalCheckFailed":
                raise
            return False
        return True

    def top_up_automatically(self, practice: str, rule: AutomaticTopUp, at: datetime) -> bool:
        """Add the credits of a rule if the balance is below its limit now; afterwards it is not."""
        added = TopUp(rule.mandant, self._new_write_id(), rule.amount, at, AUTOMATIC)
        try:
            self._table.transact(automatic_writes(practice, added, rule.below))
        except CancelledError as cancelled:
            codes = [reason.code for reason in cancelled.reasons]
            if "ConditionalCheckFailed" not in codes:
                raise
            return codes[0] == "ConditionalCheckFailed"  # added before, and the answer was lost
        return True

    def transfer(self, practice: str, leaves: Transfer) -> bool:
        """Move credits from one Mandant to another, in one transaction; `leaves` is the giver's (negative) side.

        False, changing nothing, if either has a transfer with this reference already. Raises ShortOfCreditsError if
        the balance does not pay it.
        """
        try:
            self._table.transact(transfer_writes(practice, leaves))
        except CancelledError as cancelled:
            there = [reason.code == "ConditionalCheckFailed" for reason in cancelled.reasons]
            if any(there[:2]):
                return False
            if there[2]:
                raise ShortOfCreditsError from None
            raise
        return True

    def ledger(self, practice: str, mandant: str) -> list[LedgerItem]:
        """All top-ups, charges, refunds and transfers of a Mandant, by time."""
        key = f"{practice}#mandant#{mandant}"
        items = self._table.query("pk = :mandant", {":mandant": key})
        return sorted((ledger_of(item) for item in items if item["sk"] != "balance"), key=lambda item: item.at)

    def _commit_chunk(self, transitions: Sequence[Transition], patience: float) -> list[Transition]:
        write_id = self._new_write_id()
        while transitions:
            own = [replace(transition, after=with_write_id(transition.after, write_id)) for transition in transitions]
            writes = [write for transition in own for write in entry_writes(transition)]
            try:
                others = accepted_writes(own, write_id) + balance_writes(own) + day_writes(own)
                self._table.transact(writes + others, patience)
            except CancelledError as cancelled:
                if _was_ours(cancelled, write_id):
                    return own
                transitions = _without_changed(transitions, cancelled)
            else:
                return own
        return []


def _was_ours(cancelled: CancelledError, write_id: str) -> bool:
    """Whether the items have our write id: the transaction had succeeded, and only its answer was lost."""
    return any(reason.item is not None and reason.item.get("write_id") == write_id for reason in cancelled.reasons)


def _without_changed(transitions: Sequence[Transition], cancelled: CancelledError) -> list[Transition]:
    """The transitions whose own items have not changed; raises the cancellation if it had another reason."""
    if {reason.code for reason in cancelled.reasons} - {"None", "ConditionalCheckFailed"}:
        raise cancelled
    left, position = [], 0
    for transition in transitions:
        size = how_many(transition)
        codes = {reason.code for reason in cancelled.reasons[position : position + size]}
        position += size
        if codes == {"None"}:
            left.append(transition)
    if len(left) == len(transitions):
        raise cancelled
    return left

"""The stored data of one patient: collected or erased at the patient's request.

The duties are those of the Swiss data protection act (DSG): access, Art. 25, and erasure, Art. 32. `data_locations` has
the data outside the table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.admin.opt_outs import opt_out, opt_out_patient
from chalicelib.entries.credits import Charge, LedgerItem, Refund
from chalicelib.entries.entry import (
    Entry,
    again_identity,
    birthday_identity,
    entry_key,
    reminder_identity,
    rescheduled_identity,
)
from chalicelib.entries.groups import Group
from chalicelib.entries.states import State
from chalicelib.entries.transition import ERASED, Transition, erase_transition, logged_steps
from chalicelib.messages.recipient import Address, Channel, email_address, mobile_number
from chalicelib.planning.alerts import Alert, AlertKind
from chalicelib.planning.run_report import Activity
from chalicelib.practice.opt_out import OptOut, Source
from chalicelib.practice.reader import Reader
from chalicelib.practice.record import PracticeRecord
from chalicelib.rules.candidate import Candidate
from chalicelib.text import Text

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Clients
    from chalicelib.aws.entry_store import EntryStore
    from chalicelib.aws.log_store import LogStore
    from chalicelib.aws.receipt_store import ParkedEmailEvent, ParkedReceipt

_TRIES = 5  # a run may change an entry meanwhile
_INDEX_LAGS = 3.0  # seconds; usually less than one


@dataclass(frozen=True)
class LedgerLine:
    """A charge (below zero) or refund of one entry of the patient, in the ledger of a Mandant."""

    mandant: str
    entry: str  # key
    credits: int
    at: datetime


@dataclass(frozen=True)
class StoredData:
    """Everything in the table that is about one patient."""

    entries: tuple[Entry, ...]
    keys: tuple[str, ...]  # of entries that the patient's rows make, whether or not there is one
    addresses: tuple[Address, ...]  # on file, and recipients of messages
    erased: OptOut | None  # the patient's opt-out, if their data was erased before
    stop: OptOut | None  # if a person has stopped all messages to the patient
    opt_outs: tuple[tuple[Address, OptOut], ...]
    receipts: Mapping[str, ParkedReceipt]  # of SMS, by provider message id
    email_events: tuple[ParkedEmailEvent, ...]
    ledger: tuple[LedgerLine, ...]


@dataclass(frozen=True)
class ErasureResult:
    """`sending` are the keys of entries that are being sent at this moment, and have to be erased later."""

    cancelled: int
    refunded: int  # credits
    anonymised: int  # entries, including the cancelled ones
    opted_out: int  # addresses, and the patient
    sending: tuple[str, ...]


def entries_of_patient(
    patient: str, practice: str, store: EntryStore, known: Collection[str] = ()
) -> tuple[Entry, ...]:
    """All current entries that still name the patient, by start; `known` are keys that the index may not list yet."""
    listed = (key for group in Group for key in store.listed_keys(practice, group))  # whatever its group is by now
    entries = store.entries(practice, list(dict.fromkeys([*listed, *known]))).values()
    return tuple(sorted((one for one in entries if one.patient == patient), key=lambda one: one.expires_at))


def _keys_of(patient: str, practice: str, candidates: Sequence[Candidate], now: datetime) -> list[str]:
    """The keys of the entries that a patient's rows make, whether or not there is one."""
    appointments = {one.appointment for one in candidates if one.appointment}
    identities = [reminder_identity(one) for one in sorted(appointments)]
    identities += [again_identity(one, 1) for one in identities]
    identities += [rescheduled_identity(one, 1) for one in sorted(appointments)]
    identities += [birthday_identity(patient, year) for year in range(now.year - 1, now.year + 2)]
    return [entry_key(practice, identity) for identity in identities]


def addresses_of(entries: Iterable[Entry], candidates: Iterable[Candidate]) -> tuple[Address, ...]:
    """The recipients of messages, and the valid addresses on file."""
    sent = [Address(Channel(one.channel), one.recipient) for one in entries if one.channel and one.recipient]
    on_file = [found for one in candidates for found in (mobile_number(one.mobile), email_address(one.email))]
    return tuple(dict.fromkeys([*sent, *(one for one in on_file if isinstance(one, Address))]))


def collect(patient: str, record: PracticeRecord, candidates: Sequence[Candidate], clients: Clients) -> StoredData:
    """Collect the patient's data in the table; `candidates` are their rows of the practice database, if it can be read.

    Waits for the index, so that an entry of a moment ago is among it. Raises ParameterError if there are opt-outs, and
    their key is missing.
    """
    clients.pause(_INDEX_LAGS)
    known = _keys_of(patient, record.practice, candidates, clients.clock())
    entries = entries_of_patient(patient, record.practice, clients.store, known)
    addresses = addresses_of(entries, candidates)
    opt_outs = clients.parameters.opt_outs(record)
    found = [(address, opt_outs.of(address)) for address in addresses]
    keys = {one.key for one in entries}
    return StoredData(
        entries=entries,
        keys=tuple(known),
        addresses=addresses,
        erased=opt_outs.of_patient(patient),
        stop=opt_outs.stop_of(patient),
        opt_outs=tuple((address, one) for address, one in found if one),
        receipts=clients.receipts.parked([one.message_id for one in entries if one.message_id]),
        email_events=tuple(
            event for event in clients.receipts.pending_email_events(record.practice) if event.entry in keys
        ),
        ledger=tuple(_ledger(entries, record.practice, clients.store)),
    )


def erase(
    patient: str, record: PracticeRecord, stored: StoredData, by: str, language: str, now: datetime, clients: Clients
) -> ErasureResult:
    """Opt out the patient and their addresses, cancel waiting entries, anonymise every entry; the keys remain.

    A second call completes an interrupted one: the addresses are opted out before the entries lose them. `now` is UTC.
    Raises ParameterError if the key of the opt-outs is missing.
    """
    if stored.entries or not stored.erased:
        alert = Alert(AlertKind.ERASED, "", Text("alert.erased", by=by), once=False)
        clients.history.write_activity(record.practice, [], [alert], now, Reader(language))
    added = [opt_out_patient(record, clients.parameters, clients.practices, now, patient)]
    for address in stored.addresses:
        added.append(opt_out(record, clients.parameters, clients.practices, now, address, Source.ERASURE))
    done = list[Transition]()
    for look in range(_TRIES):
        entries = entries_of_patient(patient, record.practice, clients.store, stored.keys)
        if look and all(one.state is State.SENDING for one in entries):
            break
        made = clients.store.commit([made for one in entries if (made := erase_transition(one, now))])
        _log(record.practice, made, by, language, now, clients.history)
        done += made
        clients.pause(_INDEX_LAGS)  # for what a run wrote before it knew of the opt-out
    waited = [made for made in done if made.before and made.before.state is not made.after.state]
    return ErasureResult(
        cancelled=len(waited),
        refunded=sum(made.refund.credits for made in done if made.refund),
        anonymised=len(done),
        opted_out=sum(added),
        sending=tuple(one.key for one in entries),
    )


def _log(practice: str, done: Sequence[Transition], by: str, language: str, now: datetime, history: LogStore) -> None:
    """Log the keys of the entries only: the log must not name the patient again."""
    pairs = [(made.after.key, *step) for made in done for step in logged_steps(made)]
    activities = [Activity(now, "", key, source, target, ERASED, by) for key, source, target in pairs]
    history.write_activity(practice, activities, [], now, Reader(language))


def _ledger(entries: Iterable[Entry], practice: str, store: EntryStore) -> list[LedgerLine]:
    keys = {one.key for one in entries}
    mandanten = sorted({one.mandant for one in entries if one.mandant})
    items = [item for mandant in mandanten for item in store.ledger(practice, mandant)]
    return [line for item in items for line in _lines(item) if line.entry in keys]


def _lines(item: LedgerItem) -> list[LedgerLine]:
    if isinstance(item, Charge):
        return [LedgerLine(item.mandant, key, -credits, item.at) for key, credits in item.lines.items()]
    return [LedgerLine(item.mandant, item.entry, item.credits, item.at)] if isinstance(item, Refund) else []

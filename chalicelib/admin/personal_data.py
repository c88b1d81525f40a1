"""What is held of one patient: all of it for whoever asks, none of it for whoever wants it erased.

The duties are those of the Swiss data protection act (DSG): access, Art. 25, and erasure, Art. 32. What lies outside
the table, and when it goes there, is told by `traces`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.admin.opt_outs import opt_out, opt_out_patient
from chalicelib.entries.credits import Charge, LedgerItem, Refund
from chalicelib.entries.entry import Entry
from chalicelib.entries.erasure import ERASED, erase_transition
from chalicelib.entries.groups import Group
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition, logged_steps
from chalicelib.messages.recipient import Address, Channel, email_address, mobile_number
from chalicelib.planning.alerts import Alert, AlertKind
from chalicelib.planning.report import Activity
from chalicelib.practice.opt_out import OptOut, Source
from chalicelib.practice.record import PracticeRecord
from chalicelib.rules.candidate import Candidate

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Clients
    from chalicelib.aws.entry_store import EntryStore
    from chalicelib.aws.log_store import LogStore
    from chalicelib.aws.receipt_store import ParkedEmailEvent, ParkedReceipt

_TRIES = 5  # a run may move what is to be erased


@dataclass(frozen=True)
class LedgerLine:
    """What the ledger of a Mandant says of one entry of the patient: below zero charged, above refunded."""

    mandant: str
    entry: str  # key
    credits: int
    at: datetime


@dataclass(frozen=True)
class StoredData:
    """Everything in the table that is about one patient."""

    entries: tuple[Entry, ...]
    addresses: tuple[Address, ...]  # on file, and those that messages went to
    erased: OptOut | None  # since when he is a patient whose data was erased
    opt_outs: tuple[tuple[Address, OptOut], ...]
    receipts: Mapping[str, ParkedReceipt]  # of SMS, by provider message id
    mailbox: tuple[ParkedEmailEvent, ...]  # of e-mails
    ledger: tuple[LedgerLine, ...]


@dataclass(frozen=True)
class ErasureResult:
    """What was done. `sending` are the keys of what is on its way this very moment, and has to be erased later."""

    cancelled: int
    refunded: int  # credits
    anonymised: int  # entries, the cancelled ones among them
    opted_out: int  # addresses, and the patient himself
    sending: tuple[str, ...]


def entries_of_patient(patient: str, practice: str, store: EntryStore) -> tuple[Entry, ...]:
    """All his entries that still name him, by Beginn, as they stand."""
    listed = [one for one in store.entries_in(practice, Group) if one.patient == patient]
    entries = store.entries(practice, list(dict.fromkeys(one.key for one in listed)))  # the index lags behind
    return tuple(sorted((one for one in entries.values() if one.patient == patient), key=lambda one: one.expires_at))


def addresses_of(entries: Iterable[Entry], candidates: Iterable[Candidate]) -> tuple[Address, ...]:
    """Where messages went to, and where they could: the addresses on file that are valid."""
    sent = [Address(Channel(one.channel), one.recipient) for one in entries if one.channel and one.recipient]
    on_file = [found for one in candidates for found in (mobile_number(one.mobile), email_address(one.email))]
    return tuple(dict.fromkeys([*sent, *(one for one in on_file if isinstance(one, Address))]))


def collect(patient: str, record: PracticeRecord, candidates: Sequence[Candidate], ports: Clients) -> StoredData:
    """Everything that the table holds; `candidates` are his rows of the practice database as far as it can be read.

    Raises ParameterError where there are opt-outs, and their key is missing.
    """
    entries = entries_of_patient(patient, record.practice, ports.store)
    addresses = addresses_of(entries, candidates)
    opt_outs = ports.parameters.opt_outs(record)
    found = [(address, opt_outs.of(address)) for address in addresses]
    keys = {one.key for one in entries}
    return StoredData(
        entries=entries,
        addresses=addresses,
        erased=opt_outs.of_patient(patient),
        opt_outs=tuple((address, one) for address, one in found if one),
        receipts=ports.receipts.parked([one.message_id for one in entries if one.message_id]),
        mailbox=tuple(event for event in ports.receipts.pending_email_events(record.practice) if event.entry in keys),
        ledger=tuple(_ledger(entries, record.practice, ports.store)),
    )


def erase(
    patient: str, record: PracticeRecord, held: StoredData, by: str, now: datetime, ports: Clients
) -> ErasureResult:
    """Opt the patient and his addresses out, cancel what waits, strip every entry; its guard stays.

    A second call completes one that broke off: the addresses are opted out before the entries forget them. `now` is
    UTC. Raises ParameterError where the key of the opt-outs is missing.
    """
    if held.entries or not held.erased:
        alert = Alert(AlertKind.ERASED, f"Die Personendaten eines Patienten werden auf Wunsch gelöscht ({by}).")
        ports.history.write_activity(record.practice, [], [alert], now)
    added = [opt_out_patient(record, ports.parameters, ports.practices, now, patient)]
    for address in held.addresses:
        added.append(opt_out(record, ports.parameters, ports.practices, now, address, Source.ERASURE))
    done, entries = list[Transition](), held.entries
    for _ in range(_TRIES):
        made = ports.store.commit([move for one in entries if (move := erase_transition(one, now))])
        _tell(record.practice, made, by, now, ports.history)
        done += made
        entries = entries_of_patient(patient, record.practice, ports.store)
        if all(one.state is State.SENDING for one in entries):
            break
    waited = [made for made in done if made.before and made.before.state is not made.after.state]
    return ErasureResult(
        cancelled=len(waited),
        refunded=sum(made.refund.credits for made in done if made.refund),
        anonymised=len(done),
        opted_out=sum(added),
        sending=tuple(one.key for one in entries),
    )


def _tell(practice: str, done: Sequence[Transition], by: str, now: datetime, history: LogStore) -> None:
    """The keys of the entries only: what the log keeps must not name the patient again."""
    pairs = [(made.after.key, *step) for made in done for step in logged_steps(made)]
    activities = [Activity(now, "", key, source, target, ERASED, by) for key, source, target in pairs]
    if activities:
        history.write_activity(practice, activities, [], now)


def _ledger(entries: Iterable[Entry], practice: str, store: EntryStore) -> list[LedgerLine]:
    keys = {one.key for one in entries}
    mandanten = sorted({one.mandant for one in entries if one.mandant})
    items = [item for mandant in mandanten for item in store.ledger(practice, mandant)]
    return [line for item in items for line in _lines(item) if line.entry in keys]


def _lines(item: LedgerItem) -> list[LedgerLine]:
    if isinstance(item, Charge):
        return [LedgerLine(item.mandant, key, -credits, item.at) for key, credits in item.lines.items()]
    return [LedgerLine(item.mandant, item.entry, item.credits, item.at)] if isinstance(item, Refund) else []

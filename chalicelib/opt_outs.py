"""Opt-outs of a practice: read for a run, noted by a person, learnt from what carriers and mailboxes say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from .context import RunContext
from .entry import Entry
from .items import PracticeRecord
from .opt_out import OptOut, OptOuts, Source, opt_out_hash
from .recipient import Address, Channel

if TYPE_CHECKING:
    from .parameters import Parameters
    from .practices import Practices


def opt_outs_of(record: PracticeRecord, parameters: Parameters) -> OptOuts:
    """What the rules ask. Raises ParameterError where there are opt-outs, and their key is missing."""
    if not record.opt_outs:
        return OptOuts()
    return OptOuts(parameters.opt_out_key(record.practice), record.opt_outs)


def opt_out(
    record: PracticeRecord,
    parameters: Parameters,
    practices: Practices,
    now: datetime,
    address: Address,
    source: Source,
) -> bool:
    """Note an opt-out (`now` in UTC); False where it is there already.

    The practice's first one has the key made. Raises ParameterError where there are others, and their key is missing:
    a new key beside them would forget them.
    """
    key = parameters.opt_out_key(record.practice, make=not record.opt_outs)
    made = OptOut(opt_out_hash(key, address), address.channel, source, now)
    return practices.add_opt_out(record.practice, made)


def learn(
    told: Iterable[tuple[Entry, Source]], context: RunContext, parameters: Parameters, practices: Practices
) -> None:
    """Note the addresses that these entries went to; one without personal data any more tells nothing."""
    note = partial(opt_out, context.record, parameters, practices, context.now)
    for address, source in {_sent_to(entry): source for entry, source in told if entry.recipient}.items():
        if note(address, source):
            context.tally.counts["abgemeldet"] += 1


def _sent_to(entry: Entry) -> Address:
    return Address(Channel(entry.channel or ""), entry.recipient or "")

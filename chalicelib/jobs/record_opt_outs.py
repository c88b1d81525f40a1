"""Record the opt-outs that a provider reports."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.entries.entry import Entry
from chalicelib.messages.recipient import Address, Channel
from chalicelib.planning.context import RunContext
from chalicelib.practice.opt_out import Source

if TYPE_CHECKING:
    from chalicelib.aws.parameter_store import ParameterStore
    from chalicelib.aws.practice_store import PracticeStore
from chalicelib.admin.opt_outs import opt_out


def record_opt_outs(
    told: Iterable[tuple[Entry, Source]], context: RunContext, parameters: ParameterStore, practices: PracticeStore
) -> None:
    """Note the addresses that these entries went to; one without personal data any more tells nothing."""
    note = partial(opt_out, context.record, parameters, practices, context.now)
    for address, source in {_sent_to(entry): source for entry, source in told if entry.recipient}.items():
        if note(address, source):
            context.tally.counts["abgemeldet"] += 1


def _sent_to(entry: Entry) -> Address:
    return Address(Channel(entry.channel or ""), entry.recipient or "")

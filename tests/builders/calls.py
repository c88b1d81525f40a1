"""The entries on the call list, by the entries alone: as `status` of several practices counts them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chalicelib.entries.entry import Entry
from chalicelib.planning.outlook import current_rules
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.reports.call_list import UNSENT, open_calls
from chalicelib.reports.current_call_list import calls_without_names


def entries_to_phone(entries: Iterable[Entry], practice: Practice, now: datetime) -> list[Entry]:
    """By start; `now` is UTC."""
    by_key = {one.key: one for one in entries}
    calls = calls_without_names(by_key.values(), current_rules(practice, now, OptOuts()), UNSENT)
    return [by_key[call.key] for call in open_calls(calls)]

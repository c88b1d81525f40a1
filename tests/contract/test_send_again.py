"""A message that is sent again: the same on the fake and on DynamoDB."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.admin.send_again import price_of, send_again
from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualNote, UnresolvableError
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from tests.contract.entries import entry, now, topped_up, written
from tests.contract.sides import NOW, Side, job_record, registered

TOLD: dict[str, Any] = {"state": State.DELIVERED, "announced_start": "2026-11-24T10:00", "parts": 2, "reserved_at": NOW}


def ask(side: Side, first: Entry, seen: int | None) -> Entry:
    return send_again(first.practice, first.key, seen, ManualNote("anna", "am Telefon"), "de", NOW, side.parts)


def test_a_second_press_is_refused_and_a_lost_count_is_used_again(side: Side) -> None:
    practice = registered(side, job_record())
    topped_up(side, practice, 5)
    (first,) = written(side, entry(practice, 1, **TOLD))
    made = ask(side, first, first.version)
    assert (made.identity, now(side, made)) == (f"again:{first.identity}:1", made)
    assert (now(side, first).again, now(side, first).version) == (1, first.version + 1)
    for seen, code in ((first.version, "manual.again.changed"), (None, "manual.again.waits")):
        with pytest.raises(UnresolvableError) as refused:
            ask(side, first, seen)
        assert refused.value.text.code == code
    assert price_of(first, side.parts) == (2, 5)
    # a count whose message was lost with a crash
    (other,) = written(side, entry(practice, 2, **TOLD, again=1))
    assert ask(side, other, other.version).identity == f"again:{other.identity}:1"
    assert side.parts.store.commit([Transition(None, made)]) == []

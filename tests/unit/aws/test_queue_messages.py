"""The messages of the queues."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.queues import OutboxMessage, outbox_body, outbox_of, run_body, run_of
from chalicelib.schedule.job import Job, RunMessage
from tests.builders.entries import SLOT

instants = st.datetimes(min_value=SLOT.replace(year=1900, tzinfo=None), timezones=st.just(UTC))


@given(st.text(), st.sampled_from(Job), instants, instants)
def test_a_run_comes_back_as_it_went(practice: str, job: Job, slot: Any, tick: Any) -> None:
    run = RunMessage(practice, job, slot, tick)
    assert run_of(run_body(run)) == run


@given(st.text(), st.lists(st.text(), max_size=10))
def test_an_outbox_message_comes_back_as_it_went(practice: str, keys: list[str]) -> None:
    message = OutboxMessage(practice, tuple(keys))
    assert outbox_of(outbox_body(message)) == message


def test_they_carry_references_and_no_personal_data() -> None:
    assert set(json.loads(outbox_body(OutboxMessage("p", ("k",))))) == {"practice", "entries"}
    assert set(json.loads(run_body(RunMessage("p", Job.SEND, SLOT, SLOT)))) == {"practice", "job", "slot", "tick"}


@pytest.mark.parametrize("body", ["", "{", "{}", "[]", "null", '{"practice": "p", "job": "x", "slot": "", "tick": ""}'])
def test_what_is_no_message_is_told_apart(body: str) -> None:
    for read in (run_of, outbox_of):
        with pytest.raises((ValueError, KeyError, TypeError)):
            read(body)

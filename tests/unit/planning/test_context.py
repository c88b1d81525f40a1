"""The context of a run, as the table of rules sees it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from chalicelib.rules.rule_input import Stage
from chalicelib.text import Text
from tests.builders.entries import SENDER, SLOT, TODAY, TOMORROW, at, context

MONDAY, TUESDAY = at("2026-11-23 10:00"), at("2026-11-24 00:10")


@pytest.mark.parametrize(
    ("step", "now", "today"),
    [
        pytest.param(Stage.PREPARE, MONDAY, TODAY, id="prepare on time"),
        pytest.param(Stage.PREPARE, TUESDAY, TODAY, id="prepare late, after midnight: the slot's day"),
        pytest.param(Stage.SEND, MONDAY, TODAY, id="send on time"),
        pytest.param(Stage.SEND, TUESDAY, TOMORROW, id="send after midnight: the day it is"),
    ],
)
def test_today(step: Stage, now: datetime, today: date) -> None:
    assert context(slot=SLOT, now=now).rules(step).today == today


def test_today_is_the_practices_own() -> None:
    late = at("2026-11-23 23:30")  # Tuesday in Tokyo
    assert context(slot=late, Zeitzone="Asia/Tokyo").rules(Stage.PREPARE).today == TOMORROW


def test_the_run_hands_over_what_it_has_read() -> None:
    run = context()
    rules = run.rules(Stage.PREPARE, frozenset({TOMORROW}))
    assert (rules.now, rules.days, rules.opt_outs) == (run.now, frozenset({TOMORROW}), run.opt_outs)
    assert rules.practice is run.practice
    assert rules.practice.record.email_senders == {SENDER}


def test_every_run_has_its_own_tally() -> None:
    first, second = context(), context()
    first.tally.add_note(Text("run.window_closed", window="08:00-20:00"))
    assert not second.tally.reasons

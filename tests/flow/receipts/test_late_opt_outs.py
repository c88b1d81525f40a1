"""Opt-outs in events of e-mails that come with others, or late: none is lost."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.entries.manual_decision import ManualDecision
from chalicelib.entries.receipt import EmailEvent, recipient_mark
from chalicelib.entries.states import State
from chalicelib.practice.opt_out import Source
from tests.flow.fake_build import Desk
from tests.flow.test_manual_decisions import MAIL, decide, entry, lost
from tests.flow.test_opt_outs import noted

ANOTHER = "new@praxis.example"


def park(desk: Desk, attempt: int, opts_out: Source | None = Source.BOUNCE, to: str = MAIL["EMail"]) -> None:
    """A hard bounce of this attempt."""
    one, now = entry(desk), desk.cloud.world.now
    mark = recipient_mark(one.key, to)
    desk.parts.receipts.park_email([EmailEvent(desk.name, one.key, attempt, now, False, "", opts_out, None, mark)])


@pytest.mark.parametrize("order", [(Source.BOUNCE, None), (None, Source.BOUNCE)])
def test_another_hard_bounce_does_not_replace_the_one_that_opts_out(order: tuple[Source | None, ...]) -> None:
    day, desk = lost(until="2026-11-23 10:06", **MAIL)
    for opts_out in order:
        park(desk, 1, opts_out)
    day.play("2026-11-23 11:00")
    assert (entry(desk).state, noted(desk)) == (State.FAILED, [Source.BOUNCE])
    assert desk.parts.data.mailboxes[desk.name] == {}


@pytest.mark.parametrize("sent_again", [False, True], ids=["before it is sent again", "after"])
@pytest.mark.parametrize("address", [MAIL["EMail"], ANOTHER], ids=["the same address", "another one meanwhile"])
def test_a_bounce_of_an_earlier_attempt_opts_out_the_address_that_it_is_about(sent_again: bool, address: Any) -> None:
    day, desk = lost(until="2026-11-23 10:07", **MAIL)
    decide(desk, ManualDecision.RESEND)
    desk.tables["Patient"][0]["EMail"] = address
    if sent_again:
        day.play("2026-11-23 10:22")
    park(desk, 1)
    day.play("2026-11-23 12:00")
    known = address == MAIL["EMail"] or not sent_again
    assert noted(desk) == ([Source.BOUNCE] if known else [])
    dead = address == MAIL["EMail"] and not sent_again
    assert (entry(desk).state is State.NOT_SENDABLE, entry(desk).attempt) == (dead, 1 if dead else 2)

"""An absent reader answers automatically: SES reports a Bounce (Transient, General) of an e-mail that has arrived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.messages.kind import Kind
from infra.local.networks.sent_message import SentMessage
from tests.builders.calls import entries_to_phone
from tests.flow.fake_build import Day, Desk

AWAY: dict[str, Any] = {"Mobiltelefon": None, "EMail": "ooto+p1@simulator.amazonses.com"}
READS: dict[str, Any] = {"Mobiltelefon": None, "EMail": "leser@patient.example"}
WANTED = {"Schalter__EineErinnerungProTag": "Ja", "Schalter__ErinnerungBeiVerschiebung": "Ja"}
OFTEN = {
    "prepare-reminders__Zeitplan": "täglich alle 2 Stunden 08:00-18:00",
    "send__Zeitplan": "täglich alle 2 Stunden 08:05-18:05",
}


def a_practice(**columns: Any) -> tuple[Day, Desk]:
    """With one patient who has two appointments tomorrow: T1 at nine, X2 at three."""
    day = Day("2026-11-23 09:00")
    desk = day.practice(**WANTED, **OFTEN)
    desk.appointment("2026-11-24 09:00", **columns)
    another = {"TerminId": "X2", "Beginn": "2026-11-24 15:00:00"}
    desk.tables["Termin"].append(desk.tables["Termin"][0] | another)
    return day, desk


def states(desk: Desk) -> dict[str, str]:
    return {name: entry.state.value for name, entry in sorted(desk.entries.items())}


def charged(desk: Desk) -> int:
    return 10_000 - desk.parts.store.balances(desk.name, ["M1"])["M1"]


def called(desk: Desk) -> list[str | None]:
    now = desk.cloud.world.now
    found = entries_to_phone(desk.entries.values(), desk.practice, now)
    return [entry.appointment for entry in found]


def events_come(day: Day, minutes: Sequence[tuple[str, int]]) -> None:
    """Have SES report these of every e-mail from now on: `delivery` or `reply`, some minutes after its acceptance."""

    def accepted(message: SentMessage) -> None:
        for what, late in minutes:
            if what == "delivery":
                day.cloud.plan_receipt(message, timedelta(minutes=late))
            else:
                day.cloud.plan_reply(message, message.at + timedelta(minutes=late))

    day.parts.networks._accepted = accepted


def test_one_email_stands_for_both_appointments_and_nobody_has_to_phone() -> None:
    day, desk = a_practice(**AWAY)
    day.play("2026-11-23 20:00")
    assert (len(day.parts.networks.messages), charged(desk)) == (1, 1)
    assert (states(desk), called(desk)) == ({"T1": "delivered", "X2": "covered"}, [])
    assert (desk.parts.data.mailboxes[desk.name], desk.record.opt_outs) == ({}, {})


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([("reply", 1), ("delivery", 30)], id="the delivery is reported ticks later"),
        pytest.param([("delivery", 0), ("reply", 300)], id="the delivery was applied long ago"),
        pytest.param([("reply", 1), ("delivery", 0)], id="both at once, the reply first"),
        pytest.param(
            [("delivery", 0), ("reply", 6), ("reply", 6), ("delivery", 20), ("reply", 40)], id="all of it twice"
        ),
        pytest.param([("reply", 1), ("reply", 20), ("delivery", 40)], id="the reply twice, then the delivery"),
    ],
)
def test_in_whichever_order_the_events_come(events: list[tuple[str, int]]) -> None:
    day, desk = a_practice(**READS)
    events_come(day, events)
    day.play("2026-11-24 12:30")  # the status job of the next day reads what came after that of the first
    assert (states(desk), called(desk)) == ({"T1": "delivered", "X2": "covered"}, [])
    assert (len(day.parts.networks.messages), charged(desk)) == (1, 1)
    assert desk.parts.data.mailboxes[desk.name] == {}


def test_a_later_move_is_told() -> None:
    day, desk = a_practice(**AWAY)
    day.play("2026-11-23 13:00")
    desk.tables["Termin"][0]["Beginn"] = "2026-11-24 11:00:00"
    day.play("2026-11-23 20:00")
    assert [entry.kind for entry in desk.entries.values()].count(Kind.RESCHEDULED) == 1
    assert ["11:00" in message.text for message in day.parts.networks.messages] == [False, True]


def test_without_a_delivery_it_is_a_bounce_and_counts_after_an_hour() -> None:
    """Then the appointment that it covered gets its own message."""
    day, desk = a_practice(**READS)
    events_come(day, [("reply", 10)])
    day.play("2026-11-23 11:20")
    assert (states(desk), called(desk)) == ({"T1": "sent", "X2": "covered"}, [])
    day.play("2026-11-23 11:45")
    assert (states(desk)["T1"], called(desk)[0]) == ("failed", "T1")
    day.play("2026-11-23 12:30")
    assert (states(desk), len(day.parts.networks.messages)) == ({"T1": "failed", "X2": "sent"}, 2)


def test_a_bounce_of_the_night_counts_in_the_morning() -> None:
    """The hour is one after the bounce, not after we have read it."""
    day, desk = a_practice(**READS)
    desk.tables["Termin"].pop()
    desk.tables["Termin"][0]["Beginn"] = "2026-11-24 16:00:00"
    events_come(day, [("reply", 14 * 60)])
    day.play("2026-11-24 10:12")
    assert states(desk) == {"T1": "failed"}

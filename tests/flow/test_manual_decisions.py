"""A person settles an unknown entry: messages, charges and logs, and a late receipt afterwards."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.admin.queue_actions import resolve_entry
from chalicelib.admin.removal import remove_practice
from chalicelib.aws.stop_marks import by_operator
from chalicelib.entries.credits import totals_of
from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualDecision, ManualNote, UnresolvableError
from chalicelib.entries.states import State
from infra.local.networks import delivery_outcomes as fates
from infra.local.networks import sent_message as wire
from infra.local.networks.delivery_outcomes import Fate
from infra.local.networks.networks import AnswerLost
from infra.local.networks.sent_message import ErrorAnswer, SentMessage
from tests.builders.calls import entries_to_phone
from tests.fakes.wiring import CONFIGURATION_SET
from tests.fakes.world import Moment
from tests.flow.fake_build import DESK, Day, Desk, at

RESET = AnswerLost(ConnectionResetError())
BROKEN = ErrorAnswer("InternalError")
MAIL: dict[str, Any] = {"Mobiltelefon": None, "EMail": "p1@praxis.example"}


def lost(starts_at: str = "2026-11-24 09:00", until: str = "2026-11-23 10:07", **columns: Any) -> tuple[Day, Desk]:
    """One message of the slot of 10:05 whose answer was an error of the provider; it was not sent."""
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    desk.appointment(starts_at, **columns)
    day.parts.networks.fail_next("InternalError")
    day.play(until)
    assert entry(desk).state is State.UNKNOWN
    return day, desk


def entry(desk: Desk) -> Entry:
    (found,) = desk.entries.values()
    return found


def decide(desk: Desk, decision: ManualDecision, note: str = "", of: str = "T1") -> Entry:
    parts, now = desk.parts, desk.cloud.world.now
    key = desk.entries[of].key
    return resolve_entry(desk.name, key, decision, ManualNote("anna", note), "de", now, parts)


def books(desk: Desk) -> tuple[int, int]:
    totals = totals_of(desk.parts.store.ledger(desk.name, "M1"))
    assert totals.balance == desk.parts.store.balances(desk.name, ["M1"])["M1"]
    return totals.charged, totals.refunded


def called(desk: Desk) -> list[str]:
    now = desk.cloud.world.now
    return [entry.patient for entry in entries_to_phone(desk.entries.values(), desk.practice, now)]


def by_hand(desk: Desk) -> list[tuple[str, str, str]]:
    lines = [line for line in desk.parts.history.activities(desk.name) if "Von Hand" in line.get("text", "")]
    return [(line["from"], line["to"], line["text"].partition(": ")[2]) for line in lines]


def test_delivered_is_paid_for_and_off_the_call_list() -> None:
    day, desk = lost()
    assert called(desk) == ["P1"]
    decide(desk, ManualDecision.DELIVERED, "am Telefon gefragt")
    assert (entry(desk).state, called(desk), books(desk)) == (State.DELIVERED, [], (1, 0))
    assert by_hand(desk) == [("unknown", "delivered", "Von Hand als zugestellt bestätigt: am Telefon gefragt")]
    day.play("2026-11-25 12:00")
    assert (entry(desk).state, desk.sent(), books(desk)) == (State.DELIVERED, [], (1, 0))


def test_resend_goes_with_the_next_send_tick_and_is_charged_once_in_the_end() -> None:
    day, desk = lost()
    decide(desk, ManualDecision.RESEND)
    assert (entry(desk).state, books(desk)) == (State.PREPARED, (1, 1))
    assert by_hand(desk) == [("unknown", "prepared", "Von Hand zum nochmaligen Versand freigegeben.")]
    day.play("2026-11-23 12:00")
    assert desk.sent() == [("23T09:20", "+41790000001")]
    assert (entry(desk).state, entry(desk).attempt, books(desk)) == (State.DELIVERED, 2, (2, 1))


def test_resend_on_a_later_day_waits_for_that_day_s_send_slot() -> None:
    day, desk = lost("2026-11-24 15:00", until="2026-11-24 08:00")
    decide(desk, ManualDecision.RESEND)
    day.play("2026-11-24 12:00")
    assert desk.sent() == [("24T09:05", "+41790000001")]


def test_resend_asks_the_rules_again() -> None:
    day, desk = lost()
    decide(desk, ManualDecision.RESEND)
    desk.tables["Termin"][0]["Status"] = "abgesagt"
    day.play("2026-11-23 12:00")
    assert (entry(desk).state, desk.sent(), books(desk)) == (State.CANCELLED, [], (1, 1))


def test_a_second_try_that_is_lost_too_is_unknown_again_and_may_be_settled_again() -> None:
    day, desk = lost()
    decide(desk, ManualDecision.RESEND)
    day.parts.networks.fail_next("InternalError")
    day.play("2026-11-23 10:22")
    assert (entry(desk).state, entry(desk).settled, books(desk)) == (State.UNKNOWN, False, (2, 1))
    decide(desk, ManualDecision.RESEND)
    day.play("2026-11-23 12:00")
    assert (len(desk.sent()), books(desk)) == (1, (3, 2))


@pytest.mark.parametrize("decision", ManualDecision)
def test_the_same_decision_twice_is_refused_and_changes_nothing(decision: ManualDecision) -> None:
    _, desk = lost()
    decide(desk, decision)
    before, paid = entry(desk), books(desk)
    with pytest.raises(UnresolvableError, match=r"manual\.settled\.why"):
        decide(desk, decision)
    assert (entry(desk), books(desk), len(by_hand(desk))) == (before, paid, 1)


def test_of_two_persons_at_once_one_decides() -> None:
    day, desk = lost()

    def other_is_faster(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "store.commit"):
            day.cloud.world.fault = lambda moment, call: None
            decide(desk, ManualDecision.DELIVERED)

    day.cloud.world.fault = other_is_faster
    with pytest.raises(UnresolvableError, match=r"manual\.settled\.why"):
        decide(desk, ManualDecision.RESEND)
    day.play("2026-11-23 12:00")
    assert (entry(desk).state, desk.sent(), books(desk)) == (State.DELIVERED, [], (1, 0))


def test_settling_the_latest_of_two_tells_the_practice_nothing_again() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    for starts_at in ("2026-11-24 09:00", "2026-11-25 09:00"):
        desk.appointment(starts_at)
    day.parts.networks.on_request = lambda message: BROKEN
    day.play("2026-11-24 10:30")
    assert {entry.state for entry in desk.entries.values()} == {State.UNKNOWN}
    mails = [notice.subject for notice in desk.notices].count(f"vitosms {desk.name}: Mitteilungen ungewiss")
    decide(desk, ManualDecision.DELIVERED, of="T2")
    day.play("2026-11-24 18:00")
    again = [notice.subject for notice in desk.notices].count(f"vitosms {desk.name}: Mitteilungen ungewiss")
    assert (mails, again) == (2, 2)


def test_a_stopped_practice_resends_once_it_is_resumed() -> None:
    day, desk = lost()
    desk.parts.stops.stop(desk.name, by_operator("Umbau"))
    decide(desk, ManualDecision.RESEND)
    day.play("2026-11-23 11:00")
    assert (entry(desk).state, desk.sent(), books(desk)) == (State.PREPARED, [], (1, 1))
    desk.parts.stops.resume(desk.name, desk.cloud.world.now)
    day.play("2026-11-23 12:00")
    assert (len(desk.sent()), books(desk)) == (1, (2, 1))


def test_a_late_receipt_of_the_first_sms_does_not_settle_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first was sent after all, and failed; its log arrives after the second was sent, which is delivered late."""
    ends = iter(
        [Fate(False, timedelta(minutes=20), "Invalid phone number", 0.0), Fate(True, timedelta(hours=5), "", 1)]
    )
    monkeypatch.setattr(fates, "fate", lambda *_: next(ends))
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    desk.appointment("2026-11-24 09:00")
    day.parts.networks.fail_next(RESET)
    day.play("2026-11-23 10:07")
    decide(desk, ManualDecision.RESEND)
    day.play("2026-11-23 12:00")
    assert (entry(desk).state, len(desk.sent()), books(desk)) == (State.SENT, 2, (2, 1))
    day.play("2026-11-23 18:00")
    assert (entry(desk).state, books(desk)) == (State.DELIVERED, (2, 1))


def test_a_late_receipt_of_the_first_sms_is_not_taken_for_that_of_a_second_lost_answer() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    desk.appointment("2026-11-24 09:00")
    day.parts.networks.fail_next(RESET)
    day.play("2026-11-23 10:07")
    decide(desk, ManualDecision.RESEND)
    day.parts.networks.fail_next("InternalError")  # the second was never sent
    day.play("2026-11-23 18:00")
    assert (entry(desk).state, entry(desk).message_id, len(desk.sent())) == (State.UNKNOWN, None, 1)


@pytest.mark.parametrize("when", ["2026-11-23 10:08", "2026-11-23 10:21"], ids=["before", "after the second left"])
@pytest.mark.parametrize("bounced", [True, False])
def test_a_late_event_of_the_first_e_mail_does_not_settle_the_second(when: str, bounced: bool) -> None:
    day, desk = lost(**MAIL)
    first = entry(desk)
    decide(desk, ManualDecision.RESEND)
    tags = {"practice": desk.name, "entry": first.key, "attempt": str(first.attempt)}
    message = SentMessage(first.changed_at, wire.MAIL, "p1@praxis.example", None, "", "", "m1", tags=tags)
    event = fates.mail_ended(message, CONFIGURATION_SET, Fate(not bounced, timedelta(minutes=3), "", None))
    late = [json.dumps(event)]
    day.cloud.at(at(when), lambda: desk.parts.queues.receipts_queue.send(late))
    day.parts.networks._accepted = lambda message: None  # the second has no receipt
    day.play("2026-11-23 18:00")
    if bounced and when == "2026-11-23 10:08":  # the address takes no mail: the second one does not leave
        assert (entry(desk).state, entry(desk).attempt, books(desk)) == (State.NOT_SENDABLE, 1, (1, 1))
    else:
        assert (entry(desk).state, entry(desk).attempt, books(desk)) == (State.SENT, 2, (2, 1))
    assert desk.parts.receipts.pending_email_events(desk.name) == []


def test_what_a_removed_practice_had_sent_again_is_cancelled_with_all_that_waits() -> None:
    day, desk = lost()
    decide(desk, ManualDecision.RESEND)
    remove_practice(desk.name, day.cloud.world.now, day.parts.practices, day.parts.store)
    day.play("2026-11-24 12:00")
    assert (entry(desk).state, desk.sent(), books(desk)) == (State.CANCELLED, [], (1, 1))

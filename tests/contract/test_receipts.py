"""Receipts, parked by message id or in a mailbox: the same on the fake and on DynamoDB."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.aws.receipt_store import ParkedEmailEvent, ParkedReceipt
from chalicelib.entries.entry import transition
from chalicelib.entries.receipt import EmailEvent, SmsReceipt
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.practice.opt_out import Source
from tests.contract.entries import entry, written
from tests.contract.sides import NOW, Side, new_practice


def sms(message_id: str, delivered: bool = True, reason: str = "accepted", priced: bool = True) -> SmsReceipt:
    return SmsReceipt(message_id, NOW, delivered, reason, priced, "+41790000001")


def mail(practice: str, entry: str, delivered: bool = True, reason: str = "Delivery", attempt: int = 1) -> EmailEvent:
    return EmailEvent(practice, entry, attempt, NOW, delivered, reason)


def ids(count: int) -> list[str]:
    own = new_practice()
    return [f"{own}-{n}" for n in range(count)]


def test_receipts_are_found_by_id_known_or_not(side: Side) -> None:
    first, second, unknown = ids(3)
    side.parts.receipts.park_sms([sms(first), sms(second, False, "Invalid phone number", False)])
    assert side.parts.receipts.parked([unknown, second, first]) == {
        first: ParkedReceipt(True, "accepted", True),
        second: ParkedReceipt(False, "Invalid phone number", False),
    }
    assert side.parts.receipts.parked([]) == {}
    assert side.parts.receipts.owned([sms(message_id) for message_id in (first, second, unknown)]) == set()


def test_the_same_receipt_again_changes_nothing_and_a_later_one_wins(side: Side) -> None:
    (message_id,) = ids(1)
    for parked in ([sms(message_id)], [sms(message_id), sms(message_id)], [sms(message_id, False), sms(message_id)]):
        side.parts.receipts.park_sms(parked)
        assert side.parts.receipts.parked([message_id]) == {message_id: ParkedReceipt(True, "accepted", True)}
    side.parts.receipts.park_sms([sms(message_id, False)])
    assert not side.parts.receipts.parked([message_id])[message_id].delivered


def test_more_than_a_hundred_are_parked_and_read(side: Side) -> None:
    many = ids(230)
    side.parts.receipts.park_sms(sms(message_id) for message_id in many)
    assert len(side.parts.receipts.parked(many)) == 230
    assert side.parts.receipts.owned([sms(message_id) for message_id in many]) == set()


def test_a_question_may_name_a_message_twice(side: Side) -> None:
    (message_id,) = ids(1)
    side.parts.receipts.park_sms([sms(message_id)])
    assert set(side.parts.receipts.parked([message_id, message_id])) == {message_id}
    assert side.parts.receipts.owned([sms(message_id), sms(message_id)]) == set()


def test_parking_whose_answer_is_lost_has_happened(side: Side) -> None:
    (message_id,) = ids(1)
    side.lose_answer()
    side.parts.receipts.park_sms([sms(message_id)])
    assert message_id in side.parts.receipts.parked([message_id])


def test_a_mailbox_holds_each_entry_s_events_until_they_are_dropped(side: Side) -> None:
    practice, other = new_practice(), new_practice()
    events = [mail(practice, "b"), mail(practice, "a", False, "Bounce"), mail(practice, "a"), mail(other, "c")]
    side.parts.receipts.park_email([*events, mail(practice, "b", reason="again")])
    delivered = ParkedEmailEvent("a#1#delivered", "a", 1, True, "Delivery")
    failed = ParkedEmailEvent("a#1#failed", "a", 1, False, "Bounce")
    assert side.parts.receipts.pending_email_events(practice) == [
        delivered, failed, ParkedEmailEvent("b#1#delivered", "b", 1, True, "again"),
    ]  # fmt: skip
    side.parts.receipts.drop_email_events(practice, ["b#1#delivered", "a#1#failed", "z#1#failed"])
    assert side.parts.receipts.pending_email_events(practice) == [delivered]
    side.parts.receipts.drop_email_events(practice, [])
    assert len(side.parts.receipts.pending_email_events(other)) == 1
    assert side.parts.receipts.pending_email_events(new_practice()) == []


def test_what_became_of_one_attempt_lies_beside_that_of_another(side: Side) -> None:
    practice = new_practice()
    side.parts.receipts.park_email([mail(practice, "a", attempt=2), mail(practice, "a", False), mail(practice, "a")])
    found = [(event.attempt, event.delivered) for event in side.parts.receipts.pending_email_events(practice)]
    assert found == [(1, True), (1, False), (2, True)]


def test_a_mailbox_tells_which_events_opt_out_and_has_what_a_provider_refused(side: Side) -> None:
    practice = new_practice()
    complaint = replace(mail(practice, "a", reason="Complaint"), opts_out=Source.COMPLAINT)
    bounce = replace(mail(practice, "b", False, "Bounce"), opts_out=Source.BOUNCE, recipient="abcdef01")
    soft = replace(mail(practice, "b", False, "Bounce"), counts_from=NOW)
    side.parts.receipts.park_email([mail(practice, "a"), complaint, bounce, soft])
    (sending,) = written(side, entry(practice, 1, State.SENDING))
    event = EmailEvent(practice, sending.key, 1, NOW, False, "ü" * 500, Source.CARRIER)
    side.parts.store.commit([Transition(sending, transition(sending, State.REFUSED, NOW), left_email_event=event)])
    side.parts.store.commit(
        [Transition(sending, transition(sending, State.REFUSED, NOW), left_email_event=replace(event, entry="z"))]
    )  # late
    found = {event.sort_key: event for event in side.parts.receipts.pending_email_events(practice)}
    assert {key: event.opts_out for key, event in found.items()} == {
        "a#1#complained": Source.COMPLAINT, "a#1#delivered": None, "b#1#bounced": None, "b#1#opted_out": Source.BOUNCE,
        f"{sending.key}#1#opted_out": Source.CARRIER,
    }  # fmt: skip
    assert found[f"{sending.key}#1#opted_out"].reason == "ü" * 200
    assert [event.counts_from for event in found.values() if event.counts_from] == [found["b#1#bounced"].counts_from]
    assert found["b#1#bounced"].counts_from == NOW
    assert (found["b#1#opted_out"].recipient, found["b#1#bounced"].recipient) == ("abcdef01", "")


def test_a_mailbox_of_many_pages(side: Side) -> None:
    practice = new_practice()
    events = [mail(practice, f"{n:032}", reason="x" * 200) for n in range(250)]
    side.parts.receipts.park_email(events)
    found = side.parts.receipts.pending_email_events(practice)
    assert [event.entry for event in found] == [event.entry for event in events]
    side.parts.receipts.drop_email_events(practice, [event.sort_key for event in found])
    assert side.parts.receipts.pending_email_events(practice) == []


def test_long_reasons_are_cut(side: Side) -> None:
    (message_id,), practice = ids(1), new_practice()
    side.parts.receipts.park_sms([sms(message_id, reason="ü" * 500)])
    side.parts.receipts.park_email([replace(mail(practice, "a"), reason="ü" * 500)])
    assert (
        side.parts.receipts.parked([message_id])[message_id].reason
        == side.parts.receipts.pending_email_events(practice)[0].reason
        == "ü" * 200
    )


def test_what_another_stage_has_printed_is_its_message(side: Side) -> None:
    theirs, ours = ids(2)
    side.print_by_other_stage(theirs)
    sent, now = side.parts.other_stages.sent, side.parts.clock()
    assert sent([theirs, ours], now) == {theirs}
    assert sent([theirs], now + timedelta(seconds=1)) == sent([ours], now) == sent([], now) == set()


def test_a_message_is_of_the_practice_to_whose_entry_the_provider_gave_its_id(side: Side) -> None:
    first, second, neither = ids(3)
    for message_id in (first, second):
        (sending,) = written(side, entry(message_id, 1, State.SENDING))
        sent = transition(sending, State.SENT, NOW, message_id=message_id)
        side.parts.store.commit([Transition(sending, sent, accepted_id=message_id)])
    receipts = side.parts.receipts
    assert receipts.practices_of([sms(first), sms(neither)]) == {first}
    assert receipts.practices_of([sms(second), sms(first)]) == {first, second}
    assert receipts.practices_of([sms(neither)]) == receipts.practices_of([]) == set()


def test_a_checkpoint_is_the_last_that_was_set(side: Side) -> None:
    log = new_practice()
    assert side.parts.receipts.checkpoint(log) is None
    for minutes in (10, 5):
        side.parts.receipts.set_checkpoint(log, NOW + timedelta(minutes=minutes, microseconds=7))
        assert side.parts.receipts.checkpoint(log) == NOW + timedelta(minutes=minutes, microseconds=7)
    assert side.parts.receipts.checkpoint(f"{log}-other") is None

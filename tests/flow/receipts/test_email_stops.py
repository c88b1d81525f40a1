"""Too many e-mails of a practice bounce or are complained of: its e-mails stop, nobody else's, and no SMS."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.entries.receipt import EmailEvent
from chalicelib.entries.states import State
from chalicelib.jobs.stop_emails import LAST, MOST, stop_emails
from chalicelib.planning.context import RunContext
from chalicelib.practice.opt_out import Source
from chalicelib.schedule.job import Job, RunMessage, Tick, next_tick
from chalicelib.text import Text
from tests.flow.fake_build import DESK, Day, Desk, why

BOUNCES, COMPLAINTS = MOST[Source.BOUNCE], MOST[Source.COMPLAINT]


def appointments(desk: Desk, count: int, day: str = "2026-11-24", mailbox: str = "") -> None:
    """Patients with an e-mail address, which bounces on a day of failures."""
    for n in range(count):
        address = mailbox or f"{day}-{n}@patient.example"
        desk.appointment(f"{day} 09:00", Mobiltelefon=None, EMail=address)


def by_mail(count: int) -> tuple[Day, Desk]:
    """A practice some of whose e-mails bounce, all on the first day."""
    day = Day("2026-11-23 06:00", carrier_failures=1.0)
    desk = day.practice(Schalter__MeldungAn=DESK)
    appointments(desk, count)
    day.play("2026-11-23 10:40")
    day.cloud.carrier_failures = 0.0
    return day, desk


def states(desk: Desk, day: str = "2026-11-25") -> Counter[State]:
    return Counter(
        entry.state for entry in desk.entries.values() if f"{entry.announced_start or entry.starts_at}"[:10] == day
    )


def subjects(desk: Desk) -> list[str]:
    return [(notice.subject or "").partition(": ")[2] for notice in desk.notices]


def stopped(desk: Desk) -> Text | None:
    return desk.record.emails_stopped


def test_half_of_what_aws_tolerates_is_no_reason() -> None:
    day, desk = by_mail(BOUNCES)
    assert (stopped(desk), desk.told) == (None, [])
    appointments(desk, 3, "2026-11-25")
    day.play("2026-11-24 12:00")
    assert states(desk) == {State.DELIVERED: 3}


def test_more_stop_the_e_mails_and_practice_and_operator_hear_of_it_once() -> None:
    day, desk = by_mail(BOUNCES + 1)
    other = day.practice("z-praxis")
    appointments(other, 2, "2026-11-25")
    appointments(desk, 2, "2026-11-25")
    desk.appointment("2026-11-25 11:00")  # an SMS
    assert stopped(desk) == Text("stop.emails.bounce", found=BOUNCES + 1, last=LAST, most=BOUNCES)
    day.play("2026-11-24 12:00")
    assert states(desk) == {State.PREPARED: 2, State.DELIVERED: 1}
    assert states(other) == {State.DELIVERED: 2}
    assert (desk.told, other.told) == (["stopped"], [])
    assert subjects(desk).count("Versand angehalten") == 1
    assert any("SMS gehen weiter" in line for _, _, run in desk.runs(Job.SEND) for line in why(run))


def resume(day: Day, desk: Desk) -> None:
    now = day.cloud.world.now
    assert desk.parts.stops.resume(desk.name, now)
    desk.parts.jobs.reopen_slot(desk.name, Job.SEND, next_tick(Tick.SEND, now))


def test_a_person_resumes_and_what_bounced_before_counts_no_more() -> None:
    day, desk = by_mail(BOUNCES + 1)
    appointments(desk, 2, "2026-11-25")
    day.play("2026-11-24 12:00")
    resume(day, desk)
    day.play("2026-11-24 13:00")
    assert states(desk) == {State.DELIVERED: 2}
    day.cloud.carrier_failures = 1.0
    appointments(desk, 1, "2026-11-26")
    day.play("2026-11-25 12:00")
    assert (stopped(desk), desk.told) == (None, ["stopped"])


def test_only_the_last_five_hundred_count() -> None:
    day, desk = by_mail(BOUNCES)
    appointments(desk, LAST, "2026-11-25")
    day.play("2026-11-24 12:00")
    day.cloud.carrier_failures = 1.0
    appointments(desk, 1, "2026-11-26")
    day.play("2026-11-25 12:00")
    assert stopped(desk) is None


def complain(day: Day, desk: Desk, *appointments: str) -> None:
    """Readers mark these e-mails as unwanted, and SES says so twice."""
    now = day.cloud.world.now
    events = [
        EmailEvent(desk.name, one.key, one.attempt, now, True, "Complaint abuse", Source.COMPLAINT)
        for one in (desk.entries[name] for name in appointments)
    ]
    for _ in range(2):
        desk.parts.receipts.park_email(events)
        desk.parts.jobs.reopen_slot(desk.name, Job.STATUS, next_tick(Tick.STATUS, day.cloud.world.now))
        day.play(f"{(day.cloud.world.now + timedelta(hours=1, minutes=30)):%Y-%m-%d %H:%M}")


def test_one_complaint_is_one_person_and_the_next_one_stops() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    appointments(desk, 3)
    day.play("2026-11-23 10:40")
    complain(day, desk, "T1")
    assert stopped(desk) is None
    complain(day, desk, "T2")
    assert stopped(desk) == Text("stop.emails.complaint", found=2, last=LAST, most=COMPLAINTS)
    assert desk.told == ["stopped"]


def test_an_e_mail_in_the_outbox_at_the_stop_goes_back_with_its_credits() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    appointments(desk, 2)

    def stop_before_deliver(moment: str, call: str) -> None:
        if (moment, call) == ("before", "stops.entries_and_stop"):
            day.parts.data.email_stops[desk.name] = Text("stop.emails.bounce", found=13, last=500, most=12)

    day.cloud.world.fault = stop_before_deliver
    day.play("2026-11-23 10:30")
    assert states(desk, "2026-11-24") == {State.PREPARED: 2}
    assert desk.parts.store.balances(desk.name, ["M1"]) == {"M1": 10_000}


def test_few_bounces_cost_no_call() -> None:
    """The record, which every run reads, has the opt-outs: nothing else is asked."""
    _, desk = by_mail(0)
    now = desk.cloud.world.now
    context = RunContext(RunMessage(desk.name, Job.STATUS, now, now), now, desk.practice)
    nothing: Any = None
    stop_emails(Counter({Source.BOUNCE: BOUNCES, Source.COMPLAINT: COMPLAINTS}), context, nothing)
    with pytest.raises(AttributeError):
        stop_emails(Counter({Source.BOUNCE: BOUNCES + 1}), context, nothing)

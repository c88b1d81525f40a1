"""E-mails to a practice's people, and an operator's actions on a practice: pause, resume, remove."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.admin.removal import COLLECTED_FOR, remove_practice
from chalicelib.aws.stop_marks import REMOVED, by_operator
from chalicelib.entries.credits import totals_of
from chalicelib.entries.states import State
from chalicelib.schedule.job import Job, RunMessage, Tick
from infra.local.networks.networks import AnswerLost
from infra.local.networks.sent_message import ErrorAnswer
from tests.fakes.world import Moment
from tests.flow.fake_build import DESK, Day, Desk, at, why

RESET = AnswerLost(ConnectionResetError())


def mailed(desk: Desk, subject: str) -> list[str]:
    """Returns the texts of the sent e-mails with this subject."""
    return [notice.text for notice in desk.notices if notice.subject is not None and subject in notice.subject]


def test_the_summary_tells_the_day_an_hour_after_its_last_send_slot() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=f"{DESK}, chefin@praxis.example")
    for hour in (8, 9, 10, 11):
        desk.appointment(f"2026-11-24 {hour:02}:00")
    desk.tables["Patient"][3]["Mobiltelefon"] = None
    day.parts.networks.fail_next(ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber"))
    day.play("2026-11-23 11:10")
    assert desk.notices == []
    day.play("2026-11-24 09:00")
    (notice,) = desk.notices
    assert f"{notice.at:%dT%H:%M}" == "23T10:10"
    assert notice.to == f"{DESK}, chefin@praxis.example"
    assert notice.subject == "Tagesübersicht Mo 23.11.2026: 2 versendet, 2 zugestellt, 2 Anrufe"
    assert notice.text.splitlines() == [
        "Praxis praxis, Mo 23.11.2026",
        "",
        "Bitte anrufen (Stand Mo 23.11. 11:10)",
        "  Patient P1, Termin Di 24.11. 08:00 – Die Mobiltelefonnummer wird vom Anbieter nicht angenommen.",
        "  Patient P4, Termin Di 24.11. 11:00 – Keine Mobilnummer; keine E-Mail",
        "",
        "Mitteilungen",
        "  2 versendet",
        "    2 zugestellt",
        "  1 vom Anbieter abgelehnt",
        "",
        "Credits je Mandant",
        "  Mandant M1: 2 verbraucht, Guthaben 9'998",
        "",
        "Tageskontrolle: definitive Termine vom Di 24.11.2026",
        "  4 Termine",
        "    2 zugestellt",
        "    2 Anrufliste",
        "",
        "Versendet",
        "  Patient P2: 10:05, SMS, zugestellt",
        "  Patient P3: 10:05, SMS, zugestellt",
    ]


def test_a_practice_without_a_summary_costs_no_run() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    day.play("2026-11-23 20:00")
    assert Job.SUMMARY not in desk.record.jobs
    desk.set("Schalter/MeldungAn", DESK)
    day.play("2026-11-24 20:00")
    assert len(mailed(desk, "Tagesübersicht Di 24.11.2026")) == 1
    desk.set("Schalter/MeldungAn", ",")
    day.play("2026-11-25 20:00")
    assert Job.SUMMARY not in desk.record.jobs
    assert len(desk.notices) == 1


def test_low_credits_are_reported_once_per_crossing() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK, Schalter__CreditMindestbestand="10001")
    for day_of_month in (24, 25, 26):
        desk.appointment(f"2026-11-{day_of_month} 09:00")
    day.play("2026-11-25 20:00")
    assert len(mailed(desk, "Guthaben tief")) == 1
    assert desk.told.count("low-balance") == 1


def test_a_failed_run_is_reported_once_until_one_succeeds() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    url, tables = next(iter(day.databases.items()))
    del day.databases[url]
    day.play("2026-11-24 20:00")
    failed = mailed(desk, "Auftrag fehlgeschlagen")
    assert len(failed) == 2  # one of each prepare job; send finds nothing to ask the database for
    assert "Die Praxisdatenbank ist nicht erreichbar" in failed[0]
    day.databases[url] = tables
    day.play("2026-11-25 20:00")
    del day.databases[url]
    day.play("2026-11-26 20:00")
    assert len(mailed(desk, "Auftrag fehlgeschlagen")) == 4


def test_an_unknown_outcome_is_reported_to_the_practice_by_its_status_job() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    for hour in (8, 9):
        desk.appointment(f"2026-11-24 {hour:02}:00")
    day.parts.networks.fail_next(ErrorAnswer("InternalError"))
    day.play("2026-11-23 11:00")
    (text,) = mailed(desk, "ungewiss")
    assert "Bei 1 Mitteilung ist unbekannt, ob sie versendet wurde (Anrufliste)." in text
    assert "Patient P1, Di 24.11. 08:00" in text
    assert desk.told == ["unknown"]
    day.play("2026-11-24 20:00")
    assert len(mailed(desk, "ungewiss")) == 1


def test_an_alert_that_ses_refuses_fails_no_run() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK, Schalter__CreditMindestbestand="10001")
    day.parts.alerts.refuses = "MessageRejected"
    desk.appointment("2026-11-24 09:00")
    day.play("2026-11-23 20:00")
    assert [outcome for _, outcome, _ in desk.runs(Job.PREPARE_REMINDERS)] == ["done"]
    assert desk.told == ["low-balance", "alert-mail"]
    assert desk.runs(Job.SUMMARY)[-1][1] == "with_errors"
    assert len(desk.sent()) == 1


def test_a_paused_practice_sends_nothing_until_it_is_resumed() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    desk.appointment("2026-11-24 09:00")
    desk.parts.stops.stop(desk.name, by_operator("Umbau"))
    day.play("2026-11-23 12:00")
    assert desk.sent() == []
    assert why(desk.runs(Job.SEND)[0][2]) == ["Der Versand ist angehalten: Umbau"]
    desk.parts.stops.resume(desk.name, desk.cloud.world.now)
    day.play("2026-11-23 13:00")
    assert desk.sent() == [("23T11:05", "+41790000001")]


def removed_day(when: str) -> tuple[Day, Desk]:
    """Three reminders; the practice is removed at a time."""
    day = Day("2026-11-23 06:00")
    desk = day.practice()
    for hour in (8, 9, 10):
        desk.appointment(f"2026-11-26 {hour:02}:00")
    desk.set("Schalter/OffsetStartTage", "3")
    day.play(when)
    return day, desk


def test_removing_a_practice_cancels_what_is_prepared() -> None:
    day, desk = removed_day("2026-11-23 10:02")
    counts = remove_practice(desk.name, day.cloud.world.now, day.parts.practices, day.parts.store)
    assert counts == {State.PREPARED: 3}
    day.play("2026-11-25 12:00")
    assert {entry.state for entry in desk.entries.values()} == {State.CANCELLED}
    assert desk.sent() == []
    assert list(desk.record.jobs) == [Job.STATUS]


def test_removing_a_practice_refunds_what_is_reserved() -> None:
    day, desk = removed_day("2026-11-23 10:02")
    invoke = desk.cloud.invoke
    desk.cloud.invoke = lambda handler, act: True if handler == "deliver" else invoke(handler, act)  # type: ignore[method-assign]
    day.play("2026-11-23 10:06")
    desk.cloud.invoke = invoke  # type: ignore[method-assign]
    assert {entry.state for entry in desk.entries.values()} == {State.RESERVED}
    counts = remove_practice(desk.name, day.cloud.world.now, day.parts.practices, day.parts.store)
    assert counts == {State.RESERVED: 3}
    totals = totals_of(day.parts.store.ledger(desk.name, "M1"))
    assert (totals.charged, totals.refunded, totals.balance) == (3, 3, 10_000)
    day.play("2026-11-25 12:00")
    assert desk.sent() == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_is_reserved_while_a_practice_is_removed_is_refunded_and_never_sent(moment: Moment) -> None:
    """The removal marks the practice, and dies before it lists anything."""
    day, desk = removed_day("2026-11-23 10:02")

    def mark(now: Moment, call: str) -> None:
        if (now, call) == (moment, "store.reserve") and desk.record.removed is None:
            day.parts.practices.remove(desk.name, [Job.SEND], day.cloud.world.now)

    day.cloud.world.fault = mark
    day.play("2026-11-23 12:00")
    assert {(entry.state, entry.reason) for entry in desk.entries.values()} == {(State.PREPARED, REMOVED)}
    totals = totals_of(day.parts.store.ledger(desk.name, "M1"))
    assert (totals.charged, totals.refunded, desk.sent()) == (3, 3, [])
    day.play("2026-11-26 12:00")
    assert ({entry.state for entry in desk.entries.values()}, desk.sent()) == ({State.EXPIRED}, [])


def test_receipts_of_a_removed_practice_are_collected_for_eight_days_then_it_is_deleted() -> None:
    day, desk = removed_day("2026-11-23 10:06")
    remove_practice(desk.name, day.cloud.world.now, day.parts.practices, day.parts.store)
    assert {entry.state for entry in desk.entries.values()} == {State.SENT}
    day.play("2026-11-23 23:00")
    assert {entry.state for entry in desk.entries.values()} == {State.DELIVERED}
    removed = at("2026-11-23 10:06") + COLLECTED_FOR
    day.cloud.play(removed)
    assert desk.record.removed == at("2026-11-23 10:06")
    day.cloud.play(removed + timedelta(days=1))
    assert day.parts.practices.record(desk.name) is None
    assert day.parts.store.ledger(desk.name, "M1")  # the books stay


@pytest.mark.parametrize("job", [Job.PREPARE_REMINDERS, Job.SEND])
def test_a_run_of_a_removed_practice_does_nothing(job: Job) -> None:
    day, desk = removed_day("2026-11-23 09:00")
    remove_practice(desk.name, day.cloud.world.now, day.parts.practices, day.parts.store)
    day.parts.queues.put_runs([RunMessage(desk.name, job, at("2026-11-23 10:00"), at("2026-11-23 10:00"))])
    day.cloud.tick(Tick.STATUS, at("2026-11-23 09:10"))
    day.play("2026-11-23 09:30")
    assert [(outcome, why(line)) for _, outcome, line in desk.runs(job)] == [
        ("skipped", ["Die Praxis praxis ist entfernt."])
    ]

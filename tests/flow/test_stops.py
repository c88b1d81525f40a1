"""Stops of all practices by the operator, of one by a misconfiguration: which messages are sent, wait, are paid."""

from __future__ import annotations

from collections import Counter

from chalicelib.admin.queue_actions import resume_all, stop_all
from chalicelib.aws.stop_marks import by_operator
from chalicelib.entries.credits import totals_of
from chalicelib.entries.states import State
from chalicelib.planning.alerts import ALL
from chalicelib.schedule.job import Job
from infra.local.networks.networks import Fault
from infra.local.networks.sent_message import ErrorAnswer, SentMessage
from tests.fakes.world import Moment
from tests.flow.fake_build import DESK, Day, Desk, at, why

MANY = 100


def practice_of(day: Day, count: int, name: str = "praxis", **parameters: str) -> Desk:
    desk = day.practice(name, **parameters)
    for number in range(count):
        desk.appointment(f"2026-11-24 {8 + number // 30:02}:{number % 30:02}")
    return desk


def states(desk: Desk) -> Counter[State]:
    return Counter(entry.state for entry in desk.entries.values())


def spent(desk: Desk) -> tuple[int, int]:
    totals = totals_of(desk.parts.store.ledger(desk.name, "M1"))
    assert totals.balance == desk.parts.store.balances(desk.name, ["M1"])["M1"]
    return totals.charged - totals.refunded, totals.charged


def stop(day: Day) -> bool:
    return stop_all("Wartung.", day.parts.stops, day.parts.alerts)


def resume(day: Day) -> int:
    return resume_all(day.cloud.world.now, day.parts)


def told_all(day: Day) -> list[str]:
    return [alert.kind for practice, alert in day.parts.alerts.told if practice == ALL]


def test_what_lies_in_the_outbox_at_the_stop_of_all_stays_and_leaves_once_after_it() -> None:
    day = Day("2026-11-23 06:00")
    desk = practice_of(day, 35)

    def at_the_first_request(message: SentMessage) -> None:
        stop(day)

    day.parts.networks.on_request = at_the_first_request
    day.play("2026-11-23 10:07")
    day.parts.networks.on_request = None
    taken = len(desk.sent())
    assert taken == 10  # claimed messages are finished
    assert (states(desk)[State.PREPARED], spent(desk)) == (25, (10, 35))
    day.play("2026-11-23 11:00")
    assert len(desk.sent()) == taken
    assert resume(day) == 1
    day.play("2026-11-23 12:00")
    assert {n for _, n in Counter(to for _, to in desk.sent()).items()} == {1}
    assert (states(desk), spent(desk)) == (Counter({State.DELIVERED: 35}), (35, 60))


def test_the_operator_hears_once_of_a_stop_of_all_and_each_practice_once() -> None:
    day = Day("2026-11-23 06:00")
    desks = [practice_of(day, 2, name, Schalter__MeldungAn=DESK) for name in ("a-praxis", "b-praxis")]
    assert (stop(day), stop(day)) == (True, False)
    day.play("2026-11-23 11:05")
    assert (day.parts.networks.messages, told_all(day)) == ([], ["stopped"])
    for desk in desks:
        assert states(desk) == {State.PREPARED: 2}  # preparing continued
        assert desk.told == []
        assert [notice.subject for notice in desk.notices] == [f"vitosms {desk.name}: Versand angehalten"]
        assert [why(line) for _, _, line in desk.runs(Job.SEND)] == [["Der Versand ist angehalten: Wartung."]]
    day.play("2026-11-23 11:20")
    assert "Der Versand ist angehalten: Wartung." in desks[0].notices[-1].text  # the summary
    assert (resume(day), told_all(day)) == (2, ["stopped", "resumed"])
    day.play("2026-11-23 12:00")
    assert len(day.parts.networks.messages) == 4
    assert [desk.record.alerts for desk in desks] == [frozenset(), frozenset()]


def test_a_practice_s_own_pause_outlives_the_stop_of_all() -> None:
    day = Day("2026-11-23 06:00")
    desk, other = practice_of(day, 1, "a-praxis"), practice_of(day, 1, "b-praxis")
    day.parts.stops.stop(desk.name, by_operator("Umbau"))
    stop(day)
    day.play("2026-11-23 10:30")
    resume(day)
    day.play("2026-11-23 12:00")
    assert (states(desk), states(other)) == ({State.PREPARED: 1}, {State.DELIVERED: 1})


def test_resuming_what_is_not_stopped_does_no_harm_and_tells_nobody() -> None:
    day = Day("2026-11-23 06:00")
    desk = practice_of(day, 1)
    day.play("2026-11-23 12:00")
    resume(day)
    day.play("2026-11-23 13:00")
    assert (len(desk.sent()), told_all(day)) == (1, [])


def misconfigured(day: Day) -> None:
    day.parts.networks.on_request = lambda message: ErrorAnswer("AuthorizationError", "not authorised", 403)


def stopped(desk: Desk) -> list[str]:
    subject = f"vitosms {desk.name}: Versand angehalten"
    return [notice.text for notice in desk.notices if notice.subject == subject]


def test_a_stop_by_deliver_is_told_to_the_operator_and_to_the_practice_once_each() -> None:
    day = Day("2026-11-23 06:00")
    desk = practice_of(day, 1, Schalter__MeldungAn=DESK)
    misconfigured(day)
    day.play("2026-11-23 10:19")
    assert (desk.told, stopped(desk)) == (["stopped"], [])
    day.play("2026-11-24 18:00")
    (text,) = stopped(desk)
    assert text.startswith("Der Versand ist angehalten: ")
    assert desk.told == ["stopped"]
    day.parts.networks.on_request = None
    desk.parts.stops.resume(desk.name, desk.cloud.world.now)
    desk.appointment("2026-11-26 09:00")
    day.play("2026-11-25 18:00")
    misconfigured(day)
    desk.appointment("2026-11-27 09:00")
    day.play("2026-11-26 18:00")
    assert (desk.told, len(stopped(desk))) == (["stopped"] * 2, 2)  # a new cause


def test_a_stop_by_deliver_that_died_before_it_told_anybody_is_told_by_the_send_run() -> None:
    day = Day("2026-11-23 06:00")
    desk = practice_of(day, 1, Schalter__MeldungAn=DESK)
    misconfigured(day)

    def die(moment: Moment, call: str) -> None:
        if (moment, call) == ("before", "alerts.tell_operator"):
            day.cloud.world.fault = lambda moment, call: None
            raise SystemExit

    day.cloud.world.fault = die
    day.play("2026-11-24 18:00")
    assert (desk.told, len(stopped(desk))) == (["stopped"], 1)


def test_a_misconfiguration_stops_the_practice_instead_of_burning_its_queue() -> None:
    day = Day("2026-11-23 06:00")
    desk = practice_of(day, MANY)
    requests: list[str] = []

    def refuse(message: SentMessage) -> Fault:
        requests.append(message.to)
        return ErrorAnswer("AuthorizationError", "not authorised", 403)

    day.parts.networks.on_request = refuse
    day.play("2026-11-23 12:00")
    assert len(requests) == 10  # one batch: the nine others, and the later send ticks, obey the mark
    assert (states(desk), spent(desk), desk.told) == ({State.PREPARED: MANY}, (0, MANY), ["stopped"])
    day.parts.networks.on_request = None
    desk.parts.stops.resume(desk.name, desk.cloud.world.now)
    day.play("2026-11-23 13:00")
    assert len({to for _, to in desk.sent()}) == len(desk.sent()) == MANY
    assert {sent for sent, _ in desk.sent()} == {f"{at('2026-11-23 12:05'):%dT%H:%M}"}
    assert (states(desk), spent(desk)) == ({State.DELIVERED: MANY}, (MANY, 2 * MANY))

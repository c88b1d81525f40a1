"""Several messages chosen on the page Versand: what will happen, reasons, conflicts, limits. On the local cloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.entries.states import State
from chalicelib.schedule.job import Job
from chalicelib.wiring import wiring
from tests.flow.build import at
from tests.flow.desk.browser import audited
from tests.flow.desk.calls_world import World
from tests.flow.desk.queue_world import (
    QUEUE,
    boxes,
    choose,
    decide,
    now_as,
    on_hold,
    opened_queue,
    patients,
    reserved,
    unknown,
    waiting,
)


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Each test adds messages of its own."""
    with opened_queue(tmp_path_factory.mktemp("choice")) as found:
        yield found


def test_the_messages_of_a_practitioner_are_stopped_in_three_clicks(queue: World) -> None:
    browser = queue.browser()
    mine = [waiting(queue.day, practitioner="Dr. Krank") for _ in range(3)]
    other = waiting(queue.day, practitioner="Dr. Gesund")
    assert browser.get("/p/praxis/today").body.count('href="/p/praxis/queue"')  # 1
    browser.post(f"{QUEUE}/filters", {"show": "waiting", "practitioner": "Dr. Krank"})  # 2
    page = browser.post(f"{QUEUE}/chosen", {"show": "waiting", "all": "cancel"})  # 3
    assert "3 Mitteilungen werden nicht gesendet." in page.text
    answer = browser.post(f"{QUEUE}/decide", {**boxes(page), "act": "cancel", "note": "Dr. Krank ist krank"})
    assert (answer.status, "Grund: Dr. Krank ist krank" in answer.text) == (200, True)
    assert {now_as(one).state for one in mine} == {State.CANCELLED}
    assert all(now_as(one).cancelled_manually for one in mine)
    assert now_as(other).state is State.PREPARED


def test_what_is_reserved_is_refunded_and_what_cannot_be_done_says_why(queue: World) -> None:
    browser, paid, lost = queue.browser(), reserved(queue.day), unknown(queue.day)
    before = wiring().store.balances("praxis", ["M1"])["M1"]
    page = choose(browser, "cancel", [paid, lost], show="underway")
    assert "1 Mitteilung wird nicht gesendet. 1 Credit wird erstattet." in page.text
    assert "storniert wird nur, was noch nicht versendet ist" in page.text
    assert list(boxes(page)) == [f"e-{paid.key}"]
    assert decide(browser, "cancel", [paid]).status == 200
    assert (now_as(paid).state, wiring().store.balances("praxis", ["M1"])["M1"]) == (State.CANCELLED, before + 1)


def test_a_held_one_is_released_to_the_run_that_the_page_names(queue: World) -> None:
    browser, held = queue.browser(), on_hold(queue.day)
    page = choose(browser, "release", [held])
    assert "1 Mitteilung wird freigegeben und kostet etwa 1 Credit." in page.text
    assert "geht mit dem Lauf Mo 23.11. 10:35" in page.text
    answer = decide(browser, "release", [held], note="")
    assert "1 Mitteilung ist freigegeben. Nächster Lauf: Mo 23.11. 10:35." in answer.text
    assert not now_as(held).held
    record = wiring().practices.record("praxis")
    assert record
    assert record.jobs[Job.SEND].due == at("10:35")


def test_what_was_cancelled_can_be_sent_after_all(queue: World) -> None:
    browser, one = queue.browser(), waiting(queue.day)
    done = decide(browser, "cancel", [one])
    again = browser.post(f"{QUEUE}/chosen", {**boxes(done), "act": "release", "show": "waiting"})
    assert "wird freigegeben" in again.text
    assert browser.post(f"{QUEUE}/decide", {**boxes(again), "act": "release"}).status == 200
    assert now_as(one).state is State.PREPARED


def test_an_unknown_one_counts_as_delivered(queue: World) -> None:
    browser, lost = queue.browser(), unknown(queue.day)
    assert "gilt als zugestellt; bleibt belastet" in choose(browser, "delivered", [lost]).text
    assert decide(browser, "delivered", [lost], note="Patientin bestätigt").status == 200
    assert now_as(lost).state is State.DELIVERED


def test_of_two_people_the_second_does_the_rest_and_reads_what_the_first_did(queue: World) -> None:
    anna, ben = queue.browser(), queue.browser("B. Keller")
    both = [waiting(queue.day), waiting(queue.day)]
    choose(ben, "cancel", both)
    assert decide(anna, "cancel", both[:1]).status == 200
    answer = decide(ben, "cancel", both, note="doppelt")
    assert answer.status == 409
    assert "1 Mitteilung wird nicht gesendet. Grund: doppelt" in answer.text
    assert "1 wurde nicht geändert." in answer.text
    assert "Die Mitteilung hat sich inzwischen geändert; sie ist jetzt «storniert»." in answer.text
    assert {now_as(one).state for one in both} == {State.CANCELLED}


@pytest.mark.parametrize(
    ("note", "why"), [("", "Geben Sie einen Grund an"), (" ", "Geben Sie einen Grund an"), ("x" * 201, "höchstens 200")]
)
def test_without_a_good_reason_nothing_is_cancelled_and_the_choice_comes_back(
    queue: World, note: str, why: str
) -> None:
    browser, one = queue.browser(), waiting(queue.day)
    answer = decide(browser, "cancel", [one], note=note)
    assert (answer.status, answer.text.count(why)) == (422, 2)
    assert boxes(answer) == {f"e-{one.key}": str(one.version)}
    assert f'value="{note.strip()}"' in answer.body
    assert now_as(one) == one


def test_nothing_ticked_and_made_up_forms(queue: World) -> None:
    browser, one = queue.browser(), waiting(queue.day)
    answer = browser.post(f"{QUEUE}/chosen", {"show": "waiting", "act": "cancel"})
    assert (answer.status, "Keine Mitteilung ist angekreuzt" in answer.text) == (422, True)
    assert browser.post(f"{QUEUE}/chosen", {"show": "waiting", "act": "resend"}).status == 400
    assert browser.post(f"{QUEUE}/decide", {"act": "delete"}).status == 400
    assert browser.post(f"{QUEUE}/decide", {"act": "cancel", "note": "x"}).status == 200
    for version in ("x", "9" * 40, "-1", str(one.version + 1)):
        form = {f"e-{one.key}": version, "e-nothing": "1", "act": "cancel", "note": "x"}
        answer = browser.post(f"{QUEUE}/decide", form)
        assert (answer.status, "Nichts wurde geändert." in answer.text) == (409, True)
    assert now_as(one) == one


def test_one_of_others_is_as_one_that_there_is_not(queue: World) -> None:
    limited, theirs = queue.browser("C. Rot", mandanten=frozenset({"M2"})), waiting(queue.day)
    for path in ("chosen", "decide"):
        texts = {
            limited.post(f"{QUEUE}/{path}", {f"e-{key}": "1", "act": "cancel", "note": "x"}).text.partition(" Code ")[0]
            for key in (theirs.key, "0" * 32)
        }
        assert len(texts) == 1
        assert "1 gewählte Mitteilung gibt es nicht" in texts.pop()
    assert now_as(theirs) == theirs
    everything = limited.post(f"{QUEUE}/chosen", {"show": "waiting", "all": "cancel"})
    assert theirs.patient not in patients(everything)


def test_each_act_is_audited_before_and_after(queue: World) -> None:
    browser, one = queue.browser("P. Prüfer"), waiting(queue.day)
    decide(browser, "cancel", [one])
    line = [found for found in audited() if found["name"] == "P. Prüfer"][-1]
    assert (line["action"], line["before"], line["after"], line["not_done"]) == (
        "messages: cancel", {one.key: "prepared"}, {one.key: "cancelled"}, [],
    )  # fmt: skip
    (told,) = [told for told in queue.day.activities() if told.get("key") == one.key and "by" in told]
    assert told["by"].startswith("desk/")

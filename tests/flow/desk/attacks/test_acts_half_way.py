"""AWS fails in the middle of an act, or two people act at once: the audit and the page tell what is so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.entries.states import State
from chalicelib.people.session import form_token
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.flow.build import TOMORROW_9, Database, at, entry_of, opened
from tests.flow.desk.browser import Answer, Browser, audited, person
from tests.flow.desk.queue_world import decide, waiting
from tests.flow.desk.search.test_acts import act
from tests.flow.desk.search.test_entry_page import ENTRY, key
from tests.flow.desk.test_sign_in import FakeLogin, begun, came_back


@pytest.fixture
def day(database: Database) -> Iterator[Rehearsal]:
    """At 10:02 the reminder of T1 waits."""
    database.patient(TOMORROW_9)
    with opened(database, until=at("10:02")) as played:
        played.play()
        yield played


@pytest.fixture
def anna(day: Rehearsal) -> Browser:
    browser = Browser(language="de")
    browser.sign_in(person())
    return browser


def fails(*args: Any, **named: Any) -> Any:
    raise OSError("away")


def stopped(browser: Browser, reason: str = "deceased", note: str = "") -> Answer:
    return browser.post(f"{ENTRY}/{key('T1')}/stop", {"reason": reason, "note": note})


def test_what_is_done_is_not_audited_as_refused(day: Rehearsal, anna: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring().history, "write_activity", fails)
    assert act(anna, "cancel", note="sagt ab").status == 500
    line = audited()[-1]
    assert (line["action"], line["entry"], line["before"]) == ("cancel not finished", key("T1"), "prepared")
    assert (entry_of(day, "T1").state, line["failed"]) == (State.CANCELLED, "OSError")


def test_several_that_are_not_finished_are_audited(
    day: Rehearsal, anna: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = waiting(day)
    monkeypatch.setattr(wiring().history, "write_activity", fails)
    assert decide(anna, "cancel", [one]).status == 500
    line = audited()[-1]
    assert (line["action"], line["seen"], line["failed"]) == ("messages: cancel not finished", [one.key], "OSError")


@pytest.mark.parametrize("where", [("stops", "patient_stopped"), ("store", "commit"), ("history", "write_activity")])
def test_a_stop_that_was_interrupted_is_finished_by_pressing_again(
    day: Rehearsal, anna: Browser, where: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(getattr(wiring(), where[0]), where[1], fails)
        assert stopped(anna).status == 500
    assert audited()[-1]["action"] == "stop not finished"
    if entry_of(day, "T1").state is State.PREPARED:
        page = anna.follow(stopped(anna))
        assert "Diesem Patienten wird nichts mehr gesendet." in page.text
    assert entry_of(day, "T1").state is State.CANCELLED


def test_of_two_stops_at_once_the_second_reads_the_first(
    day: Rehearsal, anna: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = Browser(language="de")
    ben.sign_in(person("bk"))
    add: Callable[..., Any] = wiring().practices.add_opt_out
    answers = list[Answer]()

    def first_ben(*args: Any) -> Any:
        if not answers:
            answers.append(Answer(0, {}, (), ""))
            answers[0] = stopped(ben, "moved")
        return add(*args)

    monkeypatch.setattr(wiring().practices, "add_opt_out", first_ben)
    answer = stopped(anna, note="Tochter am Telefon")
    assert (answers[0].status, answer.status) == (303, 409)
    assert "BK hat den Patienten schon gestoppt" in answer.text
    assert "Tochter am Telefon" in answer.text
    assert audited()[-1]["action"] == "stop refused"


def test_a_form_about_a_search_comes_back_after_the_next_sign_in(day: Rehearsal, anna: Browser) -> None:
    """The session that looked for the patient has ended; its search is the next one's, or the note would be lost."""
    path = anna.post("/p/praxis/search", {"text": "P1"}).location
    clock = day.cloud.clock
    clock.move_to(clock.now() + timedelta(hours=2))
    kept = anna.post(f"{path}/stop", {"reason": "deceased", "note": "Tochter am Telefon"}).location.partition("kept=")[
        2
    ]
    login = wiring().__dict__["login"] = FakeLogin("am.praxis", "sub-am")
    state = begun(anna, f"/signin?to=/kept&kept={kept}")
    page = anna.follow(came_back(anna, state))
    assert (login.used, "Tochter am Telefon" in page.text) == ({"good"}, True)
    anna.token = form_token(anna.cookies["__Host-session"].partition(":")[2])
    assert anna.post(f"{path}/stop", {"reason": "deceased", "note": "Tochter am Telefon"}).status == 303
    assert entry_of(day, "T1").state is State.CANCELLED

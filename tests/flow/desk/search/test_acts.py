"""Acts on a message or a patient: each with its notice and its audit; of two people the second. On the local cloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.entries.states import State
from chalicelib.people.person import Role
from chalicelib.practice.opt_out import STOPPED
from infra.local.rehearsal import Rehearsal
from tests.flow.build import TOMORROW_9, Database, at, entry_of, opened
from tests.flow.desk.browser import Answer, Browser, audited, person
from tests.flow.desk.search.test_entry_page import ENTRY, key


@pytest.fixture
def waiting(database: Database) -> Iterator[Rehearsal]:
    """At 10:02 the reminder of T1 waits; T2 has no number."""
    database.patient(TOMORROW_9)
    database.patient(TOMORROW_9, Mobiltelefon=None)
    with opened(database, until=at("10:02")) as day:
        day.play()
        yield day


@pytest.fixture
def delivered(database: Database) -> Iterator[Rehearsal]:
    database.patient(TOMORROW_9)
    with opened(database) as day:
        day.play()
        yield day


def browser(id: str, role: Role = Role.FRONT_DESK, **more: Any) -> Browser:
    made = Browser(language="de")
    made.sign_in(person(id, role, **more))
    return made


def fields(page: Answer, action: str) -> dict[str, str]:
    """The hidden fields of a form."""
    form = next(one for one in re.findall("(?s)<form.*?</form>", page.body) if f'/{action}"' in one)
    return {n: v for n, v in re.findall('type="hidden" name="(\\w+)" value="([^"]*)"', form) if n != "token"}


def act(one: Browser, action: str, appointment: str = "T1", seen: Answer | None = None, **typed: str) -> Answer:
    path = f"{ENTRY}/{key(appointment)}"
    return one.post(f"{path}/{action}", {**fields(seen or one.get(path), action), **typed})


def test_a_message_that_waits_is_not_sent_and_released_again(waiting: Rehearsal) -> None:
    one = browser("am")
    page = one.follow(answer := act(one, "cancel", note="sagt ab"))
    assert answer.status == 303
    assert "Die Mitteilung wird nicht gesendet. Bis Di 24.11. 09:00 lässt sie sich wieder freigeben." in page.text
    assert (entry_of(waiting, "T1").state, entry_of(waiting, "T1").cancelled_manually) == (State.CANCELLED, True)
    assert "durch AM" in page.text
    page = one.follow(act(one, "release"))
    assert "Die Mitteilung ist freigegeben." in page.text
    assert entry_of(waiting, "T1").state is State.PREPARED
    lines = [(line["action"], line["before"], line["after"]) for line in audited() if "after" in line]
    assert lines == [("cancel", "prepared", "cancelled"), ("release", "cancelled", "prepared")]


def test_without_a_reason_nothing_is_cancelled(waiting: Rehearsal) -> None:
    answer = act(browser("am"), "cancel", note=" ")
    assert (answer.status, "Geben Sie einen Grund an" in answer.text) == (422, True)
    assert entry_of(waiting, "T1").state is State.PREPARED


def test_of_two_people_the_second_reads_the_first_and_keeps_the_reason(waiting: Rehearsal) -> None:
    anna, ben = browser("am"), browser("bk")
    seen = ben.get(f"{ENTRY}/{key('T1')}")
    act(anna, "cancel", note="sagt ab")
    answer = act(ben, "cancel", seen=seen, note="ist verreist")
    assert (answer.status, "Sie haben nichts geändert." in answer.text, "AM)" in answer.text) == (409, True, True)
    assert entry_of(waiting, "T1").reason
    assert "ist verreist" in answer.body


def test_a_delivered_message_is_sent_again_with_its_cost(delivered: Rehearsal) -> None:
    one = browser("am")
    page = one.get(f"{ENTRY}/{key('T1')}")
    assert "Das kostet 1 Credit." in page.text
    answer = act(one, "send-again", seen=page, note="hat sie gelöscht")
    assert "wird nochmals gesendet" in one.follow(answer).text
    assert [e.state for e in delivered.entries() if e.identity.startswith("again:")] == [State.PREPARED]
    again = act(one, "send-again", seen=page)
    assert again.status == 409
    assert len(delivered.entries()) == 2


def test_an_address_is_opted_out(delivered: Rehearsal) -> None:
    one = browser("am")
    page = one.follow(act(one, "opt-out"))
    assert "Diese Adresse erhält keine Mitteilung mehr" in page.text
    assert "opt-out" not in re.findall('action="[^"]*/([a-z-]+)"', page.body)


def test_an_unknown_message_is_settled(database: Database) -> None:
    for _ in range(2):
        database.patient(TOMORROW_9)
    with opened(database) as day:
        day.cloud.networks.fail_next("InternalError", 2)
        day.play()
        one = browser("am")
        assert entry_of(day, "T1").state is State.UNKNOWN
        assert "Der Patient erhält sie vielleicht zweimal" in one.get(f"{ENTRY}/{key('T1')}").text
        assert "Festgehalten" in one.follow(act(one, "resolve", note="hat sie")).text
        assert "wartet wieder" in one.follow(act(one, "resolve-again", "T2")).text
        assert [entry_of(day, name).state for name in ("T1", "T2")] == [State.DELIVERED, State.PREPARED]


def test_a_daughter_says_that_her_father_died(waiting: Rehearsal) -> None:
    one, ben = browser("am"), browser("bk")
    answer = one.post("/p/praxis/search", {"text": "Nachname1"})
    path, seen = answer.location, one.follow(answer)
    assert "Verstorben: nichts mehr senden" in seen.text
    answer = one.post(f"{path}/stop", {"reason": "deceased", "note": "Tochter am Telefon"})
    page = one.follow(answer)
    assert "Gestoppt Mo 23.11. 10:02 durch AM: Verstorben – Tochter am Telefon." in page.text
    assert "Storniert: Terminerinnerung Di 24.11. 09:00" in page.text
    assert (entry_of(waiting, "T1").state, entry_of(waiting, "T1").reason) == (State.CANCELLED, STOPPED)
    second = ben.post(f"{ENTRY}/{key('T1')}/stop", {"reason": "deceased"})
    assert (second.status, "AM hat den Patienten schon gestoppt" in second.text) == (409, True)
    assert one.post(f"{path}/release-patient", {"note": "Irrtum"}).status == 403
    boss = browser("pl", Role.MANAGER)
    assert boss.post(f"{ENTRY}/{key('T1')}/release-patient").status == 422
    answer = boss.post(f"{ENTRY}/{key('T1')}/release-patient", {"note": "Irrtum"})
    assert answer.status == 303, answer.text
    page = boss.follow(answer)
    assert "Der Patient erhält wieder Mitteilungen" in page.text
    assert entry_of(waiting, "T1").state is State.PREPARED
    done = {line["action"]: line for line in audited() if line["action"].startswith("patient ")}
    assert done["patient stopped"]["cancelled"] == [key("T1")]
    assert done["patient released"]["given"] == "Irrtum"
    assert "Nachname1" not in str(audited())


def test_what_had_left_before_the_stop_is_named(delivered: Rehearsal) -> None:
    one = browser("am")
    page = one.follow(one.post(f"{ENTRY}/{key('T1')}/stop", {"reason": "moved"}))
    assert "Schon vorher weg: Terminerinnerung Di 24.11. 09:00 (zugestellt)" in page.text


@pytest.mark.parametrize("role", [Role.READER, Role.OPERATOR])
def test_who_may_not_decide_has_no_buttons(waiting: Rehearsal, role: Role) -> None:
    one = browser("le", role)
    page = one.get(f"{ENTRY}/{key('T1')}")
    assert "<details class=" + '"act"' not in page.body
    assert one.post(f"{ENTRY}/{key('T1')}/cancel", {"note": "x", "version": "1"}).status == 403
    assert entry_of(waiting, "T1").state is State.PREPARED


def test_one_with_limits_cannot_act_on_others(waiting: Rehearsal) -> None:
    one = browser("li", mandanten=frozenset({"M2"}))
    for action in ("cancel", "stop"):
        assert one.post(f"{ENTRY}/{key('T1')}/{action}", {"note": "x", "version": "1", "reason": "moved"}).status == 404
    assert entry_of(waiting, "T1").state is State.PREPARED

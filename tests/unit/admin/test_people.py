"""Let people in, end them, and check their PINs; two managers so that nobody is locked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.admin import people as acts
from chalicelib.admin.people import LetIn, PeopleError
from chalicelib.people.person import Person, Role
from chalicelib.people.pin import TRIES
from chalicelib.schedule.time_zone import zone_named
from tests.builders.entries import NOW
from tests.fakes.wiring import FakeWiring
from tests.fakes.world import World

ZONE, LATER = zone_named("Europe/Zurich"), NOW + timedelta(hours=1)
ANNA = Person("hausarzt", "am", "A. Meier", Role.MANAGER)
BEAT = Person("hausarzt", "bf", "B. Frei", Role.FRONT_DESK)
SALT = bytes(16)


@pytest.fixture
def clients() -> FakeWiring:
    return FakeWiring(World(NOW), {})


def let_in(clients: FakeWiring, person: Person = ANNA) -> LetIn:
    return acts.add(person, clients, NOW, ZONE)


def stored(clients: FakeWiring, person: Person = ANNA) -> Person:
    found = clients.people.person(person.username)
    assert found is not None
    return found


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(PeopleError) as raised:
        act()
    return raised.value.text.code


def test_a_new_person_has_a_user_and_a_code_for_a_week(clients: FakeWiring) -> None:
    done = let_in(clients)
    user = clients.users.users["am.hausarzt"]
    assert (done.code, done.person.subject) == (user.code, user.subject)
    assert done.until == NOW + timedelta(days=7)
    assert stored(clients) == done.person


def test_a_kuerzel_that_was_somebodys_is_refused(clients: FakeWiring) -> None:
    let_in(clients, BEAT)
    acts.end(stored(clients, BEAT), clients, LATER, ZONE)
    assert refused(lambda: let_in(clients, replace(BEAT, name="B. Fuchs"))) == "people.id.taken"
    assert clients.users.users == {}


def test_a_new_code_makes_up_for_an_interrupted_one(clients: FakeWiring) -> None:
    clients.people.add(ANNA)  # and then the command died
    done = acts.give_code(ANNA, clients, NOW, ZONE)
    assert clients.users.users["am.hausarzt"].code == done.code
    again = acts.give_code(done.person, clients, LATER, ZONE)
    assert again.code != done.code
    assert again.person.subject == done.person.subject


def test_who_was_ended_is_out_at_once_and_may_come_back(clients: FakeWiring) -> None:
    let_in(clients, BEAT)
    acts.set_pin(stored(clients, BEAT), "4711", "4711", SALT, clients)
    for _ in range(2):
        ended = acts.end(stored(clients, BEAT), clients, LATER, ZONE)
        assert (ended.ended_at, ended.sessions_from, ended.pin) == (LATER, LATER, "")
        assert clients.users.users == {}
    back = acts.give_code(ended, clients, LATER, ZONE)
    assert back.person.is_active(LATER, ZONE)
    assert clients.users.users.keys() == {"bf.hausarzt"}


def test_the_last_manager_stays(clients: FakeWiring) -> None:
    anna = let_in(clients).person
    let_in(clients, BEAT)
    for act in (
        lambda: acts.end(anna, clients, LATER, ZONE),
        lambda: acts.change(anna, replace(anna, role=Role.READER), clients, LATER, ZONE),
        lambda: acts.change(anna, replace(anna, last_day=date(2026, 12, 31)), clients, LATER, ZONE),
    ):
        assert refused(act) == "people.last_manager"
    assert stored(clients) == anna
    assert acts.change(anna, replace(anna, name="A. Moser"), clients, LATER, ZONE).name == "A. Moser"
    assert clients.users.users["am.hausarzt"].name == "A. Moser"


def test_a_manager_goes_when_another_stays_or_an_operator_wills_it(clients: FakeWiring) -> None:
    anna, beat = let_in(clients).person, let_in(clients, replace(BEAT, role=Role.MANAGER)).person
    acts.end(beat, clients, LATER, ZONE)
    assert refused(lambda: acts.end(anna, clients, LATER, ZONE)) == "people.last_manager"
    assert acts.end(anna, clients, LATER, ZONE, force=True).ended_at == LATER


def test_of_two_managers_who_end_each_other_one_stays(clients: FakeWiring) -> None:
    anna, beat = let_in(clients).person, let_in(clients, replace(BEAT, role=Role.MANAGER)).person

    def other(moment: str, call: str) -> None:
        if (moment, call) == ("before", "people.change"):
            clients.world.fault = lambda moment, call: None
            acts.end(beat, clients, LATER, ZONE)

    clients.world.fault = other
    assert refused(lambda: acts.end(anna, clients, LATER, ZONE)) == "people.changed"
    assert [one.ended_at for one in clients.people.people("hausarzt")] == [None, LATER]


def test_signing_out_ends_what_began_before(clients: FakeWiring) -> None:
    let_in(clients)
    acts.sign_out(stored(clients), clients, LATER)
    assert stored(clients).sessions_from == LATER
    assert clients.users.signed_out == ["am.hausarzt"]


def test_a_removed_practice_keeps_nobody_signed_in(clients: FakeWiring) -> None:
    let_in(clients)
    let_in(clients, replace(BEAT, practice="zahnarzt"))
    assert acts.sign_out_all("hausarzt", clients, LATER) == 1
    assert clients.users.users.keys() == {"bf.zahnarzt"}
    assert (stored(clients).subject, stored(clients).sessions_from) == ("", LATER)
    assert acts.sign_out_all("hausarzt", clients, LATER) == 0


def test_a_code_after_the_last_day_is_refused(clients: FakeWiring) -> None:
    temp = let_in(clients, replace(BEAT, last_day=date(2026, 11, 30))).person
    assert refused(lambda: acts.give_code(temp, clients, NOW + timedelta(days=60), ZONE)) == "people.over"


def test_a_pin_is_typed_twice_and_not_trivial(clients: FakeWiring) -> None:
    anna = let_in(clients).person
    assert refused(lambda: acts.set_pin(anna, "1234", "1234", SALT, clients)) == "people.pin.trivial"
    assert refused(lambda: acts.set_pin(anna, "4711", "4712", SALT, clients)) == "people.pin.different"
    assert stored(clients) == anna


def by_pin(clients: FakeWiring, pin: str, username: str = "am.hausarzt") -> Person:
    return acts.sign_in_by_pin(username, pin, clients, LATER, ZONE)


def test_the_right_pin_signs_in_and_forgets_the_wrong_ones(clients: FakeWiring) -> None:
    acts.set_pin(let_in(clients).person, "4711", "4711", SALT, clients)
    assert refused(lambda: by_pin(clients, "4712")) == "people.pin.wrong"
    assert by_pin(clients, "4711").id == "am"
    assert (stored(clients).pin_tries, stored(clients).last_sign_in) == (0, LATER)


def test_after_five_wrong_pins_the_right_one_is_refused_until_a_reset(clients: FakeWiring) -> None:
    acts.set_pin(let_in(clients).person, "4711", "4711", SALT, clients)
    assert {refused(lambda: by_pin(clients, "4712")) for _ in range(TRIES)} == {"people.pin.wrong"}
    assert refused(lambda: by_pin(clients, "4711")) == "people.pin.locked"
    acts.reset_pin(stored(clients), clients)
    assert refused(lambda: by_pin(clients, "4711")) == "people.pin.wrong"
    acts.set_pin(stored(clients), "8305", "8305", SALT, clients)
    assert by_pin(clients, "8305").id == "am"


def test_a_sign_in_at_the_provider_unlocks_the_pin(clients: FakeWiring) -> None:
    acts.set_pin(let_in(clients).person, "4711", "4711", SALT, clients)
    for _ in range(TRIES):
        refused(lambda: by_pin(clients, "4712"))
    clients.people.signed_in("am.hausarzt", LATER)
    assert by_pin(clients, "4711").id == "am"


def test_no_pin_signs_in_who_is_unknown_or_ended(clients: FakeWiring) -> None:
    beat = acts.set_pin(let_in(clients, BEAT).person, "4711", "4711", SALT, clients)
    clients.people.change(beat, replace(beat, ended_at=NOW))
    for username in ("bf.hausarzt", "zz.hausarzt"):
        assert refused(lambda: by_pin(clients, "4711", username)) == "people.pin.wrong"  # noqa: B023


def test_no_pin_signs_in_to_a_removed_practice(clients: FakeWiring) -> None:
    acts.set_pin(let_in(clients, BEAT).person, "4711", "4711", SALT, clients)
    assert by_pin(clients, "4711", "bf.hausarzt").id == "bf"
    acts.sign_out_all("hausarzt", clients, LATER)
    assert refused(lambda: by_pin(clients, "4711", "bf.hausarzt")) == "people.pin.wrong"

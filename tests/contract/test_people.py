"""People, devices and the users of the pool: the same on the fakes, and on DynamoDB and Cognito."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.user_pool import UserPool, UserPoolError
from chalicelib.people.device import Device
from chalicelib.people.person import Person, Role
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from chalicelib.wiring import Wiring
from infra.local.clients import client
from tests.contract.sides import NOW, FakeSide, Side, job_record, new_practice, registered
from tests.fakes.people import FakeUserPool
from tests.fakes.world import World

ANNA = Person("", "am", "A. Meier", Role.MANAGER, "sub-1", frozenset({"M2", "M1"}), created_at=NOW, code_at=NOW)
CODE = r"[A-Z][a-z]{3}-\d{4}-[A-Z][a-z]{3}"


def added(side: Side, **own: object) -> Person:
    """A stored person of a new practice."""
    person = replace(ANNA, practice=new_practice(), **own)  # type: ignore[arg-type]
    assert side.parts.people.add(person) is None
    return person


def read(side: Side, person: Person) -> Person:
    found = side.parts.people.person(person.username)
    assert found is not None
    return found


def test_people_are_listed_by_kuerzel(side: Side) -> None:
    people, anna = side.parts.people, added(side)
    beat = replace(ANNA, practice=anna.practice, id="bf", last_day=date(2026, 12, 31), mandanten=frozenset())
    operator = replace(ANNA, id=f"op{anna.practice[-3:].replace('-', 'x')}", role=Role.OPERATOR)
    assert [people.add(one) for one in (beat, operator)] == [None, None]
    assert people.people(anna.practice) == [anna, beat]
    assert operator in people.people("")
    assert people.person(operator.username) == operator
    assert people.person("zz." + anna.practice) is None
    assert people.people(new_practice()) == []


def test_a_kuerzel_is_never_given_twice(side: Side) -> None:
    anna = added(side)
    left = side.parts.people.change(anna, replace(anna, ended_at=NOW))
    assert left is not None
    assert side.parts.people.add(replace(anna, name="A. Moser")) == left
    assert read(side, anna).name == "A. Meier"


def test_a_person_is_added_once_when_the_answer_is_lost(side: Side) -> None:
    anna = replace(ANNA, practice=new_practice())
    side.lose_answer()
    assert side.parts.people.add(anna) is None
    assert read(side, anna) == anna


def test_of_two_managers_at_once_the_second_changes_nothing(side: Side) -> None:
    people, anna = side.parts.people, added(side)
    side.meanwhile(partial(people.change, anna, replace(anna, role=Role.READER, mandanten=frozenset())))
    assert people.change(anna, replace(anna, name="A. Moser")) is None
    assert read(side, anna) == replace(anna, role=Role.READER, mandanten=frozenset(), version=2)
    assert people.change(read(side, anna), replace(anna, name="A. Moser", version=2)) is not None
    assert read(side, anna) == replace(anna, name="A. Moser", version=3)


def test_a_change_is_made_once_when_the_answer_is_lost(side: Side) -> None:
    anna = added(side)
    side.lose_answer()
    assert side.parts.people.change(anna, replace(anna, name="A. Moser")) == replace(anna, name="A. Moser", version=2)
    assert read(side, anna).version == 2


def test_two_managers_do_not_end_each_other(side: Side) -> None:
    people, anna = side.parts.people, added(side)
    beat = replace(ANNA, practice=anna.practice, id="bf")
    people.add(beat)
    side.meanwhile(partial(people.change, anna, replace(anna, ended_at=NOW), beat))
    assert people.change(beat, replace(beat, ended_at=NOW), anna) is None
    assert [one.ended_at for one in people.people(anna.practice)] == [NOW, None]


def test_nobody_changes_a_person_who_is_not_there(side: Side) -> None:
    unknown = replace(ANNA, practice=new_practice())
    assert side.parts.people.change(unknown, replace(unknown, name="A. Moser")) is None
    side.parts.people.signed_in(unknown.username, NOW)
    assert not side.parts.people.count_try(unknown.username, 5)
    assert side.parts.people.people(unknown.practice) == []


def test_tries_are_counted_up_to_the_most_and_forgotten_at_a_sign_in(side: Side) -> None:
    people, anna = side.parts.people, added(side)
    assert [people.count_try(anna.username, 3) for _ in range(4)] == [True, True, True, False]
    assert read(side, anna) == replace(anna, pin_tries=3)
    people.signed_in(anna.username, NOW)
    assert read(side, anna) == replace(anna, last_sign_in=NOW)
    assert people.count_try(anna.username, 3)


def test_a_change_keeps_what_others_write(side: Side) -> None:
    people, anna = side.parts.people, added(side)
    people.signed_in(anna.username, NOW)
    assert people.change(anna, replace(anna, language="fr")) is not None
    assert read(side, anna) == replace(anna, language="fr", last_sign_in=NOW, version=2)


def test_devices_come_and_go(side: Side) -> None:
    people, practice = side.parts.people, new_practice()
    left = Device(practice, "aa", "Empfang links", "am", NOW, NOW + timedelta(days=30))
    right = replace(left, hash="0b", name="Empfang rechts", registered_at=NOW + timedelta(hours=1))
    for device in (right, left):
        people.add_device(device)
    assert people.devices(practice) == [left, right]
    assert people.device(practice, "aa") == left
    for _ in range(2):
        people.remove_device(practice, "aa")
    assert (people.device(practice, "aa"), people.devices(practice)) == (None, [right])
    assert people.people(practice) == []


def test_a_forgotten_practice_keeps_nobody(side: Side) -> None:
    practice, parts = registered(side, job_record(Job.STATUS)), side.parts
    parts.people.add(replace(ANNA, practice=practice))
    parts.people.add_device(Device(practice, "aa", "Empfang links", "am", NOW, NOW + timedelta(days=30)))
    parts.practices.remove(practice, [], NOW)
    record = parts.practices.record(practice)
    assert record is not None
    assert record.desk_keys == {"person#am", "device#aa"}
    parts.practices.forget(record)
    assert (parts.people.people(practice), parts.people.devices(practice)) == ([], [])


@pytest.fixture(scope="module")
def users(side: Side) -> UserPool:
    """The users of a pool; its policy for passwords is Cognito's default, which is stricter than ours."""
    if isinstance(side, FakeSide):
        return side.parts.users
    pool = client("cognito-idp").create_user_pool(PoolName="desk")["UserPool"]["Id"]
    return Wiring(replace(side.parts.settings, user_pool=pool)).users


def test_a_user_gets_a_code_of_paper(users: UserPool) -> None:
    made = users.create("am.praxis", "A. Meier")
    assert made.subject
    assert re.fullmatch(CODE, made.code)
    code = users.give_code("am.praxis")
    assert code is not None
    assert re.fullmatch(CODE, code)
    assert code != made.code
    users.rename("am.praxis", "A. Moser")
    users.sign_out("am.praxis")


def test_a_user_who_is_made_again_is_another_one(users: UserPool) -> None:
    first = users.create("bf.praxis", "B. Frei")
    assert users.create("bf.praxis", "B. Frei").subject != first.subject


def test_a_deleted_user_is_gone(users: UserPool) -> None:
    users.create("cd.praxis", "C. Diem")
    for _ in range(2):
        users.delete("cd.praxis")
    assert users.give_code("cd.praxis") is None
    users.rename("cd.praxis", "C. Dorn")
    users.sign_out("cd.praxis")


def test_a_stage_without_a_desk_says_so(side: Side) -> None:
    users = FakeUserPool(World(NOW), absent=True) if isinstance(side, FakeSide) else _without_pool(side)
    with pytest.raises(UserPoolError):
        users.check()
    with pytest.raises(UserPoolError) as raised:
        users.create("am.praxis", "A. Meier")
    assert raised.value.text == Text("users.no_pool")


def _without_pool(side: Side) -> UserPool:
    return Wiring(replace(side.parts.settings, user_pool="")).users


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("AccessDeniedException", Text("users.not_allowed")),
        ("TooManyRequestsException", Text("users.busy")),
        ("ResourceNotFoundException", Text("users.no_pool")),
        ("InvalidParameterException", Text("users.refused", error="InvalidParameterException")),
    ],
)
def test_what_cognito_refuses_is_said_in_our_words(error: str, text: Text) -> None:
    with pytest.raises(UserPoolError) as raised:
        UserPool(_Refusing(error), "pool", lambda signs: signs[0]).create("am.praxis", "A. Meier")
    assert raised.value.text == text


class _Refusing:
    """A client that fails."""

    def __init__(self, code: str) -> None:
        self._code = code

    def admin_delete_user(self, **_: str) -> None:
        raise ClientError({"Error": {"Code": self._code, "Message": ""}}, "AdminDeleteUser")

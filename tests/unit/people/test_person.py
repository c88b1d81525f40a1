"""Persons: roles, the end of their time, their Kürzel, and their item in the table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.people_items import person_item, person_item_key, person_of
from chalicelib.people.person import IDLE, Permission, Person, Role, parse_id

ZURICH = ZoneInfo("Europe/Zurich")
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
MEIER = Person("hausarzt", "am", "A. Meier", Role.FRONT_DESK, created_at=NOW)

names = st.text(min_size=1, max_size=20)
instants = st.none() | st.timedeltas(-IDLE, IDLE).map(lambda since: NOW + since)
ids = st.from_regex("[a-z][a-z0-9]{1,7}", fullmatch=True)
persons = st.builds(
    Person,
    practice=st.just("") | st.from_regex("[a-z0-9-]{2,32}", fullmatch=True),
    id=ids,
    name=names,
    role=st.sampled_from(Role),
    subject=st.text(),
    mandanten=st.frozensets(names),
    practitioners=st.frozensets(names),
    last_day=st.none() | st.dates(),
    language=st.sampled_from(["", "fr"]),
    created_at=instants,
    code_at=instants,
    last_sign_in=instants,
    ended_at=instants,
    sessions_from=instants,
    pin=st.text(),
    pin_tries=st.integers(0, 5),
    version=st.integers(1, 9),
)


@given(persons)
def test_an_item_reads_as_the_person_that_was_stored(person: Person) -> None:
    assert person_of(person_item(person)) == person


@given(persons)
def test_the_user_name_finds_the_item(person: Person) -> None:
    assert person_item(person).items() >= person_item_key(person.username).items()


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.READER, {Permission.SEE}),
        (Role.FRONT_DESK, {Permission.SEE, Permission.PHONE, Permission.DECIDE}),
        (Role.MANAGER, {Permission.SEE, Permission.PHONE, Permission.DECIDE, Permission.MANAGE}),
        (Role.OPERATOR, {Permission.SEE, Permission.MANAGE, Permission.OPERATE}),
    ],
)
def test_a_role_allows(role: Role, allowed: set[Permission]) -> None:
    person = Person("hausarzt", "am", "A. Meier", role)
    assert {permission for permission in Permission if person.may(permission)} == allowed


def test_the_last_day_ends_at_midnight_in_the_practice() -> None:
    temp = Person("hausarzt", "tm", "T. Moser", Role.FRONT_DESK, last_day=date(2026, 11, 23))
    midnight = datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert temp.is_active(midnight - timedelta(seconds=1), ZURICH)
    assert not temp.is_active(midnight, ZURICH)


def test_without_a_sign_in_for_sixty_days_a_person_is_off() -> None:
    assert MEIER.is_active(NOW + IDLE, ZURICH)
    assert not MEIER.is_active(NOW + IDLE + timedelta(seconds=1), ZURICH)
    seen = Person("hausarzt", "am", "A. Meier", Role.READER, created_at=NOW - 2 * IDLE, last_sign_in=NOW)
    assert seen.is_active(NOW, ZURICH)


def test_who_has_ended_is_not_active() -> None:
    assert not Person("hausarzt", "am", "A. Meier", Role.MANAGER, ended_at=NOW).is_active(NOW, ZURICH)


@pytest.mark.parametrize(("raw", "id"), [(" AM ", "am"), ("Mü", "mue"), ("k2", "k2")])
def test_a_kuerzel_is_stored_in_lower_case(raw: str, id: str) -> None:
    assert parse_id(raw) == id


@pytest.mark.parametrize("raw", ["", "a", "2k", "a.m", "am#", "a m", "abcdefghi", "ам", "a\nb"])
def test_what_is_no_kuerzel(raw: str) -> None:
    assert parse_id(raw) is None

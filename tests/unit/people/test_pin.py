"""PINs: what is trivial, the slow hash, and when it is locked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.people.pin import TRIES, is_locked, is_pin, pin_hash, pin_problem
from chalicelib.text import Text
from tests.unit.people.test_person import MEIER

SALT = bytes(range(16))


@pytest.mark.parametrize("pin", ["4711", "8305", "20351", "94027513"])
def test_a_pin_to_take(pin: str) -> None:
    assert pin_problem(pin) is None


@pytest.mark.parametrize("pin", ["", "123", "471a", "123456789", "４７１１", " 4711", "4711\n"])
def test_what_is_no_pin(pin: str) -> None:
    assert pin_problem(pin) == Text("people.pin.malformed")


@pytest.mark.parametrize("pin", ["0000", "1234", "0123", "9876", "1212", "1122", "123123", "12341234", "2580"])
def test_what_is_guessed_first(pin: str) -> None:
    assert pin_problem(pin) == Text("people.pin.trivial")


@given(st.text("0123456789", min_size=1, max_size=3), st.integers(2, 4))
def test_a_repeated_block_is_trivial(block: str, times: int) -> None:
    pin = block * times
    assert pin_problem(pin) is not None


def test_the_hash_knows_its_pin_only() -> None:
    person = replace(MEIER, pin=pin_hash("4711", SALT))
    assert person.pin.startswith("scrypt$15$8$1$")
    assert "4711" not in person.pin
    assert is_pin(person, "4711")
    assert not is_pin(person, "4712")
    assert not is_pin(MEIER, "")


def test_the_same_pin_of_two_people_has_two_hashes() -> None:
    assert pin_hash("4711", SALT) != pin_hash("4711", bytes(16))


def test_after_five_tries_it_is_locked() -> None:
    assert not is_locked(replace(MEIER, pin_tries=TRIES - 1))
    assert is_locked(replace(MEIER, pin_tries=TRIES))

"""Drafts: what somebody types about a person, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from chalicelib.people.draft import Draft, DraftError, draft_of
from chalicelib.people.person import Person, Role
from tests.unit.people.test_person import MEIER, persons

TODAY = date(2026, 11, 23)
TYPED = Draft(" A.  Meier ", "front_desk", ["M1"], ["Dr. Frei "], "31.12.2026")


def test_a_new_person() -> None:
    found = TYPED.new("hausarzt", "AM", {"M1", "M2"}, TODAY)
    limits = (frozenset({"M1"}), frozenset({"Dr. Frei"}))
    assert found == Person("hausarzt", "am", "A. Meier", Role.FRONT_DESK, "", *limits, date(2026, 12, 31))


def test_an_operator_has_no_other_role() -> None:
    assert Draft("O. Wyss", "reader").new("", "ow", None, TODAY).role is Role.OPERATOR


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        (replace(TYPED, name=" \u202e "), {"name": "people.name.malformed"}),
        (replace(TYPED, name="x" * 61), {"name": "people.name.malformed"}),
        (replace(TYPED, role="operator"), {"role": "people.role.unknown"}),
        (replace(TYPED, role=""), {"role": "people.role.unknown"}),
        (replace(TYPED, mandanten=["M1", "M9"]), {"mandanten": "people.mandant.unknown"}),
        (replace(TYPED, last_day="31.2.2027"), {"last_day": "people.last_day.malformed"}),
        (replace(TYPED, last_day="22.11.2026"), {"last_day": "people.last_day.past"}),
        (
            replace(TYPED, name="", last_day="?"),
            {"name": "people.name.malformed", "last_day": "people.last_day.malformed"},
        ),
    ],
)
def test_every_problem_is_told_at_its_field(draft: Draft, wrong: dict[str, str]) -> None:
    with pytest.raises(DraftError) as raised:
        draft.applied(MEIER, {"M1"}, TODAY)
    assert {field: text.code for field, text in raised.value.problems.items()} == wrong


def test_a_malformed_kuerzel_is_told_with_the_rest() -> None:
    with pytest.raises(DraftError) as raised:
        Draft("", "front_desk").new("hausarzt", "A.M", None, TODAY)
    assert set(raised.value.problems) == {"id", "name"}


def test_mandanten_that_cannot_be_read_are_taken_as_typed() -> None:
    assert replace(TYPED, mandanten=["M9"]).applied(MEIER, None, TODAY).mandanten == {"M9"}


def test_a_last_day_that_has_passed_may_stay() -> None:
    gone = replace(MEIER, last_day=date(2026, 1, 31))
    assert replace(draft_of(gone), name="A. Moser").applied(gone, None, TODAY) == replace(gone, name="A. Moser")


@given(persons)
def test_a_person_typed_anew_is_the_same(person: Person) -> None:
    tidy = replace(
        person,
        name="A. Meier",
        role=Role.READER if person.practice else Role.OPERATOR,
        mandanten=frozenset({"M1", "M2"}),
        practitioners=frozenset(),
    )
    assert draft_of(tidy).applied(tidy, None, TODAY) == tidy

"""When a session is open, and its secrets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.people.person import Person, Role
from chalicelib.people.session import IDLE, LONGEST, Session, form_token, hash_of

ZURICH = ZoneInfo("Europe/Zurich")
BEGAN = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MEIER = Person("praxis", "am", "A. Meier", Role.FRONT_DESK, "sub-am", created_at=BEGAN)
SESSION = Session("h", "am.praxis", BEGAN, BEGAN)


def after(**passed: float) -> datetime:
    return BEGAN + timedelta(**passed)


@pytest.mark.parametrize(
    ("session", "person", "now", "is_open"),
    [
        (SESSION, MEIER, after(minutes=59), True),
        (SESSION, MEIER, after(minutes=60), False),
        (replace(SESSION, seen_at=after(hours=9, minutes=30)), MEIER, after(hours=9, minutes=59), True),
        (replace(SESSION, seen_at=after(hours=9, minutes=30)), MEIER, after(hours=10), False),
        (SESSION, None, after(minutes=1), False),
        (SESSION, replace(MEIER, id="bm"), after(minutes=1), False),
        (SESSION, replace(MEIER, practice="andere"), after(minutes=1), False),
        (SESSION, replace(MEIER, ended_at=after(minutes=1)), after(minutes=2), False),
        (SESSION, replace(MEIER, sessions_from=after(seconds=1)), after(minutes=2), False),
        (replace(SESSION, began_at=after(seconds=2)), replace(MEIER, sessions_from=after(seconds=1)), after(hours=0.5),
         True),
        (SESSION, replace(MEIER, last_day=date(2026, 11, 23)), after(minutes=2), True),
        (SESSION, replace(MEIER, last_day=date(2026, 11, 22)), after(minutes=2), False),
    ],
)  # fmt: skip
def test_a_session_is_open(session: Session, person: Person | None, now: datetime, is_open: bool) -> None:
    assert session.is_open(person, now, ZURICH) is is_open


@given(st.timedeltas(timedelta(0), LONGEST), st.timedeltas(timedelta(0), LONGEST * 2))
def test_no_session_is_longer_than_ten_hours_nor_than_an_hour_without_a_request(
    seen: timedelta, now: timedelta
) -> None:
    session = replace(SESSION, seen_at=BEGAN + seen)
    if session.is_open(MEIER, BEGAN + now, ZURICH):
        assert now < LONGEST
        assert now - seen < IDLE


def test_the_token_of_forms_tells_nothing_of_the_session() -> None:
    assert form_token("secret") != form_token("other")
    assert form_token("secret") not in hash_of("secret")

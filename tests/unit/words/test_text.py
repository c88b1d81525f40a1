"""A text survives JSON, and equals a text with the same contents."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.text import Suggestion, Text, TextError, joined, text_data, text_in_line, text_line, text_of

names = st.text("abcdefgh_", min_size=1, max_size=8)
offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(timezones=st.one_of(offsets, st.just(UTC), st.just(ZoneInfo("Europe/Zurich"))))
values = st.one_of(st.text(), st.integers(), st.dates(), instants)
codes = st.from_regex(r"[a-z]+(\.[a-z_]+){0,2}", fullmatch=True)
texts = st.recursive(
    st.builds(lambda code, values: Text(code, **values), codes, st.dictionaries(names, values, max_size=4)),
    lambda inner: st.builds(
        lambda code, parts, values: Text(code, *parts, **values),
        codes, st.lists(inner, max_size=3), st.dictionaries(names, values, max_size=3),
    ),
    max_leaves=6,
)  # fmt: skip


@given(texts)
def test_a_text_comes_back_from_json(text: Text) -> None:
    back = text_of(json.loads(json.dumps(text_data(text))))
    assert back == text
    assert hash(back) == hash(text)
    assert text_in_line(text_line(text)) == text


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["a.b", "2029-02-28"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["code", "values", "parts", "text", "time", "day", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(anything)
@example([None, {}])
@example([[], {}])
@example({"code": None})
def test_whatever_is_read_is_a_text(data: Any) -> None:
    line = json.dumps(data)
    for one in (text_in_line(line), text_in_line(f"{line}]"), text_of({"code": "a.b", "values": data, "parts": data})):
        assert hash(one) == hash(text_in_line(text_line(one)))
    if isinstance(data, dict | str):
        assert text_of(data) == text_of(data)


def test_a_sentence_that_an_earlier_version_stored_stays_one() -> None:
    kept = Text("text.as_it_stands", text="Guthaben fehlt")
    assert [text_in_line("Guthaben fehlt"), text_of("Guthaben fehlt"), text_of({"text": "Guthaben fehlt"})] == [
        kept
    ] * 3
    assert text_in_line(text_line(kept)) == kept


@given(instants)
def test_a_time_comes_back_with_its_offset(instant: datetime) -> None:
    ((_, back),) = text_of(text_data(Text("a.b", at=instant))).values
    assert isinstance(back, datetime)
    assert f"{back:%d.%m.%Y %H:%M}" == f"{instant:%d.%m.%Y %H:%M}"


@given(texts)
def test_a_line_is_one_line(text: Text) -> None:
    assert "\n" not in text_line(text)


def test_a_text_that_says_little_is_short() -> None:
    assert text_line(Text("rule.once.reminder")) == '"rule.once.reminder"'
    assert text_line(Text("a.ü", on=date(2029, 2, 28))) == '["a.ü",{"on":{"day":"2029-02-28"}}]'


def test_texts_are_equal_by_the_instant_and_not_by_the_zone() -> None:
    at = datetime(2029, 2, 28, 6, 30, tzinfo=UTC)
    assert Text("a.b", at=at) == Text("a.b", at=at.astimezone(ZoneInfo("Europe/Zurich")))
    assert Text("a.b", at=at) != Text("a.b", at=at + timedelta(minutes=1))


def test_an_hour_that_comes_twice_is_two_times() -> None:
    first = datetime(2029, 10, 28, 2, 30, tzinfo=ZoneInfo("Europe/Zurich"))
    assert Text("a.b", at=first) == Text("a.b", at=first.astimezone(UTC))
    assert Text("a.b", at=first) != Text("a.b", at=first.replace(fold=1))
    with pytest.raises(TypeError):
        Text("a.b", at=datetime(2029, 10, 28, 2, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    "other",
    [Text("a.c", x=1), Text("a.b", x=2), Text("a.b", y=1), Text("a.b"), Text("a.b", Text("c.d"), x=1)],
)
def test_texts_that_say_something_else_differ(other: Text) -> None:
    assert Text("a.b", x=1) != other


def test_the_order_of_values_does_not_matter_and_that_of_parts_does() -> None:
    one, two = Text("a.b"), Text("c.d")
    assert Text("e.f", x=1, y=2) == Text("e.f", y=2, x=1)
    assert Suggestion("resume", x=1, y=2) == Suggestion("resume", y=2, x=1)
    assert Text("e.f", one, two) != Text("e.f", two, one)


def test_one_text_of_a_list_stays_itself() -> None:
    one, two = Text("a.b"), Text("c.d")
    assert joined("and", [one]) is one
    assert joined("and", [one, two]) == Text("list.and", one, two)


def test_an_error_shows_its_code_only() -> None:
    error = TextError(Text("a.b", name="x"))
    assert (str(error), error.text) == ("a.b", Text("a.b", name="x"))

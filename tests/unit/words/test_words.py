"""Times, numbers and lists in each language, as written in Switzerland (CLDR)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.dates import get_day_names
from babel.lists import format_list
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.placeholders import LONGEST
from chalicelib.text import Suggestion, Text, joined
from chalicelib.words import words as words_module
from chalicelib.words.words import MissingWordsError, Words, number, words_of
from tests.unit.words.codes import languages

ZURICH = ZoneInfo("Europe/Zurich")
AT = datetime(2029, 2, 28, 6, 30, tzinfo=ZoneInfo("UTC"))
every_language = pytest.mark.parametrize("language", languages())


class Saying(Words):
    """Words with the messages of a test."""

    def __init__(self, messages: dict[str, str]) -> None:
        super().__init__("de")
        self._messages = messages

    def _message(self, code: str, values: Any) -> str:
        return self._messages.get(code) or super()._message(code, values)


@pytest.mark.parametrize(
    ("message", "values", "words"),
    [
        ("{at:moment}", {"at": AT.astimezone(ZURICH)}, "Mi 28.02. 07:30"),
        ("{at:moment}", {"at": AT}, "Mi 28.02. 06:30"),  # in the zone that it carries
        ("{at:moment_with_year}", {"at": AT.astimezone(ZURICH)}, "Mi 28.02.2029 07:30"),
        ("{at:time}", {"at": AT.astimezone(ZURICH)}, "07:30"),
        ("{at:day}", {"at": AT.astimezone(ZURICH)}, "Mi 28.02.2029"),
        ("{on:day}", {"on": date(2029, 2, 28)}, "Mi 28.02.2029"),
        ("{on:near_day}", {"on": date(2029, 2, 28)}, "Mi 28.02."),
        ("{on:date}", {"on": date(2029, 2, 28)}, "28.02.2029"),
        ("{sum:number}", {"sum": 10_000}, "10'000"),
        ("{sum:number}", {"sum": 999}, "999"),
        ("{year}", {"year": 2029}, "2029"),
        ("«{name}»", {"name": "BeiAbsage"}, "«BeiAbsage»"),
        ("{{{name}}}", {"name": "x"}, "{x}"),
    ],
)
def test_a_value_is_written_as_the_message_says(message: str, values: dict[str, Any], words: str) -> None:
    assert Saying({"a.b": message}).of(Text("a.b", **values)) == words


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("{0}, weil", "Es geht nicht., weil"),
        ("{0:clause}, weil", "Es geht nicht, weil"),
        ("weil: {0:lower}", "weil: es geht nicht."),
    ],
)
def test_a_part_stands_in_the_message(message: str, words: str) -> None:
    assert Saying({"a.b": message, "c.d": "Es geht nicht."}).of(Text("a.b", Text("c.d"))) == words


def test_a_part_can_begin_the_sentence() -> None:
    assert Saying({"a.b": "{0:upper}."}).of(Text("a.b", Text("state.sent"))) == "Unterwegs."


@pytest.mark.parametrize(
    ("style", "one", "two", "three"),
    [
        ("comma", "aufbereitet", "aufbereitet, reserviert", "aufbereitet, reserviert, unterwegs"),
        ("semicolon", "aufbereitet", "aufbereitet; reserviert", "aufbereitet; reserviert; unterwegs"),
        ("sentences", "aufbereitet", "aufbereitet reserviert", "aufbereitet reserviert unterwegs"),
        ("and", "aufbereitet", "aufbereitet und reserviert", "aufbereitet, reserviert und unterwegs"),
    ],
)
def test_a_list_is_written_in_its_style(style: str, one: str, two: str, three: str) -> None:
    texts = [Text("state.prepared"), Text("state.reserved"), Text("state.sent")]
    said = [words_of("de").of(joined(style, texts[:count])) for count in (1, 2, 3)]
    assert said == [one, two, three]


def test_a_count_chooses_between_singular_and_plural() -> None:
    said = [words_of("de").of(Text("credits", count=count)) for count in (0, 1, 2, 1_000)]
    assert said == ["0 Credits", "1 Credit", "2 Credits", "1'000 Credits"]


def test_short_words_are_taken_where_there_are_some() -> None:
    words = Words("de")
    assert words.short(Text("state.sent")) == "unterwegs"
    assert not words.has("state.sent.short")


@pytest.mark.parametrize("language", languages())
def test_the_short_reasons_of_stops_fit_a_column(language: str) -> None:
    counts = {"found": 13, "last": 500, "most": 12}
    stops = [Text(f"stop.emails.{source}", **counts) for source in ("bounce", "complaint")]
    stops += [Text("stop.sms", Text("receipt.failed", Text(f"carrier.account_{why}"))) for why in ("limit", "review")]
    assert [said for stop in stops if len(said := words_of(language).short(stop)) > LONGEST] == []


def test_a_suggestion_has_its_own_message() -> None:
    words = Saying({"suggestion.resume": "vitosms resume --practice {practice}"})
    assert words.suggestion(Suggestion("resume", practice="p1")) == "vitosms resume --practice p1"


@pytest.mark.parametrize(
    ("message", "values"),
    [("{at}", {"at": AT}), ("{on}", {"on": date(2029, 2, 28)})],
)
def test_a_time_is_not_written_by_chance(message: str, values: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="say how to write"):
        Saying({"a.b": message}).of(Text("a.b", **values))


@pytest.mark.parametrize("text", [Text("a.b"), Text("a.b", other=1)])
def test_a_message_that_names_what_the_text_lacks_is_an_error(text: Text) -> None:
    with pytest.raises(KeyError):
        Saying({"a.b": "{day}"}).of(text)


def test_every_format_is_in_the_table_above() -> None:
    tried: set[str] = {
        "moment",
        "moment_with_year",
        "time",
        "day",
        "near_day",
        "date",
        "number",
        "clause",
        "lower",
        "upper",
    }
    assert set(words_module._FORMATS) == tried


@every_language
def test_the_weekdays_are_those_of_the_language(language: str) -> None:
    known = get_day_names("abbreviated", locale=f"{language}_CH")
    words = Words(language)
    for weekday in range(7):
        day = date(2024, 1, 1 + weekday)  # a Monday first
        assert words.day(day).split()[0] == known[weekday].rstrip(".")


@every_language
def test_a_list_has_the_and_of_the_language(language: str) -> None:
    texts = [Text("state.prepared"), Text("state.reserved"), Text("state.sent")]
    words = words_of(language)
    for count in (1, 2, 3):
        known = format_list([words.of(text) for text in texts[:count]], style="standard", locale=f"{language}_CH")
        assert words.of(joined("and", texts[:count])) == known


@every_language
def test_the_header_has_the_plurals_of_the_language(language: str) -> None:
    ours: Callable[[int], int] = words_of(language)._catalogue.plural  # type: ignore[attr-defined]
    theirs = Locale.parse(language).plural_form
    one = {n for n in range(200) if theirs(n) == "one"}
    assert {n for n in range(200) if ours(n) == 0} == one


@given(st.integers(min_value=0))
def test_a_number_is_its_digits_in_groups_of_three(value: int) -> None:
    written = number(value)
    assert int(written.replace("'", "")) == value
    assert all(len(group) == 3 for group in written.split("'")[1:])


def test_in_the_tests_a_code_without_words_is_an_error() -> None:
    with pytest.raises(MissingWordsError):
        words_of("de").of(Text("state.lost_in_thought"))
    with pytest.raises(MissingWordsError):
        words_of("de").of(Text("state.sent", count=2))  # it has no plural


@pytest.mark.unknown_texts
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (Text("state.lost_in_thought"), "state.lost_in_thought"),
        (Text("state.sent", count=2), "state.sent (count: 2)"),
        (Text("over.lost", Text("send.no_credits"), by="{0}"), "over.lost (by: {0}, Guthaben fehlt)"),
        (Text("over.last", Text("gone.lost"), Text("send.no_credits")), "gone.lost; zuletzt: Guthaben fehlt"),
        (Text("over.last"), "over.last"),
        (Text("send.missed", slot="gestern"), "send.missed (slot: gestern)"),
        (Text("run.more_reasons", count="zwei"), "… und zwei weitere."),
        (Text("list.lost", Text("send.no_credits"), Text("gone.lost")), "list.lost (Guthaben fehlt, gone.lost)"),
    ],
)
def test_what_another_version_stored_shows_what_it_has(text: Text, words: str) -> None:
    assert words_of("de").of(text) == words

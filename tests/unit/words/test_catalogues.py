"""The catalogues match the source: every code has its words, and every message gets the values that it names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message

from chalicelib.words import words as words_module
from infra.catalogues import CODES, catalogues, compiled, read, tidied
from tests.unit.words.codes import (
    EXPANDED,
    FAMILIES,
    Forwarder,
    Use,
    all_forwarders,
    forwarders,
    found_in_source,
    languages,
    literals,
    uses_in,
)

every_language = pytest.mark.parametrize("language", languages())


@cache
def messages(language: str) -> dict[str, Message]:
    """By their codes; a plural one is found by its only id."""
    return {code_of(message): message for message in read(CODES / f"{language}.po") if message.id}


def code_of(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else str(message.id)


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string),)


def fields(text: str) -> Iterator[tuple[str, str, str | None]]:
    """Name, format and conversion of each placeholder."""
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None:
            yield name, spec or "", conversion


def names(text: str) -> frozenset[str]:
    return frozenset(name for name, _, _ in fields(text))


def all_names(message: Message) -> frozenset[str]:
    return frozenset[str]().union(*map(names, forms(message)))


def plain(language: str) -> dict[str, Message]:
    """Without the separators of lists."""
    return {code: message for code, message in messages(language).items() if not code.startswith("list.")}


def wrong_uses(uses: list[Use], known: Mapping[str, Message]) -> list[str]:
    """The uses whose message names a value that they do not give, omits one that they give, or counts a missing one."""
    wrong = []
    for use in uses:
        if use.code not in known or use.code.startswith("list."):
            continue
        message = known[use.code]
        said = all_names(message)
        if use.values is not None:
            counted = {"count"} & use.values if message.pluralizable else set()
            if {name for name in said if not name.isdigit()} | counted != use.values:
                wrong.append(f"{use.where} gives {use.code} the values {sorted(use.values)}")
            if message.pluralizable != ("count" in use.values):
                wrong.append(f"{use.where} {use.code}: a message with `count`, and no other, has a plural")
        if use.parts is not None and {name for name in said if name.isdigit()} != set(map(str, range(use.parts))):
            wrong.append(f"{use.where} gives {use.code} {use.parts} parts")
    return wrong


@pytest.mark.parametrize("path", catalogues(), ids=str)
def test_each_message_stands_once_and_in_order(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == tidied(path), "make words"


@pytest.mark.parametrize("path", catalogues(), ids=str)
def test_what_is_compiled_is_the_catalogue(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == compiled(path), "make words"


def test_of_every_text_the_code_is_known() -> None:
    assert found_in_source().unclear == [], "say in codes.py, FAMILIES or ELSEWHERE, which codes these are"


def test_every_family_of_codes_is_used() -> None:
    assert {form for form in FAMILIES if form not in literals()} == set()


@every_language
def test_every_code_of_the_source_has_its_words(language: str) -> None:
    used = {use.code for use in found_in_source().uses}
    assert {code for code in used if code not in messages(language)} == set()
    in_families = {code for form in EXPANDED.values() for code in form}
    assert {code for code in in_families if code not in messages(language)} == set()


@every_language
def test_a_literal_that_looks_like_a_code_is_one(language: str) -> None:
    known = messages(language)
    subjects = {code.partition(".")[0] for code in known if "." in code}
    looking = {text for text in literals() if re.fullmatch(rf"(?:{'|'.join(subjects)})(?:\.[a-z0-9_]+)+", text)}
    assert {text for text in looking if text not in known} == set()


@every_language
def test_the_source_uses_every_message(language: str) -> None:
    used = {use.code for use in found_in_source().uses} | literals()
    used |= {code for form in EXPANDED.values() for code in form}
    assert {code for code in messages(language) if not {code, re.sub(r"\.(?:short|many)$", "", code)} & used} == set()


@every_language
def test_a_message_names_what_its_calls_give(language: str) -> None:
    assert wrong_uses(found_in_source().uses, messages(language)) == []


@every_language
def test_short_words_name_nothing_more(language: str) -> None:
    known = messages(language)
    shorts = {code: known[code.removesuffix(".short")] for code in known if code.endswith(".short")}
    assert {code for code, whole in shorts.items() if not all_names(known[code]) <= all_names(whole)} == set()


@every_language
def test_words_for_several_are_those_of_a_label(language: str) -> None:
    known = messages(language)
    labels = {code: known[code.removesuffix(".many")] for code in known if code.endswith(".many")}
    assert {code for code, label in labels.items() if all_names(known[code]) | all_names(label)} == set()


@every_language
def test_all_forms_of_a_message_name_the_same(language: str) -> None:
    """Except for `count`: «ein Termin» needs no number."""
    for code, message in plain(language).items():
        assert len({names(form) - {"count"} for form in forms(message)}) == 1, code


@every_language
def test_a_message_has_words_in_all_its_forms(language: str) -> None:
    needed = read(CODES / f"{language}.po").num_plurals
    for code, message in messages(language).items():
        assert len(forms(message)) == (needed if message.pluralizable else 1), code
        assert all(forms(message)), code
        assert not message.fuzzy, code


@every_language
def test_the_languages_name_the_same(language: str) -> None:
    german, other = plain("de"), {code: one for code, one in plain(language).items() if not code.endswith(".many")}
    assert other.keys() == german.keys()
    assert {code for code in other if all_names(other[code]) != all_names(german[code])} == set()


@every_language
def test_a_message_names_values_and_parts_in_known_formats(language: str) -> None:
    for code, message in plain(language).items():
        for form in forms(message):
            for name, spec, conversion in fields(form):
                assert re.fullmatch(r"[a-z][a-z_]*|\d", name), (code, name)
                assert spec in {"", *words_module._FORMATS}, (code, spec)
                assert conversion is None, (code, conversion)


def found_in(source: str) -> list[Use]:
    return uses_in(ast.parse(source), "x", {"Text": Forwarder(0, "", True)}).uses


def message(text: str | tuple[str, str]) -> dict[str, Message]:
    return {"a.b": Message(("a.b", "a.b") if isinstance(text, tuple) else "a.b", text)}


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("Text('a.b', day=1)", "Am {date:day}"),
        ("Text('a.b')", "Am {day:day}"),
        ("Text('a.b', one=1, two=2)", "{one}"),
        ("Text('a.b', part)", "{1}"),
        ("Text('a.b', part, part)", "{0}"),
        ("Text('a.b', count=1)", "{count}"),
        ("Text('a.b', number=1)", ("eins", "{number}")),
    ],
)
def test_a_wrong_placeholder_is_found(call: str, text: str | tuple[str, str]) -> None:
    assert len(wrong_uses(found_in(call), message(text))) > 0


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("Text('a.b', day=1)", "Am {day:day}"),
        ("Text('a.b', *parts, **values)", "{one} {0}"),
        ("Text('a.b' if x else 'c.d', part, one=1)", "{one} {0}"),
        ("Text('a.b', count=1)", ("ein Termin", "{count} Termine")),
        ("Text('a.b', count=1)", ("etwas", "mehreres")),
    ],
)
def test_a_right_placeholder_is_fine(call: str, text: str | tuple[str, str]) -> None:
    assert wrong_uses(found_in(call), message(text)) == []


def test_a_code_is_found_through_a_function_that_hands_it_on() -> None:
    source = """
def refused(code, *parts, **values): return Refused(Text(code, *parts, **values))
refused('a.b', day=1)
"""
    tree = ast.parse(source)
    known = {"Text": Forwarder(0, "", True)}
    known |= dict(forwarders(tree, known))
    assert uses_in(tree, "x", known).uses == [Use("a.b", "x:3", 0, frozenset({"day"}))]
    assert uses_in(ast.parse("Text(table[key])"), "x", known).unclear == ["x:1 table[key]"]


def test_what_makes_texts_is_found_where_it_is_imported() -> None:
    assert all_forwarders()["chalicelib.entries.states"]["Text"] == Forwarder(0, "", True)
    assert "Text" not in all_forwarders()["infra.cli.sandbox.mailbox"]  # that of rich


@every_language
def test_an_id_of_a_patient_has_the_name_by_which_it_is_found_in_the_logs(language: str) -> None:
    """`chalicelib/admin/data_locations.py` looks for these names when the data of a patient is exported or erased."""
    persons, visits = "patiente?|paziente", "termin|appointment|rendez-vous|appuntamento"
    ids = re.compile(rf"(?i)\b(?:{persons}|{visits})(?:Id|s|en|in)? \{{([a-z]\w*)[}}]")
    named = {code: {*ids.findall(form)} for code, message in plain(language).items() for form in forms(message)}
    wrong = {code: found - {"patient", "appointment"} for code, found in named.items()}
    assert {code: found for code, found in wrong.items() if found} == {}
    assert "defect.appointment_repeated" in {code for code, found in named.items() if found}

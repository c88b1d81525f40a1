"""The linter's remarks on a template: wrong, missing, expensive or indiscreet texts."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.placeholders import as_value
from chalicelib.messages.template import compile_template
from chalicelib.messages.template_lint import Lint, Measured, lint, parted, revealing_words, sample_values
from chalicelib.messages.template_set import KIND_NAMES, PARTS, TemplateSet
from chalicelib.text import LANGUAGES, Text, joined
from chalicelib.words.words import words_of

WHEN = "[[Wochentag]] [[Datum]] [[Uhrzeit]]"
NO_DATE, NO_TIME = (Text("lint.missing", name=name) for name in ("Datum", "Uhrzeit"))
STILL_ONE, TWO_FOR_ONE = Text("lint.parts_still", count=1), Text("lint.parts_instead", count=2, usual=1)
NOT_ALWAYS_DATE, NOT_ALWAYS_TIME = (Text("lint.conditional", name=name) for name in ("Datum", "Uhrzeit"))


def reveals(word: str) -> Text:
    return Text("lint.revealing_text", word=word)


def place(character: str, line: int, column: int) -> Text:
    code_point = {"ç": "U+00E7", "ê": "U+00EA"}[character]
    return Text("lint.place", character=character, code_point=code_point, line=line, column=column)


def outside(where: Text, cost: Text) -> Text:
    return Text("lint.outside_gsm7", where, cost)


@pytest.mark.parametrize(("kind", "part", "language"), list(product(KIND_NAMES, PARTS, LANGUAGES)))
def test_nothing_is_to_be_said_of_the_built_in_texts(kind: str, part: str, language: str) -> None:
    source = TemplateSet({}).source(kind, part, language)
    assert source is not None
    assert lint(kind, part, language, source) == Lint()


@pytest.mark.parametrize(
    ("part", "source", "remarks"),
    [
        pytest.param("SMS", f"Termin: {WHEN}", [], id="all is there"),
        pytest.param("SMS", "Termin morgen", [NO_DATE, NO_TIME], id="neither date nor time"),
        pytest.param("SMS", "Termin [[Datum]]", [NO_TIME], id="no time"),
        pytest.param("SMS", "Termin [[Wochentag]] [[Uhrzeit]]", [NO_DATE], id="a weekday is no date"),
        pytest.param("E-Mail-Text", "Termin [[Uhrzeit]]", [NO_DATE], id="in an e-mail"),
        pytest.param("E-Mail-Betreff", "Ihr Termin", [], id="a subject needs neither"),
        pytest.param(
            "SMS", "[% if Ort %][[Datum]] in [[Ort]][% endif %] [[Uhrzeit]]",
            [NOT_ALWAYS_DATE], id="not for everybody",
        ),
        pytest.param("SMS", f"[% if Ort %]{WHEN}[% else %]{WHEN}[% endif %]", [], id="in both branches"),
        pytest.param(
            "SMS", "[[Datum]] [% if Minderjaehrig %][[Vorname]][% else %][[Uhrzeit]][% endif %]",
            [NOT_ALWAYS_TIME], id="not for children",
        ),
        pytest.param(
            "SMS", f"[% if Praxis %]{WHEN}[% endif %]",
            [NOT_ALWAYS_DATE, NOT_ALWAYS_TIME], id="blank for some",
        ),
        pytest.param(
            "SMS", f"ça va? {WHEN}", [outside(place("ç", 1, 1), STILL_ONE)], id="a letter"
        ),
        pytest.param(
            "SMS", f"{WHEN}\n[% if Ort %]en forêt[% endif %], forêt {'x' * 60}",
            [outside(joined("comma", [place("ê", 2, 19), place("ê", 2, 37)]), TWO_FOR_ONE)],
            id="each place, and what it costs",
        ),
        pytest.param("SMS", f"{'ç' * 7} {WHEN}", [outside(
            Text("lint.more_places", joined("comma", [place("ç", 1, column) for column in range(1, 6)]), count=2),
            STILL_ONE,
        )], id="five places, and how many more"),
        pytest.param("SMS", f"„Termin“ – {WHEN}…\u00a0Ç", [], id="what becomes plain by itself costs nothing"),
        pytest.param("SMS", f"{WHEN} [% if Ort == 'ç' %]hier[% endif %]", [], id="a condition is not text"),
        pytest.param("E-Mail-Text", f"ça va? {WHEN} 😀", [], id="an e-mail has no parts"),
        pytest.param(
            "E-Mail-Text", f"{WHEN} {'[[Ort]]' * 200}", [Text("lint.email_too_long", most=32_000)], id="a long e-mail",
        ),
        pytest.param("SMS", f"{WHEN} {'x' * 1600}", [Text("lint.sms_too_long", most=1600)], id="a long SMS"),
        pytest.param("SMS", f"Zur Impfung: {WHEN}", [reveals("Impfung")], id="a reason"),
        pytest.param(
            "E-Mail-Text", f"Grippeimpfung, HIV-Test, HIV {WHEN}",
            [reveals("Grippeimpfung"), reveals("HIV")], id="each once, compounds too",
        ),
        pytest.param("SMS", f"Herzlich willkommen im Archiv {WHEN}", [], id="no word is part of another"),
    ],
)  # fmt: skip
def test_remarks(part: str, source: str, remarks: list[Text]) -> None:
    assert lint("Terminerinnerung", part, "de", source) == Lint(None, tuple(remarks))


def test_a_greeting_needs_no_date() -> None:
    assert lint("Geburtstag", "SMS", "de", "Alles Gute!") == Lint()


@pytest.mark.parametrize("source", ["[[Vornahme]]", "[[Vorname", "[% if %]", "", "[% for x in Ort %][% endfor %]"])
def test_what_cannot_be_used_is_a_problem_and_nothing_else_is_said(source: str) -> None:
    found = lint("Terminerinnerung", "SMS", "de", source)
    assert found.problem
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("text", "costs"), [("ça va", False), ("Đ ž œ", False), ("Ж", True), ("😀", True), ("ça 😀", True)]
)
def test_with_transliteration_only_what_has_no_letters_nearby_costs(text: str, costs: bool) -> None:
    found = lint("Geburtstag", "SMS", "fr", text, transliterate=True)
    assert bool(found.remarks) is costs


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("de", "Röntgen bei der Psychotherapeutin", ["Röntgen", "Psychotherapeutin"]),
        ("de", "Ro\u0308ntgen", ["Röntgen"]),
        ("fr", "Prise  de\nsang et échographie", ["Prise  de\nsang", "échographie"]),
        ("it", "Controllo dal dentista", ["Controllo", "dentista"]),
        ("en", "Your check-up in radiology", ["check-up", "radiology"]),
        ("de", "Wir freuen uns auf Sie", []),
        ("en", "Röntgen", []),
    ],
)
def test_revealing_words(language: str, text: str, found: list[str]) -> None:
    assert revealing_words(text, [language]) == found


def test_own_words_are_looked_for_too() -> None:
    assert revealing_words("Haus Birke, Haus Birkenhof", ["de"], ("Birke*",)) == ["Birke", "Birkenhof"]
    assert lint("Geburtstag", "SMS", "de", "Haus Birke", words=("haus birke",)).remarks == (reveals("Haus Birke"),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_words(language: str) -> None:
    assert revealing_words("MRI IRM TAC CT HIV VIH", [language])


@given(st.sampled_from(PARTS), st.sampled_from(LANGUAGES), st.text(max_size=60))
def test_whatever_the_source_the_linter_answers(part: str, language: str, source: str) -> None:
    found = lint("Terminerinnerung", part, language, source)
    assert all(words_of("de").of(text).endswith(".") for text in found.remarks)


def test_the_sample_has_every_value() -> None:
    template = compile_template("[[Anrede]] [[Nachname]]")
    assert {language: template.render(sample_values(language)) for language in LANGUAGES} == {
        "de": "Frau Brunner", "fr": "Madame Monnier", "it": "Signora Bernasconi", "en": "Ms Whitaker",
    }  # fmt: skip


def measured(*texts: str) -> Measured:
    count = Measured()
    for number, text in enumerate(texts):
        count.add_sms(text, f"Termin T{number}")
    return count


@pytest.mark.parametrize(
    ("texts", "median", "most", "longest"),
    [
        (["x"], 1, 1, "Termin T0"),
        (["x", "x" * 161, "x"], 1, 2, "Termin T1"),
        (["x", "x" * 161], 2, 2, "Termin T1"),
        (["x" * 161, "x" * 400, "x" * 161, "x" * 400, "x"], 2, 3, "Termin T1"),
    ],
)
def test_parts_are_counted(texts: list[str], median: int, most: int, longest: str) -> None:
    count = measured(*texts)
    assert (count.median, max(count.parts), count.longest) == (median, most, longest)


@pytest.mark.parametrize(
    ("texts", "transliterate", "most", "remarks"),
    [
        (["x" * 160, "ç"], False, 0, []),
        (
            ["ç" * 71, "ç" * 140 + "ž", "x"], False, 0,
            [Text("lint.costlier_than_transliterated", Text("sms.parts", count=3), count=2, characters="ç ž")],
        ),
        (["Ж" * 71], False, 0, [Text("lint.costlier", Text("sms.parts", count=1), count=1, characters="Ж")]),
        (["Ж" + "ç" * 70], True, 0, [Text("lint.costlier", Text("sms.parts", count=1), count=1, characters="Ж ç")]),
        (["x" * 161, "x"], False, 2, []),
        (["x" * 161, "x"], False, 1, [Text("lint.too_many_parts", count=1, most=1)]),
        (["x" * 1601, "x" * 1600], False, 0, [Text("lint.too_long", count=1, most=1600)]),
    ],
)  # fmt: skip
def test_what_a_practices_names_cost(texts: list[str], transliterate: bool, most: int, remarks: list[Text]) -> None:
    assert [*measured(*texts).remarks(transliterate, most)] == remarks


@pytest.mark.parametrize(
    ("sender", "words", "found"),
    [
        ("DrFreiPsych", "Dr Frei Psych", ["Psych"]),
        ("Praxis", "Praxis", []),
        ("LaborBach1", "Labor Bach1", ["Labor"]),
        ("", "", []),
    ],
)
def test_a_sender_that_reveals_is_found_though_it_has_no_blanks(sender: str, words: str, found: list[str]) -> None:
    assert (parted(sender), revealing_words(parted(sender), ["de"])) == (words, found)


def test_a_value_that_reveals_is_reported_where_it_is_in_the_text() -> None:
    count = Measured()
    for place in ("Labor", "Labor", "Zimmer 3", None, "Röntgen"):
        count.add_values(f"Ort: {as_value(place)}", (place, "Praxis für Onkologie"))
    assert [*count.remarks(False, 0)] == [
        Text("lint.revealing_value", count=2, word="Labor"),
        Text("lint.revealing_value", count=1, word="Röntgen"),
    ]

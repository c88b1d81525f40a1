"""Texts with placeholders and conditions, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.template import MAX_LENGTH, NAMES, TemplateError, compile_template
from chalicelib.text import Text

VALUES = {"Anrede": "Frau", "Vorname": "Anna", "Nachname": "Muster", "Uhrzeit": "14:30"}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Guten Tag", "Guten Tag"),
        ("Guten Tag [[Vorname]] [[ Nachname ]]!", "Guten Tag Anna Muster!"),
        ("A[[Ort]]B", "AB"),
        ("[% if Ort %]in [[Ort]][% else %]hier[% endif %]", "hier"),
        ("[% if Ort %]x[% elif Vorname %]y[% endif %]", "y"),
        ("[% if not Ort and (Vorname or Ort) %]x[% endif %]", "x"),
        ('[% if Anrede == "Frau" %]Liebe[% else %]Lieber[% endif %] [[Vorname]]', "Liebe Anna"),
        ("[% if Uhrzeit < '12:00' %]Guten Morgen[% else %]Guten Tag[% endif %]", "Guten Tag"),
        ("Hallo[# nur für uns #] Anna", "Hallo Anna"),
        ("50 % [sic] {{Vorname}} {% x %} #1", "50 % [sic] {{Vorname}} {% x %} #1"),
        ("<b>&[[Vorname]]", "<b>&Anna"),
        ("\n Hallo \n", "Hallo"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_placeholders_and_conditions(source: str, text: str) -> None:
    assert compile_template(source).render(VALUES) == text


def test_a_line_with_only_a_tag_leaves_no_empty_line() -> None:
    lines = ("a", "  [% if Ort %]  ", "[[Ort]]", "[% endif %]", "[# Notiz #]")
    more = ("[% if Vorname %]", "[[Vorname]]", "[% endif %]", "b")
    assert compile_template("\n".join(lines + more)).render(VALUES) == "a\nAnna\nb"


def test_a_tag_at_the_end_of_a_line_keeps_the_line_end() -> None:
    assert compile_template("a[% if Vorname %] b[% endif %]\nc").render(VALUES) == "a b\nc"


def test_tags_with_whitespace_control_work_alone_on_a_line() -> None:
    assert compile_template("a\n[%- if Vorname -%]\nb\n[%- endif %]").render(VALUES) == "ab"


@pytest.mark.parametrize(
    "source",
    [
        "",
        " \n",
        "x" * (MAX_LENGTH + 1),
        "[[Vornahme]]",
        "[[vorname]]",
        "[% if Diagnose %]x[% endif %]",
        "[[Vorname]",
        "[[Vorname",
        "Vorname]]",
        "[[Vorname]]]]",
        "[[[Vorname]]]",
        "Guten Tag [Vorname]",
        "[[]]",
        "[% if Ort %]x",
        "x[% endif %]",
        "[% if %]x[% endif %]",
        "[% if Ort = 'x' %]x[% endif %]",
        "x %] y",
        "[# x",
        "x #]",
        "[[Vorname|upper]]",
        "[[Vorname.x]]",
        "[[Vorname['x']]]",
        "[[Vorname()]]",
        "[[Vorname ~ Nachname]]",
        "[[Vorname, Nachname]]",
        "[[Vorname if Ort else Nachname]]",
        "[['text']]",
        "[[1]]",
        "[[9**9**9]]",
        "[[self]]",
        "[[range(9)]]",
        "[% if Ort is defined %]x[% endif %]",
        "[% if Ort in 'abc' %]x[% endif %]",
        "[% if Ort|length %]x[% endif %]",
        "[% if Ort < 3 %]x[% endif %]",
        "[% if true %]x[% endif %]",
        "[% if 'x' %]x[% endif %]",
        "[% if Ort.x == 'x' %]x[% endif %]",
        "[% for x in Ort %]x[% endfor %]",
        "[% set Ort = 'x' %]x",
        "[% macro x() %]x[% endmacro %]",
        "[% include 'x' %]",
        "[% import 'x' as x %]",
        "[% extends 'x' %]",
        "[% block x %]x[% endblock %]",
        "[% filter upper %]x[% endfilter %]",
        "[% call x() %]x[% endcall %]",
        "[% with %]x[% endwith %]",
        "[% raw %][[Vorname]][% endraw %]",
        "[% autoescape true %]x[% endautoescape %]",
        "[% if Ort == „x“ %]x[% endif %]",
        "[[" + "(" * 3000 + "Ort" + ")" * 500 + "]]",
        "[% if " + "not " * 900 + "Ort %]x[% endif %]",
        "[% if " + "Ort or " * 500 + "Ort %]x[% endif %]",
        "[% if Ort %]" * 150 + "x" + "[% endif %]" * 150,
    ],
)
def test_everything_else_is_refused_with_a_reason(source: str) -> None:
    with pytest.raises(TemplateError) as refused:
        compile_template(source)
    assert refused.value.text.code in ("template.refused", "template.too_long")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("a\nb [[Vornahme]]", Text("template.unknown_placeholder", line=2, name="Vornahme")),
        ("[% if Ort %]\na\n[% endif %]\n[[x]]", Text("template.unknown_placeholder", line=4, name="x")),
        (f"[[{'x' * 41}]]", Text("template.unknown_placeholder", line=1, name="x" * 40)),
        ("a\n\n[[Vorname|upper]]", Text("template.not_allowed", line=3)),
        ("a\n[[Vorname]", Text("template.wrong_syntax", line=2)),
        ("[% raw %][% endraw %]", Text("template.raw")),
        ("[% if Ort %]" * 31 + "x" + "[% endif %]" * 31, Text("template.too_deep_at", line=1)),
        ("[[" + "(" * 1000 + "Ort" + ")" * 1000 + "]]", Text("template.too_deep")),
        ("Vorname]]", Text("template.stray_bracket", bracket="]]")),
        ("[Vorname]", Text("template.single_brackets", name="Vorname")),
        (" ", Text("template.empty")),
    ],
)
def test_the_error_says_which_problem_beside_what_is_allowed(source: str, problem: Text) -> None:
    with pytest.raises(TemplateError) as refused:
        compile_template(source)
    assert refused.value.text == Text("template.refused", problem)


def test_a_source_that_is_too_long_is_refused_with_the_limit() -> None:
    with pytest.raises(TemplateError) as refused:
        compile_template("x" * 4097)
    assert refused.value.text == Text("template.too_long", most=4096)


def test_28_conditions_in_each_other_still_work() -> None:
    assert compile_template("[% if Vorname %]" * 28 + "x" + "[% endif %]" * 28).render(VALUES) == "x"


@pytest.mark.parametrize("values", [{}, {"Ort": ""}, {"Ort": None}, {"Ort": " \u00a0\u200b"}])
def test_a_blank_result_is_an_error(values: dict[str, str | None]) -> None:
    with pytest.raises(TemplateError) as refused:
        compile_template(" [[Ort]]\n").render(values)
    assert refused.value.text == Text("template.blank_when_filled")


@given(st.text(max_size=60).filter(lambda value: value.strip() == value and value.isprintable() and value))
def test_data_is_inserted_as_it_is(value: str) -> None:
    assert compile_template("([[Vorname]])").render({"Vorname": value}) == f"({value})"


@pytest.mark.parametrize("value", ["[[Nachname]]", "[% if Ort %]", "{{ 7 * 7 }}", "<b>&amp;", "%s %(x)s"])
def test_data_is_never_read_as_a_template(value: str) -> None:
    assert compile_template("[[Vorname]]").render({"Vorname": value, "Nachname": "x"}) == value


PIECES = [
    *(f"[[{name}]]" for name in NAMES[:2]),
    *("[[", "]]", "[%", "%]", "[#", "#]", "[", "]", "if Ort", "[% if Ort %]", "[% else %]", "[% endif %]"),
    *(
        " ",
        "\n",
        "\r\n",
        "x",
        "'",
        '"',
        "|",
        ".",
        "(",
        ")",
        "raw",
        "for x in Ort",
        "9",
        "-",
        "\\",
        "ü",
        "\ud800",
    ),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=40))
def test_any_source_gives_a_template_or_a_template_error(source: str) -> None:
    try:
        text = compile_template(source).render(VALUES)
    except TemplateError:
        return
    assert not any(f"[{name}]" in text for name in NAMES)


@pytest.mark.parametrize("control", ["\x00", "\x1b", "\x07", "\x7f", "\x9b"])
def test_a_template_with_a_control_character_is_refused(control: str) -> None:
    with pytest.raises(TemplateError) as refused:
        compile_template(f"Termin {control} [[Datum]]")
    assert refused.value.text == Text("template.refused", Text("template.control", code_point=f"U+{ord(control):04X}"))

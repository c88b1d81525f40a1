"""Every rule evaluated for a candidate: as in a run, and with its fact and its suggestion, as it is explained."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.practice.opt_out import ERASED
from chalicelib.rules.candidate import parse_row
from chalicelib.rules.occasion_rules import OCCASION_RULES, days_in_words
from chalicelib.rules.rule import Result
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.rules.rules import RULES, evaluate_all, first_refusal
from chalicelib.text import Text, literal
from chalicelib.words.words import words_of
from tests.builders.entries import ZURICH, practice, row
from tests.builders.rule_cases import PASSES, REFUSES
from tests.hostile.values import MISSING, TEXTS

ANY = st.sampled_from([*MISSING.values(), *TEXTS.values(), 0, 1, -1, 2.5, b"x", "2026-13-45", "2026-11-24 25:00:00"])


OTHER_REASONS = [
    ("readable", Text("defect.appointment_id")),
    ("readable", Text("defect.patient_id_of_appointment", appointment="T1")),
    ("readable", Text("defect.patient_id")),
    ("readable", Text("defect.appointment_repeated", appointment="T1")),
    ("readable", Text("defect.patient_repeated", patient="P1")),
    ("wants_messages", ERASED),
    ("template", Text("defect.template", literal("Die Vorlage ist leer."))),
    ("once", Text("rule.once.cancelled")),
]


def test_rules_have_their_own_names_and_need_only_earlier_ones_of_the_table() -> None:
    assert len({rule.name for rule in RULES}) == len({rule.label for rule in RULES}) == len(RULES)
    assert set(RULES) > set(OCCASION_RULES)
    assert all(set(rule.needs) <= set(RULES[: RULES.index(rule)]) for rule in RULES)


def cases() -> list[tuple[str, RuleInput]]:
    passing = [(rule, rule_input) for rule in PASSES for rule_input in PASSES[rule]]
    return passing + [(rule, rule_input) for rule in REFUSES for rule_input, _ in REFUSES[rule]]


@pytest.mark.parametrize(("rule", "rule_input"), cases())
def test_every_rule_finds_what_a_run_finds_first_and_has_a_fact_and_a_suggestion(
    rule: str, rule_input: RuleInput
) -> None:
    answers = list(evaluate_all(rule_input))
    refused = [(one.rule.name, one.reason) for one in answers if one.result is Result.REFUSED]
    first = first_refusal(rule_input)
    assert refused[:1] == ([(first.rule, first.reason)] if first else [])
    for one in answers:
        assert one.fact == one.rule.fact(rule_input) != ""
        assert (one.reason is None) is (one.suggestion is None) is (one.result is not Result.REFUSED)
        assert one.rule.suggestion(rule_input)


def test_facts_and_suggestions_read_word_for_word() -> None:
    rules = {rule.name: rule for rule in RULES}
    lines = [f"{name}: {rules[name].fact(case)} → {rules[name].suggestion(case)}" for name, case in cases()]
    assert lines == Path(__file__).with_name("facts_and_suggestions.txt").read_text(encoding="utf-8").splitlines()


def test_reasons_read_word_for_word() -> None:
    found = [(rule, reason) for rule in REFUSES for _, reason in REFUSES[rule]] + OTHER_REASONS
    lines = dict.fromkeys(f"{rule}: {words_of('de').of(reason)}" for rule, reason in found)
    assert list(lines) == Path(__file__).with_name("reasons.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((), "keine Tage"),
        ((24,), "Di 24.11.2026"),
        ((25, 24), "Di 24.11.2026 bis Mi 25.11.2026"),
        ((24, 25, 28, 30), "Di 24.11.2026 bis Mi 25.11.2026, Sa 28.11.2026, Mo 30.11.2026"),
    ],
)
def test_days_in_a_row_read_as_ranges(numbers: tuple[int, ...], words: str) -> None:
    assert days_in_words({date(2026, 11, number) for number in numbers}) == words


@given(columns=st.dictionaries(st.sampled_from(sorted(row())), ANY), step=st.sampled_from(Stage))
def test_no_row_is_too_dirty_to_be_explained(columns: dict[str, object], step: Stage) -> None:
    rule_input = RuleInput(practice(step), parse_row(row(**columns), ZURICH))
    answers = list(evaluate_all(rule_input))
    first = next((one for one in answers if one.result is Result.REFUSED), None)
    assert (first and first.rule.name) == getattr(first_refusal(rule_input), "rule", None)
    assert all(one.fact for one in answers)

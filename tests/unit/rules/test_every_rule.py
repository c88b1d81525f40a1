"""Every rule evaluated for a candidate: as in a run, and with its fact and its suggestion, as it is explained."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.rules.candidate import parse_row
from chalicelib.rules.occasion_rules import OCCASION_RULES
from chalicelib.rules.rule import Result
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.rules.rules import RULES, evaluate_all, first_refusal
from chalicelib.text import Text, text_line
from chalicelib.words.words import words_of
from tests.builders.entries import ZURICH, practice, row
from tests.hostile.values import MISSING, PLANTED, SECRETS, TEXTS
from tests.unit.rules.test_what_rules_say import cases, suggestions

ANY = st.sampled_from([*MISSING.values(), *TEXTS.values(), 0, 1, -1, 2.5, b"x", "2026-13-45", "2026-11-24 25:00:00"])
IDS = {"Art", "TerminId", "PatientId", "MandantId"}  # values that a reason may name


def test_rules_have_their_own_names_and_need_only_earlier_ones_of_the_table() -> None:
    said = words_of("de").of
    labels = {said(Text(f"rule.{rule.name}.refused")) for rule in RULES}
    assert len({rule.name for rule in RULES}) == len(labels) == len(RULES)
    assert all(said(Text(f"rule.{rule.name}")).endswith(".") for rule in RULES)
    assert set(RULES) > set(OCCASION_RULES)
    assert all(set(rule.needs) <= set(RULES[: RULES.index(rule)]) for rule in RULES)


@pytest.mark.parametrize(("rule", "rule_input"), cases())
def test_every_rule_finds_what_a_run_finds_first_and_has_a_fact_and_a_suggestion(
    rule: str, rule_input: RuleInput
) -> None:
    answers = list(evaluate_all(rule_input))
    refused = [(one.rule.name, one.reason) for one in answers if one.result is Result.REFUSED]
    first = first_refusal(rule_input)
    assert refused[:1] == ([(first.rule, first.reason)] if first else [])
    for one in answers:
        assert one.fact == one.rule.fact(rule_input)
        assert words_of("de").of(one.fact)
        assert (one.reason is None) is (one.result is not Result.REFUSED)
        assert one.suggestions == (suggestions(one.rule, rule_input) if one.reason else ())
        assert all(map(words_of("de").suggestion, suggestions(one.rule, rule_input)))


@given(columns=st.dictionaries(st.sampled_from(sorted(row())), ANY), step=st.sampled_from(Stage))
def test_no_row_is_too_dirty_to_be_explained(columns: dict[str, object], step: Stage) -> None:
    rule_input = RuleInput(practice(step), parse_row(row(**columns), ZURICH))
    answers = list(evaluate_all(rule_input))
    first = next((one for one in answers if one.result is Result.REFUSED), None)
    assert (first and first.rule.name) == getattr(first_refusal(rule_input), "rule", None)
    assert all(words_of("de").of(one.fact) for one in answers)


@given(
    columns=st.dictionaries(st.sampled_from(sorted(row().keys() - IDS)), st.just(PLANTED) | ANY),
    kind=st.sampled_from(["reminder", "birthday"]),
    step=st.sampled_from(Stage),
)
def test_no_reason_says_anything_of_a_patient_but_the_ids(columns: dict[str, object], kind: str, step: Stage) -> None:
    rule_input = RuleInput(practice(step), parse_row(row(**columns, Art=kind), ZURICH))
    reasons = [text_line(one.reason) for one in evaluate_all(rule_input) if one.reason]
    assert not [secret for secret in SECRETS for reason in reasons if secret in reason]

"""Every rule asked of a candidate: as a run would, and with what it sees and what to change, for whoever asks why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.rules.candidate import parse_row
from chalicelib.rules.facts import FACTS, fact_of
from chalicelib.rules.remedies import OF_ONE_MESSAGE, REMEDIES, remedy_of
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.rules.rules import RULES, Result, evaluate_all, first_refusal
from tests.builders.entries import ZURICH, practice, row
from tests.builders.rule_cases import PASSES, REFUSES
from tests.hostile.values import MISSING, TEXTS

ANY = st.sampled_from([*MISSING.values(), *TEXTS.values(), 0, 1, -1, 2.5, b"x", "2026-13-45", "2026-11-24 25:00:00"])


def test_no_rule_is_without_what_it_sees_and_what_to_change() -> None:
    names = [rule.name for rule in RULES]
    assert list(FACTS) == list(REMEDIES) == names
    assert set(names) > OF_ONE_MESSAGE
    assert {name for rule in RULES for name in rule.needs} < set(names)


def cases() -> list[tuple[str, RuleInput]]:
    told = [(rule, asked) for rule in PASSES for asked in PASSES[rule]]
    return told + [(rule, asked) for rule in REFUSES for asked, _ in REFUSES[rule]]


@pytest.mark.parametrize(("rule", "asked"), cases())
def test_asking_every_rule_finds_what_a_run_finds_first_and_says_what_each_sees(rule: str, asked: RuleInput) -> None:
    verdicts = list(evaluate_all(asked))
    refused = [(one.rule.name, one.reason) for one in verdicts if one.result is Result.REFUSED]
    first = first_refusal(asked)
    assert refused[:1] == ([(first.rule, first.reason)] if first else [])
    for one in verdicts:
        assert fact_of(one.rule.name, asked)
        assert (one.reason is None) is (one.result is not Result.REFUSED)
        assert remedy_of(one.rule.name, asked)


@given(columns=st.dictionaries(st.sampled_from(sorted(row())), ANY), step=st.sampled_from(Stage))
def test_no_row_is_too_dirty_to_be_told_of(columns: dict[str, object], step: Stage) -> None:
    asked = RuleInput(practice(step), parse_row(row(**columns), ZURICH))
    verdicts = list(evaluate_all(asked))
    first = next((one for one in verdicts if one.result is Result.REFUSED), None)
    assert (first and first.rule.name) == getattr(first_refusal(asked), "rule", None)
    assert all(fact_of(one.rule.name, asked) for one in verdicts)

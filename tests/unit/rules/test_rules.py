"""The table of rules: each with a case that it admits and one that it refuses, and the order of the table."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from datetime import date
from typing import Any

import pytest

from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.practice.opt_out import ERASED, OptOut, OptOuts, Source, patient_hash
from chalicelib.rules.rule import Refusal, Rule, is_defect
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.rules.rules import RULES, first_refusal
from chalicelib.text import Text
from chalicelib.words.words import words_of
from tests.builders.entries import NOW, SLOT, TODAY, at, candidate, entry, practice, repeated
from tests.builders.rule_cases import (
    AFTER_MIDNIGHT,
    ALL_OUT,
    BODY,
    NO_TEMPLATE,
    PASSES,
    REFUSES,
    SENT_ALREADY,
    SMS,
    SUBJECT,
    birthday,
    move,
    reminder,
)


def named(table: dict[str, list[Any]]) -> list[Any]:
    return [pytest.param(rule, case, id=f"{rule}-{n}") for rule in table for n, case in enumerate(table[rule], 1)]


@pytest.mark.parametrize(("rule", "rule_input"), named(PASSES))
def test_passes(rule: str, rule_input: RuleInput) -> None:
    assert first_refusal(rule_input) is None


@pytest.mark.parametrize(("rule", "case"), named(REFUSES))
def test_refuses(rule: str, case: tuple[RuleInput, Text]) -> None:
    rule_input, reason = case
    assert first_refusal(rule_input) == Refusal(rule, reason)


def test_the_table_has_these_rules_in_this_order_and_each_has_its_cases() -> None:
    assert [rule.name for rule in RULES] == list(PASSES) == list(REFUSES)


APPLIES = {  # every other rule applies to all kinds in both stages
    "switched_on": "reminder birthday rescheduled again send",
    "definitive": "reminder rescheduled again prepare send", "sent_again": "again send",
    "rescheduled": "rescheduled prepare send",
    "searched_days": "reminder prepare send", "birthday": "birthday prepare send",
    "open": "birthday prepare send",
    "active": "birthday prepare send", "once": "reminder birthday rescheduled again prepare",
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_which_kinds_and_stages_a_rule_applies_to(rule: Rule) -> None:
    assert rule.kinds | rule.stages == set(
        APPLIES.get(rule.name, "reminder birthday rescheduled again prepare send").split()
    )


FIXED: list[tuple[str, dict[str, Any]]] = [  # column by column, in the order of the table
    ("readable", {"Beginn": "2026-11-22 10:00"}),
    ("definitive", {"Status": "definitiv"}),
    ("searched_days", {}),
    ("ahead", {"Beginn": "2026-11-24 14:30"}),
    ("patient", {"PatientGefunden": 1}),
    ("alive", {"Sterbedatum": None}),
    ("wants_messages", {"KeineMitteilungen": 0}),
    ("payer", {"MandantGefunden": 1}),
    ("licence", {"Lizenznummer": "L-1"}),
    *[(rule, {}) for rule in ("template", "once")],
    ("not_opted_out", {"Mobiltelefon": None, "EMail": None}),
    ("address", {}),
]


def test_the_first_rule_in_table_order_is_the_reason() -> None:
    columns: dict[str, Any] = {
        "Beginn": None, "Status": "abgesagt", "PatientGefunden": 0, "Sterbedatum": "2026-01-01", "KeineMitteilungen": 1,
        "MandantGefunden": 0, "Lizenznummer": None,
    }  # fmt: skip
    days, templates, existing = frozenset({TODAY}), NO_TEMPLATE, entry(State.SENT)
    refused = []
    for rule, fixed in FIXED:
        asked = reminder(existing, around={"templates": templates, "opt_outs": ALL_OUT}, **columns)
        refusal = first_refusal(replace(asked, context=replace(asked.context, days=days)))
        refused.append(refusal.rule if refusal else None)
        columns |= fixed
        days |= frozenset({date(2026, 11, 22), date(2026, 11, 24)}) if rule == "searched_days" else days
        templates = {} if rule == "template" else templates
        existing = entry(State.CANCELLED) if rule == "once" else existing
    assert refused == [rule for rule, _ in FIXED]


@pytest.mark.parametrize("made", [RULES[0], Refusal("readable", SENT_ALREADY), reminder(), reminder().context])
def test_a_rule_and_its_input_never_change(made: Any) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(made)[0].name, None)


@pytest.mark.parametrize(
    ("rule_input", "defect"),
    [
        pytest.param(reminder(Beginn="bald"), True, id="an unreadable row is to be fixed"),
        pytest.param(reminder(PatientGefunden=0), True, id="a patient who is not there too"),
        pytest.param(reminder(around={"templates": {SMS: "[[Vornahme]]"}}), True, id="and a broken template"),
        pytest.param(reminder(Status="abgesagt"), False, id="a cancelled appointment is simply so"),
        pytest.param(reminder(Mobiltelefon=None, EMail=None), False, id="and a missing address"),
    ],
)
def test_which_refusals_a_person_should_fix(rule_input: RuleInput, defect: bool) -> None:
    refusal = first_refusal(rule_input)
    assert refusal
    assert is_defect(refusal.reason) is defect


def test_a_patient_who_is_not_there_is_named_by_the_appointment_if_there_is_one() -> None:
    assert first_refusal(birthday(PatientGefunden=0)) == Refusal("patient", Text("defect.patient", appointment="–"))


@pytest.mark.parametrize("part", [SMS, SUBJECT, BODY])
@pytest.mark.parametrize("step", Stage)
def test_a_broken_own_template_fails_closed_whichever_part_it_is(part: str, step: Stage) -> None:
    existing = entry() if step is Stage.SEND else None
    refusal = first_refusal(reminder(existing, step, {"templates": {part: "Guten Tag [[Vornahme]]"}}))
    assert refusal
    assert refusal.rule == "template"
    assert refusal.reason.code == "defect.template"
    assert words_of("de").of(refusal.reason).startswith(f"Die Vorlage {part} ist fehlerhaft. ")


@pytest.mark.parametrize("kind", Kind)
def test_credits_never_decide_in_the_rules(kind: Kind) -> None:
    made = {Kind.REMINDER: reminder, Kind.BIRTHDAY: birthday, Kind.RESCHEDULED: move}
    rule_input = made[kind]() if kind in made else repeated("2026-11-24T14:30")
    assert first_refusal(rule_input) is None
    assert not [rule for rule in RULES if "credit" in words_of("de").of(Text(f"rule.{rule.name}")).casefold()]


@pytest.mark.parametrize(
    ("today", "now", "greeted"),
    [
        pytest.param(TODAY, SLOT, True, id="on time"),
        pytest.param(TODAY, AFTER_MIDNIGHT, False, id="a run after midnight is too late for the slot's day"),
        pytest.param(date(2026, 11, 24), at("2026-11-24 10:00"), False, id="the day after"),
    ],
)
def test_a_greeting_is_for_the_slots_day(today: date, now: Any, greeted: bool) -> None:
    assert (first_refusal(birthday(around={"today": today, "now": now})) is None) is greeted


@pytest.mark.parametrize(
    ("born", "greeted"),
    [
        ("2026-11-23", False),  # today
        ("2027-11-23", False),
        ("2025-11-23", True),
        ("1906-11-23", True),
        ("1905-11-23", False),
        ("1899-11-23", False),
        ("1753-11-23", False),
    ],
)
def test_a_date_of_birth_of_an_impossible_age_is_a_dirty_row(born: str, greeted: bool) -> None:
    wrong = Text("defect.age", patient="P1", youngest=1, oldest=120)
    assert first_refusal(birthday(Geburtsdatum=born)) == (None if greeted else Refusal("readable", wrong))


def test_an_erased_patient_is_refused_for_the_erasure_and_no_other_patient_is() -> None:
    key, erased = b"key", patient_hash(b"key", "P1")
    opt_outs = OptOuts(key, {erased: OptOut(erased, None, Source.ERASURE, NOW)})
    asked = RuleInput(replace(practice(Stage.PREPARE), opt_outs=opt_outs), candidate())
    assert first_refusal(asked) == Refusal("wants_messages", ERASED)
    other = RuleInput(asked.context, candidate(PatientId="P2"))
    assert first_refusal(other) is None

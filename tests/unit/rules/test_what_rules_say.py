"""The reasons, facts and suggestions of the rules, as codes and values and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from chalicelib.entries.states import State
from chalicelib.practice.opt_out import ERASED, OptOut, OptOuts, Source, patient_hash
from chalicelib.practice.record import Licence
from chalicelib.rules.occasion_rules import searched
from chalicelib.rules.rule import Rule
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.rules.rules import RULES
from chalicelib.text import Suggestion, Text, Value, joined
from chalicelib.words.words import words_of
from tests.builders.entries import BEGINS, EMAIL, LICENSED, NOW, ZURICH, entry, opted_out
from tests.builders.rule_cases import OFF, PASSES, REFUSES, SMS, announcement, birthday, move, reminder

RULE = {rule.name: rule for rule in RULES}
WORDS = words_of("de")
AT_NOW, START = Text("moment", at=NOW.astimezone(ZURICH)), Text("fact.start", Text("moment", at=BEGINS))
LICENCE = Text("fact.licence", number="L-1")
SINCE, UNTIL = Text("fact.licence_from", first=date(2026, 1, 1)), Text("fact.licence_until", last=date(2026, 12, 31))
ERASURE = OptOuts(b"k", {patient_hash(b"k", "P1"): OptOut(patient_hash(b"k", "P1"), None, Source.ERASURE, NOW)})
BROKEN = reminder(around={"templates": {SMS: "[[Vornahme]]"}})
ALL_OFF = OFF | {"ErinnerungBeiVerschiebung": "Nein"}
OTHER_REASONS = [
    ("readable", Text("defect.appointment_id")),
    ("readable", Text("defect.patient_id_of_appointment", appointment="T1")),
    ("readable", Text("defect.patient_id")),
    ("readable", Text("defect.appointment_repeated", appointment="T1")),
    ("readable", Text("defect.patient_repeated", patient="P1")),
    ("wants_messages", ERASED),
    ("template", Text("defect.template", Text("template.empty"))),
    ("once", Text("rule.once.cancelled")),
]


def cases() -> list[tuple[str, RuleInput]]:
    passing = [(rule, rule_input) for rule in PASSES for rule_input in PASSES[rule]]
    return passing + [(rule, rule_input) for rule in REFUSES for rule_input, _ in REFUSES[rule]]


def suggestions(rule: Rule, rule_input: RuleInput) -> tuple[Suggestion, ...]:
    found = rule.suggestion(rule_input)
    return found if isinstance(found, tuple) else (found,)


def golden(name: str) -> list[str]:
    return Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()


def code(text: Text | Suggestion) -> str:
    """Such as `fact.start moment(at=2026-11-24T14:30:00+01:00)` in one line."""
    name, named = (text.code, text.values) if isinstance(text, Text) else (text.kind, text.arguments)
    inner = [f"{key}={plain(value)}" for key, value in named]
    inner += map(code, text.parts if isinstance(text, Text) else ())
    return f"{name}({', '.join(inner)})" if inner else name


def plain(value: Value) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def test_facts_and_suggestions_are_these_codes_and_values() -> None:
    lines = [
        f"{name}: {code(RULE[name].fact(case))} → {'; '.join(map(code, suggestions(RULE[name], case)))}"
        for name, case in cases()
    ]
    assert list(dict.fromkeys(lines)) == golden("codes_of_facts_and_suggestions.txt")


def test_facts_and_suggestions_read_word_for_word() -> None:
    lines = [
        f"{name}: {WORDS.of(RULE[name].fact(case))} → {'; '.join(map(WORDS.suggestion, suggestions(RULE[name], case)))}"
        for name, case in cases()
    ]
    assert lines == golden("facts_and_suggestions.txt")


TOLD = replace(announcement(State.SENT), announced_start="2026-11-23T10:05", reserved_at=NOW)


@pytest.mark.parametrize(
    ("rule", "case", "fact", "words"),
    [
        ("readable", reminder(TerminId=None), Text("fact.unnumbered_appointment", START, patient="P1"),
         "Termin ohne Nummer, Beginn Di 24.11. 14:30, Patient P1"),
        ("readable", reminder(TerminId=None, PatientId=None), Text("fact.unnumbered_appointment", START, patient="–"),
         "Termin ohne Nummer, Beginn Di 24.11. 14:30, Patient –"),
        ("rescheduled", move(TOLD, Stage.SEND, known=None),
         Text("fact.known_start", START, AT_NOW), "Beginn Di 24.11. 14:30; dem Patienten bekannt: Mo 23.11. 10:05"),
        ("readable", reminder(PatientId=None), Text("fact.appointment", START, appointment="T1", patient="–"),
         "Termin T1, Beginn Di 24.11. 14:30, Patient –"),
        ("readable", birthday(PatientId=" "),
         Text("fact.unnumbered_born", Text("fact.born", birthday=date(1980, 11, 23))),
         "Patient ohne Nummer, Geburtsdatum 23.11.1980"),
        ("licence", reminder(around={"record": replace(LICENSED, licences={})}),
         joined("comma", [LICENCE, Text("fact.licence_unregistered")]), "Lizenznummer L-1, nicht registriert"),
        ("licence", reminder(around={"record": replace(LICENSED, licences={"L-1": Licence("L-1", date(2026, 1, 1))})}),
         joined("comma", [LICENCE, SINCE, Text("fact.licence_unlimited")]),
         "Lizenznummer L-1, gültig ab 01.01.2026, unbefristet"),
        ("licence",
         reminder(around={
             "record": replace(LICENSED, licences={"L-1": Licence("L-1", date(2026, 1, 1), date(2026, 12, 31))}),
         }),
         joined("comma", [LICENCE, SINCE, UNTIL]), "Lizenznummer L-1, gültig ab 01.01.2026, gültig bis 31.12.2026"),
        ("template", BROKEN, Text("fact.template_broken", Text("language.de"), template="Terminerinnerung"),
         "Terminerinnerung auf Deutsch: fehlerhaft"),
        ("wants_messages", reminder(around={"opt_outs": ERASURE}),
         Text("fact.erased", Text("fact.stored", name="KeineMitteilungen", value="Nein"), AT_NOW),
         "KeineMitteilungen: Nein; Daten gelöscht am Mo 23.11. 10:05"),
        ("not_opted_out", reminder(), Text("fact.not_opted_out"), "keine Abmeldung"),
        ("not_opted_out", reminder(around={"opt_outs": opted_out(email=Source.ERASURE)}),
         Text("fact.opted_out.erasure", AT_NOW, address=EMAIL), f"{EMAIL}: Daten gelöscht am Mo 23.11. 10:05"),
    ],
)  # fmt: skip
def test_a_fact_that_no_case_of_the_table_has(rule: str, case: RuleInput, fact: Text, words: str) -> None:
    found = RULE[rule].fact(case)
    assert (found, WORDS.of(found)) == (fact, words)


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Deutsch"), ("fr", "Französisch"), ("it", "Italienisch"), ("en", "Englisch")]
)
def test_the_fact_about_templates_names_the_language_and_the_channels(language: str, words: str) -> None:
    found = RULE["template"].fact(reminder(Sprache=language))
    assert found == Text(
        "fact.template", Text(f"language.{language}"), template="Terminerinnerung", channels="SMS, E-Mail"
    )
    assert WORDS.of(found) == f"Terminerinnerung auf {words}: SMS, E-Mail"


@pytest.mark.parametrize(
    ("rule", "case", "found", "words"),
    [
        ("readable", reminder(TerminId=None), [Suggestion("correct_unnumbered_appointment")],
         "In der Praxissoftware beim Termin (ohne Nummer) die genannte Angabe neu erfassen; ist sie dort richtig, prüft"
         " der Datenbankadministrator die Sicht vitosms.Termin."),
        ("switched_on", move(announcement(), Stage.SEND, ALL_OFF),
         [Suggestion("switch_on", switch=name) for name in ("TerminerinnerungSenden", "ErinnerungBeiVerschiebung")],
         "Den Schalter einschalten: vitosms switches set TerminerinnerungSenden Ja; Den Schalter einschalten: vitosms"
         " switches set ErinnerungBeiVerschiebung Ja"),
        ("template", reminder(), [Suggestion("write_template", template="Terminerinnerung", language="de")],
         "Eine Vorlage erfassen: vitosms templates set Terminerinnerung/…/de"),
        ("once", reminder(replace(entry(), cancelled_manually=True)), [Suggestion("release", entry="reminder:T1")],
         "Soll die Mitteilung doch hinaus: vitosms queue release reminder:T1"),
        ("wants_messages", reminder(around={"opt_outs": ERASURE}), [Suggestion("opt_in_patient", patient="P1")],
         "Nur wenn der Patient wieder Mitteilungen will: vitosms optout remove --patient P1"),
        ("not_opted_out", reminder(), [Suggestion("opt_in", address="…")],
         "Nur wenn der Patient wieder Mitteilungen will: vitosms optout remove …"),
    ],
)  # fmt: skip
def test_a_suggestion_that_no_case_of_the_table_has(
    rule: str, case: RuleInput, found: Sequence[Suggestion], words: str
) -> None:
    told = suggestions(RULE[rule], case)
    assert (list(told), "; ".join(map(WORDS.suggestion, told))) == (found, words)


def test_reasons_read_word_for_word() -> None:
    found = [(rule, reason) for rule in REFUSES for _, reason in REFUSES[rule]] + OTHER_REASONS
    lines = dict.fromkeys(f"{rule}: {WORDS.of(reason)}" for rule, reason in found)
    assert list(lines) == golden("reasons.txt")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((), "keine Tage"),
        ((24,), "Di 24.11.2026"),
        ((25, 24), "Di 24.11.2026 bis Mi 25.11.2026"),
        ((23, 24, 25, 28), "Mo 23.11.2026 bis Mi 25.11.2026, Sa 28.11.2026"),
        ((24, 25, 28, 30), "Di 24.11.2026 bis Mi 25.11.2026, Sa 28.11.2026, Mo 30.11.2026"),
    ],
)
def test_days_in_a_row_read_as_ranges(numbers: tuple[int, ...], words: str) -> None:
    assert WORDS.of(searched({date(2026, 11, number) for number in numbers})) == words

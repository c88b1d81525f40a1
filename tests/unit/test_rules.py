"""The table of rules: each with a case that it lets pass and one that it refuses, and the order of the table."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import date
from typing import Any

import pytest

from chalicelib.entry import REVIVABLE, Entry, Kind, State
from chalicelib.licence import Licence
from chalicelib.question import Question, Step
from chalicelib.rules import RULES, Defect, Refusal, Rule, first_refusal
from tests.unit.build import BEGINS, SLOT, TODAY, at, birthday_child, candidate, entry, greeting, minutes, question

Around = dict[str, Any] | None

SMS, SUBJECT, BODY = (f"Terminerinnerung/{part}/de" for part in ("SMS", "E-Mail-Betreff", "E-Mail-Text"))
NO_TEMPLATE = {SMS: "-", SUBJECT: "-"}
NO_GREETING = {key.replace("Terminerinnerung", "Geburtstag"): value for key, value in NO_TEMPLATE.items()}
SENT_ALREADY = "Für diesen Termin ist eine Erinnerung schon versendet oder unterwegs."
GREETED_ALREADY = "Der Patient ist dieses Jahr schon beglückwünscht worden, oder es ist unterwegs."
SOON = BEGINS - minutes(1)
CLOSING = at("2026-11-23 20:00")
AFTER_MIDNIGHT = at("2026-11-24 00:10")
LATE_IN_NEW_YORK = {"now": at("2026-11-24 04:30"), "Zeitzone": "America/New_York", "Versandfenster": "08:00-23:00"}
REVOKED, EXPIRED = {"L-1": Licence("L-1", revoked=True)}, {"L-1": Licence("L-1", last=date(2026, 11, 22))}
OFF = {"TerminerinnerungSenden": "Nein", "GeburtstagsglueckwuenscheSenden": "Nein"}
NO_LICENCE, NO_MOBILE = "Der Mandant hat keine Lizenznummer.", "Keine Mobiltelefonnummer erfasst"
NO_PAYER: dict[str, Any] = {"HatBehandlung": 1, "MandantId": None, "MandantGefunden": 0}
NO_DEFAULT: dict[str, Any] = {"HatBehandlung": 0, "MandantId": None, "MandantGefunden": 0}


def reminder(before: Entry | None = None, step: Step = Step.PREPARE, around: Around = None, **columns: Any) -> Question:
    return question(candidate(**columns), before, step, **(around or {}))


def birthday(before: Entry | None = None, step: Step = Step.PREPARE, around: Around = None, **columns: Any) -> Question:
    return question(birthday_child(**columns), before, step, **(around or {}))


def sent(**changes: Any) -> Question:
    """Asked again in send, for an entry whose prepare searched 24 and 25 November."""
    return reminder(entry(searched_end=date(2026, 11, 26)), Step.SEND, **changes)


PASSES = {
    "lesbar": [reminder(), birthday(), Question(reminder().practice, candidate())],
    "eingeschaltet": [sent(), reminder(around=OFF), birthday(around=OFF)],
    "definitiv": [reminder(Status=" DEFINITIV "), sent(Status="Definitiv")],
    "suchtage": [
        reminder(), sent(Beginn="2026-11-25 23:59"), sent(Beginn="2026-11-24 08:00"), reminder(step=Step.SEND),
        reminder(entry(searched_first=TODAY, searched_end=TODAY), Step.SEND),  # not moved, whatever was searched
    ],
    "geburtstag": [birthday(), *[birthday(greeting(), Step.SEND, around) for around in ({}, LATE_IN_NEW_YORK)]],
    "noch_bevorstehend": [reminder(around={"now": SOON}), birthday(around={"now": CLOSING - minutes(1)})],
    "patient": [reminder()],
    "lebt": [reminder()],
    "wuenscht_mitteilungen": [reminder(KeineMitteilungen=None), reminder(KeineMitteilungen="Nein")],
    "mandant": [reminder(HatBehandlung=0)],
    "lizenz": [reminder(Lizenznummer=" L-1 ")],
    "textvorlage": [reminder(around={"templates": {SUBJECT: "-"}}), reminder(around={"templates": {SMS: "-"}})],
    "einmal": [reminder(), *[reminder(entry(state)) for state in sorted(REVIVABLE)], reminder(entry(), Step.SEND)],
    "adresse": [reminder(Mobiltelefon=None), reminder(EMail=None), reminder(Mobiltelefon="044 512 84 30")],
}  # fmt: skip

REFUSES: dict[str, list[tuple[Question, str]]] = {
    "lesbar": [
        (reminder(Beginn="bald"), "Der Beginn des Termins T1 ist nicht lesbar."),
        (birthday(Geburtsdatum=None), "Das Geburtsdatum des Patienten P1 ist nicht lesbar."),
    ],
    "eingeschaltet": [
        (sent(around=OFF), "Der Schalter TerminerinnerungSenden steht auf Nein."),
        (birthday(greeting(), Step.SEND, OFF), "Der Schalter GeburtstagsglueckwuenscheSenden steht auf Nein."),
    ],
    "definitiv": [
        (reminder(Status="provisorisch"), "Der Terminstatus ist nicht «definitiv»."),
        (reminder(Status=None), "Der Terminstatus ist leer, nicht «definitiv»."),
        (sent(Status="Frau Muster fragen"), "Der Terminstatus ist nicht «definitiv»."),
    ],
    "suchtage": [
        (reminder(Beginn="2026-11-25 00:00"), "Der Termin liegt nicht in den gesuchten Tagen."),
        (reminder(Beginn="2026-11-23 23:59"), "Der Termin liegt nicht in den gesuchten Tagen."),
        (sent(Beginn="2026-11-26 00:00"), "Der Termin wurde auf den 26.11.2026 verschoben."),
        (sent(Beginn="2026-11-23 23:59"), "Der Termin wurde auf den 23.11.2026 verschoben."),
    ],
    "geburtstag": [
        (birthday(Geburtsdatum="1980-11-24"), "Der Patient hat heute nicht Geburtstag."),
        (birthday(greeting(), Step.SEND, Geburtsdatum="1980-11-22"), "Der Patient hat heute nicht Geburtstag."),
        (birthday(greeting(), Step.SEND, {"now": AFTER_MIDNIGHT}), "Der Patient hat heute nicht Geburtstag."),
    ],
    "noch_bevorstehend": [
        (reminder(around={"now": BEGINS}), "Der Termin hat schon begonnen."),
        (birthday(around={"now": CLOSING}), "Das Versandfenster des Geburtstags ist schon geschlossen."),
        (birthday(around={"now": AFTER_MIDNIGHT}), "Das Versandfenster des Geburtstags ist schon geschlossen."),
    ],
    "patient": [
        (reminder(PatientGefunden=0), "Den Patienten des Termins T1 gibt es nicht."),
        (reminder(PatientId=None, PatientGefunden=0), "Den Patienten des Termins T1 gibt es nicht."),
    ],
    "lebt": [(reminder(Sterbedatum="2030-01-01"), "Beim Patienten ist ein Sterbedatum erfasst.")],
    "wuenscht_mitteilungen": [(reminder(KeineMitteilungen=1), "Der Patient wünscht keine Mitteilungen.")],
    "mandant": [
        (reminder(**NO_PAYER), "Die letzte Behandlung des Patienten hat keinen Mandanten."),
        (reminder(MandantGefunden=0), "Den Mandanten M1 der letzten Behandlung gibt es nicht."),
        (reminder(**NO_DEFAULT), "Der Patient hat keine Behandlung, und DefaultSMSMandant ist nicht gesetzt."),
        (reminder(HatBehandlung=0, MandantGefunden=0), "Den Mandanten M1 aus DefaultSMSMandant gibt es nicht."),
    ],
    "lizenz": [
        (reminder(Lizenznummer=None), NO_LICENCE),
        (reminder(Lizenznummer="  "), NO_LICENCE),
        (reminder(around={"licences": REVOKED}), "Die Lizenz des Mandanten ist widerrufen."),
        (reminder(around={"licences": EXPIRED}), "Die Lizenz des Mandanten ist am 22.11.2026 abgelaufen."),
    ],
    "textvorlage": [
        (reminder(around={"templates": NO_TEMPLATE}), "Für Terminerinnerung gibt es keine Textvorlage (de)."),
        (birthday(around={"templates": NO_GREETING}), "Für Geburtstag gibt es keine Textvorlage (de)."),
    ],
    "einmal": [
        *[(reminder(entry(state)), SENT_ALREADY) for state in sorted(set(State) - REVIVABLE)],
        (birthday(greeting(State.SENT)), GREETED_ALREADY),
    ],
    "adresse": [
        (
            reminder(Mobiltelefon="044 512 84 30", EMail=None),
            "Die Mobiltelefonnummer ist eine Festnetznummer; keine E-Mail-Adresse erfasst",
        ),
        (reminder(Mobiltelefon=None, EMail="nicht@@gültig"), f"{NO_MOBILE}; die E-Mail-Adresse ist ungültig"),
        (
            reminder(Mobiltelefon=None, around={"email_senders": frozenset()}),
            f"{NO_MOBILE}; der Versand per E-Mail ist nicht möglich",
        ),
    ],
}  # fmt: skip


def named(table: dict[str, list[Any]]) -> list[Any]:
    return [pytest.param(rule, case, id=f"{rule}-{n}") for rule in table for n, case in enumerate(table[rule], 1)]


@pytest.mark.parametrize(("rule", "asked"), named(PASSES))
def test_passes(rule: str, asked: Question) -> None:
    assert first_refusal(asked) is None


@pytest.mark.parametrize(("rule", "case"), named(REFUSES))
def test_refuses(rule: str, case: tuple[Question, str]) -> None:
    asked, reason = case
    assert first_refusal(asked) == Refusal(rule, reason)


def test_the_table_has_these_rules_in_this_order_and_each_has_its_cases() -> None:
    assert [rule.name for rule in RULES] == list(PASSES) == list(REFUSES)
    assert all(rule.sentence.endswith(".") for rule in RULES)


ASKED = {  # every other rule is asked of both kinds in both steps
    "eingeschaltet": "reminder birthday send", "definitiv": "reminder prepare send",
    "suchtage": "reminder prepare send", "geburtstag": "birthday prepare send", "einmal": "reminder birthday prepare",
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_which_kinds_a_rule_is_asked_of_and_in_which_steps(rule: Rule) -> None:
    assert rule.kinds | rule.steps == set(ASKED.get(rule.name, "reminder birthday prepare send").split())


MENDED: list[tuple[str, dict[str, Any]]] = [  # column by column, in the order of the table
    ("lesbar", {"Beginn": "2026-11-22 10:00"}),
    ("definitiv", {"Status": "definitiv"}),
    ("suchtage", {}),
    ("noch_bevorstehend", {"Beginn": "2026-11-24 14:30"}),
    ("patient", {"PatientGefunden": 1}),
    ("lebt", {"Sterbedatum": None}),
    ("wuenscht_mitteilungen", {"KeineMitteilungen": 0}),
    ("mandant", {"MandantGefunden": 1}),
    ("lizenz", {"Lizenznummer": "L-1"}),
    *[(rule, {}) for rule in ("textvorlage", "einmal", "adresse")],
]


def test_the_first_rule_in_table_order_is_the_reason() -> None:
    columns: dict[str, Any] = {
        "Beginn": None, "Status": "abgesagt", "PatientGefunden": 0, "Sterbedatum": "2026-01-01", "KeineMitteilungen": 1,
        "MandantGefunden": 0, "Lizenznummer": None, "Mobiltelefon": None, "EMail": None,
    }  # fmt: skip
    days, templates, existing = frozenset({TODAY}), NO_TEMPLATE, entry(State.SENT)
    refused = []
    for rule, mended in MENDED:
        around = {"days": days, "templates": templates}
        refusal = first_refusal(reminder(existing, around=around, **columns))
        refused.append(refusal.rule if refusal else None)
        columns |= mended
        days |= frozenset({date(2026, 11, 22), date(2026, 11, 24)}) if rule == "suchtage" else days
        templates = {} if rule == "textvorlage" else templates
        existing = entry(State.CANCELLED) if rule == "einmal" else existing
    assert refused == [rule for rule, _ in MENDED]


@pytest.mark.parametrize("made", [RULES[0], Refusal("lesbar", ""), reminder(), reminder().practice])
def test_a_rule_and_what_it_is_asked_never_change(made: Any) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(made)[0].name, None)


@pytest.mark.parametrize(
    ("asked", "defect"),
    [
        pytest.param(reminder(Beginn="bald"), True, id="an unreadable row is to be mended"),
        pytest.param(reminder(PatientGefunden=0), True, id="a patient who is not there too"),
        pytest.param(reminder(around={"templates": {SMS: "[[Vornahme]]"}}), True, id="and a broken template"),
        pytest.param(reminder(Status="abgesagt"), False, id="a cancelled appointment is simply so"),
        pytest.param(reminder(Mobiltelefon=None, EMail=None), False, id="and a missing address"),
    ],
)
def test_what_a_person_should_mend(asked: Question, defect: bool) -> None:
    refusal = first_refusal(asked)
    assert refusal
    assert isinstance(refusal.reason, Defect) is defect


@pytest.mark.parametrize("part", [SMS, SUBJECT, BODY])
@pytest.mark.parametrize("step", Step)
def test_a_broken_own_template_fails_closed_whichever_part_it_is(part: str, step: Step) -> None:
    existing = entry() if step is Step.SEND else None
    refusal = first_refusal(reminder(existing, step, {"templates": {part: "Guten Tag [[Vornahme]]"}}))
    assert refusal
    assert refusal.rule == "textvorlage"
    assert f"Die Vorlage {part} ist fehlerhaft." in refusal.reason


@pytest.mark.parametrize("kind", Kind)
def test_credits_never_decide_in_the_rules(kind: Kind) -> None:
    asked = reminder() if kind is Kind.REMINDER else birthday()
    assert first_refusal(asked) is None
    assert not [rule for rule in RULES if "credit" in rule.sentence.casefold()]


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

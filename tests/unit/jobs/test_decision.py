"""The re-check of a prepared entry, and the freezing of its message."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from chalicelib.entries.credits import Tariff
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.planning.recheck import AlreadyPhoned, End, Reserve, SendDecision, Wait, expire, recheck
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rule_input import Stage
from chalicelib.text import Text
from infra.language import said
from tests.builders.entries import (
    BEGINS,
    EMAIL,
    LICENSED,
    MOBILE,
    NOW,
    SENDER,
    at,
    birthday_child,
    candidate,
    entry,
    greeting,
    minutes,
    phoned,
    practice,
)
from tests.builders.rule_cases import NO_EMAIL, NO_MOBILE, none

SMS, SUBJECT, BODY = (f"Terminerinnerung/{part}/de" for part in ("SMS", "E-Mail-Betreff", "E-Mail-Text"))
HOURS = minutes(60)
NO_CREDITS = Text("send.no_credits")


def decided(now_is: Candidate | None, prepared: Entry | None = None, **around: Any) -> SendDecision:
    return recheck(prepared or entry(), now_is, practice(Stage.SEND, **around), Tariff(per_sms_part=3, per_email=5))


def ready(now_is: Candidate, prepared: Entry | None = None, **around: Any) -> Entry:
    decision = decided(now_is, prepared, **around)
    assert isinstance(decision, Reserve)
    return decision.after


@pytest.mark.parametrize(
    ("now_is", "around", "state", "reason"),
    [
        pytest.param(
            None, {}, "cancelled", Text("gone.appointment"), id="deleted"
        ),
        pytest.param(
            candidate(Status="abgesagt"), {}, "cancelled",
            Text("rule.definitive.other"), id="called off",
        ),
        pytest.param(
            candidate(Beginn="2026-11-25 08:00"), {}, "cancelled",
            Text("rule.searched_days.rescheduled", day=date(2026, 11, 25)), id="moved to a day that was not searched",
        ),
        pytest.param(
            candidate(Sterbedatum="2026-11-23"), {}, "cancelled",
            Text("rule.alive.deceased"), id="deceased",
        ),
        pytest.param(
            candidate(KeineMitteilungen=1), {}, "cancelled", Text("rule.wants_messages.none"), id="opted out"
        ),
        pytest.param(
            candidate(), {"record": replace(LICENSED, licences={})}, "cancelled",
            Text("licence.unregistered"), id="licence gone",
        ),
        pytest.param(
            candidate(), {"TerminerinnerungSenden": "Nein"}, "cancelled",
            Text("rule.switched_on.off", switch="TerminerinnerungSenden"), id="switched off",
        ),
        pytest.param(
            candidate(Mobiltelefon=None, EMail=None), {}, "not_sendable",
            none(NO_MOBILE, NO_EMAIL), id="no address any more",
        ),
        pytest.param(candidate(), {"now": BEGINS}, "expired", Text("over.appointment"), id="the clock"),
        pytest.param(
            candidate(Beginn="2026-11-24 09:00"), {"now": at("2026-11-24 09:30")}, "expired",
            Text("over.appointment"), id="moved, and begun",
        ),
        pytest.param(
            candidate(), {"templates": {SMS: "x" * 1601}}, "not_sendable",
            Text("sms.too_long", length=1601, most=1600),
            id="too long for a provider",
        ),
        pytest.param(
            candidate(), {"templates": {SMS: "x" * 307}, "MaxSMSTeile": "2"}, "not_sendable",
            Text("sms.too_many_parts", parts=3, most=2),
            id="more parts than allowed",
        ),
    ],
)  # fmt: skip
def test_what_ends_a_reminder(now_is: Candidate | None, around: dict[str, Any], state: str, reason: Text) -> None:
    now = around.get("now", NOW)
    assert decided(now_is, **around) == End(entry(State(state), reason=reason, version=2, changed_at=now))


@pytest.mark.parametrize(
    ("now_is", "around", "state", "reason"),
    [
        pytest.param(
            None, {}, "cancelled", Text("gone.patient"), id="deleted"
        ),
        pytest.param(
            birthday_child(Geburtsdatum="1980-11-24"), {}, "cancelled",
            Text("rule.birthday.not_today"), id="another birthday",
        ),
        pytest.param(
            birthday_child(), {"now": at("2026-11-23 20:00")}, "expired", Text("over.birthday"), id="the clock"
        ),
        pytest.param(
            birthday_child(), {"now": at("2026-11-24 08:00"), "today": date(2026, 11, 24)}, "expired",
            Text("over.birthday"), id="the day after: expired, not cancelled",
        ),
        pytest.param(
            birthday_child(), {"GeburtstagsglueckwuenscheSenden": "Nein"}, "cancelled",
            Text("rule.switched_on.off", switch="GeburtstagsglueckwuenscheSenden"), id="switched off",
        ),
    ],
)  # fmt: skip
def test_what_ends_a_greeting(now_is: Candidate | None, around: dict[str, Any], state: str, reason: Text) -> None:
    ended = greeting(State(state), reason=reason, version=2, changed_at=around.get("now", NOW))
    assert decided(now_is, greeting(), **around) == End(ended)


@pytest.mark.parametrize("outcome", ["coming", "not_coming"])
def test_who_was_reached_about_this_time_gets_no_message_of_it_any_more(outcome: str) -> None:
    reached = entry(phone_calls=(phoned(outcome),))
    assert decided(candidate(), reached) == AlreadyPhoned()
    assert isinstance(decided(candidate(Beginn="2026-11-24 16:00"), reached), Reserve)
    assert isinstance(decided(candidate(Status="abgesagt"), reached), End)


def test_who_was_not_reached_gets_the_message() -> None:
    assert isinstance(decided(candidate(), entry(phone_calls=(phoned("not_reached"),))), Reserve)


@pytest.mark.parametrize("part", [SMS, SUBJECT, BODY])
def test_a_broken_template_lets_it_wait_for_a_person(part: str) -> None:
    decision = decided(candidate(), templates={part: "[[Vornahme]]"})
    assert isinstance(decision, Wait)
    assert said(decision.reason).startswith(f"Die Vorlage {part} ist fehlerhaft.")


def test_a_template_that_comes_out_blank_waits_too() -> None:
    decision = decided(candidate(Behandler=None), templates={SMS: "[[Behandler]]"})
    assert isinstance(decision, Wait)
    assert f"Die Vorlage {SMS} ist fehlerhaft." in said(decision.reason)


def test_what_is_ready_is_frozen_whole() -> None:
    text = "Bis Dienstag, 14:30"
    frozen = ready(candidate(), templates={SMS: "Bis [[Wochentag]], [[Uhrzeit]]"})
    assert frozen == entry(
        State.RESERVED, version=2, attempt=1, charge=None, credits=3, parts=1, recipient=MOBILE, sender="PraxisBach",
        announced_start="2026-11-24T14:30",
        text=text, reserved_at=NOW, send_before=NOW + minutes(30),
    )  # fmt: skip


def test_an_email_is_frozen_with_its_subject_sender_and_place() -> None:
    frozen = ready(candidate(Mobiltelefon=None))
    assert (frozen.channel, frozen.recipient, frozen.sender) == ("E-Mail", EMAIL, SENDER)
    assert (frozen.subject, frozen.parts, frozen.credits) == ("Ihr Termin am Dienstag, 24.11.2026, um 14:30 Uhr", 0, 5)
    assert (frozen.sender_name, frozen.place) == ("Praxis am Bach", "1. Stock")


def test_each_part_of_an_sms_is_charged() -> None:
    assert ready(candidate(), templates={SMS: "x" * 161}).credits == 6


def test_what_changed_since_prepare_is_taken_over() -> None:
    moved = candidate(Beginn="2026-11-24 16:00", MandantId="M2", Lizenznummer="L-1", PatientId="P2")
    frozen = ready(moved)
    assert (frozen.starts_at, frozen.expires_at) == (at("2026-11-24 16:00"), at("2026-11-24 16:00"))
    assert (frozen.mandant, frozen.patient) == ("M2", "P2")
    assert "16:00" in (frozen.text or "")


def test_a_reason_to_wait_is_gone_once_it_is_ready() -> None:
    assert ready(candidate(), entry(reason=NO_CREDITS)).reason is None


def test_every_reservation_is_an_attempt_of_its_own() -> None:
    assert ready(candidate(), entry(attempt=4)).attempt == 5


@pytest.mark.parametrize(
    ("now", "around", "latest"),
    [
        pytest.param(NOW, {}, NOW + minutes(30), id="within 30 minutes"),
        pytest.param(at("2026-11-23 19:50"), {}, at("2026-11-23 19:59"), id="inside the Versandfenster"),
        pytest.param(
            at("2026-11-23 23:50"), {"Versandfenster": "20:00-06:00"}, at("2026-11-24 00:20"), id="across midnight"
        ),
        pytest.param(BEGINS - minutes(10), {}, BEGINS - minutes(1), id="a minute before its Beginn"),
    ],
)  # fmt: skip
def test_the_latest_moment_to_send(now: datetime, around: dict[str, Any], latest: datetime) -> None:
    assert ready(candidate(), now=now, **around).send_before == latest


def test_a_greeting_leaves_on_its_day_only() -> None:
    midnight = at("2026-11-24 00:00")
    frozen = ready(
        birthday_child(), greeting(expires_at=midnight), now=at("2026-11-23 23:50"), Versandfenster="20:00-06:00"
    )
    assert frozen.send_before == frozen.expires_at - minutes(1) == midnight - minutes(1)


@pytest.mark.parametrize(
    "now_is", [candidate(), candidate(Status=None), candidate(Mobiltelefon=None, EMail=None), None]
)
def test_deciding_twice_gives_the_same(now_is: Candidate | None) -> None:
    assert decided(now_is) == decided(now_is)


@pytest.mark.parametrize(
    ("prepared", "reason"),
    [
        (entry(), Text("over.appointment")),
        (entry(reason=NO_CREDITS), Text("over.last", Text("over.appointment"), NO_CREDITS)),
        (greeting(), Text("over.birthday")),
        (greeting(reason=NO_CREDITS), Text("over.last", Text("over.birthday"), NO_CREDITS)),
    ],
)
def test_what_expires_keeps_why_it_waited(prepared: Entry, reason: Text) -> None:
    assert expire(prepared, NOW) == replace(prepared, state=State.EXPIRED, reason=reason, version=2)


def test_only_a_prepared_entry_is_asked_again() -> None:
    with pytest.raises(ValueError, match="no arrow"):
        decided(candidate(), entry(State.SENT))

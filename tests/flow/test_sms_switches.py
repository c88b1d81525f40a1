"""A day with UmschriftErlaubt and MaxSMSTeile: messages, their cost, and patients to phone instead."""

from __future__ import annotations

import pytest

from chalicelib.entries.states import State
from chalicelib.reports.call_list import call_reason
from chalicelib.schedule.job import Job
from chalicelib.text import Text, text_of
from tests.builders.calls import entries_to_phone
from tests.flow.fake_build import Day, Desk, at

LONG = "Marie-Françoise " * 6  # 95 characters, and one of them is UCS-2


def played(**switches: str) -> Desk:
    day = Day("2026-11-23 09:55")
    desk = day.practice(**{f"Schalter__{name}": value for name, value in switches.items()})
    desk.appointment("2026-11-24 09:00", Nachname="Müller", Sprache="fr")
    desk.appointment("2026-11-24 10:00", Nachname="Genêt", Sprache="fr")
    desk.patient(Nachname=LONG, Geburtsdatum="1980-11-23")
    day.play("2026-11-23 10:10")
    return desk


@pytest.mark.parametrize(
    ("switches", "parts"),
    [
        ({}, {"T1": 1, "T2": 2, "birthday:P3:2026": 3}),
        ({"UmschriftErlaubt": "Ja"}, {"T1": 1, "T2": 1, "birthday:P3:2026": 2}),
        ({"MaxSMSTeile": "2"}, {"T1": 1, "T2": 2}),
        ({"MaxSMSTeile": "1"}, {"T1": 1}),
        ({"MaxSMSTeile": "1", "UmschriftErlaubt": "Ja"}, {"T1": 1, "T2": 1}),
    ],
)
def test_what_leaves_and_what_it_costs(switches: dict[str, str], parts: dict[str, int]) -> None:
    desk = played(**switches)
    sent = {name: entry.parts for name, entry in desk.entries.items() if entry.state is not State.NOT_SENDABLE}
    assert sent == parts
    assert len(desk.sent()) == len(parts)
    assert desk.parts.store.balances(desk.name, ["M1"]) == {"M1": 10_000 - sum(parts.values())}
    unsent = [entry for entry in desk.entries.values() if entry.state is State.NOT_SENDABLE]
    assert len(unsent) == 3 - len(parts)
    assert all((entry.charge, entry.text, entry.attempt) == (None, None, 0) for entry in unsent)


def test_a_patient_whose_sms_is_too_long_is_phoned_with_the_reason_except_for_a_greeting() -> None:
    desk = played(MaxSMSTeile="1")
    phoned = entries_to_phone(desk.entries.values(), desk.practice, at("2026-11-23 10:10"))
    assert [(entry.appointment, call_reason(entry)) for entry in phoned] == [
        ("T2", Text("sms.too_many_parts", parts=2, most=1))
    ]


def test_an_sms_of_many_parts_may_cost_the_price_of_each_and_one_that_is_too_long_does_not_leave() -> None:
    day = Day("2026-11-23 09:55")
    desks = []
    for name, length in (("ten-parts", 1450), ("too-long", 1601)):
        text = "[[Datum]] [[Uhrzeit]] " + "x" * length
        desks.append(desk := day.practice(name, **{"Vorlagen/Terminerinnerung/SMS/de": text}))
        desk.appointment("2026-11-24 09:00")
    day.play("2026-11-23 12:00")
    assert [(one.state, one.parts) for desk in desks for one in desk.entries.values()] == [
        (State.DELIVERED, 10), (State.NOT_SENDABLE, 0),
    ]  # fmt: skip


def test_where_names_are_refused_as_senders_an_sms_goes_without_one_and_the_run_says_so_once() -> None:
    day = Day("2026-11-23 09:55")
    desk = day.practice()
    for number in ("+436641234567", "+436641234568", "+447400123456", "+41790000009"):
        desk.appointment("2026-11-24 09:00", Mobiltelefon=number)
    day.play("2026-11-23 12:00")
    assert {one.state for one in desk.entries.values()} == {State.DELIVERED}
    senders = {message.to[:3]: message.sender for message in desk.parts.networks.messages}
    assert senders == {"+43": None, "+44": None, "+41": "Praxis"}
    ((_, _, line),) = desk.runs(Job.SEND)
    told = {text_of(reason) for reason in line["reasons"]}
    assert told == {Text("run.no_sender_there", country=country) for country in ("AT", "GB")}
    assert line["outcome"] == "done"

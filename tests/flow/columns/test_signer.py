"""The signer of a message: the appointment's Mandant, if the database names one; the payer is another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.entries.states import State
from chalicelib.schedule.job import Job
from tests.flow.fake_build import Day, Desk, why

SIGNER = frozenset({"Termin.MandantId"})
FREI, MUSTER = "frei@praxis.example", "muster@praxis.example"


def practice(day: Day, columns: frozenset[str] = SIGNER, **parameters: str) -> Desk:
    """M1 is Dr. A. Frei, who treated all patients last; M2 is Dr. Muster. Both have a licence."""
    desk = day.practice(**parameters)
    desk.mandant("M2")
    for row, name, sender, mail, phone in zip(
        desk.tables["Mandant"],
        ("Dr. A. Frei, Psychiatrie", "Dr. Muster"),
        ("DrFreiPsych", "DrMuster"),
        (FREI, MUSTER),
        ("044 000 00 01", "044 000 00 02"),
        strict=True,
    ):
        row |= {"Name": name, "AbsenderSMS": sender, "AbsenderEMail": mail, "Telefon": phone}
    desk.parts.data.senders[desk.name] = frozenset({FREI, MUSTER})
    desk.tables.optional = columns
    desk.parts.practices.set_optional_columns(desk.name, columns)
    return desk


def appointment(desk: Desk, mandant: str | None, time: str = "09:00", **columns: Any) -> None:
    desk.appointment(f"2026-11-24 {time}", **columns)
    desk.tables["Termin"][-1]["MandantId"] = mandant


def another(desk: Desk, mandant: str | None, time: str = "09:00") -> None:
    """One more appointment of the latest patient."""
    first = desk.tables["Termin"][-1]
    more = {"TerminId": f"{first['TerminId']}b", "Beginn": f"2026-11-24 {time}:00", "MandantId": mandant}
    desk.tables["Termin"].append(first | more)


def charged(desk: Desk) -> Mapping[str, int]:
    return {mandant: 10_000 - balance for mandant, balance in desk.parts.store.balances(desk.name, ["M1"]).items()}


def test_a_reminder_is_signed_by_the_mandant_of_the_appointment_and_paid_by_the_one_of_the_treatment() -> None:
    day = Day("2026-11-23 09:50")
    desk = practice(day)
    appointment(desk, "M2")
    appointment(desk, "M2", Mobiltelefon=None, EMail="anna@patient.example")
    day.play("2026-11-23 10:30")
    sms, mail = sorted(day.cloud.parts.networks.messages, key=lambda message: message.channel, reverse=True)
    assert (sms.sender, mail.sender) == ("DrMuster", MUSTER)
    for message in (sms, mail):
        said = f"{message.sender} {message.subject} {message.text}"
        assert "Dr. Muster" in said
        assert "044 000 00 02" in said
        assert "Frei" not in said
        assert "044 000 00 01" not in said
    assert {entry.mandant for entry in desk.entries.values()} == {"M1"}
    assert charged(desk) == {"M1": 2}


@pytest.mark.parametrize(
    ("columns", "mandant"),
    [
        pytest.param(frozenset(), "M2", id="a view without the column"),
        pytest.param(SIGNER, None, id="an appointment without a Mandant"),
        pytest.param(SIGNER, "", id="an empty one"),
    ],
)
def test_the_payer_signs_where_no_mandant_of_the_appointment_is_known(
    columns: frozenset[str], mandant: str | None
) -> None:
    day = Day("2026-11-23 09:50")
    appointment(practice(day, columns), mandant)
    day.play("2026-11-23 10:30")
    (sms,) = day.cloud.parts.networks.messages
    assert (sms.sender, "Dr. A. Frei" in str(sms.text)) == ("DrFreiPsych", True)


def test_a_greeting_is_signed_by_the_mandant_of_the_latest_treatment() -> None:
    day = Day("2026-11-23 09:50")
    desk = practice(day)
    desk.patient(Geburtsdatum="1980-11-23")
    day.play("2026-11-23 10:30")
    (sms,) = day.cloud.parts.networks.messages
    assert sms.sender == "DrFreiPsych"


def test_an_appointment_of_a_mandant_that_does_not_exist_is_reported_and_left_out() -> None:
    day = Day("2026-11-23 09:50")
    desk = practice(day)
    appointment(desk, "M9")
    appointment(desk, "M2")
    day.play("2026-11-23 10:30")
    assert [message.sender for message in day.cloud.parts.networks.messages] == ["DrMuster"]
    ((_, outcome, line),) = desk.runs(Job.PREPARE_REMINDERS)
    assert (outcome, why(line)) == ("with_errors", ["Den Mandanten des Termins T1 gibt es nicht."])


def test_a_message_without_an_sms_sender_names_the_mandant_who_lacks_one() -> None:
    day = Day("2026-11-23 09:50")
    desk = practice(day)
    desk.tables["Mandant"][1]["AbsenderSMS"] = None
    appointment(desk, "M2")
    day.play("2026-11-23 10:30")
    assert day.cloud.parts.networks.messages[0].sender is None
    ((_, _, line),) = desk.runs(Job.SEND)
    assert why(line) == ["AbsenderSMS des Mandanten M2 ist nicht verwendbar; gesendet ohne Absender."]


def test_appointments_of_a_day_are_told_together_only_where_the_same_mandant_signs() -> None:
    day = Day("2026-11-23 09:50")
    desk = practice(day, Schalter__EineErinnerungProTag="Ja")
    appointment(desk, "M1")
    another(desk, "M2", "11:00")
    another(desk, "M2", "15:00")
    day.play("2026-11-23 10:30")
    told = {str(message.sender): str(message.text) for message in day.cloud.parts.networks.messages}
    assert sorted(told) == ["DrFreiPsych", "DrMuster"]
    assert [time in told["DrFreiPsych"] for time in ("09:00", "11:00", "15:00")] == [True, False, False]
    assert [time in told["DrMuster"] for time in ("09:00", "11:00", "15:00")] == [False, True, True]


@pytest.mark.parametrize("order", [("M2", None), (None, "M2")])
def test_a_room_without_a_mandant_belongs_to_the_doctor_of_the_same_start(order: tuple[str | None, ...]) -> None:
    day = Day("2026-11-23 09:50")
    desk = practice(day)
    appointment(desk, order[0])
    another(desk, order[1])
    day.play("2026-11-23 10:30")
    (sms,) = day.cloud.parts.networks.messages
    assert sms.sender == "DrMuster"
    assert sorted(entry.state for entry in desk.entries.values()) == [State.COVERED, State.DELIVERED]


def test_two_mandanten_at_the_same_start_write_a_message_each() -> None:
    day = Day("2026-11-23 09:50")
    desk = practice(day)
    appointment(desk, "M1")
    another(desk, "M2")
    day.play("2026-11-23 10:30")
    assert sorted(str(sms.sender) for sms in day.cloud.parts.networks.messages) == ["DrFreiPsych", "DrMuster"]

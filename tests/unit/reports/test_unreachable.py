"""The patients with an appointment ahead and no usable address."""

from datetime import date
from typing import Any

import pytest

from chalicelib.messages.template import TemplateError
from chalicelib.practice.opt_out import OptOut, OptOuts, Source, patient_hash
from chalicelib.reports.unreachable import Unreachable, days_ahead, unreachable_patients
from chalicelib.text import Text
from tests.builders.entries import BEGINS, NOW, candidate, opted_out, practice

NO_ADDRESS: dict[str, Any] = {"Mobiltelefon": None, "EMail": None}
NONE = Text("address.none", Text("address.no_mobile"), Text("address.no_email"))


def reasons(*rows: dict[str, Any], **around: Any) -> list[tuple[str | None, Text]]:
    found = unreachable_patients([candidate(**columns) for columns in rows], practice(**around))
    return [(one.appointment, one.reason) for one in found]


def test_the_next_appointment_of_each_patient_without_an_address_is_listed_once() -> None:
    rows = [candidate(**NO_ADDRESS), candidate(**NO_ADDRESS, TerminId="T2", Beginn="2026-11-30 08:00:00")]
    assert unreachable_patients(rows, practice()) == [Unreachable("P1", "Muster Anna", "T1", BEGINS, NONE)]
    assert reasons({**NO_ADDRESS, "TerminId": "T3", "PatientId": "P2"}, NO_ADDRESS) == [("T3", NONE), ("T1", NONE)]


@pytest.mark.parametrize(
    "columns",
    [
        {"EMail": "anna@@example.org"},  # the mobile number is good
        {"Mobiltelefon": "079", "EMail": "Anna <anna@example.org>"},
        {**NO_ADDRESS, "Status": "provisorisch"},
        {**NO_ADDRESS, "Beginn": "2026-11-23 10:05:00"},  # has begun
        {**NO_ADDRESS, "Beginn": None},
        {**NO_ADDRESS, "Sterbedatum": "2026-11-01"},
        {**NO_ADDRESS, "KeineMitteilungen": 1},
        {**NO_ADDRESS, "PatientGefunden": 0},
    ],
)
def test_nobody_else_is_listed(columns: dict[str, Any]) -> None:
    assert reasons(columns) == []


def test_who_opted_out_has_an_address() -> None:
    assert reasons({"EMail": None}, opt_outs=opted_out(sms=Source.PERSON)) == []
    erased = OptOut(patient_hash(b"key", "P1"), None, Source.ERASURE, NOW)
    assert reasons(NO_ADDRESS, opt_outs=OptOuts(b"key", {erased.hash: erased})) == []


def test_an_unreachable_mailbox_and_an_unreadable_number_are_no_addresses() -> None:
    words, unreachable = Text("address.mobile_flaw", Text("flaw.words")), Text("address.email_unreachable")
    told = reasons({"Mobiltelefon": "079 123 45 67 alt"}, opt_outs=opted_out(email=Source.BOUNCE))
    assert told == [("T1", Text("address.none", words, unreachable))]


def test_a_switch_that_is_off_hides_nobody() -> None:
    assert reasons(NO_ADDRESS, TerminerinnerungSenden="Nein") == [("T1", NONE)]


def test_a_broken_template_is_told() -> None:
    with pytest.raises(TemplateError):
        reasons(NO_ADDRESS, templates={"Terminerinnerung/SMS/de": "[[Nam]]"})


def test_today_and_the_next_thirteen_days_are_asked_for() -> None:
    days = days_ahead(date(2026, 11, 23))
    assert (len(days), days[0], days[-1]) == (14, date(2026, 11, 23), date(2026, 12, 6))

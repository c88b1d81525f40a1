"""A patient with several appointments on a day gets one message, about the first."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from infra.local.networks.sent_message import ErrorAnswer
from tests.flow.fake_build import Day, Desk, at

WANTED = {"Schalter__EineErinnerungProTag": "Ja"}
REFUSED = ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber")
FIRST, SECOND, THIRD = "2026-11-24 09:00", "2026-11-24 11:00", "2026-11-24 16:30"


def a_practice(*starts_at: str, **parameters: str) -> tuple[Day, Desk]:
    """With one patient who has these appointments: T1, X2, X3 …"""
    day = Day("2026-11-23 09:00")
    desk = day.practice(**(WANTED | parameters))
    desk.appointment(starts_at[0])
    for n, begin in enumerate(starts_at[1:], 2):
        another = {"TerminId": f"X{n}", "Beginn": f"{begin}:00"}
        desk.tables["Termin"].append(desk.tables["Termin"][0] | another)
    return day, desk


def texts(day: Day) -> list[str]:
    return [message.text for message in day.parts.networks.messages]


def states(desk: Desk) -> dict[str, str]:
    return {name: entry.state.value for name, entry in sorted(desk.entries.items())}


def charged(desk: Desk) -> int:
    return 10_000 - desk.parts.store.balances(desk.name, ["M1"])["M1"]


def set_column(desk: Desk, appointment: str, column: str, value: Any) -> None:
    next(row for row in desk.tables["Termin"] if row["TerminId"] == appointment)[column] = value


def test_one_message_names_the_others_and_stands_for_them() -> None:
    day, desk = a_practice(SECOND, FIRST, THIRD)
    day.play("2026-11-23 10:30")
    [text] = texts(day)
    assert "Dienstag, 24.11.2026, 09:00 Uhr. Weitere Termine an diesem Tag: 11:00, 16:30 Uhr." in text
    assert states(desk) == {"T1": "covered", "X2": "delivered", "X3": "covered"}
    first, covered = desk.entries["X2"], desk.entries["T1"]
    assert (covered.covered_by, covered.covered_attempt, covered.credits, covered.charge) == (first.key, 1, 0, None)
    assert (charged(desk), first.credits, first.parts) == (2, 2, 2)
    [(_, _, line)] = desk.runs(Job.SEND)
    assert line["counts"] == {"queued": 1, "credits": 2, "covered": 2}


def test_without_the_switch_each_has_its_own() -> None:
    day, desk = a_practice(FIRST, SECOND, Schalter__EineErinnerungProTag="Nein")
    day.play("2026-11-23 10:30")
    assert len(texts(day)) == 2
    assert "Weitere" not in "".join(texts(day))
    assert states(desk) == {"T1": "delivered", "X2": "delivered"}


def test_other_days_and_other_patients_have_their_own() -> None:
    day, desk = a_practice(FIRST, "2026-11-25 09:00", **{"Schalter__OffsetSuchTage": "2"})
    desk.appointment(SECOND)
    day.play("2026-11-23 10:30")
    assert len(texts(day)) == 3
    assert "Weitere" not in "".join(texts(day))


def test_a_template_without_the_placeholder_names_only_the_first() -> None:
    day, desk = a_practice(FIRST, SECOND, **{"Vorlagen/Terminerinnerung/SMS/de": "[[Vorname]], [[Datum]] [[Uhrzeit]]"})
    day.play("2026-11-23 10:30")
    assert texts(day) == ["Vorname1, 24.11.2026 09:00"]
    assert states(desk) == {"T1": "delivered", "X2": "covered"}


@pytest.mark.parametrize(
    ("column", "value"), [("Status", "abgesagt"), ("Beginn", "2026-12-01 09:00:00"), ("PatientId", "gone")]
)
def test_secrets_are_not_named(column: str, value: str) -> None:
    day, desk = a_practice(FIRST, SECOND)
    day.cloud.at(at("2026-11-23 10:02"), partial(set_column, desk, "X2", column, value))
    day.play("2026-11-23 10:30")
    assert (len(texts(day)), "Weitere" in texts(day)[0], states(desk)["X2"]) == (1, False, "cancelled")


def test_a_refused_message_stands_for_nothing_and_the_other_gets_its_own() -> None:
    day, desk = a_practice(FIRST, SECOND)
    answers = iter([REFUSED])
    day.parts.networks.on_request = lambda message: next(answers, None)
    day.play("2026-11-23 10:30")
    assert states(desk) == {"T1": "refused", "X2": "delivered"}
    assert ["Dienstag, 24.11.2026, 11:00 Uhr. Verhindert" in text for text in texts(day)] == [True]
    assert charged(desk) == desk.entries["X2"].credits == 1


def test_without_credits_all_of_them_wait_and_go_together_later() -> None:
    day, desk = a_practice(FIRST, SECOND)
    desk.top_up("M1", -10_000, "all gone")
    day.play("2026-11-23 10:15")
    assert {entry.reason for entry in desk.entries.values()} == {Text("send.no_credits")}
    assert states(desk) == {"T1": "prepared", "X2": "prepared"}
    desk.top_up("M1", 1, "one part")
    day.play("2026-11-23 10:30")
    assert states(desk) == {"T1": "delivered", "X2": "covered"}
    assert desk.parts.store.balances(desk.name, ["M1"]) == {"M1": 0}


def test_a_covered_entry_is_no_longer_checked_after_its_start() -> None:
    day, desk = a_practice(FIRST, SECOND)
    day.play("2026-11-24 12:00")
    covered: Entry = desk.entries["X2"]
    assert (covered.state, covered.settled) == (State.COVERED, True)


def test_a_covered_one_is_not_prepared_again() -> None:
    day, desk = a_practice(FIRST, SECOND, **{"prepare-reminders__Zeitplan": "täglich alle 2 Stunden 08:00-18:00"})
    day.play("2026-11-23 20:00")
    assert (len(texts(day)), states(desk)) == (1, {"T1": "delivered", "X2": "covered"})


@pytest.mark.parametrize("wanted", ["Ja", "Nein"])
def test_two_rows_of_one_start_are_one_message_that_says_what_both_agree_on(wanted: str) -> None:
    day, desk = a_practice(FIRST, FIRST, Schalter__EineErinnerungProTag=wanted)
    desk.set("Vorlagen/Terminerinnerung/SMS/de", "[[Uhrzeit]] [[Ort]] [[Behandler]] [[WeitereTermine]]")
    for row, place in zip(desk.tables["Termin"], ("Zimmer 1", "Zimmer 2"), strict=True):
        row |= {"Ort": place, "Behandler": "Dr. Brunner"}
    day.play("2026-11-23 10:30")
    assert [text.split() for text in texts(day)] == [["09:00", "Dr.", "Brunner"]]
    assert states(desk) == {"T1": "delivered", "X2": "covered"}
    assert desk.entries["X2"].reason == Text("covered.double")
    assert charged(desk) == 1


def test_a_double_row_is_no_other_appointment_of_the_day() -> None:
    day, desk = a_practice(FIRST, FIRST, SECOND)
    day.play("2026-11-23 10:30")
    [text] = texts(day)
    assert "09:00 Uhr. Weitere Termine an diesem Tag: 11:00 Uhr." in text
    assert states(desk) == {"T1": "delivered", "X2": "covered", "X3": "covered"}

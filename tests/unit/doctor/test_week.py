"""The doctor's remarks on the data of the next seven days."""

from typing import Any

from chalicelib.words.words import words_of
from infra.doctor.finding import Finding, Result
from infra.doctor.week import Week, appointments, minors, unreadable_addresses, week_of
from tests.builders.entries import birthday_row, practice, row


def week(*rows: dict[str, object], **around: Any) -> Week:
    return week_of(practice(**around), rows, [])


def patient(number: int, **columns: Any) -> dict[str, object]:
    return row(TerminId=f"T{number}", PatientId=f"P{number}", **columns)


def shown(found: list[Finding]) -> list[tuple[str, Result, object]]:
    return [(words_of("de").of(one.check), one.result, one.found) for one in found]


def test_unreadable_addresses_are_counted_by_kind_each_patient_once() -> None:
    rows = [
        patient(1, Mobiltelefon="079 123 45 67 alt", EMail="anna@@example.org"),
        patient(1, Mobiltelefon="079 123 45 67 alt", EMail="anna@@example.org"),
        patient(2, Mobiltelefon="079 123 45 67 (keine SMS)"),
        patient(3, EMail="anna@example,org"),
        birthday_row(PatientId="P4", Mobiltelefon="unbekannt"),
        patient(5, Mobiltelefon="044 512 84 30", EMail=None),  # readable: a landline, and none
        patient(6, Mobiltelefon="079'123'45'67 (Mutter)", EMail="Anna <anna@example.org>"),
    ]
    assert shown([*unreadable_addresses(week(*rows))]) == [
        (
            "Unlesbare Adressen",
            Result.DOUBTFUL,
            "2× Mobilnummer ungültig (Buchstaben oder unbekannte Wörter), 1× E-Mail ungültig (mehr als ein @), "
            "1× E-Mail ungültig (Zeichen «,»), 1× Mobilnummer ungültig (ohne Ziffern)",
        )
    ]


def test_readable_addresses_need_no_remark() -> None:
    assert [*unreadable_addresses(week(row(), birthday_row()))] == []


def test_appointments_without_a_time_are_counted() -> None:
    midnight = "2026-11-24 00:00:00"
    rows = [patient(1, Beginn=midnight), patient(2), patient(3, Beginn=midnight, Status="provisorisch")]
    told = [one for one in shown([*appointments(week(*rows))]) if one[0] == "Ohne Zeit"]
    assert told == [("Ohne Zeit", Result.DOUBTFUL, "1 Termin beginnt um 00:00: Seine Mitteilung nennt nur den Tag")]
    assert "Ohne Zeit" not in dict(one[:2] for one in shown([*appointments(week(row()))]))


def test_minors_that_an_own_template_does_not_name_are_counted() -> None:
    rows = [
        patient(1, Geburtsdatum="2019-02-03"),
        patient(2, Geburtsdatum="2008-11-25", Mobiltelefon=None),  # by e-mail, whose text is the built-in one
        patient(3, Geburtsdatum="2008-11-25"),
        patient(4, Geburtsdatum="2008-11-24"),  # of age on that day
        patient(5, Geburtsdatum="2019-02-03", Vorname=None),
        patient(6, Geburtsdatum=None),
    ]
    own = {"Terminerinnerung/SMS/de": "Ihr Termin: [[Datum]] [[Uhrzeit]]"}
    told = shown([*minors(week(*rows, templates=own))])
    assert told == [("Minderjährige", Result.DOUBTFUL, "2 Erinnerungen an Minderjährige nennen das Kind nicht")]
    assert [*minors(week(*rows))] == []

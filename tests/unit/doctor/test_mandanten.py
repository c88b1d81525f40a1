"""Remarks of the doctor about the Mandant that signs."""

from __future__ import annotations

import pytest

from infra.doctor.finding import Result
from infra.doctor.mandanten import licences, nameless, signers
from infra.doctor.week import week_of
from tests.builders.entries import practice
from tests.unit.doctor.test_week import patient, shown

TWO = [{"MandantId": "M1"}, {"MandantId": "M2"}]


def told(*mandanten: str | None, named: bool = True, count: int = 2) -> list[tuple[str, Result, object]]:
    """The remarks on definitive appointments with these Mandanten, and on one that was cancelled."""
    rows = [patient(n, TerminMandantId=mandant) for n, mandant in enumerate(mandanten)]
    rows.append(patient(99, Status="abgesagt", TerminMandantId=None))
    return shown([*signers(week_of(practice(), rows, TWO[:count]), named)])


def test_several_mandanten_without_the_column_are_doubtful() -> None:
    found = "wer bezahlt, auch wenn der Termin bei jemand anderem ist (2 Mandanten)"
    assert told("M1", "M2", named=False) == [("Unterschrift", Result.DOUBTFUL, found)]


@pytest.mark.parametrize(
    ("mandanten", "found"),
    [
        (("M1", None), "1 Termin der nächsten 7 Tage hat keinen Mandanten: Es unterschreibt, wer bezahlt"),
        ((None, "M1", ""), "2 Termine der nächsten 7 Tage haben keinen Mandanten: Es unterschreibt, wer bezahlt"),
    ],
)
def test_definitive_appointments_without_a_mandant_are_counted(mandanten: tuple[str | None, ...], found: str) -> None:
    assert told(*mandanten) == [("Unterschrift", Result.DOUBTFUL, found)]


def test_appointments_that_all_have_a_mandant_are_good() -> None:
    assert told("M1", "M2") == [("Unterschrift", Result.GOOD, "der Mandant des Termins (Termin.MandantId)")]


@pytest.mark.parametrize("named", [False, True])
def test_of_one_mandant_nothing_is_said(named: bool) -> None:
    assert told(None, named=named, count=1) == []


def test_a_generic_sender_is_doubtful_and_countries_without_names_are_counted() -> None:
    rows = [patient(n, Mobiltelefon=number) for n, number in enumerate(("+436641234567", "+34612345678", None))]
    row = {"MandantId": "M1", "Lizenznummer": "L-1", "Name": "Praxis", "AbsenderSMS": "Info"}
    week = week_of(practice(), rows, [row])
    assert shown([*licences(week), *nameless(week)]) == [
        ("Mandant M1", Result.DOUBTFUL,
         "der Absender «Info» der SMS sagt nicht, wer sendet; Netze können ihn für Betrug halten"),
        ("Absender der SMS", Result.GOOD,
         "Länder, die Namen als Absender ablehnen oder anmelden lassen: SMS dorthin gehen ohne AbsenderSMS hinaus "
         "(AT 1, ES 1)"),
    ]  # fmt: skip

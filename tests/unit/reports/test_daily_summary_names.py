"""The names of patients in the daily summary: only with NamenInMeldungen."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.entries.states import State
from chalicelib.reports.call_list import Whom
from chalicelib.reports.reconciliation import Column, Misinformed
from chalicelib.text import Text
from tests.builders.entries import BEGINS, entry
from tests.unit.reports.test_daily_summary_text import CALLS, FAILED_CALL, RECONCILED, block, line, told


def test_names_stand_beside_the_numbers_if_the_practice_wants_them() -> None:
    nameless = replace(FAILED_CALL, patient="P2", whom=Whom())
    assert block(CALLS, calls=[FAILED_CALL, nameless], names={}) == [
        "Patient P1, Muster Anna, Termin Di 24.11. 14:30 – nicht zugestellt (Mobil: +41791234567)",
        "Patient P2, Termin Di 24.11. 14:30 – nicht zugestellt",
    ]
    found = Misinformed("0a1b2c", "T1", "P1", "Muster Anna", (), BEGINS, None, Text("misinformed.gone"))
    title = "Achtung: Diese Patienten kennen eine Zeit, die nicht mehr gilt"
    assert block(title, reconciled=replace(RECONCILED, misinformed=(found,)), names={}) == [
        "Patient P1, Muster Anna: mitgeteilt Di 24.11. 14:30, nicht mehr vorhanden"
    ]


def test_what_was_frozen_of_a_person_never_appears() -> None:
    person = {"text": "Grüezi Anna Muster", "subject": "Anna", "recipient": "+41791234567", "sender": "PraxisBach"}
    entries = [entry(state, **person) for state in State]
    reconciled = replace(RECONCILED, results=tuple(line(standing) for standing in Column))
    subject, text = told(
        charged=entries, waiting=entries, calls=[FAILED_CALL], balances={"M1": 1}, reconciled=reconciled
    )
    for word in ("Anna", "Muster", "Grüezi", "79123", "079 123", "PraxisBach"):
        assert word not in subject + text

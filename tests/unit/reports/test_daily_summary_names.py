"""The names of patients in the daily summary: only with NamenInMeldungen."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.reports.reconciliation import Misinformed
from chalicelib.text import Text
from tests.builders.entries import BEGINS
from tests.unit.reports.test_daily_summary_text import CALLS, CLOSED, FAILED_CALL, block


def test_names_stand_beside_the_numbers_if_the_practice_wants_them() -> None:
    nameless = replace(FAILED_CALL, patient="P2", name="")
    assert block(CALLS, calls=[FAILED_CALL, nameless], names=True) == [
        "Patient P1, Muster Anna, Termin Di 24.11. 14:30 – nicht zugestellt",
        "Patient P2, Termin Di 24.11. 14:30 – nicht zugestellt",
    ]
    found = Misinformed("T1", "P1", "Muster Anna", (), BEGINS, None, Text("misinformed.gone"))
    title = "Achtung: Diese Patienten kennen eine Zeit, die nicht mehr gilt"
    assert block(title, closing=replace(CLOSED, misinformed=(found,)), names=True) == [
        "Patient P1, Muster Anna: mitgeteilt Di 24.11. 14:30, nicht mehr vorhanden"
    ]

"""Printed call lists: numbered, found by their number, and not of another practice. On the fake and on DynamoDB."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from chalicelib.entries.sheet import Sheet, SheetLine
from tests.contract.sides import NOW, Side, new_practice

LINES = (SheetLine("0" * 32, 0, "2026-11-24T09:00"), SheetLine("f" * 32, 17, "2026-11-24T09:30"))
SHEET = Sheet(0, NOW, "A. Meier", LINES, False, {"day": "2026-11-24"})


def test_a_sheet_is_found_by_its_number(side: Side) -> None:
    practice, sheets = new_practice(), side.parts.sheets
    first, second = (sheets.add(practice, one) for one in (SHEET, replace(SHEET, lines=())))
    assert [first, second] == [replace(SHEET, number=1), replace(SHEET, number=2, lines=())]
    assert [sheets.sheet(practice, number) for number in (0, 1, 2, 3, -1)] == [None, first, second, None, None]
    assert sheets.sheet(new_practice(), 1) is None


def test_two_who_print_at_once_have_their_own_numbers(side: Side) -> None:
    practice, sheets = new_practice(), side.parts.sheets
    side.meanwhile(partial(sheets.add, practice, replace(SHEET, by="B. Meier")))
    mine = sheets.add(practice, SHEET)
    assert {mine.number, sheets.sheet(practice, 3 - mine.number).number} == {1, 2}  # type: ignore[union-attr]
    assert sheets.sheet(practice, mine.number) == mine


def test_a_lost_answer_skips_a_number(side: Side) -> None:
    practice, sheets = new_practice(), side.parts.sheets
    side.lose_answer()
    mine = sheets.add(practice, SHEET)
    assert mine.number in (1, 2)
    assert sheets.sheet(practice, mine.number) == mine


def test_a_sheet_is_kept_for_a_month(side: Side) -> None:
    practice, sheets = new_practice(), side.parts.sheets
    old = sheets.add(practice, replace(SHEET, at=NOW - timedelta(days=29)))
    assert sheets.sheet(practice, old.number) == old

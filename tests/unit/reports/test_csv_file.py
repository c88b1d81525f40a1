"""CSV files as Excel reads them."""

import csv
import io
from datetime import date, time

import pytest

from chalicelib.reports.csv_file import Cell, Plain, as_text, csv_file


def test_the_file_has_a_byte_order_mark_semicolons_and_crlf() -> None:
    rows: list[tuple[Cell, ...]] = [
        ("Müller; «Söhne»", 'a "b"', -37, date(2026, 11, 3), time(9, 5)),
        ("zwei\nZeilen", "", 0, "", ""),
    ]
    found = csv_file(("Name", "Text", "Zahl", "Datum", "Zeit"), rows)
    assert (
        found
        == (
            "\ufeffName;Text;Zahl;Datum;Zeit\r\n"
            '"Müller; «Söhne»";"a ""b""";-37;03.11.2026;09:05\r\n"zwei\nZeilen";;0;;\r\n'
        ).encode()
    )
    assert list(csv.reader(io.StringIO(found.decode("utf-8-sig"), newline=""), delimiter=";"))[1][0] == rows[0][0]


@pytest.mark.parametrize("text", ["=1+1", "+41791234567", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\n-1"])
def test_what_begins_like_a_formula_stays_text(text: str) -> None:
    assert as_text(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["007", "1.5", "3.11", "24.11.2026", "10:05", "079 123 45 67", "1'000", "123456789012", "12e345", "1E5"]
)
def test_what_would_become_another_number_or_a_date_stays_text(text: str) -> None:
    assert as_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Rechnung 7", "42", "12345678901", "R-1", "a=b", "«x»", "Ähm @ home"])
def test_any_other_text_is_left_alone(text: str) -> None:
    assert as_text(text) == text


def test_what_is_known_to_be_a_harmless_text_is_left_alone() -> None:
    assert csv_file(("Telefon",), [(Plain("079 123 45 67"),), ("079 123 45 67",)]).endswith(
        b"\r\n079 123 45 67\r\n'079 123 45 67\r\n"
    )

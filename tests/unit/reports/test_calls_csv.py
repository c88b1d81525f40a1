"""The call list for Excel: it reads back unchanged, and no cell runs as a formula."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.reports.call_list import Call, Phone, Whom
from chalicelib.reports.calls_csv import calls_csv
from chalicelib.text import Text
from infra.language import short
from tests.builders.entries import ZURICH, call, phoned

WHOM = Whom(
    "Muster Anna", date(1980, 3, 12), "Dr. Beispiel", "1. Stock", "fr",
    ((Phone.MOBILE, "+41 79 000 00 01"), (Phone.OFFICE, "0310000002")),
)  # fmt: skip
TRIED = phoned("not_reached"), phoned("not_reached", note="Combox")
CALL = call(Text("send.no_credits"), whom=WHOM, tries=TRIED)
HEADER = (
    "Datum", "Zeit", "Patient", "Patientennummer", "Geburtsdatum", "Mobil", "Privat", "Geschäft", "Behandler", "Ort",
    "Sprache", "Grund", "Versuche", "Eintrag", "Kennung",
)  # fmt: skip


def named(name: str) -> Call:
    return replace(CALL, whom=replace(WHOM, name=name))


def row(call: Call) -> list[str]:
    """The cells of one call, as a program reads the file again."""
    content = calls_csv([call], ZURICH, short)
    header, found = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert len(header) == len(found)
    return found


def test_the_bytes_are_what_a_swiss_excel_wants() -> None:
    content = calls_csv([named("Zürcher Zoë")], ZURICH, short)
    assert (
        content
        == b"\xef\xbb\xbf"
        + (
            ";".join(HEADER) + "\r\n"
            "24.11.2026;14:30;Zürcher Zoë;P1;12.03.1980;079 000 00 01;;031 000 00 02;Dr. Beispiel;1. Stock;Französisch;"
            "Guthaben fehlt;2. Versuch Mo 23.11. 10:05, user/anna: Combox;reminder:T1;2a31d2\r\n"
        ).encode()
    )
    assert calls_csv([], ZURICH, short).endswith(b"Eintrag;Kennung\r\n")


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("D'Angelo; Paolo", "D'Angelo; Paolo"),
        ('Meier "Mägi" Anna', 'Meier "Mägi" Anna'),
        ("Zeile\r\nzwei", "Zeile zwei"),
        ("Müller, Jürg", "Müller, Jürg"),
        ('=HYPERLINK("http://boese.example";"Anna")', '\'=HYPERLINK("http://boese.example";"Anna")'),
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'=1+1"),
        ("\r=1+1", "'=1+1"),
        ("\n=1+1", "'=1+1"),
        (" =1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ('";=1+1', '";=1+1'),  # quotes are doubled, so they do not end the cell
        ("1.2", "'1.2"),  # Excel would read 1 February
        ("007", "'007"),
        ("10:30", "'10:30"),
        ("1e5", "'1e5"),  # 100000
        ("O'Neill-Huber", "O'Neill-Huber"),
    ],
)
def test_a_nasty_name_is_text_in_its_own_cell(name: str, cell: str) -> None:
    assert row(named(name))[2] == cell


@pytest.mark.parametrize(
    ("phone", "cell"),
    [
        ("+41790000001", "079 000 00 01"),
        ("0790000001", "079 000 00 01"),
        ("0041 (0)79 000 00 01", "079 000 00 01"),
        ("790000001", "079 000 00 01"),  # as a number it would lose its zero
        ("044 000 51 14", "044 000 51 14"),
        ("+39 347 000 9250", "00 39 347 000 9250"),
        ("+423 660 00 01", "00 423 6600001"),
        ("079 000 00 01 Tochter", "079 000 00 01 Tochter"),
        ("+41 79 000 00 01 Tochter", "'+41 79 000 00 01 Tochter"),
        ("0117", "'0117"),
        ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
        ("nur morgens", "nur morgens"),
    ],
)
def test_a_number_can_be_dialled_and_is_neither_number_nor_formula(phone: str, cell: str) -> None:
    found = row(replace(CALL, whom=Whom(phones=((Phone.PRIVATE, phone),))))[6]
    assert found == cell
    assert found[0] not in "=+-@\t\r"


@pytest.mark.parametrize(("patient", "cell"), [("P0380", "P0380"), ("4711", "4711"), ("0815", "'0815"), ("=1", "'=1")])
def test_the_patient_is_found_by_his_number_again(patient: str, cell: str) -> None:
    found = row(replace(CALL, patient=patient, whom=Whom(), tries=()))
    assert found == ["24.11.2026", "14:30", "", cell, *[""] * 7, "Guthaben fehlt", "", "reminder:T1", "2a31d2"]

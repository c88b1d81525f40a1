"""The Anrufliste as a CSV file that a Swiss Excel opens rightly by a double click. Pure."""

import csv
import io
import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import phonenumbers

from chalicelib.call_list import Call

HEADER = ("Datum", "Zeit", "Patient", "Patientennummer", "Telefon", "Grund", "Eintrag")
_FORMULA = "=+-@\t\r\n＝＋－＠"  # what makes a cell one for Excel, LibreOffice or Google, in their wide forms too
_NUMBER = re.compile(r"\d[\d'’.,/: \u00a0-]*", re.ASCII)  # or a date, or a time
_KEPT = re.compile(r"[1-9]\d{0,10}", re.ASCII)  # a number that Excel shows as it is
_REGION = "CH"


def calls_csv(calls: Sequence[Call], zone: ZoneInfo) -> bytes:
    """Semicolons, as where the comma is for decimals; CRLF; a byte order mark, without which Excel reads no UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for call in calls:
        begins = call.begins.astimezone(zone)
        phones = ", ".join(_dialled(phone) for phone in call.phones)
        cells = (_text(call.name or call.patient), _text(call.patient), phones, _text(call.reason), _text(call.entry))
        writer.writerow((f"{begins:%d.%m.%Y}", f"{begins:%H:%M}", *cells))
    return text.getvalue().encode("utf-8-sig")


def _text(value: str) -> str:
    """A cell that stays text. The apostrophe is seen, but a formula of whoever wrote the name would be run.

    Quotes do not help: Excel takes them off first. What it would read as another number, or a date, is guarded too.
    """
    formula = value.startswith(tuple(_FORMULA)) or value.lstrip().startswith(tuple(_FORMULA))
    changed = _NUMBER.fullmatch(value.strip()) and not _KEPT.fullmatch(value)
    return f"'{value}" if formula or changed else value


def _dialled(phone: str) -> str:
    """As one dials it in Switzerland, in groups: 079 123 45 67, or 00 49 … for another country.

    +41791234567 would be a formula, which Excel calculates to 41791234567; an apostrophe before it is ugly to read
    and to copy, ="…" is a formula too, and 0791234567 loses its zero. In groups with blanks it is no number to a
    Swiss or German Excel. A number that nobody can read is guarded as any text.
    """
    try:
        number = phonenumbers.parse(phone, _REGION)
    except phonenumbers.NumberParseException:
        return _text(phone)
    if not phonenumbers.is_possible_number(number) or any(map(str.isalpha, phone)):  # «079 … Tochter»
        return _text(phone)
    shown = phonenumbers.format_out_of_country_calling_number(number, _REGION)
    return shown if " " in shown and shown[0] not in _FORMULA else _text(phone)

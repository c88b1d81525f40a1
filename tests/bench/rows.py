"""The patients of the bench: names of usual length, and rows made on demand."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Zurich")
# Name, Lizenznummer, AbsenderSMS, AbsenderEMail, Telefon
MANDANT = ("Praxis Dr. Keller", "L1", "PraxisKeller", "praxis@keller.example", "044 000 00 00")
NAMES = (("Frau", "Anna", "Brunner"), ("Herr", "Peter", "Schmid"), ("Frau", "Elisabeth", "Zimmermann"))


def rows(numbers: range) -> Iterator[dict[str, object]]:
    """Appointments of tomorrow as the statement gives them, each with another patient and number."""
    name, licence, sms, email, phone = MANDANT
    for row in numbers:
        salutation, first, last = NAMES[row % 3]
        yield {
            "Art": "reminder", "TerminId": f"T{row:07}", "Beginn": f"2026-11-24 {8 + row % 9:02}:00:00",
            "Status": "definitiv", "Behandler": "Dr. Keller", "Ort": "Seestrasse 12, Zürich", "Besuchsgrund": None,
            "PatientId": f"P{row:07}", "PatientGefunden": 1, "Anrede": salutation, "Vorname": first,
            "Nachname": last, "Geburtsdatum": "1970-05-17", "Sterbedatum": None,
            "Mobiltelefon": f"079 {row // 10_000:03} {row // 100 % 100:02} {row % 100:02}", "EMail": None,
            "Sprache": "de", "KeineMitteilungen": 0, "HatBehandlung": 1, "LetzteBehandlung": "2026-01-05 08:00:00",
            "LetzterTermin": None, "MandantId": "M0000001", "MandantGefunden": 1, "MandantName": name,
            "Lizenznummer": licence, "AbsenderSMS": sms, "AbsenderEMail": email, "MandantTelefon": phone,
        }  # fmt: skip

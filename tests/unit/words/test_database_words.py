"""The words about parameters, and about the places with data of a patient."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.admin.data_locations import DataLocation, backup, external_locations, log_location
from chalicelib.text import Text
from chalicelib.words.words import words_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
GERMAN = words_of("de")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            Text("parameter.no_database_url", path="/vitosms-secrets/prod/p1/Datenbank"),
            "Der Parameter /vitosms-secrets/prod/p1/Datenbank mit der Adresse der Praxisdatenbank fehlt.",
        ),
        (
            Text("parameter.refused", path="/a/Datenbank", error="ValidationException"),
            "AWS lehnt den Wert des Parameters /a/Datenbank ab (ValidationException).",
        ),
        (
            Text("parameter.no_opt_out_key", path="/a/Abmeldungen"),
            "Der Parameter /a/Abmeldungen mit dem Schlüssel der Abmeldungen fehlt.",
        ),
        (
            Text("parameter.no_key", path="/a/Abmeldungen"),
            "Der Parameter /a/Abmeldungen ist kein Schlüssel. Erlaubt sind: 64 Zeichen von 0-9 und a-f.",
        ),
        (
            Text("parameter.no_price", path="/vitosms-tarif/prod/CreditsProSMS", value="{eins}"),
            "Der Parameter /vitosms-tarif/prod/CreditsProSMS hat den Wert «{eins}». Erlaubt ist: eine ganze Zahl ab 0.",
        ),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_allowed(text: Text, words: str) -> None:
    assert GERMAN.of(text) == words


def written(location: DataLocation) -> tuple[str, str, str]:
    return GERMAN.of(location.label), GERMAN.of(location.data), GERMAN.of(location.note) if location.note else ""


def test_the_places_with_data_are_named_with_who_deletes_it() -> None:
    assert [written(one) for one in external_locations()] == [
        ("Praxisdatenbank", "alles, was die Praxis über ihn führt", "dort gilt deren Aufbewahrungspflicht"),
        ("Postfach der Praxis", "Meldungen und Tagesübersichten mit Patientennummer und Termin", "löscht die Praxis"),
        ("Dateien der Praxis", "exportierte Anruflisten und Auskünfte", "löscht die Praxis"),
        ("Sperrlisten von SNS und SES", "Nummer oder Adresse, wenn er sich dort abgemeldet hat", "löst der Betreiber"),
        ("Patient und sein Anbieter", "die Mitteilungen, die er erhalten hat", "nicht in unserer Hand"),
    ]
    assert written(backup(NOW)) == ("Sicherungen der Tabelle", "alles, was bis eben gespeichert war", "")


@pytest.mark.parametrize(
    ("name", "label", "data"),
    [
        ("activity_log", "Aktivitäten", "Terminnummern; bei Geburtstagen die Patientennummer"),
        ("job_history", "Auftragsverlauf", "Nummern, wo etwas zu beheben war"),
        ("deliver_log", "Protokoll des Versands", "nur Schlüssel der Einträge"),
        ("sms_log", "SMS-Protokoll bei SNS", "die Mobilnummer"),
        ("sms_failures", "SMS-Fehler bei SNS", "die Mobilnummer"),
    ],
)
def test_a_log_is_named_with_its_limit_in_time(name: str, label: str, data: str) -> None:
    endless = log_location(name, "group", [NOW], None, None)
    assert written(endless) == (label, data, "wird nie gelöscht: die Protokollgruppe hat keine Frist")
    assert written(log_location(name, "group", [NOW], 30, None)) == (label, data, "")

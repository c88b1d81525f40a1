"""`vitosms doctor`: names each problem of a practice and how to fix it."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.aws.parameter_store import ParameterStore
from chalicelib.text import LANGUAGES, Text
from chalicelib.wiring import wiring
from infra.language import said
from infra.translation import speak, tr
from tests.cli.configure.examined import findings
from tests.cli.running import Vitosms, save_as_somebody_else, words
from tests.flow.build import PRACTICE, Database
from tests.sql_server.certificates import certificate
from tests.sql_server.endpoint import SqlServer
from tests.sql_server.troubles import Trouble

READS_ONLY = {"SELECT", "WITH"}


@pytest.fixture
def vitosms(capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def test_a_practice_in_order_is_green_from_its_parameters_to_its_credits(
    vitosms: Vitosms, server: SqlServer, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_bytes(server.certificate.cert_pem)
    wiring().parameters.save_database_url(PRACTICE, server.url(f"?ca={tmp_path}/ca.pem"))
    found = findings(vitosms)
    nobody = {"Meldungen": "niemand an der Praxis erhält Meldungen und die Tagesübersicht"}
    doubtful = {check: one["found"] for check, one in found.items() if one["result"] != "good"}
    assert doubtful.pop("Firewall").startswith("keine feste Adresse")  # of this stage
    assert doubtful == nobody
    assert list(found)[:5] == ["Parameter", "Parameter Store", "Versand", "Meldungen", "Adresse der Datenbank"]
    assert found["Parameter Store"]["found"].endswith("von 10'000 Standard-Parametern der Region sind gebraucht")
    assert found["Verschlüsselung"]["found"].startswith("TLSv1.2, Zertifikat geprüft, gültig bis ")
    assert found["Leserecht"]["found"] == "nur die vier Sichten, nur lesend"
    assert found["Sicht Patient"]["found"] == "10 Spalten, Typen wie vereinbart"
    assert found["Termine"]["found"] == "2 definitive in den nächsten 7 Tagen"
    assert found["Erreichbar"]["found"] == "50 % der Patienten (1 von 2)"
    assert found["Vorlage Terminerinnerung de"]["found"] == "1 SMS zu 1 Teil"
    assert {sql.split()[0] for sql in server.questions()} <= READS_ONLY


@pytest.mark.parametrize(("used", "result"), [(9_500, "good"), (9_501, "doubtful")])
def test_a_region_that_has_hardly_room_for_more_parameters_is_told(
    vitosms: Vitosms, server: SqlServer, monkeypatch: pytest.MonkeyPatch, used: int, result: str
) -> None:
    monkeypatch.setattr(ParameterStore, "count_standard", lambda _: used)
    assert findings(vitosms)["Parameter Store"]["result"] == result


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_is_read_from_80_columns_on(vitosms: Vitosms, server: SqlServer, language: str) -> None:
    code, out, err = vitosms.run("doctor", "--stage", "local", lang=language)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    speak(language)
    assert f"!   {said(Text('check.encryption'))}" in out
    assert f"→ {tr('add ?ca=/path to verify the server; turn on “Force encryption” on the server')[:20]}" in out
    assert out.splitlines()[-1].startswith(PRACTICE)


@pytest.mark.parametrize(
    ("attribute", "value", "check", "result", "told"),
    [
        ("granted", {("DATABASE", "SELECT")}, "Leserecht", "doubtful", "Das Konto darf die ganze Datenbank lesen."),
        ("granted", {("OBJECT", "SELECT")}, "Leserecht", "doubtful", "Das Konto darf auch anderes als die vier Sic"),
        ("granted", {("OBJECT", "EXECUTE")}, "Leserecht", "doubtful", "Das Konto darf nicht nur lesen, sondern auch"),
        (
            "granted", {("OBJECT", "INSERT"), ("DATABASE", "CREATE TABLE")}, "Leserecht", "doubtful",
            "Das Konto darf nicht nur lesen, sondern auch CREATE TABLE, INSERT.",
        ),
        ("collation", "Latin1_General_CI_AS", "Sicht Mandant", "bad", "MandantId ist nach Latin1_General_CI_AS"),
        ("types", {"Sterbedatum": "nvarchar"}, "Sicht Patient", "bad", "Sterbedatum ist nvarchar statt date"),
        ("types", {"Beginn": "datetime"}, "Sicht Termin", "bad", "Beginn ist datetime statt datetime2"),
        ("types", {"Beginn": "nvarchar"}, "Sichten lesen", "bad", "In der Sicht vitosms.Termin der Praxisdatenb"),
        ("denied", ("Behandlung",), "Sichten lesen", "bad", "Das Konto darf die Sicht vitosms.Behandlung"),
        ("encryption", 2, "Verschlüsselung", "bad", "Der Server der Praxisdatenbank bietet keine Verschlüsselung"),
        ("lasting", Trouble(0, "close"), "Sichten lesen", "bad", "Die Verbindung zur Praxisdatenbank ist abgebr"),
        ("state", 924, "Verbindung", "bad", "Die Praxisdatenbank ist in Wartung"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_server_is_told(
    vitosms: Vitosms, server: SqlServer, attribute: str, value: Any, check: str, result: str, told: str
) -> None:
    before = getattr(server, attribute)
    setattr(server, attribute, {**before, **value} if isinstance(value, dict) else value)
    one = findings(vitosms, exit_code=int(result == "bad"))[check]
    assert (one["result"], one["fix"] != "") == (result, True)
    assert one["found"].startswith(told)


def test_a_certificate_that_ends_soon_is_told(vitosms: Vitosms, server: SqlServer, tmp_path: Path) -> None:
    server.certificate = certificate(days=9)
    (tmp_path / "ca.pem").write_bytes(server.certificate.cert_pem)
    wiring().parameters.save_database_url(PRACTICE, server.url(f"?ca={tmp_path}/ca.pem"))
    assert findings(vitosms)["Verschlüsselung"]["result"] == "doubtful"


@pytest.mark.parametrize(
    ("options", "login", "check", "told"),
    [
        ("?encryption=off", {}, "Verschlüsselung", "ausgeschaltet (?encryption=off)"),
        ("", {"password": "falsch"}, "Verbindung", "Die Praxisdatenbank lehnt die Anmeldung ab"),
        ("", {"database": "andere"}, "Verbindung", "Der Server der Praxisdatenbank hat keine Datenbank dieses Namens"),
        ("", {"host": "no..host"}, "Verschlüsselung", "Die Praxisdatenbank ist nicht erreichbar"),
        ("?ca=/fehlt.pem", {}, "Verschlüsselung", "Die Datei mit den Zertifikaten für die Praxisdatenbank (?ca=…)"),
        ("?ca=/fehlt.pem", {}, "Verbindung", "Die Datei mit den Zertifikaten für die Praxisdatenbank (?ca=…) fehlt"),
    ],
)
def test_what_is_wrong_with_the_address_is_told(
    vitosms: Vitosms, server: SqlServer, options: str, login: dict[str, str], check: str, told: str
) -> None:
    wiring().parameters.save_database_url(PRACTICE, server.url(options, **login))
    _, out, _ = vitosms.run("doctor", "--stage", "local", "--json")
    [one] = [one for one in json.loads(out)["findings"] if words(one["check"]) == check]
    assert words(one["found"]).startswith(told)


@pytest.mark.parametrize(
    ("name", "value", "check", "told"),
    [
        ("Schalter/OffsetSuchTage", "viele", "Parameter", "den Wert «viele»"),
        ("Schalter/DefaultSMSMandant", "M9", "DefaultSMSMandant", "Den Mandanten M9 gibt es nicht."),
        ("Vorlagen/Terminerinnerung/SMS/de", "[[Quatsch]]", "Parameter", "unbekannte Platzhalter «Quatsch»"),
        ("Vorlagen/Terminerinnerung/SMS/de", "Ihr Termin. " * 20, "Vorlage Terminerinnerung de", "1 SMS zu 2 Teilen"),
    ],
)
def test_what_is_wrong_with_the_settings_is_told(
    vitosms: Vitosms, server: SqlServer, name: str, value: str, check: str, told: str
) -> None:
    save_as_somebody_else(name, value)
    try:
        one = findings(vitosms, exit_code=int("Teilen" not in told))[check]
    finally:
        wiring().parameters.forget(PRACTICE, name)
    assert told in one["found"]
    assert one["fix"]


def test_the_text_about_a_moved_appointment_is_checked_where_moves_are_told(
    vitosms: Vitosms, server: SqlServer
) -> None:
    parameters, text = wiring().parameters, "Vorlagen/Terminverschiebung/SMS/de"
    assert "Vorlage Terminverschiebung de" not in findings(vitosms)
    parameters.save(PRACTICE, "Schalter/ErinnerungBeiVerschiebung", "Ja")
    parameters.save(PRACTICE, text, "Ihr Termin ist verschoben. " * 10)
    try:
        one = findings(vitosms)["Vorlage Terminverschiebung de"]
    finally:
        parameters.forget(PRACTICE, text)
        parameters.forget(PRACTICE, "Schalter/ErinnerungBeiVerschiebung")
    assert (one["result"], one["found"]) == ("doubtful", "1 SMS zu 2 Teilen")


def test_a_search_that_failed_is_told_until_one_succeeds(vitosms: Vitosms, server: SqlServer) -> None:
    raised = wiring().raised_alerts
    raised.add(PRACTICE, "run-failed#prepare-reminders#0123456789abcdef", wiring().clock())
    one = findings(vitosms, exit_code=1)["Letzter Lauf"]
    record = wiring().practices.record(PRACTICE)
    assert record is not None
    raised.end(record, "run-failed", "prepare-reminders")
    assert one["found"] == "«Terminerinnerungen aufbereiten» ist fehlgeschlagen."
    assert one["fix"].endswith("vitosms jobs run prepare-reminders")


def test_an_empty_view_and_a_missing_licence_are_told(vitosms: Vitosms, practice: Database, server: SqlServer) -> None:
    practice.run("UPDATE Mandant SET Lizenznummer = 'L-unbekannt'")
    practice.run("CREATE TABLE Aside AS SELECT * FROM Termin")
    practice.run("DELETE FROM Termin")
    found = findings(vitosms, exit_code=1)
    practice.run("INSERT INTO Termin SELECT * FROM Aside")
    practice.run("DROP TABLE Aside")
    practice.run("UPDATE Mandant SET Lizenznummer = 'L1'")
    assert found["Zeilen"]["fix"].startswith("leer ist Termin")
    assert found["Termine"]["result"] == "doubtful"
    assert "nicht registriert" in found["Mandant M1"]["found"]


def test_a_row_that_cannot_be_read_is_told(vitosms: Vitosms, practice: Database, server: SqlServer) -> None:
    wiring().parameters.save_database_url(PRACTICE, practice.url)  # the server has types
    practice.appointment("T9", "P1", "2026-11-24 99:00:00")
    found = findings(vitosms, exit_code=1)  # the file is not on a Lambda
    practice.run("DELETE FROM Termin WHERE TerminId = 'T9'")
    assert found["Unlesbares"]["found"] == "Der Beginn des Termins T9 ist nicht lesbar."


def test_a_missing_secret_ends_the_checks_and_is_told(vitosms: Vitosms, practice: Database) -> None:
    boto3.client("ssm").delete_parameter(Name=f"/vitosms-secrets/local/{PRACTICE}/Datenbank")
    found = findings(vitosms, exit_code=1)
    assert list(found)[-1] == "Adresse der Datenbank"
    assert "fehlt" in found["Adresse der Datenbank"]["found"]


def test_a_date_of_birth_that_many_patients_have_may_be_a_placeholder(
    vitosms: Vitosms, practice: Database, server: SqlServer
) -> None:
    for n in range(5):
        practice.run("INSERT INTO Patient (PatientId, Geburtsdatum) VALUES (?, '1899-12-30')", f"X{n}")
    practice.run("INSERT INTO Patient (PatientId, Geburtsdatum) VALUES ('Y', '1950-01-01')")
    found = findings(vitosms)["Geburtsdaten"]
    practice.run("DELETE FROM Patient WHERE PatientId LIKE 'X%' OR PatientId = 'Y'")
    assert (found["result"], found["found"]) == ("doubtful", "5 Patienten haben das Geburtsdatum 1899-12-30")
    assert "Geburtsdaten" not in findings(vitosms)


def test_stopped_e_mails_are_found_with_the_command_that_resumes_them(vitosms: Vitosms, server: SqlServer) -> None:
    stops = wiring().stops
    stops.stop_emails(PRACTICE, Text("stop.emails.complaint", found=2, last=500, most=1))
    found = findings(vitosms, 1)["Versand"]
    stops.resume(PRACTICE, wiring().clock())
    assert (found["result"], found["fix"]) == ("bad", f"vitosms practice resume {PRACTICE}")
    assert "SMS gehen weiter" in found["found"]


def test_stopped_sms_are_found_with_the_command_that_resumes_them(vitosms: Vitosms, server: SqlServer) -> None:
    stops = wiring().stops
    stops.stop_sms(Text("stop.sms", Text("carrier.account_limit")))
    found = findings(vitosms, 1)["Versand"]
    stops.resume_all(wiring().clock())
    assert (found["result"], found["fix"]) == ("bad", "vitosms resume --all")
    assert "Ausgabenlimit für SMS ist erreicht" in found["found"]

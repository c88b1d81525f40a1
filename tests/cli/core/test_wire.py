"""The command on a practice whose database is a SQL Server."""

import json
from pathlib import Path

import pytest

from infra.cli import main
from tests.builders.practice_file import Tables, practice_file
from tests.sql_server.endpoint import SqlServer

DAY = ("--from", "2026-11-23T09:45", "--to", "2026-11-23T10:30", "--topup", "M1=10", "--json")
SENDING = ("--switch", "TerminerinnerungSenden=Ja", "--switch", "GeburtstagsglückwünscheSenden=Ja")
PRACTICE: Tables = {
    "Mandant": [{"MandantId": "M1", "Name": "Praxis Zürn", "Lizenznummer": "L1", "AbsenderSMS": "Zuern"}],
    "Patient": [
        {"PatientId": "P1", "Vorname": "Zoé", "Nachname": "D'Angelo", "Mobiltelefon": "078 000 12 34"},
        {"PatientId": "P2", "Vorname": "Rosa", "Nachname": "Leer", "Geburtsdatum": "1980-11-23", "Mobiltelefon": "x"},
        {"PatientId": "P3", "Vorname": "Jürg", "Geburtsdatum": "1980-11-23", "Mobiltelefon": "078 000 12 35"},
        {"PatientId": "P4", "Sterbedatum": "2026-11-01", "Geburtsdatum": "1980-11-23", "Mobiltelefon": "0780001236"},
        {"PatientId": "P5", "KeineMitteilungen": 1, "Mobiltelefon": "078 000 12 37"},
    ],
    "Behandlung": [
        {"BehandlungId": f"B{n}", "PatientId": f"P{n}", "MandantId": "M1", "EroeffnetAm": "2026-01-05 08:00:00"}
        for n in range(1, 6)
    ],
    "Termin": [
        {"TerminId": f"T{n}", "PatientId": f"P{n}", "Beginn": f"2026-11-24 0{n}:30:00", "Status": "definitiv"}
        for n in range(1, 6)
    ],
}


def test_a_rehearsal_over_the_wire_is_that_of_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url, documents = practice_file(tmp_path / "praxis.db", PRACTICE), []
    with SqlServer(tmp_path / "praxis.db") as server:
        for database in (url, server.url()):
            assert main.run(["rehearse", "--insecure-argument", "--database", database, *DAY, *SENDING]) == 0
            documents.append(json.loads(capsys.readouterr().out))
        assert len(server.questions()) == 7  # Mandanten, columns of three views, reminders, birthdays, recheck
    _, asked = ([run.pop("question_ms") for run in document["runs"]] for document in documents)
    assert any(asked), "a server is timed, a file is not"
    assert documents[0] == documents[1]
    states = {entry["entry"]: entry["state"] for entry in documents[1]["entries"]}
    assert states == {
        "reminder:T1": "delivered", "reminder:T2": "not_sendable", "reminder:T3": "delivered",
        "birthday:P3:2026": "delivered",
    }  # fmt: skip


def test_a_server_that_cannot_be_read_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with SqlServer(tmp_path / "none.db") as server:
        wrong = server.url(password="falsch")  # noqa: S106 - it is wrong
        assert main.run(["rehearse", "--insecure-argument", "--database", wrong, *DAY]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "vitosms: Die Praxisdatenbank lehnt die Anmeldung ab, bitte Benutzer und Passwort prüfen.\n"

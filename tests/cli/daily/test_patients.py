"""`vitosms patients unreachable`: the patients whose address the practice should correct before their appointment."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.text import LANGUAGES
from chalicelib.wiring import wiring
from tests.cli.running import Vitosms, running, save_as_somebody_else, words
from tests.flow.build import PRACTICE
from tests.sql_server.endpoint import SqlServer

WHY = "Mobilnummer ungültig (falsche Anzahl Ziffern); E-Mail ungültig (Zeichen «,»)"


@pytest.fixture
def vitosms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Vitosms]:
    with running(tmp_path) as (_, database):
        database.patient("2026-12-06 23:45:00", Mobiltelefon="079 000 00", EMail="p4@beispiel,example")
        database.patient("2026-12-07 00:15:00", Mobiltelefon=None)
        yield Vitosms(capsys)


def test_they_are_listed_with_the_appointment_and_the_reason(vitosms: Vitosms) -> None:
    document = vitosms.told("patients", "unreachable")
    first, second = document["patients"]
    assert (document["practice"], first["patient"], first["appointment"]) == (PRACTICE, "P2", "T2")
    assert words(first["reason"]) == "Keine Mobilnummer; keine E-Mail"
    assert (second["patient"], second["name"]) == ("P4", "Nachname4 Vorname4")
    assert (second["starts_at"], words(second["reason"])) == ("2026-12-06T23:45:00+01:00", WHY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_is_read_from_80_columns_on(vitosms: Vitosms, language: str) -> None:
    code, out, err = vitosms.run("patients", "unreachable", lang=language)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert "P4" in out
    assert "06.12." in out
    assert "079" not in out


def test_the_csv_file_has_the_same_rows(vitosms: Vitosms, tmp_path: Path) -> None:
    file = tmp_path / "adressen.csv"
    assert vitosms.shows("patients", "unreachable", "--csv", str(file)) == f"{file}: 2 Patienten\n"
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Datum;Zeit;Patient;Patientennummer;TerminId;Grund"
    assert lines[2] == f'06.12.2026;23:45;Nachname4 Vorname4;P4;T4;"{WHY}"'
    assert vitosms.refuses("patients", "unreachable", "--csv", "-", "--json") == "give either --csv or --json"


def test_one_bounded_statement_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path) as (_, database), SqlServer(Path(database.path)) as server:
        wiring().parameters.save_database_url(PRACTICE, server.url())
        assert len(Vitosms(capsys).told("patients", "unreachable")["patients"]) == 1
        assert len([sql for sql in server.questions() if "vitosms." in sql]) == 1


def test_nobody_is_missing_an_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path) as (_, database):
        database.set_patient("P2", "Mobiltelefon", "079'000'00'02 (Mutter)")()
        shown = Vitosms(capsys).shows("patients", "unreachable")
    assert shown == "Alle mit einem Termin in den nächsten 14 Tagen haben eine brauchbare Adresse.\n"


def test_settings_that_are_invalid_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path):
        vitosms = Vitosms(capsys)
        save_as_somebody_else("Schalter/BevorzugterKanal", "Fax")
        assert "BevorzugterKanal" in vitosms.refuses("patients", "unreachable")
        wiring().parameters.save(PRACTICE, "Schalter/BevorzugterKanal", "SMS")
        wiring().parameters.save(PRACTICE, "Vorlagen/Terminerinnerung/SMS/de", "[[Nam]]")
        assert "Terminerinnerung/SMS/de" in vitosms.refuses("patients", "unreachable")

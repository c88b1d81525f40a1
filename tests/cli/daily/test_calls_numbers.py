"""`vitosms calls` of a practice whose view has both optional phone columns, after its runs: all that a call needs."""

import csv
import io
from collections.abc import Iterator

import pytest

from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running
from tests.flow.build import at

PHONES = ("Patient.TelefonPrivat", "Patient.TelefonGeschaeft")
LANDLINE, PRIVATE, OFFICE = "044 512 84 30", "+41 31 512 84 31", "041 512 84 32"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The carriers take no landline: the patient of tomorrow at eleven has to be phoned."""
    with running(tmp_path_factory.mktemp("numbers"), PHONES) as (rehearsed, database):
        numbers = {"Mobiltelefon": LANDLINE, "TelefonPrivat": PRIVATE, "TelefonGeschaeft": OFFICE}
        patient = database.patient("2026-11-24 11:00:00", Geburtsdatum="1958-04-03", Sprache="fr", **numbers)
        database.run("UPDATE Termin SET Behandler = 'Dr. Muster', Ort = '2. Stock' WHERE PatientId = ?", patient)
        rehearsed.cloud.play(at("12:00"))
        yield rehearsed


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def test_the_list_shows_all_numbers_and_who_where_and_in_which_language(vitosms: Vitosms) -> None:
    shown = vitosms.shows("calls")
    for part in (
        "Nachname4 Vorname4", "03.04.1958", "P4", "Französisch", f"Mobil {LANDLINE}", f"Privat {PRIVATE}",
        f"Geschäft {OFFICE}", "Dr. Muster, 2. Stock", "Di 24.11. 11:00",
    ):  # fmt: skip
        assert part in shown


def test_the_document_has_them_as_the_practice_wrote_them(vitosms: Vitosms) -> None:
    document = vitosms.told("calls")
    assert document["remarks"] == []
    (call,) = [one for one in document["calls"] if one["patient"] == "P4"]
    assert call["phones"] == [
        {"kind": "mobile", "number": LANDLINE}, {"kind": "private", "number": PRIVATE},
        {"kind": "office", "number": OFFICE},
    ]  # fmt: skip
    assert (call["born"], call["practitioner"], call["place"]) == ("1958-04-03", "Dr. Muster", "2. Stock")
    assert (call["language"], call["name"], call["appointment"]) == ("fr", "Nachname4 Vorname4", "T4")


def test_the_file_has_a_column_for_each(vitosms: Vitosms) -> None:
    lines = vitosms.shows("calls", "--csv", "-").removeprefix("\ufeff")
    (row,) = [one for one in csv.DictReader(io.StringIO(lines), delimiter=";") if one["Patientennummer"] == "P4"]
    wanted = {
        "Datum": "24.11.2026", "Zeit": "11:00", "Patient": "Nachname4 Vorname4", "Geburtsdatum": "03.04.1958",
        "Mobil": LANDLINE, "Privat": "031 512 84 31", "Geschäft": OFFICE, "Behandler": "Dr. Muster", "Ort": "2. Stock",
        "Sprache": "Französisch",
    }  # fmt: skip
    assert {name: row.get(name) for name in wanted} == wanted

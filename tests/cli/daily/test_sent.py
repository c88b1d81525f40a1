"""`vitosms sent` on a running stage."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.text import LANGUAGES
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.cli.daily.test_resolve import unknown
from tests.cli.running import Vitosms, running, words
from tests.flow.build import PRACTICE, Database, at


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rehearsal, Database]]:
    with running(tmp_path_factory.mktemp("sent")) as (rehearsed, database):
        rehearsed.cloud.play(at("10:31"))
        unknown(rehearsed, database, "T9")
        yield rehearsed, database


@pytest.fixture
def vitosms(both: tuple[Rehearsal, Database], capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def test_each_message_is_listed_with_its_patient_and_what_it_cost(vitosms: Vitosms) -> None:
    document = vitosms.told("sent")
    assert (document["practice"], document["date"], document["unknown"]) == (PRACTICE, "2026-11-23", 1)
    first, second = document["messages"]
    key = first.pop("key")
    assert first == {
        "patient": "P1", "name": "Nachname1 Vorname1", "entry": "reminder:T1", "kind": "reminder", "appointment": "T1",
        "starts_at": "2026-11-24T09:00:00+01:00", "sent_at": "2026-11-23T10:05:00+01:00", "channel": "sms",
        "mandant": "M1", "state": "delivered", "credits": 1, "parts": 1,
    }  # fmt: skip
    assert (second["entry"], second["kind"], second["starts_at"]) == ("birthday:P3:2026", "birthday", None)
    assert vitosms.told("queue", "show", key[:6])["entry"] == "reminder:T1"


def test_a_message_whose_outcome_is_unknown_is_not_listed(vitosms: Vitosms) -> None:
    assert words(vitosms.told("sent")["remarks"]) == [
        "Nicht aufgeführt: 1 Mitteilung, bei der ungewiss ist, ob sie versendet wurde"
        " (vitosms queue list --group underway)."
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_is_read_from_80_columns_on(vitosms: Vitosms, language: str) -> None:
    code, out, err = vitosms.run("sent", lang=language)
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert max(map(len, lines[:-2])) <= 80
    assert lines[3].split()[:2] == ["P1", "10:05"]
    assert "Nachname1 Vorname1" in lines[4]


def test_of_another_day_and_of_none_to_come(vitosms: Vitosms) -> None:
    assert vitosms.shows("sent", "--date", "22.11.2026") == "Am So 22.11.2026 wurde keine Mitteilung versendet.\n"
    assert vitosms.refuses("sent", "--date", "2026-11-24") == "--date '2026-11-24': this day is still to come"
    old = vitosms.told("sent", "--date", "2026-01-05")
    assert words(old["remarks"]) == [
        "Nach 180 Tagen werden die Personendaten entfernt; solche Mitteilungen sind nicht aufgeführt."
    ]


def test_the_csv_file_has_the_same_rows(vitosms: Vitosms, tmp_path: Path) -> None:
    file = tmp_path / "versendet.csv"
    code, out, err = vitosms.run("sent", "--csv", str(file))
    assert (code, out) == (0, f"{file}: 2 Mitteilungen\n")
    assert err.startswith("Nicht aufgeführt: 1 Mitteilung")
    assert file.read_text(encoding="utf-8-sig").splitlines() == [
        "Datum;Zeit;Patient;Patientennummer;Mitteilung;Kanal;Mandant;Stand;Credits;Eintrag;Kennung",
        "23.11.2026;10:05;Nachname1 Vorname1;P1;Terminerinnerung;SMS;M1;zugestellt;1;reminder:T1;65cadc",
        "23.11.2026;10:05;Nachname3 Vorname3;P3;Geburtstag;SMS;M1;zugestellt;1;birthday:P3:2026;05fd2b",
    ]
    assert vitosms.refuses("sent", "--csv", "-", "--json") == "give either --csv or --json"


def test_without_the_practice_database_there_are_numbers_and_no_names(
    vitosms: Vitosms, both: tuple[Rehearsal, Database], tmp_path: Path
) -> None:
    parameters = wiring().parameters
    parameters.save_database_url(PRACTICE, f"sqlite:///{tmp_path}/none.db")
    try:
        document = vitosms.told("sent")
    finally:
        parameters.save_database_url(PRACTICE, both[1].url)
    assert [(one["patient"], one["name"]) for one in document["messages"]] == [("P1", None), ("P3", None)]
    assert "nur die Patientennummern" in words(document["remarks"])[0]

"""The command as a person calls it: what goes to stdout, what to stderr, and the exit code."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.aws.table import CancelledError, Reason
from infra.cli import main
from infra.cli.sandbox import demo
from infra.demo.tables import CONTRACT

DAY = ("--from", "2026-11-23T09:45", "--to", "2026-11-23T10:30")
REMIND = ("--switch", "TerminerinnerungSenden=Ja")


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def practice(tmp_path: Path) -> str:
    """One Mandant, and two patients with an appointment tomorrow: a mobile number, and none. The URL."""
    path = tmp_path / "praxis.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(CONTRACT.read_text(encoding="utf-8"))
        connection.executescript("""
            INSERT INTO Mandant (MandantId, Name, Lizenznummer, AbsenderSMS) VALUES ('M1', 'Dr. [Zürn]', 'L1', 'Zuern');
            INSERT INTO Patient (PatientId, Vorname, Nachname, Mobiltelefon) VALUES
                ('P1', 'Jürg', 'Genügend', '078 000 12 34'), ('P2', 'Rosa [red]', 'Leer', '044 000 12 34');
            INSERT INTO Behandlung (BehandlungId, PatientId, MandantId, EroeffnetAm) VALUES
                ('B1', 'P1', 'M1', '2026-01-05 08:00:00'), ('B2', 'P2', 'M1', '2026-01-05 08:00:00');
            INSERT INTO Termin (TerminId, PatientId, Beginn, Status) VALUES
                ('T1', 'P1', '2026-11-24 08:00:00', 'definitiv'), ('T2', 'P2', '2026-11-24 09:00:00', 'definitiv');
        """)
    return f"sqlite:///{path}"


def rehearse(database: str, *options: str) -> int:
    return main.run(["rehearse", "--database", database, *DAY, *REMIND, *options])


def states(out: str) -> dict[str, str]:
    return {entry["entry"]: entry["state"] for entry in json.loads(out)["entries"]}


def test_json_is_the_only_thing_on_stdout(practice: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse(practice, "--topup", "M1=10", "--json") == 0
    out, err = capsys.readouterr()
    assert states(out) == {"reminder:T1": "delivered", "reminder:T2": "not_sendable"}
    assert json.loads(out)["from"] == "2026-11-23T09:45:00+01:00"
    assert "Genügend" in out
    assert "\\u" not in out
    assert err == "praxis: Mo 23.11.2026 09:45 bis Mo 23.11.2026 10:30 wird durchgespielt …\n"


def test_the_report_shows_names_as_they_are_written(practice: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse(practice, "--topup", "M1=10", "--licence", "L1=valid") == 0
    out = capsys.readouterr().out
    assert "Di 24.11. 09:00   Leer Rosa [red]" in out
    assert "Mobil 044 000 12 34" in out
    assert "M1 Dr. [Zürn]" in out
    assert "Was unterdessen" not in out


@pytest.mark.parametrize(
    ("options", "state", "outcome"),
    [
        ((), "prepared", "Guthaben fehlt"),
        (("--topup", "M1=9", "--carrier-failures", "1"), "failed", "Anbieter meldet"),
        (("--topup", "M1=9", "--switch", "Auftraege/send/Aktiviert=Nein"), "prepared", "ist nicht aktiviert"),
        (
            ("--topup", "M1=9", "--switch", "vorlagen/terminerinnerung/sms/de=Bis [[Uhrzeit]]!"),
            "delivered",
            "Bis 08:00!",
        ),
        (("--licence", "L1=revoked"), None, "licence"),
        (("--switch", "OffsetSuchTage=viele"), None, "den Wert «viele». Erlaubt ist: eine ganze Zahl von 1 bis 31."),
        (("--switch", "Vorlagen/Terminerinnerung/SMS/de=[[Quatsch]]"), None, "unbekannte Platzhalter «Quatsch»"),
        (("--switch", "Zeitzone=Europe/Bern"), None, "«Europe/Bern»"),
    ],
)
def test_options_do_what_they_say_and_the_history_tells_it(
    practice: str, options: tuple[str, ...], state: str | None, outcome: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rehearse(practice, *options, "--json") == 0
    out = capsys.readouterr().out
    assert states(out).get("reminder:T1") == state
    assert outcome in out


def test_the_same_options_give_the_same_document(practice: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--topup", "M1=9", "--carrier-failures", "0.5", "--seed", "7", "--json")
    documents = [capsys.readouterr().out for _ in range(2) if rehearse(practice, *options) == 0]
    assert len(documents) == 2
    assert documents[0] == documents[1]


def test_the_demo_is_a_rehearsal_of_the_bundled_practice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its first minutes only; its two days are played in test_cli_demo.py."""
    whole = demo.demo_plan

    @contextmanager
    def first_minutes(seed: int) -> Iterator[Any]:
        with whole(seed) as (plan, happenings):
            yield replace(plan, end=plan.start + timedelta(minutes=5)), happenings

    monkeypatch.setattr(demo, "demo_plan", first_minutes)
    assert main.run(["demo", "--json", "--seed", "5"]) == 0
    assert json.loads(capsys.readouterr().out)["practice"] == "praxis-sonnenhof"


REHEARSE = ("rehearse", "--database", "sqlite:///none.db", *DAY)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("tanze",), "no such command 'tanze'"),
        (("demo", "--seed", "x"), "--seed"),
        (("rehearse",), "--database is missing"),
        ((*REHEARSE, "--database", "praxis.db"), "--database: must be mssql://"),
        ((*REHEARSE, "--database", "mssql://u:p@h/d"), "add --insecure-argument"),
        ((*REHEARSE, "--from", "heute"), "--from 'heute': must be a local time"),
        ((*REHEARSE, "--to", "2026-11-22"), "--to '2026-11-22': it lies before --from 2026-11-23T09:45"),
        ((*REHEARSE, "--switch", "Zeitzone=America/New_York", "--from", "2026-03-08 02:30"), "America/New_York skip"),
        ((*REHEARSE, "--switch", "Versandfensterchen=x"), "did you mean Versandfenster?"),
        ((*REHEARSE, "--topup", "M1=viel"), "--topup 'M1=viel'"),
        ((*REHEARSE, "--licence", "L1=vielleicht"), "valid, revoked, expired"),
        ((*REHEARSE, "--practice", "Praxis Süd"), "--practice 'Praxis Süd'"),
        ((*REHEARSE, "--carrier-failures", "2"), "--carrier-failures '2'"),
    ],
)
def test_what_is_given_wrongly_is_one_line_and_exit_code_2(
    args: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(main.run(["--lang=en", *args]), told, capsys)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (REHEARSE, "Die Datei der Praxisdatenbank fehlt oder lässt sich nicht öffnen."),
    ],
)
def test_a_database_that_cannot_be_read_is_one_line_too(
    args: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(main.run(args), told, capsys)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--topup", "M9=5"), "no billing practitioner 'M9' in the practice database; it has M1"),
        (("--licence", "L9=valid"), "no billing practitioner has the licence number 'L9'; known numbers: L1"),
        (("--switch", "Sprache="), "AWS refuses the value '' of /vitosms/local/praxis/Schalter/Sprache"),
        (("--switch", "Vorlagen/Geburtstag/SMS/de={{Vorname}}"), "/praxis/Vorlagen/Geburtstag/SMS/de"),
    ],
)
def test_what_does_not_fit_the_practice_is_refused(
    practice: str, options: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(rehearse(practice, *options, "--lang=en"), told, capsys)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.db").write_text("this is no database " * 100)
    assert_refused(rehearse(f"sqlite:///{tmp_path}/x.db"), "beschädigt oder keine SQLite-Datenbank", capsys)


def assert_refused(code: int, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.startswith("vitosms: ")
    assert told in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_a_fault_of_our_own_is_one_line_without_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(seed: int) -> Any:
        raise KeyError("Anna Muster")

    monkeypatch.setattr(demo, "demo_plan", broken)
    assert main.run(["demo", "--lang=en"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("vitosms: unexpected KeyError at test_main.py:")
    assert "Muster" not in err


@pytest.mark.parametrize(("code", "exit_code"), [("TransactionConflict", 2), ("ValidationError", 1)])
def test_a_conflict_asks_to_try_again(
    code: str, exit_code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def conflicts(seed: int) -> Any:
        raise CancelledError([Reason("None", None), Reason(code, None)])

    monkeypatch.setattr(demo, "demo_plan", conflicts)
    assert main.run(["demo", "--lang=en"]) == exit_code
    assert ("busy" in capsys.readouterr().err) is (exit_code == 2)


@pytest.mark.parametrize(("args", "told"), [((), "Jeden Tag:"), (("--help",), "rehearse"), (("--version",), "vitosms")])
def test_help_and_version_are_no_errors(args: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(args) == 0
    assert told in capsys.readouterr().out

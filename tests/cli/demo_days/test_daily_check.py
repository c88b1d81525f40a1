"""`vitosms daily-check` and `calls` on the demo practice after its two days, compared with an independent count."""

import csv
import io
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from chalicelib.reports.reconciliation import AppointmentResult, Column
from chalicelib.text import Text
from infra.cli.daily.daily_check_tables import reason_words, shares
from infra.demo.tables import LICENCES
from tests.builders.entries import candidate
from tests.cli.demo_days.conftest import Demo
from tests.cli.running import Vitosms, words

LAST_DAY, TARGET = "2029-02-28", "2029-03-01"


@pytest.fixture
def vitosms(demo: Demo, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


@pytest.fixture
def database(demo: Demo) -> Iterator[sqlite3.Connection]:
    with closing(
        sqlite3.connect(demo.rehearsed.plan.database.removeprefix("sqlite:///"), isolation_level=None)
    ) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def definitive(database: sqlite3.Connection, day: str) -> list[sqlite3.Row]:
    return database.execute(
        """SELECT t.TerminId, t.Beginn, p.*, (
               SELECT MandantId FROM Behandlung b WHERE b.PatientId = t.PatientId
               ORDER BY EroeffnetAm DESC, BehandlungId DESC LIMIT 1) AS Zahler
           FROM Termin t JOIN Patient p USING (PatientId)
           WHERE date(t.Beginn) = ? AND lower(trim(t.Status)) = 'definitiv'""",
        (day,),
    ).fetchall()


def counted_by_hand(demo: Demo, database: sqlite3.Connection, day: str) -> dict[str, str]:
    """The column of each definitive appointment, from the raw rows of the database and the raw items of the table."""
    found = (item for item in demo.rehearsed.cloud.scan_table() if item.get("kind") == "reminder")
    items = {item["identity"].removeprefix("reminder:"): item for item in found}
    return {row["TerminId"]: _column(row, items.get(row["TerminId"])) for row in definitive(database, day)}


def _column(row: sqlite3.Row, item: dict[str, Any] | None) -> str:
    valid = row["Zahler"] is None or LICENCES[row["Zahler"]] != LICENCES["M3"]
    wanted = row["Sterbedatum"] is None and not row["KeineMitteilungen"] and valid
    match item["state"] if item else None:
        case "delivered":
            return "delivered"
        case "sent" | "reserved" | "sending" | "unconfirmed":
            return "underway"
        case "prepared" | "not_sendable" | "failed" | "refused" | "unknown" | "expired" if row["Sterbedatum"] is None:
            return "to_phone"
    assert not wanted, "nobody told this patient, and nobody will"
    return "excluded"


@pytest.mark.parametrize(("day", "target"), [(None, TARGET), ("27.02.2029", LAST_DAY)])
def test_daily_check_adds_up_as_an_independent_count_does(
    demo: Demo, vitosms: Vitosms, database: sqlite3.Connection, day: str | None, target: str
) -> None:
    document = vitosms.told("daily-check", *(["--date", day] if day else []))
    expected = counted_by_hand(demo, database, target)
    assert len(expected) > 50
    assert {one["appointment"]: one["column"] for one in document["appointments"]} == expected
    assert {name: count for name, count in document["counts"].items() if name in list(Column)} == {
        name: Counter(expected.values())[name] for name in Column
    }
    assert (document["days"], document["total"], document["adds_up"]) == ([target], len(expected), True)
    assert (document["unaccounted"], document["misinformed"]) == ([], [])
    assert all(one["reason"] for one in document["appointments"] if one["column"] in ("excluded", "to_phone"))


def test_the_call_list_is_exactly_the_unreachable(demo: Demo, vitosms: Vitosms, database: sqlite3.Connection) -> None:
    unreachable = {name for name, column in counted_by_hand(demo, database, TARGET).items() if column == "to_phone"}
    calls = vitosms.told("calls")["calls"]
    assert {call["appointment"] for call in calls} == unreachable
    assert len(calls) == len(unreachable) > 10
    assert [call["starts_at"] for call in calls] == sorted(call["starts_at"] for call in calls)
    subject = f"Tagesübersicht Mi {datetime.fromisoformat(LAST_DAY):%d.%m.%Y}"
    (mail,) = [notice for notice in demo.rehearsed.cloud.networks.notices if (notice.subject or "").startswith(subject)]
    ahead = [line for line in mail.text.splitlines() if line.startswith("  Patient ") and "Do 01.03." in line]
    begun = [line for line in mail.text.splitlines() if line.startswith("  Patient ") and "Mi 28.02." in line]
    assert len(ahead) == len(calls), "what the e-mail of the morning has more has begun since"
    assert f"{len(ahead) + len(begun)} Anrufe" in (mail.subject or "")


@pytest.mark.parametrize("command", [["daily-check"], ["calls"], ["daily-check", "--date", "2029-02-27"]], ids=" ".join)
def test_it_fits_80_columns(vitosms: Vitosms, command: list[str]) -> None:
    assert max(cell_len(line) for line in vitosms.shows(*command).splitlines()) <= 80


def test_daily_check_says_it_in_german(vitosms: Vitosms) -> None:
    shown = vitosms.shows("daily-check")
    for sentence in (
        "Tageskontrolle Mi 28.02.2029, praxis-sonnenhof", "Definitive Termine vom Do 01.03.2029; Stand Mi 28.02. 21:00",
        "100 %", "Weshalb ausgeschlossen", "Der Patient wünscht keine Mitteilungen.", "Guthaben fehlt", "Geht auf:",
    ):  # fmt: skip
        assert sentence in shown


def test_a_day_without_runs_and_a_day_to_come(vitosms: Vitosms) -> None:
    assert "must be a date in the years 2000 to 2099" in vitosms.refuses("daily-check", "--date", "31.02.2029")
    tomorrow = vitosms.told("daily-check", "--date", "2029-03-01")
    assert tomorrow["days"] == ["2029-03-02"]
    assert {one["column"] for one in tomorrow["appointments"]} == {"underway", "excluded"}


def test_the_csv_file_has_the_list(vitosms: Vitosms, tmp_path: Path) -> None:
    file = tmp_path / "anrufe.csv"
    calls = vitosms.told("calls")["calls"]
    assert vitosms.shows("calls", "--csv", str(file)) == f"{file}: {len(calls)} Anrufe\n"
    assert file.stat().st_mode & 0o077 == 0
    header, *rows = csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";")
    assert [row[header.index("Eintrag")] for row in rows] == [call["entry"] for call in calls]
    assert [row[header.index("Patient")] for row in rows] == [call["name"] for call in calls]
    assert "it cannot be written" in vitosms.refuses("calls", "--csv", str(tmp_path))
    assert "either --csv or --json" in vitosms.refuses("calls", "--csv", "-", "--json")


def test_an_appointment_that_stands_nowhere_is_named_and_the_exit_code_says_so(
    vitosms: Vitosms, database: sqlite3.Connection
) -> None:
    """A ligature: Python's casefold makes it equal to the definitive status, but no database does."""
    database.execute("INSERT INTO Termin SELECT 'T-lig', PatientId, Beginn, 'deﬁnitiv', NULL, NULL, NULL FROM Termin "
                     "WHERE date(Beginn) = ? LIMIT 1", (TARGET,))  # fmt: skip
    try:
        code, out, err = vitosms.run("daily-check")
    finally:
        database.execute("DELETE FROM Termin WHERE TerminId = 'T-lig'")
    assert (code, err) == (1, "")
    assert "Geht nicht auf" in out
    assert "T-lig" in out


def test_a_patient_who_knows_another_time_is_named_with_his_number(
    vitosms: Vitosms, database: sqlite3.Connection
) -> None:
    told = [one["appointment"] for one in vitosms.told("daily-check")["appointments"] if one["column"] == "delivered"]
    [(before,)] = database.execute("SELECT Beginn FROM Termin WHERE TerminId = ?", told[:1]).fetchall()
    starts_at = datetime.fromisoformat(before)
    database.execute(
        "UPDATE Termin SET Beginn = ? WHERE TerminId = ?", (str(starts_at + timedelta(minutes=30)), told[0])
    )
    try:
        document, shown = vitosms.told("daily-check"), vitosms.shows("daily-check")
    finally:
        database.execute("UPDATE Termin SET Beginn = ? WHERE TerminId = ?", (before, told[0]))
    (one,) = document["misinformed"]
    assert (one["appointment"], words(one["reason"]), len(one["phones"])) == (told[0], "verschoben", 1)
    assert one["announced_start"][11:16] == f"{starts_at:%H:%M}"
    assert document["adds_up"]
    assert "Diese Patienten kennen eine Zeit, die nicht mehr gilt" in shown
    assert f"{one['name']}" in shown


def test_without_the_database_nothing_is_closed_and_the_calls_are_by_number(vitosms: Vitosms, demo: Demo) -> None:
    file = Path(demo.rehearsed.plan.database.removeprefix("sqlite:///"))
    away = file.rename(file.with_suffix(".away"))
    try:
        refused, document = vitosms.refuses("daily-check", lang="de"), vitosms.told("calls")
        code, out, err = vitosms.run("calls", "--csv", "-")
    finally:
        away.rename(file)
    assert refused.startswith("Die Datei der Praxisdatenbank fehlt")
    assert all(call["patient"] and call["name"] is None for call in document["calls"])
    assert (code, out.count("\n")) == (0, len(document["calls"]) + 1)
    assert err.strip() == words(document["remarks"][0])


def test_a_missing_address_is_told_in_short_where_one_phones_and_whole_where_the_rules_refuse() -> None:
    reason = Text("address.none", Text("address.mobile_opted_out"), Text("address.no_email"))
    lines = {column: AppointmentResult(candidate(), column, reason) for column in (Column.TO_PHONE, Column.EXCLUDED)}
    assert {column: reason_words(line) for column, line in lines.items()} == {
        Column.TO_PHONE: "Mobilnummer abgemeldet; keine E-Mail",
        Column.EXCLUDED: "Die Mobiltelefonnummer ist abgemeldet; keine E-Mail-Adresse erfasst",
    }


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([1, 1, 1, 0, 0], [34, 33, 33, 0, 0]),
        ([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]),
        ([0, 0, 0, 0, 7], [0, 0, 0, 0, 100]),
        ([995, 1, 1, 1, 2], [100, 0, 0, 0, 0]),
        ([1, 2, 3, 4, 5], [7, 13, 20, 27, 33]),
    ],
)
def test_the_percentages_add_up(counts: list[int], expected: list[int]) -> None:
    assert list(shares(dict(zip(Column, counts, strict=True))).values()) == expected

"""The number of statements and calls in a day: exact, counted at the cursor and at the botocore boundary."""

import sqlite3
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chalicelib.messages.recipient import Channel
from infra.local.rehearsal import Plan, rehearsal
from tests.bench.day import count_day

ZONE = ZoneInfo("Europe/Zurich")
SCHEMA = Path(__file__).parents[2] / "infra" / "sql" / "contract_sqlite.sql"


def practice_file(path: Path, appointments: int, definitive: int) -> str:
    """A practice with that many appointments tomorrow, the first `definitive` of them definitive; one patient each."""
    rows = range(appointments)
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA.read_text())
        connection.execute("INSERT INTO Mandant (MandantId, Name, Lizenznummer) VALUES ('M1', 'Praxis', 'L1')")
        connection.executemany(
            "INSERT INTO Patient (PatientId, Nachname, Mobiltelefon) VALUES (?, 'Muster', ?)",
            [(f"P{row}", f"07900{row:05d}") for row in rows],
        )
        connection.executemany(
            "INSERT INTO Behandlung VALUES (?, ?, 'M1', '2026-01-05 08:00:00')",
            [(f"B{row}", f"P{row}") for row in rows],
        )
        connection.executemany(
            "INSERT INTO Termin (TerminId, PatientId, Beginn, Status) VALUES (?, ?, ?, ?)",
            [
                (
                    f"T{row}",
                    f"P{row}",
                    f"2026-11-24 {8 + row % 9:02d}:00:00",
                    "definitiv" if row < definitive else "abgesagt",
                )
                for row in rows
            ],
        )
    connection.close()
    return f"sqlite:///{path}"


def plan(database: str, until: str) -> Plan:
    return Plan(
        database,
        start=datetime(2026, 11, 23, 9, 45, tzinfo=ZONE),
        end=datetime.fromisoformat(f"2026-11-23T{until}").replace(tzinfo=ZONE),
        switches={"TerminerinnerungSenden": "Ja"},
        topups={"M1": 5000},
        all_settings=True,
    )


@pytest.mark.parametrize("appointments", [10, 10_000])
def test_a_prepare_run_makes_one_statement_whatever_the_number_of_appointments(
    tmp_path: Path, appointments: int
) -> None:
    database = practice_file(tmp_path / "practice.db", appointments, definitive=10)
    with rehearsal(plan(database, "10:04")) as rehearsed:
        rehearsed.play()
        assert len(rehearsed.statements) == 1
        (run,) = [run for run in rehearsed.runs() if run["job"] == "prepare-reminders"]
        assert run["counts"]["searched"] == appointments
        assert run["counts"]["prepared"] == 10


# A day with a hundred SMS, from a quarter of an hour before prepare until the sending window closes. 41 ticks of
# each rule make one query for due jobs.
HUNDRED = {
    "prepare": {"dynamodb.Query": 41, "sqs.SendMessageBatch": 1, "dynamodb.UpdateItem": 2},
    "send": {"dynamodb.Query": 41, "sqs.SendMessageBatch": 1, "dynamodb.UpdateItem": 1},
    "status": {
        "dynamodb.Query": 41, "dynamodb.GetItem": 1, "dynamodb.BatchGetItem": 2, "dynamodb.TransactWriteItems": 2,
        "dynamodb.PutItem": 1, "dynamodb.UpdateItem": 1, "logs.FilterLogEvents": 2, "sqs.ReceiveMessage": 2,
        "sqs.SendMessageBatch": 1,
    },
    "run": {
        "dynamodb.UpdateItem": 4, "dynamodb.Query": 7, "dynamodb.GetItem": 1, "dynamodb.BatchGetItem": 9,
        "dynamodb.TransactWriteItems": 10, "ssm.GetParametersByPath": 17, "ssm.GetParameter": 2, "logs.PutLogEvents": 9,
        "logs.CreateLogStream": 2, "sqs.SendMessageBatch": 2,
    },
    "deliver": {"dynamodb.BatchGetItem": 10, "dynamodb.TransactWriteItems": 20, "sns.Publish": 100},
}  # fmt: skip


def test_a_hundred_sms_take_these_calls_and_two_statements() -> None:
    day = count_day(100, Channel.SMS)
    assert day.calls == HUNDRED
    assert (day.own_calls, day.statement_steps) == (210, {"prepare": 1, "send": 1})


@pytest.mark.parametrize(("channel", "calls"), [(Channel.SMS, 88), (Channel.EMAIL, 89)])
def test_ten_messages_take_so_many_calls_beside_the_queries_of_idle_ticks(channel: Channel, calls: int) -> None:
    day = count_day(10, channel)
    assert (day.own_calls, day.idle_calls) == (calls, 123)
    assert day.statement_steps == {"prepare": 1, "send": 1}

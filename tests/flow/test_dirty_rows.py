"""Dirty rows beside good ones: the good ones have the same result as alone, the bad ones are reported in German."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient

from chalicelib.schedule.job import Job
from infra.language import said
from infra.local.networks.sent_message import ErrorAnswer
from infra.local.rehearsal import Rehearsal
from tests.flow.build import (
    BORN_TODAY,
    TOMORROW_9,
    Database,
    at,
    entry_of,
    last_run,
    number,
    opened,
    run_outcomes,
    states,
)

TOMORROW_10 = "2026-11-24 10:00:00"
LONG = "x" * 10_000
NO_ADDRESS = "Die Mobiltelefonnummer ist ungültig; "


def good(database: Database) -> None:
    database.patient(TOMORROW_9)
    database.patient(TOMORROW_9, Mobiltelefon=None, EMail="p2@beispiel.example")
    database.patient(Geburtsdatum=BORN_TODAY)


def dirty_appointments(database: Database) -> None:
    for starts_at in (None, "morgen", "2026-11-24", "2026-11-24 25:61:00", "2026-11-31 09:00:00", 20261124, LONG):
        database.patient()
        database.appointment(f"T-{str(starts_at)[:20]}", f"P{database.patients}", starts_at)
    database.appointment("T-orphan", "P-gone", TOMORROW_9)
    database.appointment("T" * 65, "P1", TOMORROW_9)
    database.appointment("T1", "P3", TOMORROW_10)  # a second row of T1
    for status in (None, "", 7, b"definitiv\xff", LONG):
        database.appointment(f"T-status-{str(status)[:5]}", "P1", TOMORROW_9, status)


def dirty_patients(database: Database) -> None:
    for columns in (
        {"Mobiltelefon": None, "EMail": "079 000 00 99"},
        {"Mobiltelefon": "p99@beispiel.example", "EMail": "@"},
        {"Mobiltelefon": LONG, "EMail": LONG},
        {"Mobiltelefon": b"\xff\xfe", "EMail": 3.5},
        {"KeineMitteilungen": "vielleicht"},
        {"Sterbedatum": ""},
    ):
        database.patient(TOMORROW_9, **columns)
    for born in ("0000-11-23", "1981-11-23 ", "23.11.1980", "9999-99-99", -1, "1980-11-23" + LONG):
        database.patient(Geburtsdatum=born, Sterbedatum="gestern")
    database.patient(Geburtsdatum="xxxx-11-23")
    database.patient(Geburtsdatum=BORN_TODAY, Mobiltelefon="044 000 00 00")
    database.insert("Patient", "P3", "Herr", *([None] * 2), BORN_TODAY, "gestorben", *([None] * 4))


def dirty_payers(database: Database) -> None:
    database.insert("Mandant", "M0", *([None] * 5))
    database.insert("Mandant", "M0", "Doppelt", "L0", LONG, LONG, LONG)
    for mandant in ("M0", "M-gone", ""):
        database.patient(TOMORROW_9, mandant=mandant or None)
    database.insert("Behandlung", "B-new", "P2", None, "kein Datum")  # counts as oldest
    database.insert("Behandlung", "B-orphan", "P-gone", "M1", None)


def played(database: Database) -> tuple[dict[str, tuple[str, str, str | None, str | None]], dict[str, Any]]:
    """Returns the state of each entry, and the lines of both prepare jobs."""
    with opened(database) as day:
        day.play()
        assert day.cloud.lambda_errors == []
        runs = {job: last_run(day, Job(job)) for job in ("prepare-reminders", "prepare-birthdays", "send")}
        return {e.identity: (e.state.value, e.channel or "", e.recipient, e.text) for e in day.entries()}, runs


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, str | None, str | None]]:
    database = Database(tmp_path_factory.mktemp("good") / "praxis.db")
    good(database)
    return played(database)[0]


def test_dirty_appointments_change_nothing_for_the_good_ones(database: Database, alone: dict[str, Any]) -> None:
    good(database)
    dirty_appointments(database)
    entries, runs = played(database)
    assert entries == alone
    assert runs["prepare-reminders"]["outcome"] == "with_errors"
    assert {one["text"] for one in runs["prepare-reminders"]["reasons"]} == {
        "Der Beginn des Termins T-2026-11-24 ist nicht lesbar.",
        "Der Beginn des Termins T-2026-11-24 25:61:00 ist nicht lesbar.",
        "Den Patienten des Termins T-orphan gibt es nicht.",
        "Ein Termin hat keine lesbare TerminId (höchstens 64 Zeichen).",
        "Die TerminId T1 kommt mehrfach vor.",
    }
    assert runs["prepare-reminders"]["skipped"] == {"readable": 4, "definitive": 5, "patient": 1}


def test_dirty_patients_change_nothing_for_the_good_ones(database: Database, alone: dict[str, Any]) -> None:
    good(database)
    dirty_patients(database)
    entries, runs = played(database)
    assert [entries.pop(f"reminder:T{n}")[0] for n in range(4, 8)] == ["not_sendable"] * 4
    # Of P3's two rows, the one with a Sterbedatum applies.
    assert entries == {name: entry for name, entry in alone.items() if name != "birthday:P3:2026"}
    assert runs["prepare-reminders"]["skipped"] == {"wants_messages": 1, "alive": 1}
    assert [one["text"] for one in runs["prepare-birthdays"]["reasons"]] == [
        "Das Geburtsdatum des Patienten P10 ist nicht lesbar.",
        "Das Geburtsdatum des Patienten P16 ist nicht lesbar.",
    ]
    assert runs["prepare-birthdays"]["skipped"] == {"readable": 2, "alive": 3, "address": 1}


def test_dirty_mandanten_and_treatments_change_nothing_for_the_good_ones(
    database: Database, alone: dict[str, Any]
) -> None:
    good(database)
    dirty_payers(database)
    entries, runs = played(database)
    assert entries == alone
    assert runs["prepare-reminders"]["skipped"] == {"licence": 1, "payer": 2}


def test_what_gets_dirty_after_prepare_is_cancelled_with_the_reason(database: Database) -> None:
    good(database)
    with opened(database) as day:
        day.cloud.at(at("10:02"), database.set_appointment("T1", "Beginn", "irgendwann"))
        day.cloud.at(at("10:02"), database.set_patient("P3", "Geburtsdatum", None))
        day.play()
        assert states(day) == {"T1": "cancelled", "T2": "delivered", "P3": "cancelled"}
        assert said(entry_of(day, "T1").reason) == "Der Beginn des Termins T1 ist nicht lesbar."
        assert said(entry_of(day, "P3").reason) == "Das Geburtsdatum des Patienten P3 ist nicht lesbar."


@contextmanager
def overheard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Collect everything that goes to queues, logs and alerts while the block runs."""
    said: list[str] = []
    call = BaseClient._make_api_call

    def spy(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        ours = arguments.get("logGroupName", "/vitosms/").startswith("/vitosms/")
        if operation in ("SendMessageBatch", "SendMessage", "PutLogEvents") and ours:
            said.append(f"{operation} {arguments}")
        if operation == "Publish" and "TopicArn" in arguments and "eventType" not in arguments["Message"]:
            said.append(f"{operation} {arguments}")
        return call(self, operation, arguments)

    with monkeypatch.context() as patched:
        patched.setattr(BaseClient, "_make_api_call", spy)
        yield said


def unlucky_day(database: Database, tmp_path: Path) -> Rehearsal:
    """Everything that can be reported about a patient: every outcome, a broken row, a broken database."""
    people = {"Vorname": "Zephyrine", "Nachname": "Quastenflosser", "EMail": "quastenflosser@beispiel.example"}
    for _ in range(6):
        database.patient(TOMORROW_9, **people)
    database.patient("2026-11-24 25:00:00", **people)
    database.patient(TOMORROW_9, **people | {"Mobiltelefon": "044 000 12 34", "EMail": "quastenflosser@"})
    database.patient(Geburtsdatum="xxxx-11-23", **people)
    database.patient(Geburtsdatum=BORN_TODAY, **people)
    faults = {
        number(1): ErrorAnswer("InvalidParameter", f"PhoneNumber Reason: {number(1)} is not valid"),
        number(2): ErrorAnswer("InternalError", f"{number(2)} Zephyrine"),
        number(3): ErrorAnswer("ThrottlingException", number(3)),
        number(4): ErrorAnswer("AuthorizationError", f"not authorised for {number(4)}", 403),
    }
    away = tmp_path / "away.db"
    with opened(database, until=at("11:30"), topups={"M1": 6}) as day:
        day.cloud.networks.on_request = lambda message: faults.get(message.to)
        day.cloud.at(at("10:03"), database.set_appointment("T5", "Beginn", "Quastenflosser"))
        day.cloud.at(at("10:04"), lambda: none(database.path.rename(away)))
        day.cloud.at(at("10:15"), lambda: none(away.rename(database.path)))
        day.play()
        assert len(set(states(day).values())) >= 5
        assert run_outcomes(day, Job.SEND)[0][0] == "failed"
        return day


def none(_: object) -> None:
    return None


def test_no_report_names_a_patient(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with overheard(monkeypatch) as said:
        day = unlucky_day(database, tmp_path)
    everything = "\n".join(said + day.cloud.lambda_output).replace(" ", "")
    assert "SendMessageBatch" in everything
    assert "stopped" in everything
    for secret in ("Zephyrine", "Quastenflosser", "quastenflosser", "79000", "044000", "0440001234"):
        assert secret not in everything.replace("0440000001", "")
    assert {error.text.split(":")[0] for error in day.cloud.lambda_errors} == {"NotSentError"}  # to come back


def test_nobody_of_an_impossible_age_is_greeted(database: Database) -> None:
    for born in ("1753-11-23", "1899-11-23", BORN_TODAY, "2026-11-23", "2027-11-23"):
        database.patient(Geburtsdatum=born)
    with opened(database) as day:
        day.play()
        assert states(day) == {"P3": "delivered"}
        _, reasons = run_outcomes(day, Job.PREPARE_BIRTHDAYS)[0]
        assert [one for one in reasons if "Das Geburtsdatum des Patienten P1 kann nicht stimmen" in one] != []


def test_a_date_of_birth_that_is_corrected_after_the_greeting_brings_no_second_one(database: Database) -> None:
    patient = database.patient(Geburtsdatum=BORN_TODAY)
    with opened(database, until=at("12:00", 24)) as day:
        day.cloud.at(at("15:00"), database.set_patient(patient, "Geburtsdatum", "1980-11-24"))
        day.play()
        assert states(day) == {"P1": "delivered"}
        assert len(day.cloud.networks.messages) == 1

"""`vitosms explain` on the demo practice after its two days: each reason held against what the runs did.

The expected result is read from the demo's own database as of each run, without the rules. The actual one: skipped
candidates are in the run's line of the job history, the others have an entry in the table.
"""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.aws.deployment import Deployment
from chalicelib.explain.explain import explain_appointment, explain_patient
from chalicelib.explain.explanation import Explanation
from chalicelib.messages.recipient import Address, Channel, choose_address
from chalicelib.practice.practice import Practice
from chalicelib.wiring import wiring
from infra.demo.practice import Change, write_demo_practice
from infra.language import said
from infra.local.rehearsal import Rehearsal
from tests.cli.demo_days.conftest import Demo

DAYS = {date(2029, 2, 27): "2029-02-28", date(2029, 2, 28): "2029-03-01"}  # the day of each run, and what it searches
Row = dict[str, Any]


@dataclass(frozen=True)
class Lived:
    """The demo practice in the evening of its second day."""

    rehearsed: Rehearsal
    happenings: tuple[Change, ...]
    practice: Practice
    deployment: Deployment

    @property
    def now(self) -> datetime:
        return self.deployment.now

    def appointment(self, which: str) -> Explanation:
        (told,) = explain_appointment(which, self.practice, self.deployment)
        return told

    def patient(self, which: str, on: date | None = None) -> tuple[Explanation, ...]:
        return explain_patient(which, on, self.practice, self.deployment)


@pytest.fixture(scope="module")
def lived(demo: Demo) -> Lived:
    plan = demo.rehearsed.plan
    deployment = Deployment("dev", wiring(), plan.end)
    return Lived(demo.rehearsed, demo.happenings, deployment.practice(plan.practice), deployment)


@pytest.fixture(scope="module")
def before(lived: Lived, tmp_path_factory: pytest.TempPathFactory) -> dict[date, "Seen"]:
    """The database that each run saw: the practice written again, with the changes that it had entered until then."""
    database = tmp_path_factory.mktemp("explain") / "before.db"
    write_demo_practice(database, 1)
    seen = {}
    for day in DAYS:
        with closing(sqlite3.connect(database)) as connection, connection:
            for happening in lived.happenings:
                if happening.at.date() < day or (happening.at.date() == day and f"{happening.at:%H:%M}" < "10:00"):
                    connection.execute(happening.sql, happening.parameters)
        seen[day] = Seen(database, day)
    return seen


class Seen:
    """The rows that a run of this day is about."""

    def __init__(self, database: Path, day: date) -> None:
        with closing(sqlite3.connect(database)) as connection:
            connection.row_factory = sqlite3.Row
            self.appointments = [
                dict(row)
                for row in connection.execute(
                    "SELECT * FROM Termin JOIN Patient USING (PatientId) WHERE date(Beginn) = ?", (DAYS[day],)
                )
            ]
            born = [f"{day:%m-%d}"] + (["02-29"] if day == date(2029, 2, 28) else [])
            self.birthdays = [
                dict(row)
                for row in connection.execute(
                    "SELECT * FROM Patient WHERE substr(Geburtsdatum, 6, 5) IN (?, ?)", (born[0], born[-1])
                )
            ]
            payers = connection.execute("SELECT PatientId, MandantId, EroeffnetAm, BehandlungId FROM Behandlung")
            latest: dict[str, tuple[str, str, str]] = {}
            for row in payers:
                opened = (row["EroeffnetAm"] or "", row["BehandlungId"], row["MandantId"])
                latest[row["PatientId"]] = max(latest.get(row["PatientId"], ("", "", "")), opened)
            self.payers = {patient: payer for patient, (_, _, payer) in latest.items()}

    def refused(self, row: Row) -> str | None:
        """Why this row gets no message that could leave, read from its columns."""
        reasons = {
            "definitive": "Status" in row and (row["Status"] or "").strip().casefold() != "definitiv",
            "alive": row["Sterbedatum"] is not None,
            "wants_messages": row["KeineMitteilungen"] == 1,
            "licence": self.payers.get(row["PatientId"]) == "M3",
            "address": not isinstance(
                choose_address(row["Mobiltelefon"], row["EMail"], Channel.SMS, True, True), Address
            ),
        }
        return next((rule for rule, refuses in reasons.items() if refuses), None)


def recorded(told: Explanation) -> str | None:
    """The rule that a run wrote down."""
    return next((one.rule for one in reversed(told.timeline) if one.rule), None)


@pytest.mark.parametrize("day", DAYS)
def test_each_appointment_without_a_message_has_the_reason_for_which_the_run_left_it_out(
    lived: Lived, before: dict[date, Seen], day: date
) -> None:
    seen, left_out = before[day], Counter[str]()
    for row in seen.appointments:
        told, expected = lived.appointment(row["TerminId"]), seen.refused(row)
        if expected in (None, "address"):
            assert (told.message.entry is not None, recorded(told)) == (True, None), row["TerminId"]
            continue
        assert (told.message.entry, told.verdict.state, recorded(told)) == (None, "none", expected), row["TerminId"]
        assert f"{day:%d.%m.} 10:00" in said(told.verdict.headline)
        assert told.verdict.reason == told.timeline[-1].reason
        answers = {one.rule.name: one.reason for one in told.answers.prepare}
        assert said(answers[expected]) == said(told.verdict.reason)
        left_out[expected] += 1
    (run,) = (one for one in lived.rehearsed.runs() if one["job"] == "prepare-reminders" and _of(one, day))
    assert left_out == run["skipped"]
    assert left_out.total() > 15


@pytest.mark.parametrize("day", DAYS)
def test_each_birthday_child_without_a_greeting_has_the_reason_for_which_the_run_left_it_out(
    lived: Lived, before: dict[date, Seen], day: date
) -> None:
    seen, left_out = before[day], Counter[str]()
    for row in seen.birthdays:
        (told,) = (one for one in lived.patient(row["PatientId"], day) if one.message.kind == "birthday")
        expected = seen.refused(row)
        assert (told.message.entry is None, recorded(told)) == (expected is not None, expected), row["PatientId"]
        assert said(told.verdict.headline).endswith(".")
        left_out.update([expected] if expected else [])
    (run,) = (one for one in lived.rehearsed.runs() if one["job"] == "prepare-birthdays" and _of(one, day))
    assert left_out == run["skipped"]
    assert left_out.total() > 1


def _of(run: dict[str, Any], day: date) -> bool:
    return str(run["slot"]).startswith(f"{day}T09:00")


def test_each_entry_is_told_as_it_stands_with_its_own_reason(lived: Lived) -> None:
    entries = lived.rehearsed.entries()
    delivered = [entry for entry in entries if entry.state == "delivered"]
    for entry in [*(one for one in entries if one.state != "delivered"), *delivered[::8]]:
        asked = lived.appointment(entry.appointment) if entry.appointment else None
        if asked is None:
            on = entry.expires_at.astimezone(lived.rehearsed.zone).date()
            (asked,) = (one for one in lived.patient(entry.patient, on) if one.message.kind == "birthday")
        assert (asked.message.entry, asked.verdict.state) == (entry, entry.state)
        assert asked.verdict.reason or not entry.reason
        assert asked.timeline[-1].state is entry.state, entry.identity
    assert {entry.state for entry in entries} >= {"delivered", "failed", "cancelled", "not_sendable", "prepared"}


def test_who_called_off_moved_or_died_between_prepare_and_send_is_told_so(lived: Lived) -> None:
    words = {
        entry.identity: said(lived.appointment(entry.appointment or "").verdict.reason)
        for entry in lived.rehearsed.entries()
        if entry.state == "cancelled"
    }
    told = set(words.values())
    assert "Der Terminstatus ist nicht «definitiv»." in told
    assert "Beim Patienten ist ein Sterbedatum erfasst." in told
    assert any(reason.startswith("Der Termin wurde auf den") for reason in told)


def test_appointments_of_other_days_say_which_run_will_look_or_why_none_did(lived: Lived) -> None:
    others = _others(lived)
    told = {which: lived.appointment(which) for which, _ in others}
    for which, starts_at in others:
        ahead = starts_at > f"{lived.now:%Y-%m-%d}"
        run = told[which].answers.run
        assert (told[which].verdict.state in ("planned", "none"), run is not None and run.ahead) == (True, ahead), which
        assert ("steht nicht im Auftragsverlauf" in said(told[which].verdict.headline)) is not ahead, which
    assert any(one.verdict.state == "planned" for one in told.values())


def _others(lived: Lived) -> list[tuple[str, str]]:
    """Appointments for which no run has made an entry, and which no run has searched."""
    with closing(sqlite3.connect(lived.rehearsed.plan.database.removeprefix("sqlite:///"))) as connection:
        rows = connection.execute(
            "SELECT TerminId, Beginn FROM Termin WHERE date(Beginn) NOT IN (?, ?)", (*DAYS.values(),)
        )
        known = {entry.appointment for entry in lived.rehearsed.entries()}
        return [(which, starts_at) for which, starts_at in rows if which not in known]


def test_in_january_a_greeting_of_late_december_is_recent(lived: Lived, tmp_path: Path) -> None:
    database = tmp_path / "practice.db"
    write_demo_practice(database, 1)
    with closing(sqlite3.connect(database)) as connection:
        born = "SELECT PatientId, substr(Geburtsdatum, 6, 5) AS born FROM Patient WHERE born >= '12-22'"
        (patient, month_day), *_ = connection.execute(born).fetchall()
    january = Deployment("dev", wiring(), datetime(2030, 1, 3, 9, tzinfo=UTC))
    told = explain_patient(patient, None, lived.practice, january)
    assert [one.message.day for one in told if one.message.kind == "birthday"] == [
        date.fromisoformat(f"2029-{month_day}")
    ]

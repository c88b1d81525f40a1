"""`vitosms restored`: the table is set back in the middle of a morning, and still nobody gets a message twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.logs.models import logs_backends

from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.stop_marks import by_operator
from chalicelib.schedule.job import Job
from chalicelib.wiring import wiring
from infra.local.clients import ACCOUNT, REGION
from infra.local.networks.receipts import put_log_events
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms
from tests.flow.build import PRACTICE, TOMORROW_9, Database, at, number, opened, pause, states

PATIENTS, END = 4, at("12:10")
DELIVER_LOG, STREAM = "/aws/lambda/vitosms-local-deliver", "[$LATEST]local"


def snapshot() -> list[dict[str, Any]]:
    """Copy every current item, as point-in-time recovery would restore it."""
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=wiring().settings.table)
    return [item for page in pages for item in page["Items"]]


def put_back(items: list[dict[str, Any]]) -> None:
    """Put the items of the snapshot back into the table."""
    client, name = boto3.client("dynamodb"), wiring().settings.table
    for item in snapshot():
        client.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})
    for item in items:
        client.put_item(TableName=name, Item=item)


def lose_deliver_log() -> None:
    logs_backends[ACCOUNT][REGION].groups[DELIVER_LOG].streams[STREAM].events.clear()


@contextmanager
def morning(folder: Path) -> Iterator[tuple[Rehearsal, Database]]:
    """Three patients to remind and one to greet; not yet played."""
    database = Database(folder / "praxis.db")
    for _ in range(3):
        database.patient(TOMORROW_9)
    database.patient(Geburtsdatum="1980-11-23")
    with opened(database, until=END) as day:
        yield day, database


def play_and_set_back(day: Rehearsal, restored_moment: str, until: str = "11:00") -> None:
    """The morning goes on after the moment of the snapshot; then the table is that of the snapshot, all paused."""
    day.cloud.play(at(restored_moment))
    items = snapshot()
    day.cloud.play(at(until))
    put_back(items)
    assert wiring().stops.stop_all(by_operator("Wiederherstellung"))


def got(day: Rehearsal) -> Counter[str]:
    """How many messages of the same text each person got."""
    return Counter(message.to for message in day.cloud.networks.messages)


ONE_EACH = Counter(number(n) for n in range(1, PATIENTS + 1))


@pytest.mark.parametrize(
    ("moment", "waits"),
    [
        pytest.param("09:58", False, id="set back before they were made"),
        pytest.param("09:58", True, id="made again by the next ticks"),
        pytest.param("10:03", False, id="set back while they were prepared"),
    ],
)
def test_no_message_goes_twice_once_all_is_resumed_and_released(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], moment: str, waits: bool
) -> None:
    vitosms = Vitosms(capsys)
    with morning(tmp_path) as (day, _):
        play_and_set_back(day, moment)
        assert got(day) == ONE_EACH
        if waits:
            day.cloud.play(at("11:32"))
        vitosms.shows("restored", "--since", f"2026-11-23T{moment}")
        vitosms.shows("queue", "release", "--all", "--yes")
        vitosms.shows("resume", "--all", "--yes")
        day.cloud.play(END)
        assert got(day) == ONE_EACH


def test_without_it_everybody_would_get_a_second_one(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="somebody got two messages"), morning(tmp_path) as (day, _):
        second_ones(day)


def second_ones(day: Rehearsal) -> None:
    play_and_set_back(day, "10:03")
    assert wiring().stops.resume_all(datetime.now(UTC))
    wiring().jobs.reopen_slot(PRACTICE, Job.SEND, at("11:05"))
    day.cloud.play(END)
    assert got(day) == ONE_EACH + ONE_EACH


def test_what_had_not_left_yet_is_held_and_leaves_once_when_it_is_released(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vitosms = Vitosms(capsys)
    with morning(tmp_path) as (day, _):
        play_and_set_back(day, "10:02", until="10:04")
        told = vitosms.told("restored", "--since", "2026-11-23T10:02")
        assert [one["held"] for one in told["practices"][0]["entries"]] == [True] * PATIENTS
        vitosms.shows("resume", "--all", "--yes")
        day.cloud.play(at("10:30"))
        assert got(day) == Counter()
        vitosms.shows("queue", "release", "--all", "--yes")
        day.cloud.play(END)
        assert got(day) == ONE_EACH


@pytest.mark.parametrize(
    ("log", "waits"),
    [
        pytest.param(True, True, id="deliver's log, and the sweep has given it back"),
        pytest.param(False, True, id="the activity log alone, and the sweep has given it back"),
        pytest.param(True, False, id="at once"),
    ],
)
def test_what_was_reserved_at_the_moment_is_what_the_logs_tell_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], log: bool, waits: bool
) -> None:
    vitosms = Vitosms(capsys)
    with morning(tmp_path) as (day, database):
        database.patient(TOMORROW_9, Mobiltelefon=None, EMail="p5@praxis.example")
        pause(day, "deliver", "10:01", "10:07")
        play_and_set_back(day, "10:06", until="10:09" if log else "10:40")
        if not log:
            lose_deliver_log()
        if waits:
            day.cloud.play(at("11:32"))
            assert set(states(day).values()) == {"prepared"}
        told = vitosms.told("restored", "--since", "2026-11-23T10:06")
        found = Counter(one["state"] for one in told["practices"][0]["entries"])
        assert found == {"sent" if log else "delivered": PATIENTS + 1}
        vitosms.shows("queue", "release", "--all", "--yes")
        vitosms.shows("resume", "--all", "--yes")
        day.cloud.play(END)
        assert got(day) == ONE_EACH + Counter(["p5@praxis.example"])


def test_an_sms_that_only_the_carrier_tells_of_makes_its_entry_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    vitosms = Vitosms(capsys)
    with morning(tmp_path) as (day, _):
        pause(day, "deliver", "10:01", "10:07")
        play_and_set_back(day, "10:06", until="10:40")
        lose_deliver_log()
        monkeypatch.setattr(type(wiring().history), "activities", lambda *_: [])
        told = vitosms.told("restored", "--since", "2026-11-23T10:06")
        assert {one["number"]: one["entries"] for one in told["sms"]} == {
            number(n): [name]
            for n, name in enumerate(("reminder:T1", "reminder:T2", "reminder:T3", "birthday:P4:2026"), 1)
        }
        assert states(day) == dict.fromkeys(("T1", "T2", "T3", "P4"), "unknown")


def test_it_says_what_is_to_be_done_by_hand_and_changes_nothing_the_second_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vitosms = Vitosms(capsys)
    with morning(tmp_path) as (day, _):
        play_and_set_back(day, "10:03")
        shown = vitosms.shows("restored", "--since", "2026-11-23T10:03")
        assert "praxis: zugestellt 4" in shown
        assert "Mandant M1: 4 Mitteilungen sind gesendet und nicht mehr belastet" in shown
        assert "der Versand hat seither 4 Credits verbraucht; seither Aufgeladenes nochmals aufladen" in shown
        assert number(1) in shown
        before = day.entries()
        again = vitosms.told("restored", "--since", "2026-11-23T10:03")
        assert (again["practices"][0]["entries"], again["practices"][0]["missing"]) == ([], [])
        assert day.entries() == before
        lines = [line for line in day.activities() if "wiederhergestellt" in line.get("text", "")]
        assert Counter(line["to"] for line in lines) == {"delivered": PATIENTS}


def test_what_the_table_does_not_know_any_more_is_guarded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vitosms = Vitosms(capsys)
    with morning(tmp_path) as (day, _):
        play_and_set_back(day, "09:58")
        told = vitosms.told("restored", "--since", "2026-11-23T08:58Z")
        assert told["practices"][0]["entries"] == []
        assert {one["entry"]: one["state"] for one in told["practices"][0]["missing"]} == dict.fromkeys(
            ("reminder:T1", "reminder:T2", "reminder:T3", "birthday:P4:2026"), "delivered"
        )
        assert "praxis: nichts zu ändern" in vitosms.shows("restored", "--since", "2026-11-23T09:58")


def test_it_refuses_unless_all_is_paused_and_a_moment_that_lies_ahead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vitosms = Vitosms(capsys)
    with morning(tmp_path) as (day, _):
        day.cloud.play(at("10:03"))
        refused = vitosms.refuses("restored", "--since", "2026-11-23T10:00")
        assert refused == "nothing was changed; first pause all practices: vitosms pause --all --reason TEXT"
        assert "this is in the future" in vitosms.refuses("restored", "--since", "2026-11-23T10:30")
        assert "--since 'gestern'" in vitosms.refuses("restored", "--since", "gestern")
        assert states(day) == dict.fromkeys(("T1", "T2", "T3", "P4"), "prepared")


def test_a_practice_that_the_table_does_not_know_any_more_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with morning(tmp_path) as (day, _):
        play_and_set_back(day, "10:03")
        line = next(line for line in day.cloud.lambda_output if '"key"' in line).replace(
            f'"{PRACTICE}"', '"neue-praxis"'
        )
        printed = int(at("10:05:01").timestamp() * 1000)
        put_log_events(DELIVER_LOG, STREAM, [{"timestamp": printed, "message": text} for text in ("START 1", line)])
        shown = Vitosms(capsys).shows("restored", "--since", "2026-11-23T10:03")
        assert "Die Praxis neue-praxis hat seither Mitteilungen gesendet und ist nicht mehr in der Tabelle" in " ".join(
            shown.split()
        )


def test_whoever_changes_an_entry_meanwhile_makes_it_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    vitosms, asked = Vitosms(capsys), ("restored", "--since", "2026-11-23T10:02")
    with morning(tmp_path) as (day, _):
        play_and_set_back(day, "10:02", until="10:04")
        with monkeypatch.context() as other:
            other.setattr(EntryStore, "commit", lambda store, transitions: [])
            code, out, _ = vitosms.run(*asked)
            assert (
                code,
                f"praxis: {PATIENTS} Einträge haben sich inzwischen geändert; dies nochmals ausführen" in out,
            ) == (1, True)
        assert len(vitosms.told(*asked)["practices"][0]["entries"]) == PATIENTS

"""Data that another version has stored or logged, such as a code that no longer exists, is shown and stops nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from chalicelib.aws.items import entry_item_key
from chalicelib.entries.entry import entry_key
from chalicelib.wiring import wiring
from infra.language import count_words, outcome_words
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running
from tests.flow.build import PRACTICE, at, entry_of

pytestmark = pytest.mark.unknown_texts
KEY, AT = entry_key(PRACTICE, "reminder:T1"), "2026-11-23T09:30:00.000000Z"
LOST = {"code": "rule.lost", "values": {"mandant": "M{0}"}, "parts": [{"code": "send.no_credits"}], "text": "Weg."}
RUN = {"job": "send", "slot": AT, "start": AT, "seconds": 1.0, "outcome": "failed", "skipped": {"lost": 1}}
RUNS: list[dict[str, Any]] = [
    {**RUN, "counts": {"lost": 2}, "reasons": [LOST, "Guthaben fehlte."]},
    {**RUN, "counts": {}, "reasons": [{"code": "run.more_reasons"}, {"lost": True, "text": "Sonst etwas."}]},
]
MOVE = {"at": AT, "entry": "reminder:T1", "key": KEY, "from": "prepared", "to": "expired"}
ACTIVITIES: list[dict[str, Any]] = [
    {**MOVE, "reason": LOST, "text": "Weg."},
    {**MOVE, "reason": "Guthaben fehlte."},
    {"at": AT, "alert": "run-failed", "subject": "T1", **LOST},
    {"at": AT, "alert": "run-failed", "text": "Der Lauf scheiterte."},
]


def log(group: str, lines: list[dict[str, Any]]) -> None:
    events = [{"timestamp": int(at("10:30").timestamp() * 1000), "message": json.dumps(line)} for line in lines]
    boto3.client("logs").put_log_events(logGroupName=group, logStreamName=PRACTICE, logEvents=events)


def set_reason(reason: str) -> None:
    boto3.client("dynamodb").update_item(
        TableName=wiring().settings.table,
        Key={name: {"S": value} for name, value in entry_item_key(PRACTICE, KEY).items()},
        UpdateExpression="SET reason = :reason",
        ExpressionAttributeValues={":reason": {"S": reason}},
    )


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with running(tmp_path_factory.mktemp("versions"), topups={"M1": 0}) as (rehearsed, _):
        rehearsed.play()
        log(wiring().settings.job_history_group, RUNS)
        log(wiring().settings.activity_group, ACTIVITIES)
        yield rehearsed


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    assert stage
    return Vitosms(capsys)


def test_the_logs(vitosms: Vitosms) -> None:
    lost, others = "rule.lost (mandant: M{0}, Guthaben fehlt)", ("Guthaben fehlte.", "Sonst etwas.")
    runs = vitosms.told("history", "--since", "2026-11-23", "--job", "send")["runs"]
    said = [reason["text"] for run in runs for reason in run["reasons"]]
    assert [one in said for one in (lost, *others)] == [True, True, True]
    shown = " ".join(vitosms.shows("history", "--errors", "--since", "2026-11-23").split())
    assert "Der Lauf scheiterte." in shown
    lines = vitosms.told("activity", "--since", "2026-11-23")["activities"]
    reasons = [line["reason"]["text"] for line in lines if line.get("reason")]
    assert {lost, "Guthaben fehlte."} <= {*reasons}


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ('"rule.lost"', "rule.lost"),
        ('["send.missed",{"slot":1}]', "send.missed (slot: 1)"),
        ('["send.missed",{"slot":{"lost":1}}]', '["send.missed",{"slot":{"lost":1}}]'),
        ("Guthaben fehlte.", "Guthaben fehlte."),
        ("17", "17"),
    ],
)
def test_an_entry_and_its_end(vitosms: Vitosms, stage: Rehearsal, stored: str, words: str) -> None:
    set_reason(stored)
    assert vitosms.told("queue", "show", "reminder:T1")["reason"]["text"] == words
    assert words in vitosms.shows("queue", "list", "--group", "prepared")
    vitosms.shows("explain", "--appointment", "T1")
    wiring().parameters.save(PRACTICE, "Auftraege/send/Aktiviert", "Nein")  # which would rewrite the reason
    stage.cloud.play(at("09:30", day=24))
    reason = vitosms.told("queue", "show", "reminder:T1")["reason"]
    assert reason["text"] == f"Der Termin hat begonnen; zuletzt: {words}"
    assert stage.cloud.lambda_errors == []


def test_the_data_of_a_patient(vitosms: Vitosms, stage: Rehearsal) -> None:
    patient = entry_of(stage, "T1").patient
    document = vitosms.told("export", "--patient", patient)
    assert sum(line["key"] == KEY for line in document["activities"] if "key" in line) >= len(ACTIVITIES) - 2
    vitosms.shows("erase", "--patient", patient, "--yes")


def test_names_that_are_none_stand_as_they_are() -> None:
    assert (outcome_words("done"), outcome_words("lost")) == ("Erfolgreich", "lost")
    assert (count_words("searched"), count_words("sent"), count_words("lost")) == ("gesucht", "unterwegs", "lost")

"""`vitosms local database` and `local tick`: what a practice sees while its database, or a rule, does not answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.core.test_every_document import asked_of
from tests.cli.running import Vitosms, running

OF_SEND = ("local", "tick", "--lose", "--rule", "send")


@pytest.fixture
def vitosms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Vitosms]:
    with running(tmp_path, switches={"MeldungAn": "empfang@praxis.example"}) as (stage, _):
        for module in ("local", "local_trouble"):
            monkeypatch.setattr(f"infra.cli.sandbox.{module}.ask", asked_of(stage))
        yield Vitosms(capsys)


def states(vitosms: Vitosms) -> dict[str, str]:
    return {one["entry"]: one["state"] for one in vitosms.told("queue", "list")["entries"]}


@pytest.mark.parametrize(
    ("state", "answer", "words"),
    [
        ("--down", "Keine Praxisdatenbank ist erreichbar, bis vitosms local database --up.", "nicht erreichbar"),
        (
            "--fail=maintenance",
            "Die Praxisdatenbanken antworten mit dem Fehler «maintenance», bis vitosms local database --up.",
            "Wartung",
        ),
        ("--recovering", "Die Praxisdatenbanken stellen sich wieder her, bis vitosms local database --up.", "bereit"),
    ],
)
def test_a_database_that_does_not_answer_fails_the_runs_until_it_is_put_right(
    vitosms: Vitosms, state: str, answer: str, words: str
) -> None:
    assert vitosms.shows("local", "database", state) == f"{answer}\n"
    vitosms.shows("local", "play", "--to", "10:04")
    runs = vitosms.told("history", "--errors")["runs"]
    assert {run["outcome"] for run in runs} == {"failed"}
    assert words in runs[0]["reasons"][0]["text"]
    assert len(vitosms.told("local", "mailbox")["notices"]) == len(runs) == 2  # of reminders and greetings
    assert vitosms.run("doctor", "--stage", "local")[0] == 1  # a command meets the same
    assert vitosms.shows("local", "database", "--up") == "Die Praxisdatenbanken antworten wieder.\n"
    vitosms.shows("jobs", "run", "prepare-reminders")
    vitosms.shows("local", "play", "--to", "2026-11-23T10:04:30")
    assert states(vitosms)["reminder:T1"] == "prepared"


def test_a_lost_send_tick_is_made_up_for_by_the_next_one(vitosms: Vitosms) -> None:
    assert vitosms.shows(*OF_SEND) == "Dieser Takt geht verloren:\n  Mo 23.11.2026 10:05  send\n"
    vitosms.shows("local", "play", "--to", "10:19")
    assert states(vitosms)["reminder:T1"] == "prepared"
    vitosms.shows("local", "play", "--to", "10:21")
    assert states(vitosms)["reminder:T1"] == "sent"


def test_a_send_slot_that_is_missed_for_six_hours_is_held_until_a_person_releases_it(vitosms: Vitosms) -> None:
    assert len(vitosms.told(*OF_SEND, "--count", "25")["lost"]) == 25
    vitosms.shows("local", "play", "--to", "16:30")
    assert vitosms.told("queue", "list")["counts"]["held"] == 2
    assert vitosms.told("local", "messages")["messages"] == []
    vitosms.shows("queue", "release", "--all", "--yes")
    vitosms.shows("local", "play", "--to", "17:00")
    assert len(vitosms.told("local", "messages")["messages"]) == 2


def test_without_a_rule_the_next_ticks_are_lost_one_after_the_other(vitosms: Vitosms) -> None:
    assert vitosms.told("local", "tick", "--lose")["lost"] == [{"rule": "status", "at": "2026-11-23T09:55:00+01:00"}]
    more = vitosms.told("local", "tick", "--lose", "--count", "3")["lost"]
    assert [(one["at"][11:16], one["rule"]) for one in more] == [
        ("10:00", "prepare"),
        ("10:05", "send"),
        ("10:10", "status"),
    ]
    vitosms.shows("local", "play", "--to", "10:14")
    assert states(vitosms) == {}


def test_lost_status_ticks_leave_messages_on_their_way(vitosms: Vitosms) -> None:
    vitosms.shows("local", "tick", "--lose", "--rule", "status", "--count", "3")  # from 09:55 on
    vitosms.shows("local", "play", "--to", "10:39")
    assert states(vitosms)["reminder:T1"] == "sent"
    vitosms.shows("local", "play", "--to", "10:41")
    assert "reminder:T1" not in states(vitosms)


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("local database", "give exactly one of --down, --recovering, --fail, --up"),
        ("local database --down --up", "give exactly one of --down, --recovering, --fail, --up"),
        (
            "local database --fail up",
            "--fail 'up': must be one of maintenance, offline, full, standby, mirror, damaged, refused, deployment",
        ),
        ("local tick", "--lose is missing"),
        ("local tick --lose --rule run", "--rule 'run': must be one of prepare, send, status, nightly_check"),
        ("local tick --lose --count 0", "--count '0': must be a whole number from 1 to 10,000"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(vitosms: Vitosms, command: str, error: str) -> None:
    assert vitosms.refuses(*command.split()).replace("10'000", "10,000") == error

"""The output of `vitosms deploy` for changes and failures that moto never produces."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import RenderableType

from infra.cli.core.output import answer
from infra.cli.operate.deploy_events import watching
from infra.cli.operate.deploy_report import changes_shown, failure_shown
from infra.deploy.change_set import Change
from infra.deploy.stack import Event
from infra.translation import speak

QUEUE, FUNCTION, TABLE = "AWS::SQS::Queue", "AWS::Lambda::Function", "AWS::DynamoDB::Table"


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    speak("en")


def lines(shown: Iterable[RenderableType], capsys: pytest.CaptureFixture[str]) -> list[str]:
    answer(False, {}, *shown)
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def event(name: str, status: str, reason: str = "", kind: str = QUEUE) -> Event:
    return Event(name + status, datetime(2026, 11, 23, 9, tzinfo=UTC), name, kind, status, reason, kind == "stack")


def test_what_is_replaced_is_said_and_what_is_new_is_one_line_a_kind(capsys: pytest.CaptureFixture[str]) -> None:
    changes = [
        Change("Modify", "Runs", QUEUE, "True", ("QueueName",)),
        Change("Modify", "Send", FUNCTION, "False", ("Code", "Timeout")),
        Change("Add", "One", FUNCTION),
        Change("Add", "Two", FUNCTION),
    ]
    shown = lines(changes_shown(changes, "vitosms-prod"), capsys)
    assert shown[0] == "vitosms-prod: 4 resources change"
    assert shown[3:6] == [
        "Modify SQS::Queue Runs replaced, QueueName",
        "Modify Lambda::Function Send Code, Timeout",
        "Add Lambda::Function One, Two",
    ]
    assert shown[-1] == "• Queue Runs is replaced by an empty one; everything in it is lost"


def test_names_break_only_between_their_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    name, kind = "ReceiptsDeadLettersEventSourceMapping", "AWS::SES::ConfigurationSetEventDestination"
    changes = [Change("Modify", name, kind, "Conditional", ("Code", "Environment", "ReservedConcurrentExecutions")),
               Change("Add", name, QUEUE), Change("Add", "MailConfigurationSet", QUEUE)]  # fmt: skip
    answer(False, {}, *changes_shown(changes, "vitosms-prod"))
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    for word in ("SES::ConfigurationSet", "EventDestination", "ReceiptsDeadLettersEvent", "SourceMapping",
                 "MailConfigurationSet", "Environment"):  # fmt: skip
        assert re.search(rf"(^|\s){word}(\s|,|$)", shown), word


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("Remove", "One", TABLE), "Table One is removed; everything in it is lost"),
        (("Remove", "One", TABLE, None, (), True), "Table One is removed; the old one stays, outside the stack"),
        (
            ("Modify", "One", QUEUE, "Conditional"),
            "Queue One may be replaced by an empty one; everything in it is lost",
        ),
    ],
)
def test_a_loss_is_said(change: tuple[Any, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert lines(changes_shown([Change(*change)], "vitosms-prod"), capsys)[-1] == f"• {said}"


def test_a_change_of_parameters_or_outputs_alone_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert lines(changes_shown([], "vitosms-dev"), capsys) == [
        "vitosms-dev: no resource changes, only parameters or outputs"
    ]


@pytest.mark.parametrize(
    ("status", "rest"),
    [
        ("UPDATE_ROLLBACK_COMPLETE", "everything is as it was before; fix the cause, then deploy again"),
        ("ROLLBACK_COMPLETE", "can only be removed: vitosms destroy --stage dev, then deploy again"),
    ],
)
def test_a_failure_tells_its_reasons_and_what_is_next(
    capsys: pytest.CaptureFixture[str], status: str, rest: str
) -> None:
    failures = [event("Runs", "CREATE_FAILED", "the name is taken"), event("Outbox", "CREATE_FAILED", "cancelled")]
    shown = lines(failure_shown("dev", status, failures), capsys)
    assert shown[:3] == [
        f"vitosms-dev: failed ({status})",
        "• Runs (SQS::Queue): the name is taken",
        "• Outbox (SQS::Queue): cancelled",
    ]
    assert rest in shown[3]


def test_events_are_one_line_each_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with watching("vitosms-dev", 2) as watch:
        watch.tell(event("Runs", "CREATE_COMPLETE", "as it was asked for"))
        watch.tell(event("Outbox", "CREATE_FAILED", "the name is taken"))
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.partition(" ")[2] for line in err.splitlines()] == [
        "CREATE_COMPLETE Runs",
        "CREATE_FAILED Outbox: the name is taken",
    ]
    assert [one.name for one in watch.failures] == ["Outbox"]


def test_whoever_stops_waiting_is_told_that_the_change_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), watching("vitosms-dev", 2):
        raise KeyboardInterrupt
    assert "the change continues without this command" in capsys.readouterr().err

"""The canary's mornings: delivered and counted each day; no count if anything fails. On the fakes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, cast

import pytest

import app
from chalicelib.admin.queue_actions import stop_all
from chalicelib.aws.deployment import Deployment
from chalicelib.aws.stop_marks import by_operator
from chalicelib.entries.states import State
from chalicelib.practice.record import Licence
from chalicelib.practice_db.canary import LICENCE
from chalicelib.practice_db.database import PracticeDatabase, open_practice_database
from chalicelib.text import LANGUAGES
from infra.cli import main
from infra.cli.operate import canary
from infra.cli.operate.canary import CANARY
from infra.local import lambdas
from infra.local.networks.sent_message import ErrorAnswer
from infra.translation import speaking, spoken, tr
from tests.fakes.fake_cloud import FakeCloud
from tests.fakes.queues import Message
from tests.fakes.wiring import SETTINGS
from tests.flow.fake_build import Day

MAIL, MOBILE = "betrieb@vitosms.example", "+41790000001"
FIRST, SECOND = "2026-11-23", "2026-11-24"


Database = AbstractContextManager[PracticeDatabase]


class CloudWithTheApp(FakeCloud):
    """Runs are executed as in the Lambda `run`, which prints the metrics."""

    def _run(self, message: Message) -> None:
        attributes = {"ApproximateReceiveCount": str(message.receives)}
        received = {"MessageId": "1", "ReceiptHandle": message.handle, "Body": message.body, "MD5OfBody": ""}
        app.run(lambdas.queue_event({**received, "Attributes": attributes}, ""), lambdas.LambdaContext("run", 300))


class Morning:
    """Days of a stage that watches its canary."""

    def __init__(self, carrier_failures: float, language: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.day = Day(f"{FIRST} 06:45", carrier_failures=carrier_failures, cloud=CloudWithTheApp)
        self.parts, self._capsys = self.day.parts, capsys
        self.parts.settings = replace(SETTINGS, canary_practice=CANARY, operator_language=language)

    def counted(self, until: str) -> int:
        """CanaryDelivered from now on."""
        self._capsys.readouterr()
        self.day.play(until)
        lines = [line for line in self._capsys.readouterr().out.splitlines() if '"_aws"' in line]
        return int(sum(sum(json.loads(line).get("CanaryDelivered", [])) for line in lines))

    def states(self) -> list[State]:
        return [entry.state for entry in self.parts.data.entries.get(CANARY, {}).values()]

    def told(self) -> list[str]:
        return [alert.kind for practice, alert in self.parts.alerts.told if practice == CANARY]


Begin = Callable[..., Morning]


def _opened(others: Callable[[str], Database], url: str) -> Database:
    """The canary's own database is the real one."""
    return open_practice_database(url) if url.startswith("canary://") else others(url)


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Begin:
    """A morning at 06:45, the canary registered by its command."""

    def begun(*args: str, carrier_failures: float = 0.0, language: str = "en") -> Morning:
        made = Morning(carrier_failures, language, capsys)

        @contextmanager
        def connected(stage: str) -> Iterator[Deployment]:
            yield Deployment(stage, cast(Any, made.parts), made.day.cloud.world.now)

        monkeypatch.setattr(app, "wiring", lambda: made.parts)
        monkeypatch.setattr(canary, "connected", connected)
        monkeypatch.setattr(made.parts, "open_database", partial(_opened, made.parts.open_database))
        assert main.run(["canary", "add", *(args or ("--to", MAIL))]) == 0
        return made

    return begun


@pytest.mark.parametrize("to", [MAIL, MOBILE])
def test_each_morning_one_message_is_delivered_and_counted_once(begin: Begin, to: str) -> None:
    morning = begin("--to", to)
    assert morning.counted(f"{FIRST} 07:30") == 1
    assert morning.counted(f"{SECOND} 06:45") == 0
    assert morning.counted(f"{SECOND} 07:30") == 1
    messages = morning.parts.networks.messages
    assert [(f"{message.at:%dT%H:%M}", message.to) for message in messages] == [("23T06:05", to), ("24T06:05", to)]
    assert all("daily test message" in message.text and "made up" in message.text for message in messages)
    assert morning.told() == []
    assert morning.day.cloud.errors == []


@pytest.mark.parametrize("to", [MAIL, MOBILE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_its_messages_are_in_the_language_of_the_operator(begin: Begin, language: str, to: str) -> None:
    morning = begin("--to", to, language=language)
    assert spoken() == "de"
    assert morning.counted(f"{FIRST} 07:30") == 1
    (message,) = morning.parts.networks.messages
    (entry,) = morning.parts.data.entries[CANARY].values()
    with speaking(language):
        subject = tr("vitosms: daily test")
    assert message.subject == (subject if to == MAIL else None)
    assert (entry.language, entry.parts) == (language, 0 if to == MAIL else 1)


def test_it_can_change_from_one_channel_to_the_other(begin: Begin) -> None:
    morning = begin("--to", MOBILE)
    assert morning.counted(f"{FIRST} 07:30") == 1
    assert main.run(["canary", "add", "--to", MAIL]) == 0
    assert morning.counted(f"{SECOND} 07:30") == 1
    assert [message.to for message in morning.parts.networks.messages] == [MOBILE, MAIL]


def test_it_leaves_at_the_time_that_was_given(begin: Begin) -> None:
    morning = begin("--to", MAIL, "--at", "23:45")
    assert morning.counted(f"{FIRST} 23:45") == 0
    assert morning.counted(f"{SECOND} 00:00") == 1


def test_what_other_practices_deliver_is_not_counted(begin: Begin) -> None:
    morning = begin()
    desk = morning.day.practice()
    desk.appointment("2026-11-24 09:00")
    assert morning.counted(f"{FIRST} 08:00") == 1
    assert morning.counted(f"{SECOND} 06:45") == 0
    assert [entry.state for entry in desk.entries.values()] == [State.DELIVERED]


def test_without_a_canary_nothing_is_counted(begin: Begin) -> None:
    morning = begin()
    morning.parts.settings = SETTINGS
    assert morning.counted(f"{FIRST} 08:00") == 0
    assert morning.states() == [State.DELIVERED]


def _stop_all(morning: Morning) -> None:
    stop_all("Wartung.", morning.parts.stops, morning.parts.alerts)


def _pause(morning: Morning) -> None:
    morning.parts.stops.stop(CANARY, by_operator("Wartung."))


def _refuse(morning: Morning) -> None:
    morning.parts.networks.on_request = lambda message: ErrorAnswer("MessageRejected", "Email address is not verified.")


def _hang(morning: Morning) -> None:
    def fault(moment: str, call: str) -> None:
        if call == "mail.send":
            raise TimeoutError

    morning.parts.world.fault = fault


def _revoke(morning: Morning) -> None:
    morning.parts.practices.add_licence(CANARY, Licence(LICENCE, revoked=True))


def _lose_the_receipt(morning: Morning) -> None:
    morning.day.cloud.plan_receipt = lambda *_, **__: None  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (_stop_all, State.PREPARED),
        (_pause, State.PREPARED),
        (_refuse, State.PREPARED),
        (_hang, State.UNKNOWN),
        (_revoke, None),
        (_lose_the_receipt, State.SENT),
    ],
)
def test_nothing_is_counted_where_something_is_in_the_way(
    begin: Begin, trouble: Callable[[Morning], None], state: State | None
) -> None:
    morning = begin()
    trouble(morning)
    assert morning.counted(f"{FIRST} 23:00") == 0
    assert morning.states() == ([state] if state else [])


def test_a_bounce_is_not_counted(begin: Begin) -> None:
    morning = begin(carrier_failures=1.0)
    assert morning.counted(f"{FIRST} 23:00") == 0
    assert morning.states() == [State.FAILED]


def test_it_is_counted_again_when_what_was_in_the_way_is_over(begin: Begin) -> None:
    morning = begin()
    _pause(morning)
    assert morning.counted(f"{SECOND} 06:45") == 0
    morning.parts.stops.resume(CANARY, morning.parts.clock())
    assert morning.counted(f"{SECOND} 07:30") == 2  # yesterday's too: its appointment is at noon


def test_low_credits_are_alerted_as_those_of_any_other_practice(begin: Begin) -> None:
    morning = begin()
    morning.parts.parameters.save(CANARY, "Schalter/CreditMindestbestand", "20000")
    assert morning.counted(f"{FIRST} 07:30") == 1
    assert morning.told() == ["low-balance"]

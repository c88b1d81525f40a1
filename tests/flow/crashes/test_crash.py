"""Workers die, queue messages are lost or duplicated: at most one request per message, and no loss without a trace."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.text import Text
from infra.local import lambdas
from infra.local.clients import REGION, client
from infra.local.networks import delivery_outcomes as fates
from infra.local.networks.delivery_outcomes import Fate
from infra.local.networks.receipts import delivery_groups, put_log_events
from infra.local.platform import LambdaKilled
from infra.local.rehearsal import Rehearsal
from tests.flow.build import BORN_TODAY, TOMORROW_9, Database, at, entry_of, number, opened, pause, sent, states

OUTBOX, RUNS = "VITOSMS_OUTBOX_QUEUE_URL", "VITOSMS_RUNS_QUEUE_URL"
WRITE = "dynamodb.TransactWriteItems"


def dies(day: Rehearsal, moment: str, handler: str, nth: int) -> None:
    """Kill this Lambda before or after its n-th transaction."""
    killed = False

    def kill(operation: str) -> None:
        nonlocal killed
        calls = day.cloud.calls_by_handler.get(handler)
        if operation == WRITE and calls and calls[WRITE] == nth and not killed:
            killed = True
            raise LambdaKilled

    setattr(day.cloud.gateway, moment, kill)


def copies_of(queue: str) -> list[str]:
    """The bodies of the messages in a queue, without receiving them."""
    url = os.environ[queue]
    messages = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [message["Body"] for message in messages.get("Messages", [])]


def send_again(queue: str, bodies: list[str]) -> None:
    for body in bodies:
        client("sqs").send_message(QueueUrl=os.environ[queue], MessageBody=body)


def fire(day: Rehearsal, rule: str, fired: datetime) -> Callable[[], None]:
    """EventBridge delivers an event once more."""
    event = lambdas.scheduled_event("local", rule, fired.astimezone(UTC))

    def act() -> None:
        day.cloud.platform.invoke(rule, event)

    return act


# Transactions of run: 1 end of the birthdays, 2 prepare, 3 its end, 4 reserve, 5 end of send; of deliver: 1 claim,
# 2 settle. A run's message comes back after half an hour, an outbox message after six minutes.
@pytest.mark.parametrize(
    ("moment", "handler", "nth", "time"),
    [
        ("before", "run", 2, "10:35"),
        ("before", "run", 4, "10:35"),
        ("after", "run", 4, "10:25"),  # reserved but not queued: the sweep queues it
        ("before", "deliver", 1, "10:11"),
        ("before", "deliver", 2, "10:05"),  # sent, not stored: found by its delivery log
        ("after", "deliver", 2, "10:05"),
    ],
)
def test_a_lambda_that_dies_costs_no_second_message(
    database: Database, moment: str, handler: str, nth: int, time: str
) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("11:20")) as day:
        dies(day, moment, handler, nth)
        day.play()
        assert len(day.cloud.lambda_errors) == 1
        assert (states(day), sent(day)) == ({"T1": "delivered"}, [(time, number(1))])


def test_a_claim_without_an_end_is_reported_by_the_sweep(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("10:45")) as day:
        dies(day, "after", "deliver", 1)
        day.play()
        assert (states(day), sent(day)) == ({"T1": "unknown"}, [])
        assert entry_of(day, "T1").reason == Text("sweep.claim_died")
        assert [alert["kind"] for alert in day.alerts()] == ["unknown"]
        assert day.balances() == {"M1": 99}


def test_lost_outbox_messages_are_queued_again_and_sent_once(database: Database) -> None:
    for _ in range(12):
        database.patient(TOMORROW_9)
    with opened(database, until=at("10:45")) as day:
        pause(day, "deliver", "10:05", "10:10")
        day.cloud.at(at("10:07"), lambda: client("sqs").purge_queue(QueueUrl=os.environ[OUTBOX]))
        day.play()
        assert sorted(sent(day)) == [("10:25", number(n)) for n in range(1, 13)]
        assert set(states(day).values()) == {"delivered"}


def test_duplicates_of_queue_messages_change_nothing(database: Database) -> None:
    database.patient(TOMORROW_9)
    database.patient(Geburtsdatum=BORN_TODAY)
    bodies: dict[str, list[str]] = {}

    def twice(queue: str) -> None:
        bodies[queue] = copies_of(queue)
        send_again(queue, bodies[queue])

    def once_more() -> None:
        for queue, found in bodies.items():
            send_again(queue, found)

    with opened(database, until=at("11:20")) as day:
        pause(day, "run", "10:05", "10:06")
        pause(day, "deliver", "10:05", "10:07")
        day.cloud.at(at("10:05:30"), lambda: twice(RUNS))
        day.cloud.at(at("10:06:30"), lambda: twice(OUTBOX))
        day.cloud.at(at("10:12"), once_more)
        day.cloud.at(at("10:40"), once_more)
        day.play()
        assert {queue: len(found) for queue, found in bodies.items()} == {RUNS: 1, OUTBOX: 1}
        assert sent(day) == [("10:07", number(1)), ("10:07", number(2))]
        assert day.balances() == {"M1": 98}
        assert day.cloud.lambda_errors == []


def test_events_that_fire_twice_change_nothing(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("10:45")) as day:
        for rule, minute in (("prepare", 0), ("send", 5), ("status", 10)):
            fired = at(f"10:{minute:02d}")
            for later in (1, 120, 1200):
                day.cloud.at(fired + timedelta(seconds=later), fire(day, rule, fired))
        day.play()
        assert sent(day) == [("10:05", number(1))]
        jobs = [run["job"] for run in day.runs()]
        assert sorted(jobs) == ["prepare-birthdays", "prepare-reminders", "send", "status"]
        assert day.cloud.lambda_errors == []


def test_what_prepare_writes_after_send_has_looked_goes_at_a_later_send_tick(database: Database) -> None:
    database.patient(TOMORROW_9)

    def send_overtakes(operation: str) -> None:
        if operation == WRITE and day.cloud.calls_by_handler["run"][WRITE] == 2:  # prepare writes T1
            day.cloud.gateway.before = lambda _: None
            queue = day.cloud.platform.queues["run"]
            message = queue.receive()
            assert message is not None
            assert day.cloud.platform.invoke("run", lambdas.queue_event(message, queue.arn))
            queue.delete(message["ReceiptHandle"])

    with opened(database, until=at("11:20")) as day:
        pause(day, "run", "10:00", "10:06")  # a busy queue: both are late, and run at once
        day.cloud.gateway.before = send_overtakes
        day.play()
        assert sent(day) == [("10:20", number(1))]


def test_what_prepare_writes_while_send_still_runs_goes_at_a_later_send_tick(database: Database) -> None:
    database.patient(TOMORROW_9)
    held: list[dict[str, Any]] = []

    def prepare_ends(operation: str) -> None:
        calls = day.cloud.calls_by_handler.get("run")
        if operation == "dynamodb.Query" and calls and calls[operation] == 2:  # send has checked
            day.cloud.gateway.after = lambda _: None
            for message in held:
                assert day.cloud.platform.invoke("run", lambdas.queue_event(message, queue.arn))
                queue.delete(message["ReceiptHandle"])

    with opened(database, until=at("11:20")) as day:
        queue = day.cloud.platform.queues["run"]
        pause(day, "run", "10:00", "10:06")
        # Both prepare runs are with slow workers.
        day.cloud.at(at("10:01"), lambda: held.extend(filter(None, (queue.receive(), queue.receive()))))
        day.cloud.gateway.after = prepare_ends
        day.play()
        assert len(held) == 2
        assert sent(day) == [("10:20", number(1))]


@pytest.mark.parametrize("back", ["10:37", "10:44"])  # found too late by deliver itself, or by the sweep at 10:40
def test_delivered_too_late_it_is_refunded_and_sent_by_a_later_send_tick(database: Database, back: str) -> None:
    database.patient(TOMORROW_9)
    database.patient("2026-11-24 09:30:00")
    with opened(database, until=at("11:20")) as day:
        pause(day, "deliver", "10:05", back)
        day.cloud.play(at("10:45"))
        assert (states(day), day.balances()) == ({"T1": "prepared", "T2": "prepared"}, {"M1": 100})
        day.play()
        assert sent(day) == [("10:50", number(1)), ("10:50", number(2))]
        assert (day.credits()["M1"].charged, day.credits()["M1"].refunded) == (4, 2)


def test_nothing_is_claimed_after_the_window_has_closed(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("11:20"), switches={"Versandfenster": "08:00-10:20"}) as day:
        pause(day, "deliver", "10:05", "10:21")
        day.play()
        assert (states(day), sent(day), day.balances()) == ({"T1": "prepared"}, [], {"M1": 100})


def test_receipts_that_come_twice_refund_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fates, "fate", lambda *_: Fate(False, timedelta(minutes=20), "Invalid phone number", None))
    database.patient(TOMORROW_9)
    _, failures = delivery_groups(REGION)

    def repeat() -> None:
        for event in day.cloud.log_events(failures):
            line = {"timestamp": event["timestamp"], "message": event["message"]}
            put_log_events(failures, event["stream"], [line, line])

    with opened(database, until=at("11:20")) as day:
        for when in ("10:26", "10:41"):
            day.cloud.at(at(when), repeat)
        day.play()
        assert (states(day), day.balances()) == ({"T1": "failed"}, {"M1": 100})
        assert sum(line.get("to") == "failed" for line in day.activities()) == 1


def test_a_bounce_after_the_delivery_of_an_e_mail_fails_it_without_a_refund(database: Database) -> None:
    database.patient("2026-11-26 09:00:00", Mobiltelefon=None, EMail="p1@beispiel.example")
    with opened(database, until=at("10:20", day=24), switches={"OffsetStartTage": "3"}) as day:
        day.cloud.play(at("10:20"))
        assert states(day) == {"T1": "delivered"}
        (message,) = day.cloud.networks.messages
        late = Fate(False, timedelta(hours=1), "smtp; 550 5.1.1 user unknown", None)
        bounce = json.dumps(fates.mail_ended(message, os.environ["VITOSMS_MAIL_CONFIGURATION_SET"], late))
        send_again("VITOSMS_RECEIPTS_QUEUE_URL", [bounce, bounce])
        day.play()
        assert (states(day), day.balances()) == ({"T1": "failed"}, {"M1": 99})

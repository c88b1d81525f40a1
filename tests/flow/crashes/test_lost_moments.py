"""Events at the worst moment do not lose a slot, a run or a tick."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.table import Table
from chalicelib.practice_db.database import PracticeDatabase, Row
from chalicelib.practice_db.errors import LOST
from chalicelib.wiring import wiring
from infra.local import lambdas
from infra.local.clients import client
from infra.local.cloud import LocalCloud
from infra.local.platform import LambdaKilled
from tests.flow.build import TOMORROW_9, Database, at, number, opened, pause, sent, states, top_up

WRITE = "dynamodb.TransactWriteItems"


def test_an_appointment_moved_by_a_day_while_it_waits_is_reminded_on_its_new_day(database: Database) -> None:
    database.patient("2026-11-24 14:00:00")
    with opened(database, until=at("10:20", day=24), topups={}) as day:
        day.cloud.at(at("09:30", day=24), database.set_appointment("T1", "Beginn", "2026-11-25 14:00:00"))
        day.cloud.at(at("09:40", day=24), top_up("M1", 5))
        day.play()
        assert sent(day) == [("10:05", number(1))]


def test_a_delivery_log_that_sns_has_not_made_yet_stops_no_status_run(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database) as day:
        client("logs").delete_log_group(logGroupName=wiring().settings.delivery_log_groups[1])
        day.play()
        assert states(day) == {"T1": "delivered"}
        assert day.cloud.lambda_errors == []


def killed_after_its_first_write(cloud: LocalCloud, handler: str) -> Callable[[str], None]:
    killed: list[str] = []

    def kill(operation: str) -> None:
        calls = cloud.calls_by_handler.get(handler)
        if operation == WRITE and calls and calls[WRITE] == 1 and not killed:
            killed.append(operation)
            raise LambdaKilled

    return kill


@pytest.mark.parametrize(("handler", "back"), [("deliver", "10:37"), ("status", "10:44")])
def test_a_worker_that_dies_after_giving_entries_back_loses_no_slot(
    database: Database, handler: str, back: str
) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("12:20")) as day:
        pause(day, "deliver", "10:05", back)
        day.cloud.gateway.after = killed_after_its_first_write(day.cloud, handler)
        day.play()
        assert [to for _, to in sent(day)] == [number(1)]


def resume() -> None:
    client("dynamodb").update_item(
        TableName=wiring().settings.table,
        Key={"pk": {"S": "praxis"}, "sk": {"S": "practice"}},
        UpdateExpression="REMOVE stopped",
    )


def test_misconfigured_while_the_first_send_run_is_still_on_goes_on_after_a_person_resumes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("10:40")) as day:
        put = wiring().queues.put_outbox
        queue = day.cloud.platform.queues["deliver"]

        def put_and_deliver(practice: str, keys: list[str]) -> None:
            put(practice, keys)
            if message := queue.receive():
                assert day.cloud.platform.invoke("deliver", lambdas.queue_event(message, queue.arn))
                queue.delete(message["ReceiptHandle"])

        monkeypatch.setattr(wiring().queues, "put_outbox", put_and_deliver)
        day.cloud.networks.fail_next("AuthorizationError")
        day.cloud.at(at("10:12"), resume)
        day.play()
        assert sent(day) == [("10:20", number(1))]


def test_what_a_late_prepare_wrote_before_its_database_broke_is_sent(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(101):
        database.patient(TOMORROW_9)
    ask = PracticeDatabase.reminders

    def breaks(database: PracticeDatabase, *given: Any) -> Iterator[Row]:
        for row, _ in zip(ask(database, *given), range(100), strict=False):
            yield row
        raise LOST.error("broken")

    monkeypatch.setattr(PracticeDatabase, "reminders", breaks)
    with opened(database, until=at("10:40"), topups={"M1": 200}) as day:
        queue, held = day.cloud.platform.queues["run"], list[dict[str, Any]]()

        def late() -> None:
            for message in held:
                assert day.cloud.platform.invoke("run", lambdas.queue_event(message, queue.arn))
                queue.delete(message["ReceiptHandle"])

        pause(day, "run", "10:00", "10:03")
        day.cloud.at(at("10:01"), lambda: held.extend(filter(None, (queue.receive(), queue.receive()))))
        day.cloud.at(at("10:07"), late)
        day.play()
        assert len(sent(day)) == 99  # one transaction, with the counts of their day


def test_a_plain_write_that_meets_a_transaction_is_repeated() -> None:
    conflict = ClientError({"Error": {"Code": "TransactionConflictException", "Message": ""}}, "UpdateItem")
    answers: list[Exception | None] = [conflict, None]

    def update_item(**_: Any) -> None:
        if error := answers.pop(0):
            raise error

    key = {"pk": "a", "sk": "b"}
    table = Table(SimpleNamespace(update_item=update_item), "table", lambda seconds: None, lambda: 0.0)
    assert table.write({"Update": {"Key": key, "UpdateExpression": "SET x = y"}}) is None
    assert answers == []


def test_two_first_runs_of_a_practice_may_make_its_log_stream_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.patient(TOMORROW_9)
    with opened(database) as day:
        logs = wiring().history._client
        make = logs.create_log_stream
        monkeypatch.setattr(logs, "create_log_stream", lambda **stream: (make(**stream), make(**stream)))
        day.play()
        assert day.cloud.lambda_errors == []
        assert states(day) == {"T1": "delivered"}

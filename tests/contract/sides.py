"""The two sides of a contract: the fakes, and the real parts on the local cloud. A case sees only what they share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Protocol

from botocore.exceptions import ConnectionClosedError

from chalicelib.aws.log_lines import accepted_line
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from chalicelib.wiring import Wiring, wiring
from infra.local.clients import REGION, client
from infra.local.cloud import LocalCloud
from infra.local.networks.receipts import put_log_events
from infra.local.weather import Weather
from tests.builders.entries import entry
from tests.fakes.wiring import FakeWiring
from tests.fakes.world import AnswerLostError, Moment, World

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 10:00 in Zurich, a Monday
WRITES = ("TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem")
_numbers = count(1)


class Side(Protocol):
    """`parts` are what the steps get; the rest is what a test does to the outside world."""

    @property
    def parts(self) -> Wiring: ...

    @property
    def weather(self) -> Weather: ...

    def lose_answer(self) -> None:
        """The next write takes effect, but its answer is lost: boto3 asks again."""

    def meanwhile(self, act: Callable[[], object]) -> None:
        """Somebody else acts just before the next write."""

    def wait(self, seconds: float) -> None: ...

    def receive(self, queue: str) -> list[tuple[str, str, int]]:
        """Up to ten messages of `runs`, `outbox` or `receipts`: body, receipt handle, how many times received."""

    def put_receipts(self, bodies: Sequence[str]) -> None: ...

    def put_parameter(self, name: str, value: str) -> None: ...

    def print_by_other_stage(self, message_id: str) -> None:
        """The deliver Lambda of another stage of the account prints that its message has this id."""


class FakeSide:
    def __init__(self) -> None:
        self.world = World(NOW)
        self.parts = FakeWiring(self.world, {})
        self.weather = self.world.weather

    def lose_answer(self) -> None:
        def once(moment: Moment, call: str) -> None:
            if moment == "after":
                self.world.fault = lambda moment, call: None
                raise AnswerLostError

        self.world.fault = once

    def meanwhile(self, act: Callable[[], object]) -> None:
        def once(moment: Moment, call: str) -> None:
            if moment == "before":
                self.world.fault = lambda moment, call: None
                act()

        self.world.fault = once

    def wait(self, seconds: float) -> None:
        self.world.now += timedelta(seconds=seconds)

    def receive(self, queue: str) -> list[tuple[str, str, int]]:
        queues = self.parts.queues
        named = {"runs": queues.runs_queue, "outbox": queues.outbox_queue, "receipts": queues.receipts_queue}
        return [(message.body, message.handle, message.receives) for message in named[queue].receive(10)]

    def put_receipts(self, bodies: Sequence[str]) -> None:
        self.parts.queues.receipts_queue.send(bodies)

    def put_parameter(self, name: str, value: str) -> None:
        self.parts.parameters.put(name, value)

    def print_by_other_stage(self, message_id: str) -> None:
        self.parts.other_stages.printed[message_id] = self.world.now


class RealSide:
    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud, self.weather = cloud, cloud.weather

    @property
    def parts(self) -> Wiring:
        return wiring()

    def meanwhile(self, act: Callable[[], object]) -> None:
        def once(operation: str) -> None:
            if operation.split(".")[1] in WRITES:
                self.cloud.gateway.before = lambda operation: None
                act()

        self.cloud.gateway.before = once

    def lose_answer(self) -> None:
        def once(operation: str) -> None:
            if operation.split(".")[1] in WRITES:
                self.cloud.gateway.after = lambda operation: None
                raise ConnectionClosedError(endpoint_url="local")

        self.cloud.gateway.after = once

    def wait(self, seconds: float) -> None:
        self.cloud.clock.move_to(self.cloud.clock.now() + timedelta(seconds=seconds))

    def receive(self, queue: str) -> list[tuple[str, str, int]]:
        url = os.environ[f"VITOSMS_{queue.upper()}_QUEUE_URL"]
        answer = client("sqs").receive_message(QueueUrl=url, AttributeNames=["All"], MaxNumberOfMessages=10)
        return [
            (m["Body"], m["ReceiptHandle"], int(m["Attributes"]["ApproximateReceiveCount"]))
            for m in answer.get("Messages", [])
        ]

    def put_receipts(self, bodies: Sequence[str]) -> None:
        for body in bodies:
            client("sqs").send_message(QueueUrl=os.environ["VITOSMS_RECEIPTS_QUEUE_URL"], MessageBody=body)

    def put_parameter(self, name: str, value: str) -> None:
        self.cloud.put_parameter(name, value)

    def print_by_other_stage(self, message_id: str) -> None:
        print_by_stage("other", message_id, self.cloud.clock.now())


def print_by_stage(stage: str, message_id: str, at: datetime, region: str = REGION) -> None:
    """Have the deliver Lambda of another stage (a new one) print a line on the local cloud."""
    group, line = f"/aws/lambda/vitosms-{stage}-deliver", json.dumps(accepted_line(entry(), message_id))
    client("logs", region).create_log_group(logGroupName=group)
    client("logs", region).create_log_stream(logGroupName=group, logStreamName="1")
    put_log_events(group, "1", [{"timestamp": int(at.timestamp() * 1000), "message": line}], region)


@contextmanager
def opened(kind: str) -> Iterator[Side]:
    if kind == "fake":
        yield FakeSide()
        return
    with LocalCloud(_NoHandlers(), NOW, on_start=wiring.cache_clear) as cloud:
        yield RealSide(cloud)
    wiring.cache_clear()


class _NoHandlers:
    """The contracts call the parts themselves; no rule or queue calls a Lambda."""

    def __getattr__(self, name: str) -> Callable[[Any, Any], None]:
        return lambda event, context: None


def new_practice() -> str:
    """Each case has its own practice, so that cases share a cloud without meeting."""
    return f"praxis-{next(_numbers)}"


def registered(side: Side, *jobs: JobState) -> str:
    """A new practice that the table knows."""
    practice = new_practice()
    side.parts.practices.add(practice, ["Praxis@Beispiel.example"], [_of(practice, job) for job in jobs])
    return practice


def _of(practice: str, job: JobState) -> JobState:
    return JobState(practice, job.job, job.slot, job.due, job.zone, job.done)


def job_record(job: Job = Job.SEND, due: datetime = NOW, done: datetime | None = None) -> JobState:
    return JobState("", job, due, due, "Europe/Zurich", done)

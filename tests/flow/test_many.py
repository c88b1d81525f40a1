"""Many practices: the cost of a tick when almost none is due, and the cost of one practice for the others."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from boto3.dynamodb.types import TypeSerializer
from moto.dynamodb.models import dynamodb_backends

import app
from chalicelib.aws.job_store import job_item
from chalicelib.aws.practice_items import practice_item
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from chalicelib.wiring import wiring
from infra.local.clients import ACCOUNT, REGION
from infra.local.cloud import LocalCloud
from tests.flow.build import at

DUE = at("10:05")


def tick_calls(practices: int) -> Counter[str]:
    """Returns the calls of the send rule's Lambda at 10:05 with three due practices."""
    cloud = LocalCloud(app, DUE - timedelta(minutes=1), on_start=wiring.cache_clear)
    with cloud:
        table = dynamodb_backends[ACCOUNT][REGION].tables[os.environ["VITOSMS_TABLE"]]
        for n in range(practices):
            job = JobState(f"praxis-{n}", Job.SEND, DUE, DUE, "Europe/Zurich")
            if n >= 3:
                job = replace(job, slot=DUE + timedelta(days=1), due=DUE + timedelta(days=1))
            for item in (practice_item(job.practice, []), job_item(job)):
                table.put_item({name: TypeSerializer().serialize(value) for name, value in item.items()})
        cloud.play(DUE + timedelta(seconds=1))
        calls: Counter[str] = cloud.calls_by_handler["send"]
        assert len(cloud.lambda_errors) == 0
        runs = [event["stream"] for event in cloud.log_events("/vitosms/local/Auftragsverlauf")]
        assert sorted(runs) == ["praxis-0", "praxis-1", "praxis-2"]
    wiring.cache_clear()
    return calls


@pytest.mark.parametrize("practices", [10, 10_000])
def test_a_tick_costs_as_much_as_is_due_whatever_the_number_of_practices(practices: int) -> None:
    assert tick_calls(practices) == {"dynamodb.Query": 1, "sqs.SendMessageBatch": 1, "dynamodb.UpdateItem": 3}

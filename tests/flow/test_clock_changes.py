"""The nights of both changes of the clocks on the local cloud: three practices, each slot is run once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import app
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.job import SCHEDULED
from chalicelib.schedule.job_state import new_jobs
from chalicelib.wiring import wiring
from infra.local.cloud import LocalCloud
from tests.flow.build import Database

# Zurich skips 02:00-03:00 on 29 March 2026 and repeats it on 25 October, Sydney on 4 October and 5 April. Slots in UTC.
PLANS = {
    "nacht": ("Europe/Zurich", "täglich 02:30", "täglich alle 60 Minuten 01:00-04:00"),
    "tag": ("Europe/Zurich", "Mo-Fr 10:00", "täglich 10:05"),
    "sued": ("Australia/Sydney", "täglich 02:30", "täglich alle 2 Stunden 00:00-05:00"),
}
PREPARE, SEND = SCHEDULED[0], SCHEDULED[2]
ZURICH_SPRING = {  # 02:30 does not exist, and runs at 03:00 = 01:00 UTC; 02:05 runs at 03:05, which runs once
    ("nacht", PREPARE): ["29T01:00"],
    ("nacht", SEND): ["29T00:05", "29T01:05"],
    ("tag", SEND): ["29T08:05"],  # 10:05 is an hour earlier in UTC than the day before
    ("sued", PREPARE): ["29T15:30"],
    ("sued", SEND): ["29T13:05", "29T15:05", "29T17:05"],
}
ZURICH_AUTUMN = {  # 02:00-03:00 occurs twice, and runs the first time
    ("nacht", PREPARE): ["25T00:30"],
    ("nacht", SEND): ["24T23:05", "25T00:05", "25T02:05"],
    ("tag", SEND): ["25T09:05"],
    ("sued", PREPARE): ["25T15:30"],
    ("sued", SEND): ["25T13:05", "25T15:05", "25T17:05"],
}
SYDNEY_SPRING = {  # 02:30 on Sunday 4 October does not exist, and runs at 03:00 = 16:00 UTC of the day before
    ("nacht", PREPARE): ["03T00:30"],
    ("nacht", SEND): ["02T23:05", "03T00:05", "03T01:05"],
    ("tag", SEND): ["03T08:05"],
    ("sued", PREPARE): ["03T16:00"],
    ("sued", SEND): ["03T14:05", "03T16:05", "03T17:05"],
}


def slots_of(start: datetime, database: str) -> dict[tuple[str, str], list[str]]:
    """The slots (UTC, `29T01:00`) of a day's Auftragsverlauf by practice and job."""
    cloud = LocalCloud(app, start, on_start=wiring.cache_clear)
    with cloud:
        parts = wiring()
        for practice, (zone, prepare, send) in PLANS.items():
            cloud.put_parameter(f"/vitosms/local/{practice}/Schalter/Zeitzone", zone)
            cloud.put_parameter(f"/vitosms/local/{practice}/Auftraege/{PREPARE}/Zeitplan", prepare)
            cloud.put_parameter(f"/vitosms/local/{practice}/Auftraege/{SEND}/Zeitplan", send)
            cloud.put_parameter(f"/vitosms-secrets/local/{practice}/Datenbank", database, secure=True)
            settings = ValidatedParameters(parts.parameters.saved(practice)).jobs
            parts.practices.add(practice, [], new_jobs(practice, settings.schedules, zone, start))
        cloud.play(start + timedelta(hours=22))
        assert cloud.lambda_errors == []
        found: dict[tuple[str, str], list[str]] = {}
        for event in cloud.log_events("/vitosms/local/Auftragsverlauf"):
            line = json.loads(event["message"])
            found.setdefault((event["stream"], line["job"]), []).append(line["slot"][8:16])
    wiring.cache_clear()
    return found


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param("2026-03-28 22:00", ZURICH_SPRING, id="Zurich, spring"),
        pytest.param("2026-10-24 22:00", ZURICH_AUTUMN, id="Zurich, autumn"),
        pytest.param("2026-10-02 22:00", SYDNEY_SPRING, id="Sydney, spring"),
    ],
)
def test_every_run_happens_once_for_its_slot(
    start: str, expected: dict[tuple[str, str], list[str]], database: Database
) -> None:
    found = slots_of(datetime.fromisoformat(start).replace(tzinfo=UTC), database.url)
    assert {job: found.get(job, []) for job in expected} == expected


def test_the_days_of_the_table_are_those_on_which_the_clocks_change() -> None:
    for zone, day in (
        ("Europe/Zurich", "2026-03-29"),
        ("Europe/Zurich", "2026-10-25"),
        ("Australia/Sydney", "2026-10-04"),
    ):
        noon = datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=ZoneInfo(zone))
        assert noon.utcoffset() != (noon - timedelta(days=1)).utcoffset()

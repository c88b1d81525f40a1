"""The days around both changes of the clocks on the local cloud: three practices, every run once for its slot."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import app
from chalicelib.check import check
from chalicelib.job import SCHEDULED
from chalicelib.job_record import new_jobs
from chalicelib.wiring import wiring
from infra.local.cloud import LocalCloud

# Zurich skips 02:00-03:00 on 29 March 2026 and repeats it on 25 October; Sydney does it on 4 October and 5 April.
PLANS = {
    "nacht": ("Europe/Zurich", "täglich 02:30", "täglich alle 60 Minuten 01:00-04:00", "täglich 03:10"),
    "tag": ("Europe/Zurich", "Mo-Fr 10:00", "täglich 10:05", "täglich 10:10"),
    "sued": ("Australia/Sydney", "täglich 02:15", "täglich 02:20", "täglich alle 2 Stunden 08:00-18:00"),
}
NIGHT = {
    "spring": {  # Zurich: 02:30 does not exist, and runs at 03:00 = 01:00 UTC
        "prepare-reminders": ["28T01:30", "29T01:00", "30T00:30"],
        "send": [
            *("28T00:05", "28T01:05", "28T02:05", "29T00:05", "29T01:05"),
            *("29T23:05", "30T00:05", "30T01:05"),
        ],
    },
    "autumn": {  # Zurich: 02:30 occurs twice, and runs the first time, at 00:30 UTC
        "prepare-reminders": ["24T00:30", "25T00:30", "26T01:30"],
        "send": ["23T23:05", "24T00:05", "24T01:05", "24T23:05", "25T00:05", "25T02:05", "26T00:05", "26T01:05", "26T02:05"],
    },
}  # fmt: skip


def slots_of(start: datetime, days: int) -> dict[tuple[str, str], list[str]]:
    """The slots (UTC, `29T01:00`) of the Auftragsverlauf by practice and job."""
    cloud = LocalCloud(app, start, on_start=wiring.cache_clear)
    with cloud:
        parts = wiring()
        for practice, (zone, prepare, send, status) in PLANS.items():
            path = f"/vitosms/local/{practice}"
            cloud.put_parameter(f"{path}/Schalter/Zeitzone", zone)
            for job, zeitplan in zip(SCHEDULED, (prepare, prepare, send, status), strict=True):
                cloud.put_parameter(f"{path}/Auftraege/{job}/Zeitplan", zeitplan)
            settings = check(parts.parameters.saved(practice)).jobs
            parts.practices.add(practice, [], new_jobs(practice, settings.schedules, zone, start))
        cloud.play(start + timedelta(days=days))
        assert cloud.lambda_errors == []
        found: dict[tuple[str, str], list[str]] = {}
        for event in cloud.log_events("/vitosms/local/Auftragsverlauf"):
            line = json.loads(event["message"])
            found.setdefault((event["stream"], line["job"]), []).append(line["slot"][8:16])
    wiring.cache_clear()
    return found


@pytest.mark.parametrize(
    ("season", "start"),
    [("spring", "2026-03-28 00:00"), ("autumn", "2026-10-24 00:00")],
)
def test_every_run_happens_once_for_its_slot(season: str, start: str) -> None:
    begin = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo("Europe/Zurich")).astimezone(UTC)
    found = slots_of(begin, 3)
    assert {job: found["nacht", job] for job in NIGHT[season]} == NIGHT[season]
    for practice, (zone, *_) in PLANS.items():
        for job in SCHEDULED:
            assert len(found.get((practice, job), [])) == len(set(found.get((practice, job), [])))
        assert zone
    assert len(found["sued", "prepare-reminders"]) == 3
    assert {slot[3:] for slot in found["tag", "send"]} == {"08:05", "09:05"} if season == "spring" else {"08:05", "09:05"}

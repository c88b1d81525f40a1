"""SMS are sent from another region than the stage's: there SNS takes them, and logs them; all else stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.wiring import wiring
from infra.local.clients import REGION, client
from infra.local.networks.receipts import delivery_groups
from infra.local.networks.sent_message import MAIL, SMS
from infra.local.rehearsal import Rehearsal
from tests.contract.sides import print_by_stage
from tests.flow.build import TOMORROW_9, Database, at, opened

THERE = "eu-west-1"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(tmp_path / "praxis.db")
    made.patient(TOMORROW_9)
    made.patient(TOMORROW_9, Mobiltelefon=None, EMail="leser@patient.example")
    return made


def groups(region: str) -> set[str]:
    return {one["logGroupName"] for one in client("logs", region).describe_log_groups()["logGroups"]}


def states(day: Rehearsal) -> set[str]:
    return {entry.state.value for entry in day.entries()}


def test_sms_and_their_receipts_are_in_the_region_of_sms_and_e_mails_stay(database: Database) -> None:
    with opened(database, until=at("11:20"), sms_region=THERE) as day:
        day.play()
        assert {message.channel: message.region for message in day.messages()} == {SMS: THERE, MAIL: REGION}
        assert len(day.cloud.log_events(delivery_groups(THERE)[0], THERE)) == 1
        assert (set(delivery_groups(THERE)) & groups(THERE), groups(THERE) & groups(REGION)) == (
            set(delivery_groups(THERE)), set()
        )  # fmt: skip
        assert not set(delivery_groups(REGION)) & groups(REGION)
        assert states(day) == {"delivered"}


def test_other_stages_are_known_in_both_regions(database: Database) -> None:
    """A stage in Zurich and one in Frankfurt may send their SMS from Frankfurt, and have the same name."""
    with opened(database, sms_region=THERE) as day:
        now = day.cloud.clock.now()
        print_by_stage("andere", "here", now)
        print_by_stage("local", "there", now, THERE)
        assert wiring().other_stages.sent(["here", "there", "nowhere"], now) == {"here", "there"}

"""The demo practice of `vitosms local up` as a person with boto3 meets its settings: described, checked, applied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.practice.settings_shown import SETTINGS
from chalicelib.schedule.job import Job
from chalicelib.wiring import wiring
from infra.cli.sandbox.serving import opened
from infra.local.clients import client
from infra.local.cloud import LocalCloud
from tests.flow.build import at

PATH = "/vitosms/local/praxis-sonnenhof"


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with opened(at("10:00"), demo=True, sms_region="eu-central-1") as cloud:
        yield cloud


def put(name: str, value: str) -> None:
    """Save a value as the console does, which sends only that."""
    client("ssm").put_parameter(Name=f"{PATH}/{name}", Value=value, Overwrite=True)


def shown(name: str) -> dict[str, Any]:
    filters = [{"Key": "Name", "Values": [f"{PATH}/{name}"]}]
    (one,) = client("ssm").describe_parameters(ParameterFilters=filters)["Parameters"]
    return dict(one)


def test_every_setting_is_listed_with_its_description(cloud: LocalCloud) -> None:
    filters = [{"Key": "Path", "Option": "Recursive", "Values": [PATH]}]
    pages = client("ssm").get_paginator("describe_parameters").paginate(ParameterFilters=filters)
    told = {one["Name"].removeprefix(f"{PATH}/"): one for page in pages for one in page["Parameters"]}
    assert told.keys() == SETTINGS.keys()
    assert all(" Erlaubt: " in one["Description"] for one in told.values())
    assert cloud.networks.messages == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("Schalter/Sprache", "Klingonisch"), ("Schalter/OffsetSuchTage", "40"), ("Schalter/UmschriftErlaubt", "yes"),
        ("Schalter/Versandfenster", "8-20"), ("Schalter/MeldungAn", "niemand"), ("Auftraege/send/Zeitplan", "10:05"),
        ("Auftraege/send/Aktiviert", "vielleicht"), ("Schalter/Geschlossen", "Weihnachten"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused(cloud: LocalCloud, name: str, wrong: str) -> None:
    before = shown(name)
    with pytest.raises(ClientError, match="cannot be validated against allowedPattern") as refused:
        put(name, wrong)
    assert refused.value.response["Error"]["Code"] == "ParameterPatternMismatchException"
    cloud.settle()
    assert shown(name) == before


def test_a_right_value_holds_and_keeps_its_description(cloud: LocalCloud) -> None:
    put("Auftraege/send/Zeitplan", "Mo-Fr 10:20")
    cloud.settle()
    record = wiring().practices.record("praxis-sonnenhof")
    assert record is not None
    assert record.jobs[Job.SEND].schedule == "Mo-Fr 10:20"
    assert shown("Auftraege/send/Zeitplan")["AllowedPattern"] == SETTINGS["Auftraege/send/Zeitplan"].pattern
    assert "Standard: täglich 10:05." in shown("Auftraege/send/Zeitplan")["Description"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"Description": "x" * 1025}, "ValidationException"),
        ({"AllowedPattern": f"^{'x' * 1024}"}, "ValidationException"),
        ({"AllowedPattern": "^(x"}, "InvalidAllowedPatternException"),
    ],
)
def test_what_aws_refuses_of_description_and_pattern_is_refused(
    cloud: LocalCloud, given: dict[str, str], code: str
) -> None:
    assert cloud
    with pytest.raises(ClientError, match=code):
        client("ssm").put_parameter(Name="/x/neu", Value="x", Type="String", **given)

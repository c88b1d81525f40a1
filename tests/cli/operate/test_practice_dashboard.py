"""The dashboard of a practice: asked with its price, made in the practice's language, fed by its runs, taken away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from chalicelib.planning.run_report import CHARTED
from infra.local.clients import client
from tests.cli.running import Vitosms, running
from tests.flow.build import PRACTICE, at

NAME = f"vitosms-local_{PRACTICE}"


def dashboards() -> dict[str, Any]:
    """Each dashboard by its name."""
    names = [one["DashboardName"] for one in client("cloudwatch").list_dashboards()["DashboardEntries"]]
    got = (client("cloudwatch").get_dashboard(DashboardName=name) for name in names)
    return {one["DashboardName"]: json.loads(one["DashboardBody"]) for one in got}


def printed(lines: Sequence[str]) -> dict[str, int]:
    """The metrics of the practice that Lambdas printed, summed; each has these dimensions."""
    found = dict[str, int]()
    for line in (json.loads(one) for one in lines if '"_aws"' in one and PRACTICE in one):
        (described,) = line["_aws"]["CloudWatchMetrics"]
        assert (described["Namespace"], sorted(described["Dimensions"][0])) == (
            "vitosms", ["practice", "service", "stage"],
        )  # fmt: skip
        (name,) = (metric["Name"] for metric in described["Metrics"])
        found[name] = found.get(name, 0) + int(line[name][0] if isinstance(line[name], list) else line[name])
    return found


def test_a_practice_has_a_dashboard_until_it_is_taken_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vitosms = Vitosms(capsys)
    with running(tmp_path, switches={"PraxisSprache": "fr"}) as (rehearsed, _):
        question = vitosms.asks("practice", "dashboard", PRACTICE)
        assert "up to 3.90 USD a month" in " ".join(question.split())
        assert dashboards() == {}
        assert vitosms.told("practice", "dashboard", PRACTICE, "--yes")["dashboard"] == NAME
        (body,) = dashboards().values()
        charted = [line for widget in body["widgets"] for line in widget["properties"]["metrics"]]
        assert {line[1] for line in charted} == CHARTED.keys()
        assert all(line[2:8] == ["service", "vitosms", "stage", "local", "practice", PRACTICE] for line in charted)
        assert body["widgets"][0]["properties"]["title"] == "remis / non remis"
        rehearsed.cloud.play(at("10:40"))
        assert printed(rehearsed.cloud.lambda_output) == {"Delivered": 2, "Credits": 2}
        assert vitosms.told("practice", "dashboard", PRACTICE, "--remove")["dashboard"] is None
        assert dashboards() == {}


def test_a_practice_without_a_dashboard_costs_no_metric_and_its_removal_takes_a_dashboard_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vitosms = Vitosms(capsys)
    with running(tmp_path) as (rehearsed, _):
        rehearsed.cloud.play(at("10:40"))
        assert printed(rehearsed.cloud.lambda_output) == {}
        vitosms.shows("practice", "dashboard", PRACTICE, "--yes")
        assert dashboards().keys() == {NAME}
        vitosms.shows("practice", "remove", PRACTICE, "--yes", PRACTICE)
        assert dashboards() == {}

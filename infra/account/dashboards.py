"""The dashboard of one practice in CloudWatch: three numbers by day, nothing that names anybody. I/O."""

import json
from typing import Any

from chalicelib.planning.run_report import CHARTED
from chalicelib.practice.practice import Practice
from chalicelib.text import Text
from chalicelib.words.words import words_of

# Public copies of AWS's price list, read on 2026-11-30: a dashboard beyond the account's first three, and a metric
# beyond its first ten.
DASHBOARD_USD, METRIC_USD = 3.00, 0.30
MONTHLY_USD = DASHBOARD_USD + METRIC_USD * len(CHARTED)
_DAY = 86_400
_CHARTS = (("Delivered", "NotDelivered"), ("Credits",))


def dashboard_name(stage: str, practice: str) -> str:
    """Neither has an underscore, so it is that of no other practice or stage."""
    return f"vitosms-{stage}_{practice}"


def put_dashboard(stage: str, practice: Practice) -> str:
    """Make or replace it, in the language of the practice; return its name."""
    client = _client()
    words, name = words_of(practice.language).of, dashboard_name(stage, practice.id)
    texts = {
        "Delivered": Text("state.delivered"),
        "NotDelivered": Text("state.failed"),
        "Credits": Text("count.credits"),
    }
    labels = {name: words(text) for name, text in texts.items()}
    own = ["service", "vitosms", "stage", stage, "practice", practice.id]
    widgets = [
        {
            "type": "metric", "x": 0, "y": 6 * row, "width": 24, "height": 6,
            "properties": {
                "title": " / ".join(labels[one] for one in chart),
                "region": client.meta.region_name, "stat": "Sum", "period": _DAY,
                "metrics": [["vitosms", one, *own, {"label": labels[one]}] for one in chart],
            },
        }
        for row, chart in enumerate(_CHARTS)
    ]  # fmt: skip
    client.put_dashboard(DashboardName=name, DashboardBody=json.dumps({"start": "-P4W", "widgets": widgets}))
    return name


def delete_dashboard(stage: str, practice: str) -> None:
    """Delete it; no error if it is gone already."""
    client, name = _client(), dashboard_name(stage, practice)
    there = client.list_dashboards(DashboardNamePrefix=name)["DashboardEntries"]
    if any(one["DashboardName"] == name for one in there):
        client.delete_dashboards(DashboardNames=[name])


def _client() -> Any:
    """A client of CloudWatch, in the region of the environment."""
    import boto3

    return boto3.client("cloudwatch")

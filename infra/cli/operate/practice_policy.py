"""`vitosms practice policy`: the IAM policy of a practice's people, for their own settings and logs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from infra.cli.core.options import StageOptions
from infra.cli.core.output import answer, printed
from infra.cli.core.stage import connected
from infra.cli.operate.practice_removal import Id
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.settings import Settings

_SETTINGS = ("GetParameter", "GetParameters", "GetParameterHistory", "PutParameter")


def policy(options: StageOptions, practice: Id) -> None:
    """Print an IAM policy (JSON) for the people of a practice: its own settings and logs only.

    Links to its logs go to stderr. Lists of the console and Logs Insights show all practices, and are not included.
    """
    with connected(options.stage) as deployment:
        found, settings = deployment.practice(practice), deployment.clients.settings
    made, links = policy_of(found.id, settings), links_of(found.id, settings)
    if not options.as_json:
        printed([tr("Direct links of {practice}, for people with this policy:", practice=found.id), *links], sys.stderr)
    answer(options.as_json, {"practice": found.id, "policy": made, "links": links}, json.dumps(made, indent=2))


def policy_of(practice: str, settings: Settings) -> dict[str, Any]:
    """Allow the practice's own parameters below its path, and the streams of its two logs."""
    partition, account = settings.operator_topic.split(":")[1], settings.account
    groups = (settings.job_history_group, settings.activity_group)

    def arn(service: str, resource: str) -> str:
        return f"arn:{partition}:{service}:{settings.region}:{account}:{resource}"

    own_settings = {
        "Sid": "OwnSettings",
        "Effect": "Allow",
        "Action": [f"ssm:{action}" for action in _SETTINGS],
        "Resource": [arn("ssm", f"parameter/vitosms/{settings.stage}/{practice}/*")],
    }
    own_logs = {
        "Sid": "OwnLogs",
        "Effect": "Allow",
        "Action": ["logs:GetLogEvents"],
        "Resource": [arn("logs", f"log-group:{group}:log-stream:{practice}") for group in groups],
    }
    return {"Version": "2012-10-17", "Statement": [own_settings, own_logs]}


def links_of(practice: str, settings: Settings) -> list[str]:
    """Open the practice's streams in the console, without a list of streams."""
    region = settings.region
    console = f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#logsV2:log-groups/log-group"
    groups = (settings.job_history_group, settings.activity_group)
    return [f"{console}/{_twice(group)}/log-events/{_twice(practice)}" for group in groups]


def _twice(name: str) -> str:
    """Quote as the console does: twice, with $ for the second %."""
    return quote(quote(name, safe=""), safe="").replace("%", "$")

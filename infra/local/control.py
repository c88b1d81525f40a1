"""The documents under `/_vitosms/`: the state of the local cloud, its messages, and its clock.

Times are ISO, in UTC.
"""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.time_zone import DEFAULT, zone_named
from chalicelib.wiring import wiring
from infra.local.cloud import LocalCloud
from infra.local.networks.sent_message import SentMessage

Document = dict[str, Any]


def state(cloud: LocalCloud) -> Document:
    """The stage, the time, and the zone of the practices: Europe/Zurich if they differ, or if there are none."""
    zones = {_zone(practice).key for practice in wiring().practices.ids()}
    zone = zones.pop() if len(zones) == 1 else DEFAULT
    return {"stage": wiring().settings.stage, "now": cloud.clock.now().isoformat(), "zone": zone}


def sent(cloud: LocalCloud) -> Document:
    """The messages accepted for patients, the e-mails to people of practices, the notifications of the operator."""
    networks = cloud.networks
    accepted = {"messages": _plain(networks.messages), "notices": _plain(networks.notices)}
    return {**accepted, "operator": cloud.notifications(), "zone": state(cloud)["zone"]}


def play(cloud: LocalCloud, until: datetime) -> Document:
    """Let the time pass until `until` (aware), inclusive. Raises ValueError if that is past.

    Returns the runs that ended meanwhile, the messages sent, and the Lambdas that failed.
    """
    before, runs, errors = sent(cloud), _runs(cloud), len(cloud.lambda_errors)
    cloud.play(until)
    cloud.settle()
    after = sent(cloud)
    new = {name: after[name][len(before[name]) :] for name in ("messages", "notices", "operator")}
    failed = [error.handler for error in cloud.lambda_errors[errors:]]
    return {**state(cloud), "runs": _new(runs, _runs(cloud)), **new, "failed": failed}


def _zone(practice: str) -> ZoneInfo:
    zone: ZoneInfo = ValidatedParameters(wiring().parameters.saved(practice)).switches.values.get(
        "Zeitzone", zone_named(DEFAULT)
    )
    return zone


def _plain(messages: Iterable[SentMessage]) -> list[Document]:
    return [
        {
            "at": message.at.isoformat(),
            "channel": message.channel,
            "to": message.to,
            "sender": message.sender,
            "subject": message.subject,
            "text": message.text,
        }
        for message in messages
    ]


def _runs(cloud: LocalCloud) -> list[Document]:
    """The job history of all practices, by time."""
    events = cloud.log_events(wiring().settings.job_history_group)
    return [{"practice": event["stream"], **json.loads(event["message"])} for event in events]


def _new(before: Iterable[Document], after: Iterable[Document]) -> list[Document]:
    """The lines that are new; those of one instant are in the order of their streams."""
    known = Counter(json.dumps(line) for line in before)
    found = []
    for line in after:
        text = json.dumps(line)
        if known[text]:
            known[text] -= 1
        else:
            found.append(line)
    return found

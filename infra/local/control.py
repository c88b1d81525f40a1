"""The documents under `/_vitosms/`: the state of the local cloud, its messages, its clock, and trouble on demand.

Times are ISO, in UTC.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.time_zone import DEFAULT, zone_named
from chalicelib.wiring import wiring
from infra.local.cloud import LocalCloud
from infra.local.networks.provider_troubles import FAULTS
from infra.local.networks.sent_message import SentMessage
from infra.local.timetable import RULES
from infra.local.weather import DatabaseState, ProviderTrouble

Document = dict[str, Any]
MOST = 10_000  # messages or ticks of one request


def answer(cloud: LocalCloud, method: str, name: str, given: Document) -> Document | None:
    """Act as a request asks; None if there is no such action. Raises ValueError for what cannot be done."""
    action = _ACTIONS.get((method, name))
    return action(cloud, given) if action else None


def state(cloud: LocalCloud) -> Document:
    """The stage, the time, and the zone of the practices: Europe/Zurich if they differ, or if there are none.

    And whether their databases answer: other processes are to meet the same.
    """
    zones = {_zone(practice).key for practice in wiring().practices.ids()}
    zone = zones.pop() if len(zones) == 1 else DEFAULT
    return {"stage": wiring().settings.stage, "now": cloud.clock.now().isoformat(), "zone": zone,
            "database": cloud.weather.database}  # fmt: skip


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


def provider(cloud: LocalCloud, given: Document) -> Document:
    """Let the next `count` messages meet the trouble `next`, in place of what an earlier request left."""
    trouble, count = ProviderTrouble(given.get("next", "")), _count(given, 0)
    cloud.networks.meet_next(FAULTS[trouble], count)
    return {"next": trouble, "count": count}


def database(cloud: LocalCloud, given: Document) -> Document:
    """Have the practice databases be in this `state` from now on."""
    cloud.weather.database = DatabaseState(given.get("state", ""))
    return {"state": cloud.weather.database}


def tick(cloud: LocalCloud, given: Document) -> Document:
    """Lose the next `count` ticks, of one `rule` or of any: by time."""
    rule, count = given.get("rule"), _count(given, 1)
    if rule is not None and rule not in RULES:
        raise ValueError(f"rule is to be one of {', '.join(RULES)}")
    lost = [cloud.platform.lose_next_tick([rule] if rule else RULES) for _ in range(count)]
    return {"lost": [{"rule": name, "at": at.isoformat()} for name, at in lost]}


def _count(given: Document, least: int) -> int:
    count = given.get("count")
    if not isinstance(count, int) or not least <= count <= MOST:
        raise ValueError(f"count is to be from {least} to {MOST}")
    return count


def _until(given: Document) -> datetime:
    try:
        until = datetime.fromisoformat(given["to"])
    except (ValueError, KeyError, TypeError):
        raise ValueError('the body is to be {"to": a time with its offset}') from None
    if until.tzinfo is None:
        raise ValueError(f"{until} has no offset")
    return until


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


_ACTIONS: Mapping[tuple[str, str], Callable[[LocalCloud, Document], Document]] = {
    ("GET", "state"): lambda cloud, given: state(cloud),
    ("GET", "sent"): lambda cloud, given: sent(cloud),
    ("POST", "play"): lambda cloud, given: play(cloud, _until(given)),
    ("POST", "provider"): provider,
    ("POST", "database"): database,
    ("POST", "tick"): tick,
}

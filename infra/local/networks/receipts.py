"""Write the receipts of messages where AWS writes them, with its delay and in bundles."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from infra.local.clients import ACCOUNT, REGION, client
from infra.local.event_queue import Agenda, Turn
from infra.local.networks import delivery_outcomes as fates
from infra.local.networks import sent_message as wire
from infra.local.networks.networks import Aftermath
from infra.local.networks.sent_message import SentMessage
from infra.local.stack import MailEvents
from infra.local.weather import Weather

BUNDLE_SECONDS = 15  # SNS writes its logs in bundles; the span of one
_FAILURES: Mapping[Aftermath | None, float] = {Aftermath.BOUNCE: 1.0, Aftermath.REPLY: 0.0}  # rates


Group = tuple[str, str]  # region and name


class Receipts:
    """Choose the fate of every accepted message by `seed`, and schedule its receipt."""

    def __init__(self, agenda: Agenda, events: MailEvents, weather: Weather, seed: int, failure_rate: float) -> None:
        self._agenda = agenda
        self._events = events
        self._weather = weather
        self._seed = seed
        self._failure_rate = failure_rate
        self._bundles: dict[tuple[datetime, Group], list[dict[str, Any]]] = {}
        self._streams: set[tuple[Group, str]] = set()

    def plan(self, message: SentMessage, configuration_set: str | None, aftermath: Aftermath | None) -> None:
        """Schedule the receipt of a message that was just accepted."""
        if aftermath is Aftermath.NO_RECEIPT:
            return
        answered = aftermath is Aftermath.REPLY
        configured = self._events.configuration_set
        end = fates.fate(message, self._seed, _FAILURES.get(aftermath, self._failure_rate))
        if message.channel == wire.SMS:
            limit = aftermath.value if aftermath is Aftermath.ACCOUNT_LIMIT else self._weather.sms_account
            end = fates.withheld(end, limit) if limit else end
            deliveries, failures = delivery_groups(message.region)
            group = (message.region, deliveries if end.delivered else failures)
            self._log(group, message.at + end.delay, fates.delivery_log(message, end))
        elif configuration_set == configured:
            self._schedule(message.at, lambda: fates.mail_sent(message, configured))
            self._schedule(message.at + end.delay, lambda: fates.mail_ended(message, configured, end))
            if end.delivered and (answered or fates.is_away(message)):
                when = message.at + end.delay + fates.ANSWERS_AFTER
                self._schedule(when, lambda: fates.mail_answered(message, configured, when))
            if end.delivered and fates.is_annoyed(message):
                when = message.at + end.delay + fates.ANSWERS_AFTER
                self._schedule(when, lambda: fates.mail_complained(message, configured, when))

    def _log(self, group: Group, when: datetime, event: dict[str, Any]) -> None:
        seconds = -(-when.timestamp() // BUNDLE_SECONDS) * BUNDLE_SECONDS
        key = (datetime.fromtimestamp(seconds, UTC) + self._weather.logs_late, group)
        if key not in self._bundles:
            self._bundles[key] = []
            self._agenda.add(key[0], Turn.RECEIPT, lambda: self._write(key))
        line = {"timestamp": int(when.timestamp() * 1000), "message": json.dumps(event)}
        self._bundles[key].append(line)

    def _write(self, key: tuple[datetime, Group]) -> None:
        when, group = key
        lines = sorted(self._bundles.pop(key), key=lambda line: line["timestamp"])
        region, name = group
        put_log_events(name, self._stream(group, f"{when:%Y-%m-%d}"), lines, region)

    def _stream(self, group: Group, name: str) -> str:
        if (group, name) not in self._streams:
            client("logs", group[0]).create_log_stream(logGroupName=group[1], logStreamName=name)
            self._streams.add((group, name))
        return name

    def _schedule(self, when: datetime, event: Callable[[], dict[str, Any]]) -> None:
        self._agenda.add(when, Turn.RECEIPT, lambda: self._publish(event()))

    def _publish(self, event: dict[str, Any]) -> None:
        if event["eventType"].lower() in self._events.types:
            client("sns").publish(TopicArn=self._events.topic_arn, Message=json.dumps(event))


def delivery_groups(region: str) -> tuple[str, str]:
    """The log groups of the delivered and the failed SMS of a region."""
    group = f"sns/{region}/{ACCOUNT}/DirectPublishToPhoneNumber"
    return group, f"{group}/Failure"


def put_log_events(group: str, stream: str, lines: list[dict[str, Any]], region: str = REGION) -> None:
    """Write log events (timestamps in ms since 1970, in order). Raises ValueError if AWS drops any."""
    answer = client("logs", region).put_log_events(logGroupName=group, logStreamName=stream, logEvents=lines)
    if answer.get("rejectedLogEventsInfo"):
        raise ValueError(f"log events were dropped: {answer['rejectedLogEventsInfo']}")

"""Histories and alerts for people, and the carriers' delivery logs, in pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from moto.sns.models import sns_backends

from chalicelib.entries.receipt import SmsReceipt
from chalicelib.entries.states import State
from chalicelib.planning.alerts import ALL, Alert, AlertKind, unknown_text
from chalicelib.planning.run_report import Activity, LeftOut, RunOutcome, RunReport
from chalicelib.practice.reader import Reader
from chalicelib.providers.sns_delivery_log import DeliveryLog
from chalicelib.schedule.job import Job
from chalicelib.text import Text, text_data, text_of
from chalicelib.words.words import words_of
from infra.local.clients import ACCOUNT, REGION, client
from infra.local.networks.receipts import put_log_events
from tests.contract.sides import NOW, Side, new_practice
from tests.fakes.delivery_log import FakeDeliveryLog
from tests.fakes.wiring import FakeWiring

SECOND = timedelta(seconds=1)
REASON = Text("run.no_sender", mandant="M«1»")


def notifications(side: Side, practice: str | Text) -> list[tuple[str, str, Text]]:
    """Kind, subject and text of the alerts that the operator got of a practice, or of all."""
    if isinstance(side.parts, FakeWiring):
        return [(alert.kind, alert.subject, alert.text) for owner, alert in side.parts.alerts.told if owner == practice]
    topic = sns_backends[ACCOUNT][REGION].topics[side.parts.settings.operator_topic]
    notifications = [json.loads(message) for _, message, *_ in topic.sent_notifications]
    return [
        (alert["kind"], alert["subject"], text_of(alert))
        for notification in notifications
        if notification["practice"] == (practice if isinstance(practice, str) else words_of("en").of(practice))
        for alert in notification["alerts"]
    ]


def test_a_run_is_one_line_of_the_auftragsverlauf(side: Side) -> None:
    practice = new_practice()
    for outcome in (RunOutcome.DONE, RunOutcome.FAILED):
        report = RunReport(
            practice, Job.SEND, NOW, NOW + SECOND, 1.5, outcome, {"queued": 2}, {"licence": 1}, (REASON,)
        )
        side.parts.history.write_run(report, NOW, Reader())
    found = side.parts.history.runs(practice)
    assert [line["outcome"] for line in found] == ["done", "failed"]
    assert found[0] == {
        "job": "send", "slot": "2026-11-23T09:00:00.000000Z", "start": "2026-11-23T09:00:01.000000Z", "seconds": 1.5,
        "outcome": "done", "counts": {"queued": 2}, "skipped": {"licence": 1},
        "reasons": [{**text_data(REASON), "text": words_of("de").of(REASON)}],
        "local": "2026-11-23 10:00:01+01:00", "name": "Mitteilungen senden",
        "text": f"Erfolgreich: übergeben 2; {words_of('de').of(REASON)}",
    }  # fmt: skip
    assert side.parts.history.runs(new_practice()) == []


@pytest.mark.parametrize("count", [0, 1, 12_000])
def test_activities_are_written_however_many(side: Side, count: int) -> None:
    practice = new_practice()
    moved = [Activity(NOW, f"reminder:T{n}", f"{n}", None, State.PREPARED, None) for n in range(count)]
    said = Text("alert.no_credits", Text("alert.waiting", count=2), mandant="M1")
    alert = Alert(AlertKind.NO_CREDITS, "M1", said)
    side.parts.history.write_activity(practice, moved, [alert] if count else [], NOW, Reader())
    found = side.parts.history.activities(practice)
    assert len(found) == count + bool(count)
    if count:
        assert found[0] == {
            "at": "2026-11-23T09:00:00.000000Z", "entry": "reminder:T0", "key": "0", "to": "prepared",
            "local": "2026-11-23 10:00:00+01:00", "text": "Terminerinnerung, aufbereitet",
        }  # fmt: skip
        assert found[-1] == {
            "at": "2026-11-23T09:00:00.000000Z", "alert": "no-credits", "subject": "M1", "code": "alert.no_credits",
            "values": {"mandant": "M1"}, "parts": [{"code": "alert.waiting", "values": {"count": 2}}],
            "local": "2026-11-23 10:00:00+01:00",
            "text": "Guthaben fehlt beim Mandanten M1: 2 Mitteilungen warten auf Credits.",
        }  # fmt: skip
        assert text_of(found[-1]) == said


def test_a_reason_is_logged_as_its_code_and_in_words(side: Side) -> None:
    practice, slot = new_practice(), NOW.astimezone(ZoneInfo("Europe/Zurich"))
    reason = Text("alert.missed", Text("alert.held", count=2), slot=slot)
    moved = Activity(NOW, "reminder:T1", "k1", State.PREPARED, State.PREPARED, reason, "anna")
    left_out = LeftOut(NOW, "reminder:T2", "k2", "alive", reason)
    lisbon = Reader("de", ZoneInfo("Europe/Lisbon"), Job.SEND)
    side.parts.history.write_activity(practice, [moved, left_out], [], NOW, lisbon)
    words = "Der Versand vom Mo 23.11. 10:00 wurde um mehr als sechs Stunden versäumt; "
    words += "2 Mitteilungen sind zurückgehalten (Anrufliste)."
    said = {"reason": text_data(reason), "name": "Mitteilungen senden"}
    at = {"at": "2026-11-23T09:00:00.000000Z", "local": "2026-11-23 09:00:00+00:00"}
    assert side.parts.history.activities(practice) == [
        {
            **at,
            "entry": "reminder:T1",
            "key": "k1",
            "from": "prepared",
            "to": "prepared",
            "by": "anna",
            **said,
            "text": f"Terminerinnerung, von Hand geändert: {words}",
        },
        {
            **at,
            "entry": "reminder:T2",
            "key": "k2",
            "rule": "alive",
            **said,
            "text": f"Terminerinnerung, keine Mitteilung: {words}",
        },
    ]
    assert {text_of(line["reason"]) for line in side.parts.history.activities(practice)} == {reason}


def test_alerts_of_a_run_reach_the_operator(side: Side) -> None:
    practice = new_practice()
    stopped = Text("alert.stopped", Text("run.no_sender", mandant="«M1»"))
    alerts = [Alert(AlertKind.UNKNOWN, "", unknown_text(1), once=False), Alert(AlertKind.STOPPED, "", stopped)]
    side.parts.alerts.notify_operator(practice, [])
    side.parts.alerts.notify_operator(practice, alerts)
    assert notifications(side, practice) == [(alert.kind, alert.subject, alert.text) for alert in alerts]
    side.parts.alerts.notify_operator(ALL, [Alert(AlertKind.RESUMED, "", Text("stop.all_resumed"), once=False)])
    assert notifications(side, ALL)[-1] == (AlertKind.RESUMED, "", Text("stop.all_resumed"))


def sms_line(number: int, at: datetime, status: str = "SUCCESS", **delivery: object) -> str:
    delivery_fields = {"providerResponse": "accepted", "destination": "+41790000001", "priceInUSD": 0.06, **delivery}
    stamp = f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}"
    return json.dumps(
        {"notification": {"messageId": f"m{number}", "timestamp": stamp}, "delivery": delivery_fields, "status": status}
    )


class Pages:
    """A logs client that gives empty pages before, in between and after, as CloudWatch Logs does."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def get_paginator(self, operation: str) -> Pages:
        assert operation == "filter_log_events"
        return self

    def paginate(self, **arguments: Any) -> Iterator[dict[str, Any]]:
        yield from ({"events": []}, {"events": []})
        pages = self._client.get_paginator("filter_log_events")
        yield from pages.paginate(**arguments, PaginationConfig={"PageSize": 7})
        yield {"events": []}


@pytest.fixture
def logged(side: Side) -> Iterator[Any]:
    """Write lines to a new delivery log; gives its reader, whose pages are small, and empty at first."""

    def write(*events: tuple[datetime, str]) -> DeliveryLog:
        group = f"/test/{new_practice()}"
        if isinstance(side.parts, FakeWiring):
            log = FakeDeliveryLog(side.parts.world, group)
            log.page, log.empty_pages = 7, 2
            for event in events:
                log.write(*event)
            return log
        client("logs").create_log_group(logGroupName=group)
        client("logs").create_log_stream(logGroupName=group, logStreamName="a")
        rows = [{"timestamp": int(at.timestamp() * 1000), "message": line} for at, line in events]
        if rows:
            put_log_events(group, "a", rows)
        return DeliveryLog(Pages(client("logs")), group)

    return write  # type: ignore[return-value]


def test_a_delivery_log_is_read_to_the_last_page(logged: Any) -> None:
    log = logged(*((NOW + n * SECOND, sms_line(n, NOW)) for n in range(40)))
    assert [receipt.message_id for receipt in log.since(NOW)] == [f"m{n}" for n in range(40)]
    assert [receipt.message_id for receipt in log.since(NOW + 38 * SECOND)] == ["m38", "m39"]
    assert list(log.since(NOW + timedelta(minutes=1))) == []
    assert list(logged().since(NOW)) == []


def test_a_line_is_read_whole_and_what_is_none_is_passed_over(logged: Any) -> None:
    bad = ("kein JSON", "{}", json.dumps({"notification": {}, "delivery": {}, "status": "SUCCESS"}))
    failed = sms_line(2, NOW, "FAILURE", priceInUSD=None, providerResponse="Invalid phone number")
    log = logged(*((NOW, line) for line in (*bad, sms_line(1, NOW), failed)))
    assert list(log.since(NOW)) == [
        SmsReceipt("m1", NOW, True, "accepted", True, "+41790000001"),
        SmsReceipt("m2", NOW, False, "Invalid phone number", False, "+41790000001"),
    ]


def test_a_line_tells_how_late_it_was_taken_in(side: Side, logged: Any) -> None:
    now = side.parts.clock().replace(microsecond=0)
    log = logged((now - timedelta(hours=5), sms_line(1, NOW)), (now, sms_line(2, NOW)))
    late, prompt = log.since(now - timedelta(hours=5))
    assert (late.delay, prompt.delay // SECOND) == (timedelta(hours=5) + prompt.delay, 0)
    assert late.taken_in_at == prompt.taken_in_at == now + prompt.delay


def test_a_start_within_a_millisecond_includes_it(logged: Any) -> None:
    log = logged((NOW, sms_line(1, NOW)), (NOW + timedelta(milliseconds=2), sms_line(2, NOW)))
    assert len(list(log.since(NOW + timedelta(microseconds=999)))) == 2
    assert len(list(log.since(NOW + timedelta(microseconds=1000)))) == 1

"""The table of docs/flow.md about the events of SES is what the code does with each."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.receipt_store import ParkedEmailEvent
from chalicelib.entries.entry import Entry
from chalicelib.entries.receipt import EmailEvent
from chalicelib.entries.states import State
from chalicelib.jobs.apply_receipts import apply_email_events
from chalicelib.providers.receipt_events import parse_email_event
from tests.builders.entries import NOW, PRACTICE, entry
from tests.unit.test_rooms import ROOT

SENT = entry(State.SENT, channel="E-Mail")
HOUR = timedelta(hours=1)
NOTHING = "–"
BOUNCES = {
    "Permanent": {"General", "NoEmail", "Suppressed", "OnAccountSuppressionList"},
    "Transient": {"General", "MailboxFull", "MessageTooLarge", "ContentRejected", "AttachmentRejected"},
    "Undetermined": {"Undetermined"},
}
KINDS = {"Delivery", "Bounce", "Complaint", "Reject", "Rendering Failure", "DeliveryDelay", "Send"}


def table() -> list[list[str]]:
    """The rows: event, alone, after a delivery, opts out."""
    text = (ROOT / "docs" / "flow.md").read_text(encoding="utf-8")
    rows = text.partition("| event | no delivery is known |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("| ").split(" | ")][:4] for row in rows]


def event_of(name: str) -> dict[str, Any]:
    """The event of a row: `Bounce Transient General 5.1.1`."""
    tags = {"practice": [PRACTICE], "entry": [SENT.key], "attempt": [f"{SENT.attempt}"]}
    mail = {"timestamp": "2026-11-23T09:05:00.000Z", "messageId": "m1", "tags": tags}
    kind, *words = [name] if name == "Rendering Failure" else name.split(" ")
    event: dict[str, Any] = {"eventType": kind, "mail": mail}
    if kind == "Bounce":
        recipient = {"emailAddress": "leser@patient.example"} | ({"status": words[2]} if words[2:] else {})
        event["bounce"] = {"bounceType": words[0], "bounceSubType": words[1], "bouncedRecipients": [recipient]}
        event["bounce"]["timestamp"] = NOW.isoformat()
    elif kind == "Complaint" and words:
        sub = words[0] == "OnAccountSuppressionList"
        event["complaint"] = {"complaintSubType" if sub else "complaintFeedbackType": words[0]}
    return event


def read(name: str) -> EmailEvent | None:
    return parse_email_event(json.dumps(event_of(name)), NOW)


def becomes(before: Entry, *names: str, minutes: int = 0) -> str:
    """The state of an entry after these events, some minutes after they were read."""
    events = [
        ParkedEmailEvent(one.sort_key, one.entry, one.attempt, one.delivered, one.reason, one.opts_out, one.counts_from)
        for one in map(read, names)
        if one is not None
    ]
    made = apply_email_events(before, events, NOW + timedelta(minutes=minutes)) if events else None
    return str(made.after.state) if made else NOTHING


def at_last(name: str, *others: str) -> str:
    return becomes(SENT, name, *others, minutes=60)


def test_the_table_has_every_event() -> None:
    names = [row[0] for row in table()]
    assert len(names) == len(set(names))
    assert {"Rendering Failure" if name == "Rendering Failure" else name.split(" ")[0] for name in names} == KINDS
    found = re.findall(r"Bounce (\w+) (\w+)$", "\n".join(names), re.MULTILINE)
    assert sorted(found) == sorted((kind, detail) for kind, details in BOUNCES.items() for detail in details)


@pytest.mark.parametrize(("name", "alone", "after", "opts_out"), table(), ids=lambda cell: cell)
def test_an_event_means_what_the_table_says(name: str, alone: str, after: str, opts_out: str) -> None:
    event = read(name)
    assert (becomes(SENT, name), at_last(name)) == {
        "failed later": (NOTHING, "failed"),
        "delivered": ("delivered", "delivered"),
        "failed": ("failed", "failed"),
        NOTHING: (NOTHING, NOTHING),
    }[alone]
    delivered = entry(State.DELIVERED, channel="E-Mail")
    assert (becomes(delivered, name), becomes(delivered, name, minutes=600)) == (after, after)
    wins = "failed" if after == "failed" else "delivered"  # both in one run, in either order
    assert {at_last(name, "Delivery"), at_last("Delivery", name), becomes(SENT, name, "Delivery")} == {wins}
    assert at_last(name, name) == at_last(name)  # and twice
    assert (event.opts_out if event and event.opts_out else NOTHING) == opts_out

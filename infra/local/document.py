"""A rehearsal as one plain document, for `--json`. Times are practice-local ISO with offset."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.entry import Entry
from chalicelib.items import instant_of
from infra.local.rehearsal import Rehearsal
from infra.local.wire import CarrierMessage

Document = dict[str, Any]


def document_of(rehearsed: Rehearsal) -> Document:
    """Everything that a rehearsal shows: entries, messages as the carriers got them, credits, runs, alerts, calls."""
    plan, zone, entries = rehearsed.plan, rehearsed.zone, rehearsed.entries()
    runs = rehearsed.runs()
    skipped: Counter[str] = Counter()
    for run in runs:
        skipped.update(run["skipped"])
    return {
        "practice": plan.practice,
        "from": local_text(plan.start, zone),
        "to": local_text(plan.end, zone),
        "entries": [_entry(entry, zone) for entry in entries],
        "messages": [_message(message, entries, zone) for message in rehearsed.cloud.carriers.messages],
        "skipped": dict(skipped),
        "credits": {m: {**asdict(t), "balance": t.balance} for m, t in rehearsed.credits().items()},
        "runs": [_run(run, zone) for run in runs],
        "alerts": rehearsed.alerts(),
        "calls": {"aws": dict(sorted(rehearsed.cloud.calls.items())), "sql": len(rehearsed.statements)},
    }


def local_text(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).isoformat()


def _entry(entry: Entry, zone: ZoneInfo) -> Document:
    return {
        "entry": entry.identity,
        "kind": entry.kind.value,
        "state": entry.state.value,
        "channel": entry.channel,
        "recipient": entry.recipient,
        "mandant": entry.mandant,
        "parts": entry.parts,
        "credits": entry.credits,
        "language": entry.language,
        "text": entry.text,
        "reason": entry.reason,
        "begins": local_text(entry.begins, zone) if entry.begins else None,
    }


def _message(message: CarrierMessage, entries: list[Entry], zone: ZoneInfo) -> Document:
    return {
        "at": local_text(message.at, zone),
        "channel": message.channel,
        "to": message.to,
        "sender": message.sender,
        "subject": message.subject,
        "text": message.text,
        "entry": _identity(message, entries),
    }


def _identity(message: CarrierMessage, entries: list[Entry]) -> str | None:
    """Whose message it is: by the e-mail's tag, by the provider's id, or by number and text where that is one."""
    tag = message.tags.get("entry")
    owners = [entry for entry in entries if entry.key == tag or entry.message_id == message.message_id]
    if not owners:
        owners = [entry for entry in entries if (entry.recipient, entry.text) == (message.to, message.text)]
    return owners[0].identity if len(owners) == 1 else None


def _run(run: Document, zone: ZoneInfo) -> Document:
    return {
        "job": run["job"],
        "slot": local_text(instant_of(run["slot"]), zone),
        "outcome": run["outcome"],
        "counts": run["counts"],
        "reasons": run["reasons"],
    }

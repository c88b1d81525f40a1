"""A rehearsal as one plain document, for `--json`. Times are practice-local ISO with offset."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from zoneinfo import ZoneInfo

from chalicelib.entries.entry import Entry
from infra.cli.core.documents import alert_document, channel_code, local, run_document, text_document
from infra.cli.core.output import Document
from infra.local.networks.sent_message import SentMessage
from infra.local.rehearsal import Rehearsal


def document_of(rehearsed: Rehearsal) -> Document:
    """All results of a rehearsal: entries, accepted messages, credits, runs, alerts, counts of calls."""
    plan, zone, entries = rehearsed.plan, rehearsed.zone, rehearsed.entries()
    runs, messages = rehearsed.runs(), rehearsed.messages()
    skipped: Counter[str] = Counter()
    for run in runs:
        skipped.update(run["skipped"])
    return {
        "practice": plan.practice,
        "from": local(plan.start, zone),
        "to": local(plan.end, zone),
        "entries": [_entry(entry, zone) for entry in entries],
        "messages": [_message(*pair, zone) for pair in zip(messages, owners_of(messages, entries), strict=True)],
        "skipped": dict(skipped),
        "credits": {m: {**asdict(t), "balance": t.balance} for m, t in rehearsed.credits(entries).items()},
        "runs": [run_document(run, zone) for run in runs],
        "alerts": [alert_document(alert["kind"], alert) for alert in rehearsed.alerts()],
        "notices": [_notice(notice, zone) for notice in rehearsed.cloud.networks.notices],
        "calls": {"aws": dict(sorted(rehearsed.cloud.calls.items())), "sql_statements": len(rehearsed.statements)},
    }


def _entry(entry: Entry, zone: ZoneInfo) -> Document:
    return {
        "entry": entry.identity,
        "kind": entry.kind.value,
        "state": entry.state.value,
        "channel": channel_code(entry.channel),
        "recipient": entry.recipient,
        "mandant": entry.mandant,
        "parts": entry.parts,
        "credits": entry.credits,
        "language": entry.language,
        "text": entry.text,
        "reason": text_document(entry.reason),
        "starts_at": local(entry.starts_at, zone),
    }


def _message(message: SentMessage, owner: Entry | None, zone: ZoneInfo) -> Document:
    return {
        "at": local(message.at, zone),
        "channel": channel_code(message.channel),
        "to": message.to,
        "sender": message.sender,
        "subject": message.subject,
        "text": message.text,
        "attachments": message.attachments,
        "entry": owner.identity if owner else None,
    }


def _notice(notice: SentMessage, zone: ZoneInfo) -> Document:
    """An e-mail to people of the practice."""
    at = local(notice.at, zone)
    return {"at": at, "to": notice.to, "subject": notice.subject, "text": notice.text}


def owners_of(messages: Sequence[SentMessage], entries: Sequence[Entry]) -> list[Entry | None]:
    """The entry of each message: by an e-mail's tag, by the provider's id, or by recipient and text if unique."""
    by_id = {entry.key: entry for entry in entries}
    by_id |= {entry.message_id: entry for entry in entries if entry.message_id}
    by_text: dict[tuple[str | None, str | None], list[Entry]] = {}
    for entry in entries:
        by_text.setdefault((entry.recipient, entry.text), []).append(entry)

    def owner(message: SentMessage) -> Entry | None:
        known = by_id.get(message.tags.get("entry", "")) or by_id.get(message.message_id)
        same = by_text.get((message.to, message.text), [])
        return known or (same[0] if len(same) == 1 else None)

    return [owner(message) for message in messages]

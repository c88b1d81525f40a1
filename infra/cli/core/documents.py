"""Parts that the JSON documents of several commands have in common (docs/reference/json.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.messages.recipient import Channel
from chalicelib.schedule.time_zone import instant_of
from chalicelib.text import Suggestion, Text, text_data, text_of
from infra.cli.core.output import Document
from infra.language import said, suggested

if TYPE_CHECKING:
    from chalicelib.entries.phone_call import PhoneCall
    from chalicelib.practice.opt_out import OptOut
    from chalicelib.reports.call_list import Phones

Said = str | Text  # a sentence of the command itself, or a text


def local(instant: datetime | None, zone: ZoneInfo) -> str | None:
    """A time: practice-local ISO with offset."""
    return instant.astimezone(zone).isoformat() if instant else None


def text_document(what: Said | None, words: Callable[[Text], str] = said) -> Document | None:
    """A text with its code; a sentence of the command itself has none. None if nothing is said."""
    if not what or isinstance(what, str):
        return {"text": what} if what else None
    return {**text_data(what), "text": words(what)}


def text_documents(many: Iterable[Said]) -> list[Document]:
    return [made for one in many if (made := text_document(one))]


def suggestion_documents(many: Iterable[Suggestion]) -> list[Document]:
    """Changes that a person can make, each with the command that does it."""
    return [{"kind": one.kind, "arguments": _arguments(one), "text": suggested(one)} for one in many]


def _arguments(suggestion: Suggestion) -> Document:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in suggestion.arguments}


def call_document(call: PhoneCall, zone: ZoneInfo) -> Document:
    """A phone call that somebody noted."""
    return {
        "at": local(call.at, zone),
        "outcome": call.outcome,
        "start": call.start,
        "by": call.by,
        "note": call.note or None,
    }


def stop_document(noted: OptOut, zone: ZoneInfo) -> Document:
    """Since when a patient is stopped, by whom and why."""
    return {"stopped_at": local(noted.at, zone), "by": noted.by, "reason": noted.reason}


def phone_documents(phones: Phones) -> list[Document]:
    return [{"kind": kind, "number": number} for kind, number in phones]


def channel_code(channel: str | None) -> str | None:
    """`sms` or `email`."""
    return Channel(channel).name.lower() if channel else None


def run_document(line: Mapping[str, Any], zone: ZoneInfo) -> Document:
    """A line of the job history."""
    times = {"slot": local(instant_of(line["slot"]), zone), "started_at": local(instant_of(line["start"]), zone)}
    took = {"seconds": line["seconds"], "question_ms": line.get("question_ms")}
    done = {**took, "outcome": line["outcome"], "counts": line["counts"]}
    return {
        "job": line["job"], **times, **done, "skipped": line["skipped"],
        "reasons": text_documents(map(text_of, line["reasons"])),
    }  # fmt: skip


def activity_document(line: Mapping[str, Any], zone: ZoneInfo) -> Document:
    """A line of the activity log or of deliver: an entry that changed, a candidate that was left out, or an alert."""
    at = {"at": local(instant_of(line["at"]), zone)}
    if "alert" in line:
        return {**at, **alert_document(line["alert"], line)}
    kept = {name: line[name] for name in ("entry", "key", "from", "to", "outcome", "rule", "by") if line.get(name)}
    return {**at, **kept, "reason": text_document(text_of(line["reason"]) if line.get("reason") else None)}


def alert_document(kind: str, line: Mapping[str, Any]) -> Document:
    return {"kind": kind, "subject": line.get("subject", ""), **(text_document(text_of(line)) or {})}

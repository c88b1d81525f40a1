"""Answers of a local cloud (`infra/local/control.py`), as the documents of the command."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from infra.cli.core.documents import alert_document, channel_code, local, run_document
from infra.cli.core.output import Document


def played_document(told: Document, zone: ZoneInfo) -> Document:
    """Events while its clock moved."""
    now = local(datetime.fromisoformat(told["now"]), zone)
    runs = [{"practice": run["practice"], **run_document(run, zone)} for run in told["runs"]]
    sent = {"messages": mails_document(in_order(told["messages"]), zone)}
    sent["notices"] = mails_document(told["notices"], zone)
    stands = {"stage": told["stage"], "now": now, "zone": told["zone"], "runs": runs}
    return {**stands, **sent, "operator": operator_document(told["operator"]), "failed": told["failed"]}


def in_order(messages: Sequence[Document]) -> list[Document]:
    """Messages to patients, whose parallel requests arrive in any order: by time, channel and recipient."""
    return sorted(messages, key=lambda one: (one["at"], one["channel"], one["to"]))


def mails_document(messages: Sequence[Document], zone: ZoneInfo) -> list[Document]:
    """Messages to patients, or e-mails to people of practices."""
    times = [local(datetime.fromisoformat(one["at"]), zone) for one in messages]
    return [{**one, "at": at, "channel": channel_code(one["channel"])} for one, at in zip(messages, times, strict=True)]


def operator_document(notifications: Sequence[Document]) -> list[Document]:
    return [
        {"practice": one["practice"], "alerts": [alert_document(alert["kind"], alert) for alert in one["alerts"]]}
        for one in notifications
    ]

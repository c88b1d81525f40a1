"""The rows of the Versand-Queue as the templates show them: words of the person's language, and what they may see."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.desk.pages.calls.call_rows import masked, when
from chalicelib.desk.pages.calls.call_view import masks_numbers
from chalicelib.desk.visit import Visit
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State, state_label
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Channel
from chalicelib.text import Text


@dataclass(frozen=True)
class Row:
    """Empty: not known, or not to be seen by this person. `is_email`: the address may be a name."""

    key: str
    version: int
    day: str
    time: str
    patient: str
    kind: str
    channel: str
    address: str
    is_email: bool
    mandant: str
    practitioner: str
    state: str
    tone: str
    why: str
    since: str
    credits: int


def row_of(entry: Entry, visit: Visit) -> Row:
    local = (entry.starts_at or entry.expires_at).astimezone(visit.zone)
    return Row(
        key=entry.key, version=entry.version, day=visit.words.near_day(local.date()), time=f"{local:%H:%M}",
        patient=entry.patient, kind=_kind(entry, visit), channel=channel_words(entry.channel, visit),
        address=_address(entry, visit), is_email=entry.channel == Channel.EMAIL, mandant=entry.mandant or "",
        practitioner=entry.practitioner, state=state_words(entry, visit), tone=_TONES.get(entry.state, ""),
        why=visit.short(entry.reason) if entry.reason else "", since=when(entry.changed_at, visit),
        credits=entry.credits,
    )  # fmt: skip


_TONES = {
    State.FAILED: "bad", State.REFUSED: "bad", State.NOT_SENDABLE: "bad", State.EXPIRED: "bad", State.UNKNOWN: "warn",
    State.DELIVERED: "good",
}  # fmt: skip


def state_words(entry: Entry, visit: Visit) -> str:
    if entry.held:
        return visit.tr("on hold")
    return visit.tr("waiting") if entry.state is State.PREPARED else visit.said(state_label(entry.state))


def channel_words(channel: str | None, visit: Visit) -> str:
    said = Text("channel.email") if channel == Channel.EMAIL else Text("channel.sms")
    return visit.said(said) if channel else ""


def _kind(entry: Entry, visit: Visit) -> str:
    """The kind of a message, unless it is a reminder."""
    kinds = {
        Kind.RESCHEDULED: visit.tr("new time"), Kind.BIRTHDAY: visit.tr("birthday greeting"),
        Kind.AGAIN: visit.tr("sent again"),
    }  # fmt: skip
    return kinds.get(entry.kind, "")


def _address(entry: Entry, visit: Visit) -> str:
    """The address that was frozen when the message was reserved."""
    if not entry.recipient or not visit.sees_patients:
        return ""
    return masked(entry.recipient) if masks_numbers(visit.person) else entry.recipient

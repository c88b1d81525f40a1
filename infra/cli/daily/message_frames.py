"""Messages as the patient reads them: one of each kind and channel, framed like a telephone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich import box
from rich.columns import Columns
from rich.console import RenderableType
from rich.panel import Panel
from rich.text import Text

from chalicelib.entries.entry import Entry
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Channel
from chalicelib.messages.sms import without_invisible
from infra.cli.core.labels import channel_words, credits_words, kind_words
from infra.language import moment
from infra.translation import tr

if TYPE_CHECKING:
    from infra.local.networks.sent_message import SentMessage

_WIDTH = 38  # two side by side in 80 columns


def phones(messages: Sequence[SentMessage], entries: Sequence[Entry], zone: ZoneInfo) -> RenderableType:
    """The first message of each kind and channel; a sentence if none was sent."""
    from infra.cli.sandbox.rehearsal_document import owners_of

    if not messages:
        return Text(tr("No message was sent."))
    first: dict[tuple[Kind, str], tuple[SentMessage, Entry]] = {}
    for message, owner in zip(messages, owners_of(messages, entries), strict=True):
        if owner is not None:
            first.setdefault((owner.kind, message.channel), (message, owner))
    # SMS before e-mails, so that frames of about the same height stand side by side
    ordered = sorted(first, key=lambda key: (key[1] == Channel.EMAIL, key[0] is Kind.BIRTHDAY))
    panels = [_phone(*first[key], zone) for key in ordered]
    return Columns(panels, padding=(0, 1))


def _phone(message: SentMessage, owner: Entry, zone: ZoneInfo) -> Panel:
    subtitle = f"{moment(message.at, zone)} · {credits_words(owner.credits)}"
    return framed(_lines(message), message_title(message.channel, owner.kind), subtitle)


def message_title(channel: str | None, kind: Kind) -> str:
    return f"{channel_words(channel)} · {kind_words(kind)}"


def framed(lines: Iterable[Text], title: str, subtitle: str) -> Panel:
    """A message on a telephone."""
    return Panel(
        Text("\n", overflow="fold").join(lines),
        title=Text(title),
        subtitle=Text(subtitle),
        title_align="left",
        subtitle_align="right",
        width=_WIDTH,
        padding=(0, 1),
        box=box.ROUNDED,
        border_style="blue",
    )


def addresses(sender: str | None, recipient: str | None) -> Iterator[Text]:
    """The lines above a message."""
    yield Text(tr("From {sender}", sender=sender) if sender else tr("From an unknown sender"), "dim")
    yield Text(tr("To {recipient}", recipient=recipient or "–"), "dim")


def _lines(message: SentMessage) -> Iterator[Text]:
    yield from addresses(message.sender, message.to)
    yield Text()
    if message.subject:
        yield Text(without_invisible(message.subject), "bold")
        yield Text()
    yield Text(without_invisible(message.text))
    if message.attachments:
        yield Text()
        yield Text(tr("Attachment: {files}", files=", ".join(message.attachments)), "dim")

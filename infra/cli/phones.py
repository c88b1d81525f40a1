"""Messages as the patient reads them: one of each kind and channel, framed like a telephone."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from rich import box
from rich.columns import Columns
from rich.console import RenderableType
from rich.panel import Panel
from rich.text import Text

from chalicelib.entry import Entry, Kind
from chalicelib.sms_text import without_invisible
from infra.cli.german import KINDS, counted, moment
from infra.local.document import owners_of
from infra.local.wire import MAIL, CarrierMessage

_WIDTH = 38  # two side by side in 80 columns


def phones(messages: Sequence[CarrierMessage], entries: Sequence[Entry], zone: ZoneInfo) -> RenderableType:
    """The first message of each kind and channel; a sentence where none was sent."""
    if not messages:
        return Text("Es wurde keine Mitteilung versendet.")
    first: dict[tuple[Kind, str], tuple[CarrierMessage, Entry]] = {}
    for message, owner in zip(messages, owners_of(messages, entries), strict=True):
        if owner is not None:
            first.setdefault((owner.kind, message.channel), (message, owner))
    panels = [_phone(*first[key], zone) for key in sorted(first, key=lambda key: (key[0] != Kind.REMINDER, key[1]))]
    return Columns(panels, padding=(0, 1))


def _phone(message: CarrierMessage, owner: Entry, zone: ZoneInfo) -> Panel:
    return Panel(
        Text("\n").join(_lines(message)),
        title=Text(f"{message.channel} · {KINDS[owner.kind]}"),
        subtitle=Text(f"{moment(message.at, zone)} · {_price(message, owner)}"),
        title_align="left",
        subtitle_align="right",
        width=_WIDTH,
        padding=(0, 1),
        box=box.ROUNDED,
        border_style="blue",
    )


def _lines(message: CarrierMessage) -> Iterator[Text]:
    yield Text(f"Von {message.sender or 'ohne Absender'}", "dim")
    yield Text(f"An {message.to}", "dim")
    yield Text(without_invisible(message.subject), "bold") if message.channel == MAIL and message.subject else Text()
    if message.channel == MAIL:
        yield Text()
    yield Text(without_invisible(message.text))


def _price(message: CarrierMessage, owner: Entry) -> str:
    credits = counted(owner.credits, "Credit", "Credits")
    return credits if message.channel == MAIL else f"{counted(owner.parts, 'SMS', 'SMS-Teile')}, {credits}"

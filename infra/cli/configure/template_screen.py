"""How templates, what is found in them, and their messages are shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from chalicelib.messages.recipient import Address
from chalicelib.messages.template_lint import Measured
from infra.cli.core.labels import channel_words, credits_words, kind_words, parts_words
from infra.cli.daily.message_frames import framed
from infra.language import number, said
from infra.translation import tr

if TYPE_CHECKING:
    from infra.cli.configure.template_preview import Preview


def origin_words(origin: str) -> str:
    return {"own": tr("own text"), "packaged": tr("built-in"), "none": tr("no text")}[origin]


def findings(problem: str | None, remarks: list[str], count: Measured) -> Text:
    lines = [Text(problem, "red")] if problem else []
    lines += [Text(remark, "yellow") for remark in remarks]
    if count.parts:
        lines.append(Text(_sizes_words(count), "dim"))
    return Text("\n").join(lines or [Text(tr("OK"), "green")])


def _sizes_words(count: Measured) -> str:
    """How many parts the SMS have; and which one has the most, if it has more than usual."""
    most = max(count.parts)
    sizes = {"sms": number(count.parts.total()), "usual": parts_words(count.median), "most": most}
    if most == count.median:
        return tr("{sms} SMS: usually {usual}, at most {most}", **sizes)
    kind, _, one = count.longest.partition(":")
    if kind == "appointment":
        return tr("{sms} SMS: usually {usual}, at most {most} (appointment {appointment})", **sizes, appointment=one)
    return tr("{sms} SMS: usually {usual}, at most {most} (patient {patient})", **sizes, patient=one)


def phone(one: Preview) -> RenderableType:
    price = credits_words(one.credits)
    size = f"{parts_words(one.parts)} · {price}" if one.parts else price
    return framed(_lines(one), f"{channel_words(one.channel)} · {kind_words(one.kind)}", size)


def _lines(one: Preview) -> Iterator[Text]:
    to = one.to.value if isinstance(one.to, Address) else said(one.to.reason)
    yield Text(tr("From {sender}", sender=one.sender) if one.sender else tr("From an unknown sender"), "dim")
    yield Text(tr("To {recipient}", recipient=to), "dim")
    yield Text()
    if one.subject:
        yield Text(one.subject, "bold")
        yield Text()
    yield Text(one.text)


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"

"""E-mails to people of a practice, as they lie in their mailbox: one line each, by number, and one of them opened."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from infra.cli.core.tables import more_lines
from infra.language import moment
from infra.local.networks.sent_message import SentMessage
from infra.translation import tr

_MOST = 20
HEAD = 12  # lines of an e-mail in a report that shows other things too


def mailbox(notices: Sequence[SentMessage], zone: ZoneInfo, opened: int, most: int | None = None) -> RenderableType:
    """The newest subjects, oldest first, and the e-mail of this number, from 1 on.

    With `most` only its first lines: in a report no other one can be opened.
    """
    table = Table.grid(padding=(0, 2))
    for number, notice in list(enumerate(notices, 1))[-_MOST:]:
        line = [Text(moment(notice.at, zone)), Text(notice.subject or "")]
        table.add_row(*line if most else (Text(f"{number}", justify="right"), *line))
    return Group(table, Text(), *_opened(notices[opened - 1], most))


def _opened(notice: SentMessage, most: int | None) -> Iterator[RenderableType]:
    lines = notice.text.rstrip().split("\n")
    to, shown = Text(tr("To {address}", address=notice.to), "dim"), Text("\n".join(lines[:most]).rstrip())
    yield Panel(shown, title=Text(notice.subject or ""), title_align="left", box=box.ROUNDED, border_style="blue",
                subtitle=to, subtitle_align="right")  # fmt: skip
    if left_out := len(lines[most:]) if most else 0:
        yield Text(more_lines(left_out), "dim")

"""E-mails to people of a practice, as they lie in their mailbox: one line each, the last one opened."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from infra.language import moment
from infra.local.networks.sent_message import SentMessage
from infra.translation import tr

_MOST = 20


def mailbox(notices: Sequence[SentMessage], zone: ZoneInfo) -> RenderableType:
    """The newest subjects, oldest first, and the text of the newest. There is at least one."""
    table = Table.grid(padding=(0, 2))
    for notice in notices[-_MOST:]:
        table.add_row(Text(moment(notice.at, zone)), Text(notice.subject or ""))
    last = notices[-1]
    to = Text(tr("To {address}", address=last.to), "dim")
    opened = Panel(Text(last.text.rstrip()), title=Text(last.subject or ""), title_align="left", box=box.ROUNDED,
                   border_style="blue", subtitle=to, subtitle_align="right")  # fmt: skip
    return Group(table, Text(), opened)

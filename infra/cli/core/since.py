"""How far back a log is read. Pure."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from infra.cli.core.arguments import ArgumentError, local_time
from infra.translation import tr

_AGO = re.compile(r"(\d{1,4})\s*([dh])", re.ASCII)


def since(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """`3d` or `12h` before now, or a local time of the practice; aware."""
    ago = _AGO.fullmatch(text.strip().casefold())
    if ago:
        count = int(ago[1])
        return now - (timedelta(days=count) if ago[2] == "d" else timedelta(hours=count))
    try:
        return local_time("--since", text, zone)
    except ArgumentError as error:
        raise ArgumentError(tr("{problem}; 3d and 12h are allowed, too", problem=error)) from None

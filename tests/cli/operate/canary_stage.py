"""A stage with a practice, and how its canary is registered."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from infra.local import stack
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running

TO, SENDER = "betrieb@vitosms.example", "vitosms@vitosms.example"
ADD = ("canary", "add", "--to", TO, "--sender", SENDER, "--at", "10:00")


@contextmanager
def opened(folder: Path) -> Iterator[Rehearsal]:
    """A practice at 09:55; the stage has no AlertSender."""
    with patch.object(stack, "ALERT_SENDER", ""), running(folder) as (rehearsed, _):
        rehearsed.cloud.verify_mail_sender(SENDER)
        yield rehearsed


def listed(vitosms: Vitosms) -> dict[str, bool]:
    """Which practices there are, and whether they are canaries."""
    return {one["practice"]: one["canary"] for one in vitosms.told("practice", "list")["practices"]}

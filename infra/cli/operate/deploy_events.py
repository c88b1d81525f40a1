"""The progress of a change of a stack, on stderr: a bar on a terminal, otherwise a line per event; always failures."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from infra.cli.core.output import console_to
from infra.translation import tr

if TYPE_CHECKING:
    from infra.deploy.stack import Event


class Watch:
    """Shows each event, and keeps the failures."""

    def __init__(self, progress: Progress, what: str, total: int) -> None:
        self.failures: list[Event] = []
        self._done: set[str] = set()
        self._progress, self._what = progress, what
        self._task = progress.add_task(what, total=total)

    def tell(self, event: Event) -> None:
        if event.status.endswith(("_COMPLETE", "_SKIPPED")) and not event.of_stack:
            self._done.add(event.name)
        self._progress.update(self._task, completed=len(self._done), description=f"{self._what}: {event.name}")
        if event.failed:
            self.failures.append(event)
        if event.failed or not self._progress.console.is_terminal:
            self._progress.console.print(_line(event))


@contextmanager
def watching(what: str, total: int) -> Iterator[Watch]:
    """`total` resources are to change. Ctrl-C leaves the change going on, and says so."""
    console = console_to(sys.stderr)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        try:
            yield Watch(bar, what, total)
        except KeyboardInterrupt:
            console.print(tr("the change continues without this command; run it again to see how it goes"))
            raise


def _line(event: Event) -> Text:
    colour = "red" if event.failed else "green" if event.status.endswith("_COMPLETE") else ""
    reason = f": {event.reason}" if event.failed and event.reason else ""
    return Text.assemble(f"{event.at.astimezone():%H:%M:%S} ", (event.status, colour), f" {event.name}{reason}")

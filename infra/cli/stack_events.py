"""How a change of a stack goes, on stderr: a bar on a terminal, one line an event elsewhere; failures always."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from infra.stack import Event


@contextmanager
def watching(what: str, total: int) -> Iterator[Callable[[Event], None]]:
    """What is called with each event; `total` resources are to change. Ctrl-C leaves the change going on."""
    console = Console(file=sys.stderr, markup=False, highlight=False, emoji=False)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    done: set[str] = set()
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)

        def tell(event: Event) -> None:
            if event.status.endswith(("_COMPLETE", "_SKIPPED")) and not event.of_stack:
                done.add(event.name)
            progress.update(task, completed=len(done), description=f"{what}: {event.name}")
            if event.failed or not console.is_terminal:
                progress.print(_line(event))

        try:
            yield tell
        except KeyboardInterrupt:
            progress.print(
                Text("The change goes on at AWS without this command; the same command shows how it stands.")
            )
            raise


def _line(event: Event) -> Text:
    colour = "red" if event.failed else "green" if event.status.endswith("_COMPLETE") else ""
    reason = f": {event.reason}" if event.failed and event.reason else ""
    return Text.assemble(f"{event.at.astimezone():%H:%M:%S} ", (event.status, colour), f" {event.name}{reason}")

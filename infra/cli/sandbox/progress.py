"""Lets a rehearsal play, and shows on stderr how far it is."""

from datetime import datetime
from typing import TextIO

from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from infra.cli.core.labels import messages_words
from infra.cli.core.output import console_to, say
from infra.language import moment_with_year
from infra.local.rehearsal import Rehearsal
from infra.translation import tr


class _Messages(ProgressColumn):
    """Grows while the practice's time stands still: a run of thousands takes a single instant of it."""

    def __init__(self, rehearsed: Rehearsal) -> None:
        super().__init__()
        self._rehearsed = rehearsed

    def render(self, task: Task) -> Text:
        sent = len(self._rehearsed.cloud.networks.messages)
        return Text(messages_words(sent))


def play(rehearsed: Rehearsal, stderr: TextIO) -> None:
    """Let the plan's span pass; one line where `stderr` is no terminal."""
    plan, zone = rehearsed.plan, rehearsed.zone
    # Not Console(stderr=True): that would follow sys.stderr, which the local cloud moves while a handler runs.
    console = console_to(stderr)
    if not console.is_terminal:
        first, last = (moment_with_year(instant, zone) for instant in (plan.start, plan.end))
        told = tr("{practice}: playing {start} to {end} …", practice=plan.practice, start=first, end=last)
        say(told, stderr)
        rehearsed.play()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), _Messages(rehearsed))
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as progress:
        task = progress.add_task(moment_with_year(plan.start, zone), total=_seconds(plan.start, plan.end))

        def tell(now: datetime) -> None:
            progress.update(task, completed=_seconds(plan.start, now), description=moment_with_year(now, zone))

        rehearsed.play(tell)


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()

"""`vitosms simulate`: practices live through troubled weeks in memory, and a watcher looks for broken promises."""

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from infra.cli.core.arguments import ArgumentError
from infra.cli.core.options import AsJson
from infra.cli.core.output import answer, console_to
from infra.cli.core.tables import new_table
from infra.cli.sandbox.trouble_words import trouble_words
from infra.language import number
from infra.translation import tr, trn

if TYPE_CHECKING:
    from tests.simulation.simulate import Simulated

CHECKOUT = Path(__file__).resolve().parents[3]
MOST_SHOWN = 5  # violations; --json has all


class Level(StrEnum):
    """How much goes wrong."""

    NONE = "none"
    SOME = "some"
    HEAVY = "heavy"


def simulate(
    days: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", help="Practice-days, rounded up to whole episodes of 25 practices for 30 days."
        ),
    ] = 2000,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed plays the same days.")] = 1,
    trouble: Annotated[Level, typer.Option(help="How much goes wrong.")] = Level.SOME,
    as_json: AsJson = False,
) -> int:
    """Let practices live through weeks of crashes, repeats and lost answers. Exit code 1 if a promise is broken."""
    start = time.process_time()
    found = _played(days, seed, trouble)
    counts = _counts(found, days, time.process_time() - start)
    answer(as_json, found.document(), counts, *_faults(found), *_violations(found), _verdict(found))
    return 1 if found.violations else 0


def _played(days: int, seed: int, trouble: Level) -> "Simulated":
    sys.path.insert(0, str(CHECKOUT))
    try:
        from tests.simulation.simulate import simulate as play
    except ModuleNotFoundError as missing:
        raise ArgumentError(_no_checkout(missing.name)) from None
    console = console_to(sys.stderr)
    columns = (TextColumn(tr("practice-days")), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=days)
        return play(days, seed, trouble, lambda so_far: progress.update(task, completed=so_far.days))


def _no_checkout(missing: str | None) -> str:
    return tr("simulate needs a checkout of vitosms with its tests: {module} is missing", module=missing)


def _counts(found: "Simulated", days: int, seconds: float) -> RenderableType:
    more = tr("whole episodes; {count} requested", count=number(days)) if found.days > days else ""
    table = _without_header("", ">", "")
    table.add_row(tr("practice-days"), number(found.days), Text(more, "dim"))
    table.add_row(tr("requests to send a message"), number(found.messages))
    table.add_row(tr("violations"), Text(number(len(found.violations)), "red" if found.violations else "green"))
    table.add_row(tr("practice-days per second on one core"), number(round(found.days / seconds)))
    return table


def _faults(found: "Simulated") -> list[RenderableType]:
    """Show the troubles that were caused, and the changes by people."""
    table = _without_header("", ">")
    for kind, count in sorted(found.faults.items()):
        table.add_row(trouble_words(kind), number(count))
    return [Text("\n" + tr("Trouble"), "bold"), table] if found.faults else []


def _without_header(*columns: str) -> Table:
    table = new_table(*columns)
    table.show_header = False
    return table


def _verdict(found: "Simulated") -> Text:
    broken = len(found.violations)
    if broken:
        told = trn("{count} promise was broken.", "{count} promises were broken.", broken, count=number(broken))
        return Text(f"\n{told}", "bold red")
    return Text("\n" + tr("No promise was broken."), "bold green")


def _violations(found: "Simulated") -> list[RenderableType]:
    shown: list[RenderableType] = [Text()] if found.violations else []
    for episode, one in found.violations[:MOST_SHOWN]:
        where = tr(
            "seed {seed}, episode {episode}, practice {practice}",
            seed=found.seed, episode=episode, practice=one.practice or "–",
        )  # fmt: skip
        shown.append(Text(tr("{label}: {text}", label=where, text=one.text), "red"))
        shown += [Text(f"    {line}", "dim") for line in one.history]
    return shown

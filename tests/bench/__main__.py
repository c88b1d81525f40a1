"""`make bench`: one run, one table, each bar met or not.

`--json` prints a document for programs instead, `--page` also puts the run into docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chalicelib.messages.recipient import Channel
from tests.bench.calls import BAR_SIZE, SIZES, call_section, cost_section, statement_section, unit_section
from tests.bench.commands import COMMANDS, command_section
from tests.bench.imports import FIRST_CALLS, import_section
from tests.bench.page import PAGE, with_measured
from tests.bench.phases import Measured, measure, steps
from tests.bench.questions import question_section
from tests.bench.report import Section, bars_of, document_of, notes_of, table_of
from tests.bench.schedules import dispatch_section, schedule_section
from tests.bench.times import delivery_section, prepare_section

_WIDTH = 170  # of the table where no terminal says another


def main() -> None:
    """Measure, and print to stdout; the exit code is 0 even if a bar is missed, because times vary."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="a document for programs instead of the table")
    parser.add_argument("--page", action="store_true", help="put the run into docs/performance.md too")
    wanted = parser.parse_args()
    start = time.monotonic()
    sections = _measured()
    about = {
        "measured": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "python": platform.python_version(),
        "machine": platform.machine(),
        "seconds": round(time.monotonic() - start),
    }
    if wanted.page:
        PAGE.write_text(with_measured(PAGE.read_text(encoding="utf-8"), sections, about), encoding="utf-8")
    if wanted.json:
        json.dump({**about, **document_of(sections)}, sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        _print(sections, about)


def _measured() -> list[Section]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task("bench", total=steps() + 2 + 2 + 1 + len(FIRST_CALLS) + len(COMMANDS))

        def progress(done: str) -> None:
            shown.update(task, advance=1, description=done)

        measured = measure(progress)
        schedules = schedule_section()
        progress("schedules")
        questions = question_section(progress)
        dispatches = dispatch_section(dict(sorted(measured.ticks.items())))
        progress("dispatch")
        loading = import_section(progress)
        commands = command_section(progress)
    return [*_counts(measured), prepare_section(measured.cpu, measured.memory),
            delivery_section(measured.deliveries), questions, schedules, dispatches, loading, commands]  # fmt: skip


def _counts(measured: Measured) -> list[Section]:
    sms, mail = ([measured.days[channel, size] for size in SIZES] for channel in (Channel.SMS, Channel.EMAIL))
    baselines, (long_ids,) = measured.baselines, measured.long_ids.values()
    large = SIZES.index(BAR_SIZE)
    return [
        call_section(Channel.SMS, sms, baselines),
        call_section(Channel.EMAIL, mail, baselines),
        statement_section(sms),
        unit_section(sms, mail, long_ids, baselines),
        cost_section(sms[large], mail[large], baselines[BAR_SIZE]),
    ]


def _print(sections: list[Section], about: dict[str, object]) -> None:
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    console.print(table_of(sections))
    for note in notes_of(sections):
        console.print(note, style="dim", highlight=False)
    bars = bars_of(sections)
    met = sum(bar.met for bar in bars)
    console.print(f"{met} of {len(bars)} bars met; {about}", style="green" if met == len(bars) else "red")


if __name__ == "__main__":
    main()

"""CPU time of the command's own process, compared with importing the libraries that it needs."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.bench.report import Bar, Row, Section

ROOT = Path(__file__).parents[2]
_TIMES = 7
_OFFLINE, _ONLINE = "import typer, rich.table", "import boto3"
_TAB = {"_VITOSMS_COMPLETE": "complete_bash", "COMP_WORDS": "vitosms switches set T", "COMP_CWORD": "3"}
# The words, the environment, what it is measured against, and the bar as a ratio.
COMMANDS: dict[str, tuple[list[str], Mapping[str, str], str, float]] = {
    "--help": (["--help"], {}, _OFFLINE, 1.8),
    "completion of switches set T": ([], _TAB, _OFFLINE, 1.8),
    "switches list": (["switches", "list"], {}, _ONLINE, 2.0),
    "jobs list": (["jobs", "list"], {}, _ONLINE, 2.0),
    "status": (["status"], {}, _ONLINE, 2.0),
}
_RUN = "from infra.cli.main import main; main()"


def command_section(progress: Callable[[str], None]) -> Section:
    """Medians of fresh processes, user and system; the demo practice on a local cloud answers."""
    rows = []
    with _local_cloud() as environment:
        for name, (words, more, against, most) in COMMANDS.items():
            pairs = [
                (
                    _cpu_seconds(["-c", _RUN, *words], {**environment, **more}),
                    _cpu_seconds(["-c", against], environment),
                )
                for _ in range(_TIMES)  # in turn: the machine's speed varies
            ]
            taken, beside = map(median, zip(*pairs, strict=True))
            progress(f"vitosms {name}")
            ratio = taken / beside
            told = f"{ratio:.2f} × ({taken * 1000:.0f} ms)"
            other = f"{against} {beside * 1000:.0f} ms"
            bar = Bar(f"≤ {most} × that", ratio <= most)
            rows.append(Row(f"vitosms {name}", None, told, other, bar, {"seconds": taken, "ratio": ratio}))
    return Section("The command", rows, _NOTES)


_NOTES = (
    f"CPU time (user and system) of the client's process with compiled files, median of {_TIMES}, its calls to a local "
    "cloud included; typer, rich, boto3 and the clients of four services alone take 1.8 times the import of boto3.",
)


def _cpu_seconds(arguments: list[str], environment: Mapping[str, str]) -> float:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and text
        [sys.executable, *arguments], env=dict(environment), cwd=ROOT, stdout=subprocess.DEVNULL
    )
    _, _, used = os.wait4(process.pid, 0)
    return used.ru_utime + used.ru_stime


@contextmanager
def _local_cloud() -> Iterator[dict[str, str]]:
    """The environment that `vitosms local up --demo` asks for, while it runs."""
    left_out = ("AWS_", "VITOSMS_", "PYTHONDONTWRITEBYTECODE")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    up = [sys.executable, "-c", _RUN, "local", "up", "--demo", "--port", "0"]
    with subprocess.Popen(up, env=clean, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        welcome = "".join(iter(process.stdout.readline, "vitosms daily-check\n"))
        yield {**clean, **dict(re.findall(r"\b((?:AWS|VITOSMS)_[A-Z_]+)=(\S+)", welcome)), "COLUMNS": "80"}
        process.send_signal(signal.SIGINT)

"""The bench in two phases: first counts, which do not vary, beside deliveries, which sleep; then times alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from chalicelib.messages.recipient import Channel
from tests.bench.baseline import count_baseline
from tests.bench.calls import BAR_SIZE, SIZES
from tests.bench.day import Day, count_day
from tests.bench.practice import LONG
from tests.bench.schedules import PRACTICES
from tests.flow.test_many import tick_calls

ROOT = Path(__file__).parents[2]
DELIVERED = (50, 500, 5000)
CANDIDATES = (1000, 10_000, 100_000)
BASELINES = tuple(size for size in SIZES if size <= BAR_SIZE)
_WITH_LONG_IDS = 100
_COUNTERS = 2  # processes

Progress = Callable[[str], None]


@dataclass
class Measured:
    """Everything that was measured, by what it was asked of."""

    days: dict[tuple[Channel, int], Day] = field(default_factory=dict)
    baselines: dict[int, Day] = field(default_factory=dict)
    long_ids: dict[int, Day] = field(default_factory=dict)
    ticks: dict[int, Mapping[str, int]] = field(default_factory=dict)
    deliveries: dict[tuple[str, int], Mapping[str, float]] = field(default_factory=dict)
    cpu: dict[int, Mapping[str, float]] = field(default_factory=dict)
    memory: dict[int, Mapping[str, float]] = field(default_factory=dict)


def steps() -> int:
    """How often `measure` reports progress."""
    counts = len(SIZES) * len(Channel) + len(BASELINES) + 1 + len(PRACTICES) + len(CANDIDATES)
    return counts + 2 * len(DELIVERED) + len(CANDIDATES)


def measure(progress: Progress) -> Measured:
    """Measure all but schedules and imports, which are quick."""
    measured = Measured()
    _count_and_deliver(measured, progress)
    for candidates in CANDIDATES:
        measured.cpu[candidates] = _process("prepare_process", "time", candidates)
        progress(f"prepare, {candidates:,} candidates")
    return measured


def _count_and_deliver(measured: Measured, progress: Progress) -> None:
    """Run the counts in two processes, in parallel with the deliveries, which sleep nearly all the time."""
    with (
        ProcessPoolExecutor(_COUNTERS, mp_context=get_context("spawn")) as counters,
        ThreadPoolExecutor(2) as deliverers,
    ):
        started: dict[Future[Any], tuple[dict[Any, Any], Any, str]] = {}

        def start(future: Future[Any], into: dict[Any, Any], key: Any, label: str) -> None:
            started[future] = (into, key, label)

        for size in reversed(SIZES):  # the longest first
            for channel in Channel:
                label = f"a day of {size:,} by {channel}"
                start(counters.submit(count_day, size, channel), measured.days, (channel, size), label)
        for size in reversed(BASELINES):
            start(counters.submit(count_baseline, size), measured.baselines, size, f"row by row, {size:,}")
        for candidates in reversed(CANDIDATES):
            measuring = counters.submit(_process, "prepare_process", "memory", candidates)
            start(measuring, measured.memory, candidates, f"memory of prepare, {candidates:,}")
        for practices in reversed(PRACTICES):
            label = f"a tick of {practices:,} practices"
            start(counters.submit(tick_calls, practices), measured.ticks, practices, label)
        asked_long = counters.submit(count_day, _WITH_LONG_IDS, Channel.SMS, LONG)
        start(asked_long, measured.long_ids, _WITH_LONG_IDS, "long ids")
        for how in ("vitosms", "huey"):
            deliverers.submit(_deliver_all, how, measured, progress)
        for future in as_completed(started):
            into, key, label = started[future]
            into[key] = future.result()
            progress(label)


def _deliver_all(how: str, measured: Measured, progress: Progress) -> None:
    for messages in DELIVERED:
        measured.deliveries[how, messages] = _process("delivery_process", how, messages)
        progress(f"delivery of {messages:,} by {how}")


def _process(module: str, what: str, count: int) -> dict[str, float]:
    """Return the output of a separate process. Raises CalledProcessError."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and modules
        [sys.executable, "-m", f"tests.bench.{module}", what, str(count)],
        stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer

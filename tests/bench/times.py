"""The times and memory of the bench, as ratios: preparing beside the bare work, delivering beside the ideal."""

from __future__ import annotations

from collections.abc import Mapping

from tests.bench.delivery_process import WORKERS
from tests.bench.report import Bar, Row, Section

CPU, MEMORY, WALL = 2.5, 1.3, 1.3  # the bars
_CPU_AT, _MEMORY_AT, _WALL_AT = 10_000, 100_000, 500

Numbers = Mapping[str, float]


def prepare_section(cpu: Mapping[int, Numbers], memory: Mapping[int, Numbers]) -> Section:
    """CPU time and peak memory of prepare, by candidates."""
    rows = []
    for candidates, taken in sorted(cpu.items()):
        ratio = taken["prepare"] / taken["bare"]
        bar = Bar(f"≤ {CPU} × the bare work", ratio <= CPU) if candidates == _CPU_AT else None
        each = taken["prepare"] / candidates * 1e6
        text, beside = (
            f"{ratio:.2f} × bare ({each:.0f} µs each)",
            f"bare work {taken['bare'] / candidates * 1e6:.0f} µs each",
        )
        rows.append(Row("CPU time of prepare", candidates, text, beside, bar, {**taken, "ratio": ratio}))
    least = memory[min(memory)]["peak"]
    for candidates, found in sorted(memory.items()):
        ratio, grown = found["peak"] / least, (found["peak"] - least) * 1024 / candidates
        bar = Bar(f"≤ {MEMORY} × that at {min(memory):,}", ratio <= MEMORY) if candidates == _MEMORY_AT else None
        text = f"{ratio:.2f} × ({found['peak'] / 1024:.0f} MiB; {grown:.0f} bytes a candidate more)"
        rows.append(Row("peak memory of prepare", candidates, text, "", bar, {**found, "ratio": ratio, "grown": grown}))
    return Section("Preparing in memory", rows, _PREPARE_NOTES)


_PREPARE_NOTES = (
    "all candidates are admitted, each with a different number. The bare work on the same rows: libphonenumber parses, "
    "classifies and formats the number, jinja2 renders the built-in text; CPU time of a process, the least of three.",
    "CPU with the store of tests/fakes, whose own work counts as prepare's. Memory with a store that keeps nothing, "
    "because the stored entries would belong to the table: VmHWM of a separate process, which loads neither boto3 nor "
    "moto.",
)


def delivery_section(deliveries: Mapping[tuple[str, int], Numbers]) -> Section:
    """Wall time of delivering, by messages."""
    rows = []
    for messages in sorted({messages for _, messages in deliveries}):
        ours, theirs = deliveries["vitosms", messages], deliveries["huey", messages]
        ratio, other = ours["seconds"] / ours["ideal"], theirs["seconds"] / theirs["ideal"]
        bar = Bar(f"≤ {WALL} × ideal", ratio <= WALL) if messages == _WALL_AT else None
        text, beside = f"{ratio:.2f} × ideal ({ours['ideal']:.1f} s)", f"huey {other:.2f} × ideal"
        rows.append(Row("delivery, a provider of 200 ms", messages, text, beside, bar, {"ratio": ratio, "huey": other}))
    return Section(f"Delivering with {WORKERS} requests at once", rows, _DELIVERY_NOTES)


_DELIVERY_NOTES = (
    "vitosms as it runs at AWS: two invocations of deliver at once, ten requests each, in one process here; claims and "
    "results are stored in memory. huey: 20 threads, its broker in memory, a task a message, no claim before it asks.",
    "without the pace: at an account's 20 SMS a second, the pace alone takes 25 s for 500 messages.",
    "measured while the counts run, so delays of a busy machine are in both.",
)

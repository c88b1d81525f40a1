"""The CPU time of each test, with its fixtures and child processes: `pytest --slowest 25`."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Generator

import pytest

_OPTION, _PROPERTY = "--slowest", "cpu seconds"
_last = 0.0


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(_OPTION, type=int, default=0, metavar="N", help="name the N tests that take most CPU time")


def pytest_collection_finish() -> None:
    global _last
    _last = _used()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what has been used since the last report; a fixture of a module counts for its first test."""
    global _last
    report = yield
    now = _used()
    report.user_properties = [*report.user_properties, (_PROPERTY, now - _last)]
    _last = now
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the slowest tests, and the sum of all."""
    most = config.getoption(_OPTION)
    if not most:
        return
    used: dict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, seconds in getattr(report, "user_properties", ()):
                used[report.nodeid] += seconds if name == _PROPERTY else 0
    terminalreporter.write_line(f"{sum(used.values()):.0f} CPU seconds after collection; the {most} slowest tests:")
    for test in sorted(used, key=used.__getitem__, reverse=True)[:most]:
        terminalreporter.write_line(f"{used[test]:6.2f} s  {test}")


def _used() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system

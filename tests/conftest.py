"""What the tests tell at the end of a run besides their results."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the crash tests covered: they count the calls at which a worker died."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "crash":
                terminalreporter.write_line(f"a worker died {value}")

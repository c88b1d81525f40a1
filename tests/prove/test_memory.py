"""The memory of a process that reads a large practice: rows are fetched one batch at a time, and not kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.practice_file import appointment, practice_file
from tests.sql_server.endpoint import SqlServer

READER = """
import re, sys
from datetime import date
from pathlib import Path
from chalicelib.practice_db.database import open_practice_database
with open_practice_database(sys.stdin.read()) as database:
    rows = sum(1 for _ in database.reminders(date(2026, 11, 23), date(2026, 11, 24), None))
print(rows, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""
ROOT = Path(__file__).parents[2]


def peak_of_reading(path: Path, rows: int) -> int:
    """KiB, of a separate process, including FreeTDS."""
    practice_file(path, {"Termin": [appointment(n) for n in range(rows)]})
    with SqlServer(path) as server:
        command = [sys.executable, "-c", READER]
        done = subprocess.run(  # noqa: S603 - our own interpreter and text
            command, input=server.url(), capture_output=True, text=True, check=True, cwd=ROOT
        )
    read, peak = map(int, done.stdout.split())
    assert read == rows
    return peak


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc")
def test_100000_appointments_take_no_more_memory_than_1000(tmp_path: Path) -> None:
    small, large = (peak_of_reading(tmp_path / f"{rows}.db", rows) for rows in (1000, 100_000))
    print(f"\npeak memory of a reader: {small} KiB for 1,000 appointments, {large} KiB for 100,000")
    assert large <= 1.1 * small

"""The job history as a table."""

import io

from rich.console import Console

from infra.cli.core.report_tables import history_table
from infra.translation import speak
from tests.builders.entries import ZURICH


def test_each_run_tells_its_counts_in_the_same_order() -> None:
    speak("de")
    run = {"job": "prepare-reminders", "start": "2026-11-23T09:00:00Z", "outcome": "done", "reasons": []}
    met = [{"searched": 5, "skipped": 3, "prepared": 2}, {"searched": 5, "prepared": 2, "skipped": 3}]
    out = io.StringIO()
    Console(file=out, width=160).print(history_table([{**run, "counts": counts} for counts in met], ZURICH))
    assert out.getvalue().count("gesucht 5, aufbereitet 2, übersprungen 3") == 2

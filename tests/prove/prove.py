"""`make prove`: the current project breaks no promise, and each deliberate fault in a copy of it is found."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from tests.prove.covering_faults import COVERED, COVERING
from tests.prove.day_faults import COUNTED, DAYS, STARTS
from tests.prove.faults import CALLS, MOVED, RETRIED, SIMULATED, Fault
from tests.prove.money_faults import MONEY
from tests.prove.outage_faults import ALERTS, OUTAGES
from tests.prove.people_faults import LIVES, PEOPLE
from tests.prove.receipt_faults import RECEIPTS
from tests.prove.sending_faults import CONFLICTS, DOUBTS, LAGS
from tests.prove.settings_faults import FORMER, SETTINGS
from tests.prove.signer_faults import SIGNERS
from tests.prove.sms_faults import SENDERS, SPENDING
from tests.prove.weather_faults import AT_ONCE, TEMPLATES, WEATHER

ROOT = Path(__file__).resolve().parents[2]
COPIED = (".chalice", "app.py", "pyproject.toml", "chalicelib", "infra", "tests")
MOST_DAYS = 2000
PARALLEL = 2
BY_SIMULATION = (*SIMULATED, *COVERING, *OUTAGES, *SIGNERS, *MONEY, *PEOPLE, *DAYS)
# Tests of faults that no simulation sees, because they are in the client, or that it would see after too many days.
TESTS = {
    "tests/contract/test_connections.py": (RETRIED,),  # an endpoint on loopback counts requests
    "tests/flow/test_changed_settings.py": SETTINGS,
    "tests/flow/days/test_former_plans.py": FORMER,
    "tests/flow/days/test_day_counts.py": STARTS,
    "tests/flow/test_rescheduled.py": MOVED,
    "tests/flow/calls": CALLS,
    "tests/flow/days/test_long_outages.py": ALERTS,
    "tests/flow/covered": COVERED,
    "tests/flow/lives": LIVES,
    "tests/flow/receipts": RECEIPTS,
    "tests/flow/test_sms_switches.py": SENDERS,
    "tests/flow/trouble/test_spend_limit.py": SPENDING,
    "tests/flow/trouble/test_doubtful.py": DOUBTS,
    "tests/flow/trouble/test_lagging_index.py": LAGS,
    "tests/flow/crashes/test_conflicts.py": CONFLICTS,
    "tests/flow/crashes/test_crash_everywhere.py": COUNTED,
    "tests/contract/test_weather.py": WEATHER,
    "tests/prove/test_threads.py": AT_ONCE,
    "tests/unit/messages/test_template.py": TEMPLATES,
}


@dataclass(frozen=True)
class Found:
    """The result for a fault; `by` names the check that found it, and is empty if none did."""

    fault: str
    after: str
    by: str


def main() -> int:
    """Print a table; the exit code is 1 if a fault was not found, or something was found without a fault."""
    console = Console()
    with ThreadPoolExecutor(PARALLEL) as threads:
        tested = [_tested(fault, tests) for tests, faults in TESTS.items() for fault in faults]
        simulated = map(_simulated, BY_SIMULATION)
        tried = list(threads.map(lambda act: act(), [_clean, _tested_clean, *simulated, *tested]))
    table = Table("Deliberate fault", "Found after", "By", box=box.SIMPLE_HEAD, title="Is each deliberate fault found?")
    for one in tried:
        table.add_row(one.fault, one.after, one.by or "[red]nothing[/red]")
    console.print(table)
    missing = [one.fault for one in tried if not one.by]
    console.print(f"[red]not found: {', '.join(missing)}[/red]" if missing else "[green]All were found.[/green]")
    return 1 if missing else 0


def _clean() -> Found:
    document = _simulate(ROOT)
    days = f"{document['days']} days"
    wrong = document["violations"]
    if wrong:
        raise SystemExit(f"without any fault: {wrong[0]}")
    return Found("(none)", days, "nothing to find")


def _tested_clean() -> Found:
    """In a copy without a fault, the tests pass: what fails there finds nothing."""
    if found := _tested(Fault("(none)", {}), *TESTS)().by:
        raise SystemExit(f"without any fault: {found}")
    return Found("(none)", "all tests", "nothing to find")


def _simulated(fault: Fault) -> Callable[[], Found]:
    def act() -> Found:
        with _copy_with(fault) as tree:
            document = _simulate(tree)
        wrong = document["violations"]
        return Found(fault.name, f"{document['days']} days", wrong[0]["text"] if wrong else "")

    return act


def _tested(fault: Fault, *tests: str) -> Callable[[], Found]:
    def act() -> Found:
        with _copy_with(fault) as tree:
            command = [sys.executable, "-m", "pytest", "-x", "-n0", *tests]
            run = subprocess.run(command, cwd=tree, capture_output=True, text=True)
        failed = [line for line in run.stdout.splitlines() if line.startswith("FAILED")]
        return Found(fault.name, "its tests", failed[0].removeprefix("FAILED ").split(" - ")[0] if failed else "")

    return act


@contextmanager
def _copy_with(fault: Fault) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vitosms-prove-") as folder:
        tree = Path(folder)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, tree / name)
        fault.put_into(tree)
        yield tree


def _simulate(tree: Path) -> dict[str, Any]:
    code = f"""
import json
from tests.simulation.simulate import simulate
print(json.dumps(simulate({MOST_DAYS}, 1, "some", most_violations=1).document()))
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=tree, capture_output=True, text=True, check=True)
    document: dict[str, Any] = json.loads(run.stdout)
    return document


if __name__ == "__main__":
    sys.exit(main())

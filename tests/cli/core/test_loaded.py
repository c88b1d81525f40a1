"""The command loads only what it uses. Exact, by the modules; the bench has the times."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import app
from infra.cli.core.commands import COMMANDS
from tests.cli.running import LISTING

ROOT = Path(app.__file__).parent
ALL = f"from infra.cli.core.commands import loaded; [loaded(name) for name in {list(COMMANDS)!r}]"


def loaded_by(code: str, **environment: str) -> set[str]:
    """The heavy packages that a new process has loaded at its end, whatever it printed."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", LISTING.format(code=code)], env={**os.environ, **environment}, cwd=ROOT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.splitlines()[-1].split())


def command(*words: str) -> str:
    return f"from infra.cli.main import run; run({list(words)!r})"


@pytest.mark.parametrize(
    ("words", "packages"),
    [
        ((), set()),
        (("--help",), set()),
        (("--version",), set()),
        (("jobz",), set()),
        (("status", "--help"), {"rich"}),
        (("switches", "list", "--help"), {"rich"}),
        (("demo", "--help"), set()),
        (("local", "up", "--help"), {"rich"}),
    ],
    ids=" ".join,
)
def test_the_help_loads_no_more_than_its_command(words: tuple[str, ...], packages: set[str]) -> None:
    assert loaded_by(command(*words)) == packages


@pytest.mark.parametrize(
    ("typed", "packages"),
    [("sw", set()), ("--sh", set()), ("switches set T", {"rich"}), ("history --job s", {"rich"}), ("demo --s", set())],
)
def test_a_tab_loads_no_more_than_its_command(typed: str, packages: set[str]) -> None:
    words = {"COMP_WORDS": f"vitosms {typed}", "COMP_CWORD": str(len(typed.split()))}
    assert loaded_by(command(), _VITOSMS_COMPLETE="complete_bash", **words) == packages


def test_all_commands_together_load_no_client_no_local_cloud_and_no_tool() -> None:
    assert loaded_by(ALL) == {"rich"}

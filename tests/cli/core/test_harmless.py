"""Values of a practice that would steer a terminal reach it as text only."""

from __future__ import annotations

import ast
import io
import json
from pathlib import Path

import pytest
from rich.text import Text

from chalicelib.reports.csv_file import Plain, csv_file
from infra.cli.core import prompts
from infra.cli.core.csv_file import write
from infra.cli.core.output import answer, complain, say
from infra.cli.core.tables import new_table

CLI = Path(__file__).resolve().parents[3] / "infra/cli"
# Of the help and the completion of typer, which have no values: they colour it for themselves.
OWN = {"main.py": 3, "core/options.py": 1, "core/completion.py": 1, "core/output.py": 2, "core/csv_file.py": 1}
STEERS = ("\x1b]0;owned\x07", "\x1b[2J", "\x9b31m", "\u202eT1", "\u2066T1", "\x00", "\x7f", "\u2028")


@pytest.mark.parametrize("value", STEERS)
def test_no_value_steers_the_terminal(
    value: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = new_table("PatientId", "TerminId")
    table.add_row(f"P{value}", Text(f"T{value}"))
    answer(False, {}, f"patient {value}", Text(value, "bold"), table)
    complain(f"no patient {value}")
    say(f"patient {value}")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    prompts.text(f"patient {value}?")
    write("-", csv_file(("PatientId",), [(value,), (Plain(value),)]))
    out, err = capsys.readouterr()
    for text in (out, err):
        assert not [char for char in value if char in text and not char.isprintable()]
    assert "�" in out


@pytest.mark.parametrize("value", STEERS)
def test_a_document_keeps_the_value_and_shows_it_escaped(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer(True, {"patient": value})
    out = capsys.readouterr().out
    assert json.loads(out)["patient"] == value
    assert out.replace("\n", "").isprintable()


def test_what_can_be_read_stays(capsys: pytest.CaptureFixture[str]) -> None:
    answer(False, {}, "Zürich, 10:00 Grüezi 👋", "second line\nthird")
    assert capsys.readouterr().out == "Zürich, 10:00 Grüezi 👋\nsecond line\nthird\n"


def test_everything_is_printed_in_one_place() -> None:
    found = {path.relative_to(CLI).as_posix(): _prints(path) for path in CLI.rglob("*.py")}
    assert {name: count for name, count in found.items() if count} == OWN


def _prints(path: Path) -> int:
    """How many calls print without cleaning."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return sum(ast.unparse(call) in ("print", "typer.echo", "Console", "sys.stdout.buffer.write") for call in calls)

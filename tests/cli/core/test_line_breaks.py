"""French has a space before a colon; no line of a help, a text or a table begins with the colon."""

from __future__ import annotations

import pytest
from rich.table import Table

from infra.cli.core.line_breaks import held_together
from infra.cli.core.output import answer
from infra.cli.core.tables import new_table
from tests.cli.running import Vitosms


@pytest.fixture
def vitosms(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Vitosms:
    monkeypatch.setenv("COLUMNS", "80")
    return Vitosms(capsys)


@pytest.mark.parametrize("path", ["", "status", "preview", "rehearse", "queue list"])
def test_a_help_breaks_no_line_before_a_colon(vitosms: Vitosms, path: str) -> None:
    shown = vitosms.run(*path.split(), "--help", lang="fr")[1]
    assert " : " in shown
    assert "\N{NO-BREAK SPACE}" not in shown
    assert not [line for line in shown.splitlines() if line.lstrip().startswith(": ")]


def test_a_table_breaks_no_line_before_a_colon(capsys: pytest.CaptureFixture[str]) -> None:
    table: Table = new_table("Constat")
    table.columns[0].max_width = 24
    table.add_row("mobile : aucun; adresse : aucune; SMS")
    answer(False, {}, table)
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[2:] == ["mobile : aucun;", "adresse : aucune; SMS"]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("mobile : 079", "mobile\N{NO-BREAK SPACE}: 079"),
        ("Options :", "Options\N{NO-BREAK SPACE}:"),
        ("la minute :15 ou :45", "la minute :15 ou :45"),
        ("credits: 1", "credits: 1"),
    ],
)
def test_a_colon_is_bound_to_the_word_before_it(text: str, bound: str) -> None:
    assert held_together(text) == bound

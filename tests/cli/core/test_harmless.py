"""Values of a practice that would steer a terminal reach it as text only."""

from __future__ import annotations

import json

import pytest
from rich.text import Text

from infra.cli.core.output import answer, complain
from infra.cli.core.tables import new_table

STEERS = ("\x1b]0;owned\x07", "\x1b[2J", "\x9b31m", "\u202eT1", "\u2066T1", "\x00", "\x7f", "\u2028")


@pytest.mark.parametrize("value", STEERS)
def test_no_value_steers_the_terminal(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = new_table("PatientId", "TerminId")
    table.add_row(f"P{value}", Text(f"T{value}"))
    answer(False, {}, f"patient {value}", Text(value, "bold"), table)
    complain(f"no patient {value}")
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

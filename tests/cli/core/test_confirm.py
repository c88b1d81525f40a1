"""Nothing that sends, charges or erases is done without a yes."""

import io
import sys

import pytest
import typer

from infra.cli.core.confirmation import confirmed


@pytest.mark.parametrize("typed", ["y\n", "yes\n", "YES\n", " y \n"])
def test_a_yes_goes_on(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    confirmed("Send it?", yes=False)


@pytest.mark.parametrize("typed", ["", "\n", "n\n", "ja, bitte\n"])
def test_anything_else_ends_the_command_with_exit_code_3_and_says_so(
    typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    with pytest.raises(typer.Exit) as ended:
        confirmed("Send it?", yes=False)
    assert ended.value.exit_code == 3
    out, err = capsys.readouterr()
    assert (out, err.startswith("Send it? [y/N] ")) == ("", True)
    assert err.endswith("vitosms: not confirmed; nothing was changed (--yes goes on without asking)\n")


def test_with_yes_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    confirmed("Send it?", yes=True)
    assert capsys.readouterr() == ("", "")

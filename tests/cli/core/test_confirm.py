"""Commands that send, charge or erase do nothing without a yes."""

import io
import sys

import pytest
import typer

from chalicelib.text import LANGUAGES
from infra.cli.core.confirmation import confirmed
from infra.translation import speak

YES = {"de": ("j", "ja"), "fr": ("o", "oui"), "it": ("s", "si", "sì"), "en": ("y", "yes")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_yes_in_the_language_or_in_english_goes_on(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    speak(language)
    for said in (*YES[language], *YES["en"]):
        for typed in (f"{said}\n", f" {said.upper()} \n"):
            monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
            confirmed("Send it?", yes=False)
            assert f"Send it? [{YES[language][0]}/N] " in capsys.readouterr().err


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_yes_in_another_language_is_none(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(language)
    for said in (said for other, some in YES.items() if other not in (language, "en") for said in some):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{said}\n"))
        with pytest.raises(typer.Exit):
            confirmed("Send it?", yes=False)


@pytest.mark.parametrize("typed", ["", "\n", "n\n", "ja, bitte\n"])
def test_anything_else_ends_the_command_with_exit_code_3_and_says_so(
    typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    speak("en")
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    with pytest.raises(typer.Exit) as ended:
        confirmed("Send it?", yes=False)
    assert ended.value.exit_code == 3
    out, err = capsys.readouterr()
    assert (out, err.startswith("Send it? [y/N] ")) == ("", True)
    assert err.endswith("vitosms: not confirmed; nothing was changed (--yes confirms)\n")


def test_with_yes_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    confirmed("Send it?", yes=True)
    assert capsys.readouterr() == ("", "")

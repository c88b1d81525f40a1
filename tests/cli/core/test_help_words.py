"""The help and the errors of usage are in the reader's language, all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import GNUTranslations, NullTranslations

import pytest
from typer.core import TyperCommand, TyperGroup

from chalicelib.text import LANGUAGES
from infra import translation
from infra.cli.core.commands import COMMANDS, _loaded, loaded
from infra.cli.core.help_examples import examples_of
from tests.cli.running import Vitosms


def all_paths() -> list[str]:
    """The commands and groups, as they are typed; the empty one is `vitosms` itself."""

    def found(command: TyperCommand | TyperGroup, path: str) -> Iterator[str]:
        yield path
        for name, one in getattr(command, "commands", {}).items():
            yield from found(one, f"{path} {name}")

    return ["", *(path for name in COMMANDS for path in found(loaded(name), name))]


class Hidden(NullTranslations):
    """A language in which every letter is the same: any readable word has not been translated."""

    def gettext(self, message: str) -> str:
        return re.sub(r"(\{.*?\})|\w", lambda found: found[1] or "¤", message)


class Missed(NullTranslations):
    """The fallback of a catalogue, for messages that it lacks."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def gettext(self, message: str) -> str:
        self.messages.append(message)
        return message


@pytest.fixture
def vitosms(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Vitosms]:
    monkeypatch.setenv("COLUMNS", "80")
    _loaded.cache_clear()  # with the words of a test, before and behind it
    yield Vitosms(capsys)
    _loaded.cache_clear()


@pytest.mark.parametrize("path", all_paths())
def test_nothing_in_a_help_stays_english(vitosms: Vitosms, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "_catalogue", lambda language: Hidden())
    shown = vitosms.shows(*path.split(), "--help")
    for line in examples_of(path):
        shown = shown.replace(line, "")
    assert re.findall(r"[A-Za-z]+[a-z] [a-z]+ [a-z]+|[a-z]\.$", shown.replace(f"vitosms {path}", "")) == []


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
@pytest.mark.parametrize("path", all_paths())
def test_a_help_has_all_its_words(vitosms: Vitosms, path: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with (translation._CATALOGUES / f"{language}.mo").open("rb") as file:
        catalogue = GNUTranslations(file)
    missed = Missed()
    catalogue.add_fallback(missed)
    monkeypatch.setattr(translation, "_catalogue", lambda language: catalogue)
    vitosms.run(*path.split(), "--help", lang=language)
    assert [one for one in missed.messages if "|" not in one] == []  # a choice is what is typed


@pytest.mark.parametrize("path", all_paths())
def test_a_help_fits_80_columns_and_is_never_cut(vitosms: Vitosms, path: str) -> None:
    shown = vitosms.shows(*path.split(), "--help")
    of_examples = "\n".join(examples_of(path))
    assert [line for line in shown.splitlines() if len(line) > 80 and line.strip() not in of_examples] == []
    assert not re.search(r"[a-z]\.\.\.$", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("args", "english", "german"),
    [
        (("tanze",), "no such command 'tanze'; vitosms --help shows them all",
         "den Befehl 'tanze' gibt es nicht; vitosms --help zeigt alle"),
        (("queue", "shwo"), "no such command 'shwo'; did you mean show?",
         "den Befehl 'shwo' gibt es nicht; meinten Sie show?"),
        (("queue", "9"), "no such command '9'; vitosms queue --help shows them all",
         "den Befehl '9' gibt es nicht; vitosms queue --help zeigt alle"),
        (("-x",), "no such option '-x'", "die Option '-x' gibt es nicht"),
        (("demo", "--sead", "3"), "no such option '--sead'; did you mean --seed?",
         "die Option '--sead' gibt es nicht; meinten Sie --seed?"),
        (("status", "a", "b"), "too many arguments: 'a', 'b'", "zu viele Argumente: 'a', 'b'"),
        (("rehearse",), "--database is missing", "--database fehlt"),
        (("queue", "show"), "the argument ENTRY is missing", "das Argument EINTRAG fehlt"),
        (("status", "--practice"), "--practice needs a value", "--practice braucht einen Wert"),
        (("status", "--json=1"), "--json takes no value", "--json nimmt keinen Wert an"),
        (("demo", "--seed", "x"), "--seed 'x': must be a whole number", "--seed 'x': erlaubt ist eine ganze Zahl"),
        (("local", "up", "--port", "99999"), "--port '99999': must be a whole number from 0 to 65'535",
         "--port '99999': erlaubt ist eine ganze Zahl von 0 bis 65'535"),
        (("simulate", "--days", "0"), "--days '0': must be a whole number, 1 or more",
         "--days '0': erlaubt ist eine ganze Zahl ab 1"),
        (("credits", "topup", "M1", "no"), "N 'no': must be a whole number from 1 to 1'000'000'000",
         "N 'no': erlaubt ist eine ganze Zahl von 1 bis 1'000'000'000"),
        (("simulate", "--trouble", "bad"), "--trouble 'bad': must be one of none, some, heavy",
         "--trouble 'bad': erlaubt sind none, some, heavy"),
        (("--show-completion", "fish"), "--show-completion 'fish': must be one of bash, zsh",
         "--show-completion 'fish': erlaubt sind bash, zsh"),
    ],
)  # fmt: skip
def test_an_error_of_usage_is_said_in_each_language(
    vitosms: Vitosms, args: tuple[str, ...], english: str, german: str
) -> None:
    assert vitosms.refuses(*args) == english
    assert vitosms.refuses(*args, lang="de") == german


def test_a_command_is_built_again_for_another_language(vitosms: Vitosms) -> None:
    shown = [vitosms.run("queue", "show", "--help", lang=language)[1] for language in ("de", "en", "de")]
    assert shown[0] == shown[2]
    assert [one.partition(":")[0] for one in shown[:2]] == ["Aufruf", "Usage"]

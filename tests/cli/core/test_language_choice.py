"""The language of an answer: `--lang`, VITOSMS_LANG, the locale, then German."""

import pytest

from chalicelib.entries.states import State
from infra.cli import main
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.language_choice import chosen_language
from infra.language import count_words, state_words
from infra.translation import speaking


@pytest.mark.parametrize(
    ("args", "environment", "language"),
    [
        ([], {}, "de"),
        ([], {"LANG": "C.UTF-8"}, "de"),
        ([], {"LANG": "es_ES.UTF-8"}, "de"),
        ([], {"LANG": "fr_CH.UTF-8"}, "fr"),
        ([], {"LANG": "fr_CH.UTF-8", "LC_MESSAGES": "it_CH", "LC_ALL": ""}, "it"),
        ([], {"LANG": "fr_CH.UTF-8", "LC_MESSAGES": "it_CH", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "fr_CH.UTF-8", "VITOSMS_LANG": "it"}, "it"),
        ([], {"LANG": "fr_CH.UTF-8", "VITOSMS_LANG": ""}, "fr"),
        (["--lang", "en"], {"VITOSMS_LANG": "it"}, "en"),
        (["demo", "--lang=EN-gb"], {"VITOSMS_LANG": "xx"}, "en"),
    ],
)
def test_the_first_that_is_given_counts(args: list[str], environment: dict[str, str], language: str) -> None:
    assert chosen_language(args, environment)[0] == language


@pytest.mark.parametrize(
    ("args", "rest"),
    [
        (["--lang", "fr", "demo", "--seed", "2"], ["demo", "--seed", "2"]),
        (["demo", "--seed", "2", "--lang=fr"], ["demo", "--seed", "2"]),
        (["optout", "add", "--", "--lang", "fr"], ["optout", "add", "--", "--lang", "fr"]),
    ],
)
def test_the_option_may_stand_anywhere(args: list[str], rest: list[str]) -> None:
    assert chosen_language(args, {})[1] == rest


@pytest.mark.parametrize(
    ("args", "environment", "error"),
    [
        (["status", "--lang", "rm"], {}, "--lang 'rm': erlaubt sind de, fr, it, en"),
        (["status", "--lang"], {}, "--lang '': erlaubt sind de, fr, it, en"),
        ([], {"VITOSMS_LANG": "deutsch"}, "VITOSMS_LANG 'deutsch': erlaubt sind de, fr, it, en"),
    ],
)
def test_a_language_that_there_is_not_is_refused(args: list[str], environment: dict[str, str], error: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        chosen_language(args, environment)
    assert str(refused.value) == error


@pytest.mark.parametrize(
    ("language", "count", "label"),
    [("it", 1, "recapitato"), ("it", 0, "recapitati"), ("it", 2, "recapitati"), ("en", 2, "delivered")],
)
def test_a_label_goes_with_the_number_beside_it(language: str, count: int, label: str) -> None:
    with speaking(language):
        assert state_words(State.DELIVERED, count) == count_words("delivered", count) == label


def test_a_count_goes_with_its_number() -> None:
    with speaking("it"):
        assert [count_words("searched", count) for count in (1, 85)] == ["trovato", "trovati"]


def test_a_refused_language_is_said_in_the_preferred_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VITOSMS_LANG", "en")
    assert main.run(["status", "--lang", "rm"]) == 2
    assert capsys.readouterr().err == "vitosms: --lang 'rm': must be one of de, fr, it, en\n"

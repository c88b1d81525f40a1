"""What the tests tell at the end of a run besides their results; a fifth of their time saved; no text without words."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence

import pytest

from chalicelib.text import Text
from chalicelib.words.words import Words
from infra.translation import DEFAULT, VARIABLE, speak
from tests import documents

documents.hold()
os.environ[VARIABLE] = DEFAULT  # whatever the locale of this machine is


@pytest.fixture(autouse=True)
def _german() -> None:
    """A test that asks in another language leaves none behind."""
    speak(DEFAULT)


@pytest.fixture(autouse=True)
def _documents_are_as_documented() -> Iterator[None]:
    """Every JSON document that the command makes in a test."""
    yield
    wrong, documents.wrong[:] = [*documents.wrong], []
    assert wrong == []


def pytest_collection_finish() -> None:
    """What moto and the other libraries have loaded stays: the collector need not walk it again and again."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the crash tests covered: they count the calls at which a worker died."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "crash":
                terminalreporter.write_line(f"a worker died {value}")


@pytest.fixture(autouse=True)
def _texts_have_words(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that no message fits is an error, except where a test is about what another version has stored."""

    def fail(words: Words, text: Text, parts: Sequence[str], error: Exception) -> str:
        raise error

    if request.node.get_closest_marker("unknown_texts") is None:
        monkeypatch.setattr(Words, "_unsaid", fail)

"""Reports at the end of a run; garbage collection that saves a fifth of the time; an error for a code without words."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence

import boto3
import pytest

from chalicelib.text import DEFAULT_LANGUAGE, Text
from chalicelib.words.words import Words
from infra.translation import VARIABLE, speak
from tests import clients, documents

pytest_plugins = ["tests.cpu_times"]
documents.hold()
os.environ[VARIABLE] = DEFAULT_LANGUAGE  # whatever the locale of this machine is
boto3.client = clients.client


@pytest.fixture(autouse=True)
def _german() -> Iterator[None]:
    """Reset the language also behind a test: fixtures of a wider scope are made before those of the next one."""
    speak(DEFAULT_LANGUAGE)
    yield
    speak(DEFAULT_LANGUAGE)


@pytest.fixture(autouse=True)
def _documents_are_as_documented() -> Iterator[None]:
    """Every JSON document that the command makes in a test."""
    yield
    wrong, documents.wrong[:] = [*documents.wrong], []
    assert wrong == []


def pytest_collection_finish() -> None:
    """Keep moto and the other loaded libraries out of garbage collection, which would walk them again and again."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report the calls at which a worker died in the crash tests, and whether the walks in a browser were left out."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "crash":
                terminalreporter.write_line(f"a worker died {value}")
    skipped = terminalreporter.getreports("skipped")
    for reason in {str(report.longrepr[2]) for report in skipped if report.nodeid.startswith("tests/walks")}:
        terminalreporter.write_line(reason)


@pytest.fixture(autouse=True)
def _texts_have_words(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail on a text without a message, except in tests of data that another version has stored."""

    def fail(words: Words, text: Text, parts: Sequence[str], error: Exception) -> str:
        raise error

    if request.node.get_closest_marker("unknown_texts") is None:
        monkeypatch.setattr(Words, "_unsaid", fail)

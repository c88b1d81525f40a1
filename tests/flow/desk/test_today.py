"""The first page: its numbers are the commands', its calls are counted, and it answers in every state."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from chalicelib.desk.rendering import STATIC
from chalicelib.people.person import Role
from infra.language import day_words
from tests.cli.running import Vitosms
from tests.flow.build import Database, opened
from tests.flow.desk.browser import Answer, audited, person
from tests.flow.desk.calls_world import World
from tests.flow.desk.today_world import TODAY, today_world

DAILY = 100
assert day_words


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A hundred appointments a day."""
    with today_world(tmp_path_factory.mktemp("today"), DAILY) as made:
        yield made


def tiles(answer: Answer) -> dict[str, str]:
    """The numbers of the box of what is to do, by their words."""
    found = re.findall(r"(?s)<li class=\"\w+\"><(?:a [^>]*|span)><strong>([^<]*)</strong> <span>([^<]*)</span>", answer.body)
    return {unescape(words): count for count, words in found}


def lines(answer: Answer, box: str) -> list[str]:
    """The lines of a box, as text."""
    (html,) = re.findall(rf'(?s)<h2 id="{box}">.*?</section>', answer.body)
    return [re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", one)).strip() for one in re.findall(r"(?s)<li>.*?</li>", html)]

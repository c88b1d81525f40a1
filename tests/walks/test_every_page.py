"""Every page in each language, on a laptop and on a phone: accessible, no wider than the screen, easy to hit."""

from __future__ import annotations

import pytest

from chalicelib.text import LANGUAGES
from tests.walks.checks import accessible, reached_by_tab, sized
from tests.walks.desk import LAPTOP, PHONE, Desk
from tests.walks.states import walk


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_accessible_and_fits(desk: Desk, language: str) -> None:
    wrong: list[str] = []
    for shown in walk(desk, language):
        assert shown.page.locator("html").get_attribute("lang") == language
        for width in (LAPTOP, PHONE):
            shown.page.set_viewport_size({"width": width, "height": 800})
            found = [*accessible(shown.page), *sized(shown.page, width == PHONE)]
            wrong += [f"{shown.name}, {width} px: {one}" for one in found]
    assert wrong == []


def test_every_page_is_accessible_in_the_dark(desk: Desk) -> None:
    wrong: list[str] = []
    for shown in walk(desk, "de"):
        shown.page.emulate_media(color_scheme="dark")
        wrong += [f"{shown.name}: {one}" for one in accessible(shown.page)]
    assert wrong == []


@pytest.mark.parametrize("width", [LAPTOP, PHONE])
def test_the_keyboard_reaches_every_control(desk: Desk, width: int) -> None:
    wrong = [f"{shown.name}: {one}" for shown in walk(desk, "de", width) for one in reached_by_tab(shown.page)]
    assert wrong == []

"""The pages of the checks on paper: tables as wide as A4, no menu, no buttons."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.walks.desk import Desk

BETWEEN_MARGINS = 695  # CSS pixels: 21 cm less twice 1.3


@pytest.mark.parametrize("path", ["/p/praxis/daily-check", "/p/praxis/unreachable/sheet"])
def test_a_check_is_printed_on_one_page_of_a4(desk: Desk, path: str) -> None:
    page = desk.page("front_desk", BETWEEN_MARGINS)
    page.goto("/p/praxis/unreachable")
    page.locator("button[name=done]").last.click()  # a row that is corrected has more words
    page.goto(path)
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_text("Vertraulich")).to_be_visible()
    expect(page.locator("main thead").first).to_be_visible()
    cells = page.locator("main tbody tr").first.locator("th, td")
    assert len({box["y"] for cell in cells.all() if (box := cell.bounding_box())}) == 1  # a row, not a card
    assert page.evaluate("document.documentElement.scrollWidth") <= BETWEEN_MARGINS
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) == 1

"""The daily check and the patients without an address, in their states."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.walks.state import State

CHECK = "/p/praxis/daily-check"


def _tick(page: Page) -> None:
    page.locator("button[name=done]").last.click()


CHECK_STATES = {
    "check of a reader": State("reader", CHECK),
    "check before the reason": State("operator", CHECK, session={"reasons": {}}),
    "check of no day": State("front_desk", f"{CHECK}?date=gestern"),
    "check without a database": State("stranger", "/p/zweite/daily-check"),
    "check without runs": State("front_desk", f"{CHECK}?date=2026-11-22"),
    "address corrected": State("front_desk", "/p/praxis/unreachable", _tick),
}

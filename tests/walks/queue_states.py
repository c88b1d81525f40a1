"""The pages of the Versand-Queue in the states that no address alone leads to."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.walks.state import State

QUEUE = "/p/praxis/queue"


def _all(page: Page) -> None:
    page.locator("button[name=all]").first.click()


def _without_reason(page: Page) -> None:
    _all(page)
    page.locator("#note").evaluate("field => field.required = false")
    page.locator("form.stack button.first").click()


def _conflict(page: Page) -> None:
    """Somebody else was faster: the form that was seen is older."""
    _all(page)
    page.locator("#note").fill("doppelt erfasst")
    page.locator("input[name^='e-']").evaluate_all("fields => fields.forEach(field => field.value = '9')")
    page.locator("form.stack button.first").click()


QUEUE_STATES = {
    "failures of yesterday": State("front_desk", f"{QUEUE}?show=unreached&day=2026-11-22"),
    "queue of a reader": State("reader", f"{QUEUE}?show=unreached"),
    "queue before the reason": State("operator", f"{QUEUE}?show=held", session={"reasons": {}}),
    "held chosen": State("front_desk", f"{QUEUE}?show=held", _all),
    "chosen without a reason": State("front_desk", QUEUE, _without_reason),
    "chosen too late": State("front_desk", QUEUE, _conflict),
}

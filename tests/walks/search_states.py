"""The pages of the search in the states that no address alone leads to."""

from __future__ import annotations

from playwright.sync_api import Page

from chalicelib.entries.entry import entry_key, reminder_identity
from tests.walks.state import State

SEARCH = "/p/praxis/search"
ENTRY = f"/p/praxis/entry/{entry_key('praxis', reminder_identity('T1'))}"


def _look_for(text: str, page: Page) -> None:
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")


def _stop_form(page: Page) -> None:
    page.locator("details.act summary").first.click()
    page.locator("details summary").last.click()


def _waiting(page: Page) -> None:
    """The message of the first row of Versand."""
    page.locator("tbody th a").first.click()


def _without_reason(page: Page) -> None:
    _waiting(page)
    page.locator("article details.act summary").first.click()
    page.locator("article form.stack input[name=note]").first.evaluate("field => field.required = false")
    page.locator("article form.stack button").first.click()


def _conflict(page: Page) -> None:
    """Somebody else was faster: the version that was seen is older."""
    _waiting(page)
    page.locator("article details.act summary").first.click()
    page.locator("article form.stack input[name=note]").first.fill("doppelt erfasst")
    page.locator("article form.stack input[name=version]").first.evaluate("field => field.value = '9'")
    page.locator("article form.stack button").first.click()


SEARCH_STATES = {
    "a message that waits": State("manager", "/p/praxis/queue", _waiting),
    "act without a reason": State("front_desk", "/p/praxis/queue", _without_reason),
    "act too late": State("front_desk", "/p/praxis/queue", _conflict),
    "several patients found": State("front_desk", SEARCH, lambda page: _look_for("ler", page)),
    "too little to search": State("front_desk", SEARCH, lambda page: _look_for("Ki", page)),
    "nobody found": State("reader", SEARCH, lambda page: _look_for("Niemand", page)),
    "one patient found": State("front_desk", SEARCH, lambda page: _look_for("Kirschbaumer", page)),
    "what an act will do": State("front_desk", ENTRY, _stop_form),
    "search before the reason": State("operator", ENTRY, session={"reasons": {}}),
    "search without a database": State("stranger", "/p/zweite/search", lambda page: _look_for("Keller", page)),
}

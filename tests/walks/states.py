"""The pages of the desk in the states that no address alone leads to: errors, limits of a role, what was just done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.walks.desk import LAPTOP, Desk

CALLS = "/p/praxis/calls"


def _nothing(page: Page) -> None:
    pass


def _short_reason(page: Page) -> None:
    page.locator("#reason").fill("x")
    page.locator("#reason").press("Enter")


def _not_reached(page: Page) -> None:
    page.locator("button[value=not_reached]").last.click()


def _long_note(page: Page) -> None:
    page.locator("input[name=note]").last.fill("zu lang " * 60)
    page.locator("button[value=not_reached]").last.click()


def _filter(page: Page) -> None:
    page.locator("#f-mandant").select_option(label="Praxis Zwei")
    page.locator("form.filters button").first.click()


def _unknown_sheet(page: Page) -> None:
    page.locator("#number").fill("999")
    page.locator("#number").press("Enter")


def _nothing_ticked(page: Page) -> None:
    page.locator("form.report button.first").click()


@dataclass(frozen=True)
class State:
    """Somebody at a path, and what they do there; `session` is what theirs has."""

    who: str
    path: str
    act: Callable[[Page], None] = _nothing
    session: Mapping[str, Any] = field(default_factory=dict)


STATES = {
    "not found": State("manager", "/p/zweite/calls"),
    "not allowed": State("reader", "/practices"),
    "callback": State("nobody", "/signed-in"),
    "reason": State("operator", CALLS, _short_reason, {"reasons": {}}),
    "calls of a reader": State("reader", CALLS),
    "calls before the reason": State("operator", CALLS, session={"reasons": {}}),
    "calls with a reason": State("operator", CALLS),
    "calls with initials": State("front_desk", CALLS, session={"private": True}),
    "calls without a database": State("stranger", "/p/zweite/calls"),
    "call noted": State("front_desk", CALLS, _not_reached),
    "note too long": State("front_desk", CALLS, _long_note),
    "filtered": State("front_desk", CALLS, _filter),
    "no such sheet": State("front_desk", CALLS, _unknown_sheet),
    "sheet without outcomes": State("front_desk", f"{CALLS}/sheets/1/report", _nothing_ticked),
}


@dataclass(frozen=True)
class Shown:
    """A page of this name in the browser."""

    name: str
    page: Page


def walk(desk: Desk, language: str, width: int = LAPTOP) -> Iterator[Shown]:
    """Show every page and every state, one after the other."""
    routes = {path: State(who, desk.world.path((method, path))) for (method, path), who in desk.pages.items()}
    for name, state in {**routes, **STATES}.items():
        page = desk.page(state.who, width, language, **state.session)
        page.goto(state.path)
        state.act(page)
        page.wait_for_load_state()
        yield Shown(name, page)
        page.context.close()

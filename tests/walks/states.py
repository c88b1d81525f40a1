"""The pages of the desk in the states that no address alone leads to: errors, limits of a role, what was just done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.walks.check_states import CHECK_STATES
from tests.walks.desk import LAPTOP, Desk
from tests.walks.queue_states import QUEUE_STATES
from tests.walks.search_states import SEARCH_STATES
from tests.walks.state import State, nothing
from tests.walks.today_states import TODAY_STATES

CALLS = "/p/praxis/calls"
PEOPLE = "/p/praxis/people"


def _short_reason(page: Page) -> None:
    page.locator("#reason").fill("x")
    page.locator("#reason").press("Enter")


def _own_menu(page: Page) -> None:
    page.get_by_role("banner").locator("summary").click()


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


def _wrong_person(page: Page) -> None:
    page.locator("#id").fill("M")
    page.locator("#name").fill("M. Muster")
    page.locator("#role").select_option("reader")
    page.locator("#last_day").fill("2020-01-31")
    page.locator("form.stack button.first").click()


def _new_code(page: Page) -> None:
    page.locator("form[action$='/code'] button").click()


def _last_manager_ends(page: Page) -> None:
    page.locator("main summary").click()
    page.locator("form[action$='/end'] button").click()


def _wrong_pin(page: Page) -> None:
    page.locator("#pin").fill("1234")
    page.locator("#again").fill("1234")
    page.locator("form.stack button.first").click()


def _register(page: Page) -> None:
    page.locator("#device-name").fill("Empfang links")
    page.locator("form[action$='/devices'] button").click()


def _on_a_device(page: Page) -> None:
    _register(page)
    page.goto("/device")


def _wrong_kuerzel(page: Page) -> None:
    _on_a_device(page)
    page.locator("#kuerzel").fill("ZZ")
    page.locator("#pin").fill("4711")
    page.locator("form.stack button.first").click()


STATES = {
    **CHECK_STATES,
    "not found": State("manager", "/p/zweite/calls"),
    "not allowed": State("reader", "/practices"),
    "callback": State("nobody", "/signed-in"),
    "reason": State("operator", CALLS, _short_reason, {"reasons": {}}),
    "own menu": State("manager", "/pin", _own_menu),
    "calls of a reader": State("reader", CALLS),
    "calls before the reason": State("operator", CALLS, session={"reasons": {}}),
    "calls with a reason": State("operator", CALLS),
    "calls with initials": State("front_desk", CALLS, session={"private": True}),
    "calls without a database": State("stranger", "/p/zweite/calls"),
    "call noted": State("front_desk", CALLS, _not_reached),
    "note too long": State("front_desk", CALLS, _long_note),
    "filtered": State("front_desk", CALLS, _filter),
    "no such sheet": State("front_desk", CALLS, _unknown_sheet),
    "person refused": State("manager", f"{PEOPLE}/new", _wrong_person),
    "one-time code": State("manager", "/p/praxis/person/zz", _new_code),
    "last manager": State("manager", "/p/praxis/person/ma", _last_manager_ends),
    "PIN refused": State("manager", "/pin", _wrong_pin),
    "device registered": State("manager", PEOPLE, _register),
    "on a device": State("manager", PEOPLE, _on_a_device),
    "wrong PIN": State("manager", PEOPLE, _wrong_kuerzel),
    **SEARCH_STATES,
    "sheet without outcomes": State("front_desk", f"{CALLS}/sheets/1/report", _nothing_ticked),
    **TODAY_STATES,
    **QUEUE_STATES,
}


@dataclass(frozen=True)
class Shown:
    """A page of this name in the browser."""

    name: str
    page: Page


def walk(desk: Desk, language: str, width: int = LAPTOP) -> Iterator[Shown]:
    """Show every page and every state, one after the other."""
    routes = {path: State(who, desk.world.path((method, path))) for (method, path), who in desk.pages.items()}
    plain: dict[str, Page] = {}  # the windows of people who only look
    for name, state in {**routes, **STATES}.items():
        looks = state.act is nothing and not state.session
        page = plain.get(state.who) if looks else None
        page = page or desk.page(state.who, width, language, **state.session)
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(state.path)
        state.act(page)
        page.wait_for_load_state()
        yield Shown(name, page)
        if looks:
            plain[state.who] = page
        else:
            page.context.close()
    for page in plain.values():
        page.context.close()

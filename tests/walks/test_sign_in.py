"""People sign in by a click at the provider, and out again, with scripts and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from chalicelib.people.person import Role
from tests.flow.desk.walks.world import STAFF
from tests.walks.desk import Desk


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("who", Role)
def test_a_person_signs_in_by_a_click_and_out(desk: Desk, who: str, scripts: bool) -> None:
    page = desk.context(scripts=scripts).new_page()
    page.goto("/")
    page.get_by_role("button", name=STAFF[who]).click()
    expect(page).to_have_url(re.compile("/practices$" if who == Role.OPERATOR else "/p/praxis/today$"))
    expect(page.get_by_role("banner")).to_contain_text(STAFF[who])
    page.get_by_role("banner").locator("summary").click()
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sie sind abgemeldet")
    page.goto("/practices")
    expect(page).to_have_url(re.compile("/_login/"))


def test_one_comes_back_to_the_page_that_one_has_asked_for(desk: Desk) -> None:
    page = desk.context().new_page()
    page.goto("/kept")
    page.get_by_role("button", name=STAFF["manager"]).click()
    expect(page.get_by_role("banner")).to_contain_text(STAFF["manager"])

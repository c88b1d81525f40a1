"""The call list by keys alone, with scripts and without: note an outcome, take it back, filter, print."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.flow.desk.walks.world import PATIENTS
from tests.walks.desk import PHONE, Desk
from tests.walks.states import CALLS

_MOST_TABS = 200


def row_of(page: Page, name: str) -> Locator:
    return page.locator("tr", has_text=name)


def go_to(page: Page, control: Locator) -> None:
    """Press Tab until the focus is on it."""
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        if control.and_(page.locator(":focus")).count():
            return
    raise AssertionError(f"the Tab key never reaches {control}")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_outcome_is_noted_and_taken_back_by_keys_alone(desk: Desk, scripts: bool) -> None:
    page = desk.page("front_desk", scripts=scripts)
    page.goto(CALLS)
    row = row_of(page, PATIENTS[3][1])
    go_to(page, row.get_by_label("Notiz"))
    page.keyboard.type("kommt mit Begleitung")
    page.keyboard.press("Shift+Tab")
    go_to_outcome(page, row, "Erreicht, kommt")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).not_to_be_empty()
    expect(row).to_contain_text("kommt mit Begleitung")
    expect(row.get_by_role("button", name="Erreicht, kommt", exact=True)).to_have_count(0)
    go_to(page, row.get_by_role("button", name="Rückgängig"))
    page.keyboard.press("Space")
    expect(row.get_by_role("button", name="Erreicht, kommt", exact=True)).to_be_visible()
    expect(page.get_by_role("status")).not_to_be_empty()


def go_to_outcome(page: Page, row: Locator, name: str) -> None:
    """Go back with Shift and Tab: the outcomes are before the note."""
    control = row.get_by_role("button", name=name, exact=True)
    for _ in range(_MOST_TABS):
        if control.and_(page.locator(":focus")).count():
            return
        page.keyboard.press("Shift+Tab")
    raise AssertionError(f"Shift and Tab never reach {name}")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_note_that_is_too_long_comes_back(desk: Desk, scripts: bool) -> None:
    page = desk.page("front_desk", PHONE, scripts=scripts)
    page.goto(CALLS)
    row = row_of(page, PATIENTS[3][1])
    row.get_by_label("Notiz").fill("zu lang " * 60)
    row.get_by_role("button", name="Nicht erreicht").click()
    note = row.get_by_label("Notiz")
    expect(note).to_have_attribute("aria-invalid", "true")
    expect(note).to_have_value(("zu lang " * 60).strip())
    expect(row.locator(".error")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_list_is_filtered_and_shown_whole_again(desk: Desk, scripts: bool) -> None:
    page = desk.page("front_desk", scripts=scripts)
    page.goto(CALLS)
    page.get_by_label("Mandant").select_option(label="Praxis Zwei")
    page.get_by_role("button", name="Filtern").click()
    expect(row_of(page, PATIENTS[1][1])).to_be_visible()
    expect(row_of(page, PATIENTS[0][1])).to_have_count(0)
    page.reload()  # remembered on this device
    expect(row_of(page, PATIENTS[0][1])).to_have_count(0)
    page.get_by_role("button", name="Alle zeigen").click()
    expect(row_of(page, PATIENTS[0][1])).to_be_visible()


def test_a_sheet_is_printed_on_a4_and_reported_back(desk: Desk) -> None:
    page = desk.page("front_desk")
    page.goto(CALLS)
    page.get_by_label("Mandant").select_option(label="Praxis Zwei")
    page.get_by_role("button", name="Filtern").click()
    page.get_by_role("button", name="Drucken").click()
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.get_by_text("Vertraulich")).to_be_visible()
    expect(row_of(page, PATIENTS[1][1])).to_be_visible()
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    pages = re.findall(rb"/Type /Page\b", printed)  # none of them blank: one patient needs one
    assert (printed[:5], len(pages)) == (b"%PDF-", 1)
    page.emulate_media(media="screen")
    page.get_by_role("link", name="zurückmelden").click()
    page.get_by_role("button", name="Alles speichern").click()
    expect(page.get_by_role("alert")).to_contain_text("Nichts ist angekreuzt")


def test_names_give_way_to_initials(desk: Desk) -> None:
    page = desk.page("front_desk")
    page.goto(CALLS)
    name = page.get_by_text(PATIENTS[0][1])
    expect(name.first).to_be_visible()
    page.get_by_role("button", name="Sichtschutz").click()
    expect(name.first).to_be_hidden()

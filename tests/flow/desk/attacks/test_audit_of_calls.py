"""Nothing of the call list is seen or done without its line in the audit. On the local cloud."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.wiring import wiring
from tests.flow.desk.browser import audited
from tests.flow.desk.calls_world import CALLS, World, note, row


def fails(*args: Any, **named: Any) -> Any:
    raise OSError("away")


def test_an_outcome_is_audited_if_the_page_fails_after_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, name = world.browser("F. Fehler"), world.patient()
    page = browser.get(CALLS)
    monkeypatch.setattr(wiring().history, "write_activity", fails)
    assert note(browser, name, "coming", page).status == 500
    line = audited()[-1]
    assert (line["name"], line["action"], line["failed"]) == ("F. Fehler", "call", "OSError")
    assert line["entry"] == row(page, name)["key"]


def test_a_sheet_that_comes_back_is_audited_with_its_patients(world: World) -> None:
    browser = world.browser("S. Blatt")
    sheet = browser.post(f"{CALLS}/sheets").location
    page = browser.get(f"{sheet}/report")
    keys = audited()[-1]["seen"]
    (first, *_) = re.findall(r'name="(outcome-\w+)"', page.body)
    for fields in ({}, {first: "dead"}):
        assert browser.post(f"{sheet}/report", fields).status == 422
        line = audited()[-1]
        assert (line["route"].partition(" ")[0], line["seen"]) == ("POST", keys)

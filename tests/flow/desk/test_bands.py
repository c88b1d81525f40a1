"""The bands of a page: nothing is sent, or credits do not last. On the local cloud."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.aws.practice_items import alert_item_key
from chalicelib.aws.stop_marks import by_operator
from chalicelib.schedule.time_zone import instant_text
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.flow.desk.browser import Browser, person

PAGE = "/p/praxis/calls"


def raised(kind: str, mandant: str) -> None:
    item = {**alert_item_key("praxis", f"{kind}#{mandant}#0123456789abcdef"), "at": instant_text(wiring().clock())}
    wiring().table.write({"Put": {"Item": item}})


def stop_practice() -> None:
    wiring().stops.stop("praxis", by_operator("Wartung"))


def bands(browser: Browser) -> list[str]:
    return [part.partition("</p>")[0] for part in browser.get(PAGE).body.split('<p class="band" role="alert">')[1:]]


@pytest.mark.parametrize(
    ("happen", "said"),
    [
        (lambda: None, []),
        (stop_practice, ["Sending is stopped: Wartung"]),
        (lambda: raised("low-balance", "M1"), ["M1 has few credits left."]),
        (lambda: raised("runs-out", "M1"), ["The credits of M1 will not last until the next working day."]),
        (lambda: raised("run-failed", "prepare-reminders"), []),
    ],
)
def test_a_band_says_what_stands_still(browser: Browser, happen: Callable[[], None], said: list[str]) -> None:
    browser.sign_in(person())
    happen()
    assert bands(browser) == said


def test_of_each_mandant_the_worst_is_said(browser: Browser, cloud: Rehearsal) -> None:
    browser.sign_in(person())
    for kind, mandant in (("low-balance", "M1"), ("no-credits", "M1"), ("low-balance", "M2")):
        raised(kind, mandant)
    assert bands(browser) == ["M1 has too few credits: messages are waiting.", "M2 has few credits left."]


def test_a_person_limited_to_a_mandant_hears_of_no_other(browser: Browser, cloud: Rehearsal) -> None:
    browser.sign_in(person(mandanten=frozenset({"M2"})))
    raised("no-credits", "M1")
    raised("low-balance", "M2")
    assert bands(browser) == ["M2 has few credits left."]

"""Personal data stands on pages and in the audit, nowhere else, and only before those who may see it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from chalicelib.desk.route import ROUTES
from chalicelib.wiring import wiring
from tests.flow.build import PRACTICE
from tests.flow.desk.browser import Answer
from tests.flow.desk.walks.html_rules import urls
from tests.flow.desk.walks.world import PATIENTS, STAFF, World

TYPED = "Zwetschgina Kirschbaumer 044 700 81 11"


def _marks(patient: tuple[str, ...]) -> set[str]:
    first, last, number, born, mail = patient
    return {first, last, number[1:].replace(" ", ""), born, f"{date.fromisoformat(born):%d.%m.%Y}", mail}


NAMES = {mark for patient in PATIENTS for mark in _marks(patient)}
NUMBERS = {number[1:].replace(" ", "") for _, _, number, _, _ in PATIENTS}
PEOPLE = NAMES | {part for name in STAFF.values() for part in name.split()}


def found(marks: Iterable[str], text: str) -> set[str]:
    """Find those that a text has, also between blanks, or encoded for a URL."""
    plain = unquote_plus(text).casefold()
    dense = re.sub(r"[\s'/-]", "", plain)
    return {mark for mark in marks if mark.casefold() in plain or mark.casefold() in dense}


def in_urls(answer: Answer) -> set[str]:
    """Find what is personal in a redirect, in the links of a page, and in the name of a file."""
    pages = answer.headers.get("content-type", "").startswith("text/html") and answer.body
    told = urls(answer.body) if pages else set()
    numbers = {one for one in told if one.startswith("tel:")}  # dials it, and asks no server
    return found(PEOPLE, " ".join({answer.location, answer.headers.get("content-disposition", "")} | told - numbers))


def test_a_mark_is_found_however_it_is_written() -> None:
    for text in ("x=Zwetschgina+K.", "044+700%2081%2011", "tel:+41447008111", "7.3.1951 07.03.1951", "KIRSCHBAUMER"):
        assert found(NAMES, text), text
    assert in_urls(Answer(200, {"content-type": "text/html"}, (), '<a href="/p/praxis/calls?q=kirschbaumer">x</a>'))


def test_no_url_says_who(walked: World) -> None:
    assert {asked: wrong for asked, answer in walked.walked.items() if (wrong := in_urls(answer))} == {}


def test_nothing_that_is_typed_gets_into_a_url_or_a_log(walked: World) -> None:
    output = walked.day.cloud.platform.output
    with output.captured():
        for route in ROUTES:
            if route[0] == "POST":
                browser = walked.browser(walked.who(route))
                typed = {name: TYPED for name in walked.fields(route, browser) if name != "token"}
                answer = walked.ask(route, browser, fields=typed)
                assert (answer.status < 500, in_urls(answer)) == (True, set()), route
    assert not found(PEOPLE, "\n".join(output.lines))
    for device in wiring().people.devices(PRACTICE):  # one has such a name now
        wiring().people.remove_device(PRACTICE, device.hash)
    wiring().people.add_device(walked.device)


def test_no_log_and_no_metric_says_who(walked: World) -> None:
    asked, day = walked.walked, walked.day
    lines = [line for line in day.cloud.platform.output.lines if '"desk"' in line]
    assert len(lines) >= len(asked)  # they are there to be looked at
    assert not found(PEOPLE, "\n".join(day.cloud.platform.output.lines))
    told = [json.dumps(one, ensure_ascii=False) for one in [*day.activities(), *day.runs()]]
    assert not found(NAMES, "\n".join(told))  # they name the person who has phoned


def test_pages_answer_without_the_practice_database_and_log_nobody(walked: World) -> None:
    output, path = walked.day.cloud.platform.output, Path(walked.day.plan.database.removeprefix("sqlite:///"))
    whole = path.read_bytes()
    path.write_bytes(b"no database")
    try:
        with output.captured():
            for route in ROUTES:
                if route[0] == "GET":
                    answer = walked.ask(route, walked.browser(walked.who(route)))
                    assert answer.status < 500, route
    finally:
        path.write_bytes(whole)
    assert not found(PEOPLE, "\n".join(output.lines))


@pytest.mark.parametrize(
    ("who", "more", "marks"),
    [("operator", {"reasons": {}}, NAMES), ("reader", {}, NUMBERS), ("stranger", {}, NAMES), ("nobody", {}, NAMES)],
)
def test_who_may_not_see_them_gets_a_page_without(
    walked: World, who: str, more: Mapping[str, object], marks: set[str]
) -> None:
    """An operator before the reason is given, a reader their numbers, others nothing at all."""
    for route in ROUTES:
        answer = walked.ask(route, walked.browser(who, **more))
        assert not found(marks, answer.body), route

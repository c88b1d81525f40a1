"""The page Versand with many messages: pages, size, several chosen at once."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.entries.states import State
from chalicelib.text import Text
from tests.flow.desk.calls_world import World
from tests.flow.desk.queue_world import QUEUE, YESTERDAY, boxes, ended, opened_queue, patients, waiting

FAILED, WAITING = 205, 230


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened_queue(tmp_path_factory.mktemp("many")) as world:
        for n in range(FAILED):
            other: dict[str, Any] = {"practitioner": f"Dr. {n % 5}"}
            ended(world.day, State.FAILED, YESTERDAY - timedelta(minutes=n), Text("send.no_credits"), **other)
        for _ in range(WAITING):
            waiting(world.day)
        yield world


def test_many_rows_are_several_pages_and_small(many: World) -> None:
    browser = many.browser()
    first, second = (browser.get(f"{QUEUE}?show=unreached&page={n}") for n in (1, 2))
    assert (len(patients(first)), len(patients(second))) == (200, FAILED + 2 - 200)
    assert not set(patients(first)) & set(patients(second))
    assert len(gzip.compress(first.body.encode())) < 25_000


def test_a_page_of_more_entries_takes_a_call_for_each_hundred(many: World) -> None:
    """With 100 to 198 entries it is 11, the bar; here are 440."""
    browser, cloud = many.browser(), many.day.cloud
    browser.get(QUEUE)
    with cloud.counting("queue"):
        browser.get(QUEUE)
    assert cloud.calls_by_handler["queue"] == {
        "dynamodb.BatchGetItem": 6, "dynamodb.Query": 6, "ssm.GetParameters": 1, "logs.PutLogEvents": 1,
    }  # fmt: skip


def test_more_than_can_be_chosen_at_once_are_left_and_counted(many: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.desk.pages.queue.queue_choice.MOST", 200)
    chosen = many.browser().post(f"{QUEUE}/chosen", {"show": "waiting", "all": "cancel"})
    assert (len(boxes(chosen)), "33 weitere lassen sich danach auswählen." in chosen.text) == (200, True)


def test_all_of_many_are_chosen_and_decided_at_once(many: World) -> None:
    browser = many.browser()
    page = browser.get(QUEUE)
    assert len(boxes(page)) == 200
    chosen = browser.post(f"{QUEUE}/chosen", {"show": "waiting", "all": "cancel"})
    assert len(boxes(chosen)) == WAITING + 3
    answer = browser.post(f"{QUEUE}/decide", {**boxes(chosen), "act": "cancel", "note": "Praxis geschlossen"})
    assert (answer.status, f"{WAITING + 3} Mitteilungen werden nicht gesendet." in answer.text) == (200, True)
    assert patients(browser.get(QUEUE)) == []

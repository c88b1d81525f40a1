"""The page Versand: its parts, counts, filters, limits, and calls. On the local cloud."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from chalicelib.people.person import Role
from tests.cli.running import Vitosms
from tests.flow.desk.browser import Answer, audited
from tests.flow.desk.calls_world import World
from tests.flow.desk.queue_world import QUEUE, boxes, opened_queue, patients

SHOWS = ("waiting", "held", "underway", "unreached", "sent")
GROUPS = {"waiting": "prepared", "held": "held", "underway": "underway", "unreached": "unreached"}


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Tests of this module change nothing that another one counts."""
    with opened_queue(tmp_path_factory.mktemp("queue")) as found:
        yield found


def counts(answer: Answer) -> list[int]:
    """The numbers of the tabs."""
    return [int(one) for one in re.findall(r"<strong>(\d+)</strong></a>", answer.body)]


def test_every_number_and_row_is_that_of_the_command(queue: World, capsys: pytest.CaptureFixture[str]) -> None:
    vitosms, browser = Vitosms(capsys), queue.browser()
    listed, sent = vitosms.told("queue", "list"), vitosms.told("sent")
    wanted = [*(listed["counts"][GROUPS[show]] for show in SHOWS[:-1]), len(sent["messages"])]
    assert all(wanted)
    for show in SHOWS:
        page = browser.get(f"{QUEUE}?show={show}")
        assert counts(page) == wanted, show
        named = [one["patient"] for one in listed["entries"] if one["group"] == GROUPS.get(show)]
        assert sorted(patients(page)) == sorted(named or [one["patient"] for one in sent["messages"]])
    credits = sum(one["credits"] for one in sent["messages"])
    assert f"Heute wurde {len(sent['messages'])} Mitteilung versendet, {credits} Credit." in page.text


def test_a_page_takes_eleven_calls_and_no_statement(queue: World) -> None:
    """The bar with up to 198 entries, session and audit included; these few take one call fewer."""
    browser, cloud = queue.browser(), queue.day.cloud
    browser.get(QUEUE)
    queue.day.statements.clear()
    with cloud.counting("queue"):
        assert browser.get(f"{QUEUE}?show=underway").status == 200
    assert cloud.calls_by_handler["queue"] == {
        "dynamodb.BatchGetItem": 2, "dynamodb.Query": 6, "ssm.GetParameters": 1, "logs.PutLogEvents": 1,
    }  # fmt: skip
    assert queue.day.statements == []


def test_what_failed_yesterday_and_why(queue: World) -> None:
    page = queue.browser().get(f"{QUEUE}?show=unreached&day=2026-11-22")
    assert "So 22.11.: 2 Mitteilungen haben niemanden erreicht." in page.text
    assert "1 Die Mobiltelefonnummer wird vom Anbieter nicht angenommen." in page.text
    assert "1 Guthaben fehlt" in page.text
    assert ("abgelehnt" in page.text, "verfallen" in page.text, len(patients(page))) == (True, True, 2)
    today = queue.browser().get(f"{QUEUE}?show=unreached&day=2026-11-23")
    assert patients(today) == ["P2"]
    assert 'href="/p/praxis/queue?show=unreached&amp;day=2026-11-22"' in today.body
    for day in ("2020-01-01", "2026-12-24", "x", "0001-01-01", "9999-12-31"):
        assert len(patients(queue.browser().get(f"{QUEUE}?show=unreached&day={day}"))) == 2, day  # all


def test_filters_are_remembered_and_a_state_belongs_to_its_part(queue: World) -> None:
    browser = queue.browser()
    answer = browser.post(f"{QUEUE}/filters", {"show": "waiting", "practitioner": "Dr. Brunner"})
    assert answer.location == f"{QUEUE}?show=waiting"
    page = browser.get(QUEUE)
    assert (len(patients(page)), counts(page)) == (2, [2, 1, 1, 1, 1])
    assert "1 weitere" in page.text
    browser.post(f"{QUEUE}/filters", {"show": "underway", "practitioner": "Dr. Meier", "state": "unknown"})
    assert "ungewiss" in browser.get(f"{QUEUE}?show=underway").text
    assert len(patients(browser.get(QUEUE))) == 1
    browser.post(f"{QUEUE}/filters", {"show": "waiting", "reset": "yes"})
    assert len(patients(browser.get(QUEUE))) == 3


def test_a_patient_number_is_searched_for_without_a_url(queue: World) -> None:
    browser = queue.browser()
    wanted = patients(browser.get(QUEUE))[1]
    page = browser.post(f"{QUEUE}/filters", {"show": "waiting", "patient": f" {wanted} "})
    assert (page.status, patients(page), page.location) == (200, [wanted], "")
    assert f'name="patient" value="{wanted}"' in page.body
    assert patients(browser.post(f"{QUEUE}/filters", {"show": "waiting", "patient": "niemand"})) == []
    assert len(patients(browser.get(QUEUE))) == 3


def test_a_person_with_limits_sees_and_counts_only_theirs(queue: World) -> None:
    page = queue.browser("C. Rot", mandanten=frozenset({"M2"})).get(QUEUE)
    assert (len(patients(page)), counts(page)) == (1, [1, 0, 1, 1, 0])
    page = queue.browser("D. Blau", practitioners=frozenset({"dr. brunner"})).get(QUEUE)
    assert (len(patients(page)), counts(page)) == (2, [2, 1, 1, 1, 1])


def test_who_only_reads_sees_masked_addresses_and_no_boxes(queue: World) -> None:
    browser = queue.browser("L. Leser", Role.READER)
    page = browser.get(f"{QUEUE}?show=underway")
    assert ("••• 07" in page.text, "+4179" in page.body, boxes(page), "queue/chosen" in page.body) == (
        True, False, {}, False,
    )  # fmt: skip
    assert "+4179" in queue.browser().get(f"{QUEUE}?show=underway").body
    for path in ("chosen", "decide"):
        assert browser.post(f"{QUEUE}/{path}", {"act": "cancel"}).status == 403


def test_an_operator_sees_no_addresses_before_there_is_a_reason(queue: World) -> None:
    browser = queue.browser("O. Operator", Role.OPERATOR)
    page = browser.get(f"{QUEUE}?show=underway")
    assert ("•••" in page.text, "+4179" in page.body, 'id="reason"' in page.body) == (False, False, True)
    answer = browser.post("/p/praxis/reason", {"reason": "Frau B. hat angerufen", "back": QUEUE})
    assert answer.location == QUEUE
    assert "••• 07" in browser.get(f"{QUEUE}?show=underway").text


def test_what_was_seen_is_audited_by_key(queue: World) -> None:
    browser = queue.browser("P. Prüfer")
    keys = [name.removeprefix("e-") for name in boxes(browser.get(QUEUE))]
    line = [one for one in audited() if one["name"] == "P. Prüfer"][-1]
    assert (line["action"], sorted(line["seen"])) == ("queue", sorted(keys))
    assert "Q10" not in str(line)


@pytest.mark.parametrize("wanted", ["show=nothing", "show=waiting&page=9", "page=x", "page=0", "show=sent&day=x"])
def test_an_odd_query_is_a_page(queue: World, wanted: str) -> None:
    assert queue.browser().get(f"{QUEUE}?{wanted}").status == 200


def test_another_practice_is_not_there(queue: World) -> None:
    for who in (queue.browser(), queue.browser("O. Operator", Role.OPERATOR)):
        assert who.get("/p/andere/queue").status == 404

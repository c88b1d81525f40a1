"""`vitosms queue send-again` on a running stage: a patient asks for a message once more."""

from collections.abc import Iterator

import pytest

from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running, words
from tests.flow.build import PRACTICE, Database, entry_of


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rehearsal, Database]]:
    with running(tmp_path_factory.mktemp("again")) as (rehearsed, database):
        rehearsed.play()
        yield rehearsed, database


@pytest.fixture
def vitosms(both: tuple[Rehearsal, Database], capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def test_it_says_what_it_costs_and_when_it_goes(vitosms: Vitosms, both: tuple[Rehearsal, Database]) -> None:
    first = entry_of(both[0], "T1")
    (found,) = vitosms.told("explain", "--appointment", "T1")["explanations"]
    assert [one["kind"] for one in found["suggestions"]] == ["send_again"]
    document = vitosms.told("queue", "send-again", "reminder:T1", "--note", "SMS gelöscht", "--yes")
    assert document.pop("next_send")
    assert document.pop("balance") > 0
    assert document == {
        "practice": PRACTICE, "entry": "again:reminder:T1:1", "key": document["key"], "first": "reminder:T1",
        "credits": first.credits, "mandant": "M1", "warnings": [],
    }  # fmt: skip
    refused = vitosms.refuses("queue", "send-again", "reminder:T1", "--note", "noch einmal", "--yes")
    assert "The message is being sent again already" in refused
    first_one, again = vitosms.told("explain", "--appointment", "T1")["explanations"]
    assert (first_one["suggestions"], again["kind"], again["state"]) == ([], "again", "prepared")
    assert words(again["reason"]) == "Von Hand nochmals gesendet: SMS gelöscht"
    (line,) = vitosms.told("activity", "--entry", document["key"])["activities"]
    assert (line.get("from"), line["to"]) == (None, "prepared")

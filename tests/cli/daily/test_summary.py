"""The daily summary's job among the others: a successful run leaves no line in the job history."""

from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running
from tests.flow.build import at


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    desk = {"MeldungAn": "empfang@praxis.example"}
    with running(tmp_path_factory.mktemp("summary"), switches=desk) as (rehearsed, _):
        yield rehearsed


def summary(vitosms: Vitosms) -> Any:
    return vitosms.told("jobs", "list")["jobs"][-1]


def test_its_last_run_is_shown_once_there_was_one(
    stage: Rehearsal, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    vitosms = Vitosms(capsys)
    stage.cloud.play(at("10:30"))
    assert (summary(vitosms)["job"], summary(vitosms)["last_run"]) == ("summary", None)
    stage.cloud.play(at("11:30"))
    assert summary(vitosms)["last_run"] == {"started_at": "2026-11-23T11:10:00+01:00", "outcome": "done"}
    monkeypatch.setenv("COLUMNS", "120")
    assert "Mo 23.11. 11:10" in vitosms.shows("jobs", "list")


def test_it_is_text_and_html_and_names_nobody(stage: Rehearsal) -> None:
    stage.cloud.play(at("11:30"))
    (mail,) = [notice for notice in stage.cloud.networks.notices if "Tagesübersicht" in (notice.subject or "")]
    assert "Patient P1: 10:05, SMS, zugestellt" in mail.text
    assert ">P1</td>" in mail.html
    assert "Nachname" not in mail.text + mail.html

"""The short ID that tables print is what the next command takes."""

import re
from collections.abc import Iterator

import pytest

from tests.cli.running import Vitosms, running
from tests.flow.build import at

TABLES = ("sent", "calls", "queue list")  # each with an entry


@pytest.fixture
def vitosms(tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]) -> Iterator[Vitosms]:
    with running(tmp_path_factory.mktemp("ids")) as (rehearsed, _):
        rehearsed.cloud.play(at("10:31"))
        yield Vitosms(capsys)


def test_every_table_of_entries_prints_what_the_next_command_takes(vitosms: Vitosms) -> None:
    for table in TABLES:
        shown = vitosms.shows(*table.split())
        assert "Kennung" in shown, table
        printed = re.findall(r"\b[0-9a-f]{6}\b", shown)
        assert printed, table
        for short in printed:
            entry = vitosms.told("queue", "show", short)
            assert entry["key"].startswith(short)
            (one,) = vitosms.told("activity", "--entry", short)["entries"]
            assert one["key"] == entry["key"]
            assert vitosms.told("explain", "--patient", entry["patient"])["explanations"]

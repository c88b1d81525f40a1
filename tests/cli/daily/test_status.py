"""`vitosms status`: a practice on one screen, several a line each."""

from collections.abc import Iterator

import pytest

from chalicelib.aws.stop_marks import by_operator
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running, save_as_somebody_else
from tests.flow.build import PRACTICE


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with running(tmp_path_factory.mktemp("status")) as (rehearsed, _):
        rehearsed.play()
        yield rehearsed


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def test_after_a_day_runs_deliveries_and_who_is_to_be_phoned_are_told(vitosms: Vitosms) -> None:
    told = vitosms.told("status")
    assert told["now"] == "2026-11-23T12:00:00+01:00"
    assert {one["job"]: one["last_run"] and one["last_run"]["outcome"] for one in told["jobs"]} == {
        "prepare-reminders": "done", "prepare-birthdays": "done", "send": "done",
        "status": "done",
    }  # fmt: skip
    assert told["ended_today"] == {"delivered": 2, "not_sendable": 1}
    assert told["days"][-1] == {"day": "2026-11-23", "sent": 2, "delivered": 2}
    assert (told["queue"], told["to_phone"]) == ({}, 1)
    assert [one["mandant"] for one in told["balances"]] == ["M1"]


def test_the_screen_is_read_from_80_columns_on_and_fits_a_terminal(vitosms: Vitosms) -> None:
    lines = vitosms.shows("status").splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 40
    assert lines[0] == f"Praxis {PRACTICE} · local · Mo 23.11.2026 12:00 Europe/Zurich · 11:00 UTC"
    assert any("2 von 2" in line and "100 %" in line for line in lines)
    assert "Anzurufen      1 Patient (vitosms calls)" in lines


def test_a_stop_and_a_wrong_parameter_are_on_it(vitosms: Vitosms) -> None:
    parts = wiring()
    parts.stops.stop(PRACTICE, by_operator("Umzug"))
    save_as_somebody_else("Schalter/OffsetSuchTage", "viele")
    shown = vitosms.shows("status")
    parts.stops.resume(PRACTICE, parts.clock())
    parts.parameters.forget(PRACTICE, "Schalter/OffsetSuchTage")
    assert "Der Versand ist angehalten: Umzug" in shown
    assert "«viele»" in shown


def test_several_practices_have_a_line_each(vitosms: Vitosms) -> None:
    wiring().practices.add("zweite", [], [])
    told = vitosms.told("status")["practices"]
    shown = vitosms.shows("status")
    assert [one["practice"] for one in told] == [PRACTICE, "zweite"]
    assert "100 %" in next(line for line in shown.splitlines() if line.startswith(PRACTICE))
    assert vitosms.told("status", "--practice", PRACTICE)["practice"] == PRACTICE
    wiring().practices.forget(wiring().practices.record("zweite"))  # type: ignore[arg-type]

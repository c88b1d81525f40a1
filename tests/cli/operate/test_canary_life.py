"""The life of a canary by the command: none, registered, delivered, unwatched, removed."""

from pathlib import Path

import pytest

from infra.cli.operate.canary import CANARY
from tests.cli.operate.canary_stage import ADD, TO, listed, opened
from tests.cli.running import Vitosms, words
from tests.flow.build import PRACTICE, at


def test_it_is_registered_with_all_it_needs_delivered_the_same_morning_and_removed_as_any_practice_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vitosms = Vitosms(capsys)
    with opened(tmp_path) as stage:
        assert vitosms.refuses("canary", "status") == "no practice 'canary' in stage local; registered: praxis"
        shown = vitosms.shows(*ADD)
        assert shown == f"canary: registriert; täglich um 10:00 eine Mitteilung an {TO}, ab dem nächsten Mal\n"
        checked = vitosms.told("switches", "check", "--practice", CANARY)
        assert (checked["problems"], checked["remarks"], checked["warnings"]) == ({}, [], [])
        counts = vitosms.told("doctor", "--practice", CANARY)["counts"]
        assert (counts["doubtful"], counts["bad"], counts["good"] > 0) == (0, 0, True)
        assert (
            vitosms.shows("canary", "status")
            == "canary: neu; die erste Mitteilung wird am Mo 23.11.2026 10:00 aufbereitet\n"
        )
        stage.cloud.play(at("10:26"))
        assert vitosms.shows("canary", "status") == "canary: zuletzt zugestellt am Mo 23.11.2026 10:10\n"
        assert len([line for line in stage.cloud.lambda_output if '"CanaryDelivered":[1' in line]) == 1
        assert stage.cloud.lambda_errors == []
        assert "its alarm is raised 28 hours after its last message" in vitosms.asks("canary", "remove")
        assert vitosms.told("canary", "remove", "--yes")["state"] == "removed"
        assert "practice 'canary' was removed on Mon 23.11.2026" in vitosms.refuses(*ADD)


def test_where_the_stage_does_not_watch_it_that_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vitosms = Vitosms(capsys)
    with opened(tmp_path):
        (warning,) = vitosms.told(*ADD, "--practice", "canary-2")["warnings"]
        assert words(warning) == "Kein Alarm überwacht sie, bis die Umgebung mit CanaryPractice=canary-2 ausgerollt ist"
        assert listed(vitosms) == {"canary-2": False, PRACTICE: False}

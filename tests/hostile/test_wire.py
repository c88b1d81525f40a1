"""A SQL Server that disconnects amid the rows of a run: written entries stay, and the next run completes the work."""

from pathlib import Path
from unittest.mock import patch

from chalicelib.practice_db.database import open_practice_database
from tests.builders.practice_file import practice_file
from tests.hostile.crowd import LOST, check_killed
from tests.hostile.practice import at, check, good_tables, play, set_up
from tests.sql_server.endpoint import SqlServer
from tests.sql_server.troubles import Trouble


def test_a_server_killed_among_the_rows_leaves_what_an_undisturbed_run_leaves(tmp_path: Path) -> None:
    check_killed(tmp_path, rows=800, after=600)


def test_a_server_that_is_back_within_the_day_is_queried_again_and_no_patient_is_missed(tmp_path: Path) -> None:
    tables = good_tables()
    practice_file(tmp_path / "praxis.db", tables)
    cloud = set_up(tables)
    with SqlServer(tmp_path / "praxis.db") as server:
        server.lasting = Trouble(0, "close")
        cloud.at(at("10:20"), lambda: setattr(server, "lasting", None))
        with patch.object(cloud.parts, "open_database", lambda url: open_practice_database(server.url())):
            played = play(cloud, at("11:00"))
    check(played)
    outcomes = [("failed", [LOST]), ("failed", [LOST]), ("done", [])]
    assert played.runs("prepare-reminders") == played.runs("prepare-birthdays") == outcomes
    assert sorted(message.to[-1] for message in played.messages) == ["1", "2"]
    told = [alert.text for _, alert in cloud.parts.alerts.told if alert.kind == "run-failed"]
    assert len(told) == 2  # of each job once


def test_a_second_try_that_succeeds_is_reported_even_if_it_finds_nobody(tmp_path: Path) -> None:
    tables = good_tables()
    tables["Termin"].clear()
    practice_file(tmp_path / "praxis.db", tables)
    cloud = set_up(tables)
    with SqlServer(tmp_path / "praxis.db") as server:
        server.lasting = Trouble(0, "close")
        cloud.at(at("10:10"), lambda: setattr(server, "lasting", None))
        with patch.object(cloud.parts, "open_database", lambda url: open_practice_database(server.url())):
            played = play(cloud, at("10:40"))
    assert played.runs("prepare-reminders") == [("failed", [LOST]), ("done", [])]

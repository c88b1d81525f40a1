"""A SQL Server that goes away among the rows of a run: what was written stays, and the next run completes it."""

from pathlib import Path

from tests.hostile.crowd import check_killed


def test_a_server_killed_among_the_rows_leaves_what_an_undisturbed_run_leaves(tmp_path: Path) -> None:
    check_killed(tmp_path, rows=800, after=600)

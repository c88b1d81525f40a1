"""A practice that is large enough to take a while to read, over SQL Server's protocol."""

from pathlib import Path

from tests.hostile.crowd import check_killed


def test_a_server_killed_among_5000_rows_leaves_what_an_undisturbed_run_leaves(tmp_path: Path) -> None:
    check_killed(tmp_path, rows=5000, after=2700)

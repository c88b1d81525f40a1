"""The daily commands in each language: on 80 columns, and without words of another one."""

import sqlite3
from contextlib import closing

import pytest
from rich.cells import cell_len

from chalicelib.text import LANGUAGES
from infra.cli.daily.daily_check_tables import headers
from infra.translation import speak
from tests.cli.core.test_one_language import foreign
from tests.cli.demo_days.conftest import Demo
from tests.cli.running import Vitosms

SCREENS = [
    "status", "calls", "daily-check", "queue list", "history", "history --errors --since 2029-02-27",
    "preview --date 2029-03-05 --switch BevorzugterKanal=E-Mail", "activity --patient P0001", "explain --patient P0005",
]  # fmt: skip


def of_the_practice(demo: Demo) -> str:
    """The names and words in the practice's own database."""
    with closing(sqlite3.connect(demo.rehearsed.plan.database.removeprefix("sqlite:///"))) as database:
        rows = [row for table in ("Mandant", "Patient", "Termin") for row in database.execute(f"SELECT * FROM {table}")]
    return " ".join(str(value) for row in rows for value in row)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_fits_80_columns_and_is_in_one_language(
    demo: Demo, capsys: pytest.CaptureFixture[str], screen: str, language: str
) -> None:
    code, out, err = Vitosms(capsys).run(*screen.split(), lang=language)
    assert (code, err) == (0, "")
    assert max(cell_len(line) for line in out.splitlines()) <= 80
    assert foreign(out, language, of_the_practice(demo)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_header_above_numbers_is_broken_into_short_lines(language: str) -> None:
    """Otherwise there is no room for the names of the billing practitioners."""
    speak(language)
    assert sum(max(map(len, header.split("\n"))) for header in headers()) <= 33

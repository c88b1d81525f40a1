"""Texts of a code page: the server converts them, whatever the C library of the client can."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.practice_db.database import open_practice_database
from chalicelib.practice_db.statements import OPTIONAL_COLUMNS
from tests.builders.practice_file import practice_file
from tests.contract.test_find import NOW
from tests.contract.test_practice_database import questions
from tests.sql_server.endpoint import SqlServer
from tests.sql_server.few_converters import names_with_few_converters, why_not

NAMES = {"850": "Müller", "1250": "Živković", "1254": "Şahin", "1252": "Noël œuvre"}
FIND = ("find", (["1"], None, "79", ["Müller"], NOW))


@pytest.mark.parametrize("optional", [frozenset[str](), OPTIONAL_COLUMNS])
def test_no_answer_has_a_text_in_a_code_page(server: SqlServer, tmp_path: Path, optional: frozenset[str]) -> None:
    practice_file(tmp_path / "p.db", {}, optional_columns=optional)
    server.file, server.text = tmp_path / "p.db", "varchar(850)"
    with open_practice_database(server.url()) as database:
        database.optional_columns = optional
        for question, given in [*questions(), FIND]:
            assert list(getattr(database, question)(*given)) is not None
    assert len(server.questions()) == len(questions()) + 1
    assert server.in_code_pages == set()


@pytest.mark.skipif(bool(why_not()), reason=why_not())
@pytest.mark.parametrize("code_page", NAMES)
def test_names_of_any_code_page_are_read_with_few_converters(server: SqlServer, tmp_path: Path, code_page: str) -> None:
    """Without the cast a name of any page but 1252 is read wrongly, and nobody is told."""
    practice_file(tmp_path / "p.db", {"Mandant": [{"MandantId": "M", "Name": NAMES[code_page]}]})
    server.file, server.text = tmp_path / "p.db", f"varchar({code_page})"
    scratch = tmp_path / "gconv"
    scratch.mkdir()
    found = names_with_few_converters(server.url(), scratch)
    assert found.read == [NAMES[code_page]]
    assert (found.uncast == found.read) is (code_page == "1252")

"""Reading the reminders of one Monday from an endpoint, and how that fails."""

from __future__ import annotations

import traceback
from datetime import date

import pytest

from chalicelib.practice_db.database import Row, open_practice_database
from chalicelib.practice_db.errors import PracticeDatabaseError
from tests.sql_server.endpoint import PASSWORD, USER

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
PAYER = "Zahler"


def read(url: str) -> list[Row]:
    with open_practice_database(url) as database:
        return list(database.reminders(MONDAY, TUESDAY, PAYER))


def failure(url: str, rows: int = 0) -> PracticeDatabaseError:
    """Return the error of reading after this number of rows; it contains no secret, value or statement."""
    found: list[Row] = []
    with pytest.raises(PracticeDatabaseError) as raised, open_practice_database(url) as database:
        found.extend(database.reminders(MONDAY, TUESDAY, PAYER))
    told = repr(raised.value.text) + raised.value.detail + "".join(traceback.format_exception(raised.value))
    secrets = (USER, PASSWORD, PASSWORD[:4], "127.0.0.1", PAYER, "geheim", "severity", "SELECT ")
    assert [word for word in secrets if word in told] == []
    assert raised.value.detail.isascii()
    assert len(found) == rows
    return raised.value

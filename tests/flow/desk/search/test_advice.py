"""The page of a message gives advice in correct words. On the local cloud."""

from __future__ import annotations

from pathlib import Path

from tests.flow.build import TOMORROW_9, Database, opened
from tests.flow.desk.search.test_entry_page import ENTRY, browser, key


def test_one_missing_credit_is_one(tmp_path: Path) -> None:
    database = Database(tmp_path / "praxis.db")
    database.patient(TOMORROW_9)
    with opened(database, topups={}) as played:
        played.play()
        page = browser("am").get(f"{ENTRY}/{key('T1')}")
    assert "Guthaben von M1 aufladen: Für diese Mitteilung fehlt 1 Credit." in page.text

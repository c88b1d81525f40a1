"""The states of the practice databases of a local cloud."""

from pathlib import Path

import pytest

from chalicelib.practice_db import canary, sqlite_file
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.practice_db.url import Canary
from chalicelib.words.words import words_of
from infra.local.practice_databases import troubled
from infra.local.weather import DatabaseState

LATER = {"down", "recovering", "maintenance", "offline", "full", "standby"}


@pytest.mark.parametrize("state", sorted(set(DatabaseState) - {DatabaseState.UP}))
def test_each_state_has_its_sentence_and_spares_the_canary(tmp_path: Path, state: DatabaseState) -> None:
    (tmp_path / "praxis.db").touch()
    with troubled(lambda: state):
        with pytest.raises(PracticeDatabaseError) as raised:
            sqlite_file.connect(tmp_path / "praxis.db")
        canary.connect(Canary("+41791234567")).close()
    assert words_of("de").of(raised.value.text)
    assert raised.value.passes is (state in LATER)
    sqlite_file.connect(tmp_path / "praxis.db").close()

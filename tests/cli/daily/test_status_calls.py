"""`status` counts whom `calls` lists: after a cancelled appointment, an unreadable database, and a stop."""

from collections.abc import Iterator

import pytest

from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running
from tests.flow.build import PRACTICE, Database


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rehearsal, Database]]:
    with running(tmp_path_factory.mktemp("status")) as (rehearsed, database):
        rehearsed.play()
        yield rehearsed, database


@pytest.fixture
def vitosms(both: tuple[Rehearsal, Database], capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def counts(vitosms: Vitosms) -> tuple[int, int]:
    """The number that `status` says, and that of the lines of `calls`."""
    return vitosms.told("status", "--practice", PRACTICE)["to_phone"], len(vitosms.told("calls")["calls"])


def test_an_appointment_that_was_cancelled_since_is_in_neither(
    both: tuple[Rehearsal, Database], vitosms: Vitosms
) -> None:
    _, database = both
    assert counts(vitosms) == (1, 1)
    database.set_appointment("T2", "Status", "abgesagt")()
    assert counts(vitosms) == (0, 0)
    away = database.path.rename(database.path.with_suffix(".away"))
    assert counts(vitosms) == (1, 1)  # by the entries alone
    away.rename(database.path)
    wiring().practices.add("zweite", [], [])
    first, _ = vitosms.told("status")["practices"]
    assert first["to_phone"] == 1
    assert "Anzurufen: nach den Einträgen allein" in " ".join(vitosms.shows("status").split())
    wiring().practices.forget(wiring().practices.record("zweite"))  # type: ignore[arg-type]
    database.set_appointment("T2", "Status", "definitiv")()


def test_a_stopped_patient_is_in_neither(vitosms: Vitosms) -> None:
    assert counts(vitosms) == (1, 1)
    vitosms.shows("patients", "stop", "P2", "--reason", "verstorben", "--yes")
    assert counts(vitosms) == (0, 0)
    wiring().practices.add("zweite", [], [])
    first, _ = vitosms.told("status")["practices"]
    assert first["to_phone"] == 0
    wiring().practices.forget(wiring().practices.record("zweite"))  # type: ignore[arg-type]

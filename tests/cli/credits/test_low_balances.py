"""E-mails of the commands about credits, on a small practice whose day is over."""

from collections.abc import Iterator

import pytest

from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running

DESK = "empfang@praxis.example"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    switches = {"MeldungAn": DESK, "CreditMindestbestand": "50"}
    with running(tmp_path_factory.mktemp("low"), switches=switches) as (rehearsed, database):
        database.run("INSERT INTO Mandant (MandantId, Name) VALUES ('M2', 'Praxis Zwei')")
        rehearsed.play()
        yield rehearsed


@pytest.fixture
def vitosms(played: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def mails(played: Rehearsal) -> list[str]:
    """The e-mails about low balances."""
    return [notice.text for notice in played.cloud.networks.notices if "Guthaben tief" in str(notice.subject)]


def test_a_transfer_and_a_top_up_are_told_at_once_and_once(played: Rehearsal, vitosms: Vitosms) -> None:
    def move(giver: str, taker: str, reference: str) -> list[str]:
        before = len(mails(played))
        vitosms.shows("credits", "transfer", giver, taker, "60", "--reference", reference, "--yes")
        return mails(played)[before:]

    assert mails(played) == []
    (told,) = move("M1", "M2", "r1")
    assert "Mandanten M1 beträgt 38 Credits (Mindestbestand 50)" in told
    assert vitosms.told("status")["alerts"][0]["text"] == "Guthaben tief (Mandant M1)"
    assert move("M1", "M2", "r1") == []
    (told,) = move("M2", "M1", "r2")
    assert "Mandanten M2 beträgt 0 Credits" in told
    vitosms.shows("credits", "topup", "M2", "60", "--reference", "r3", "--yes")
    (told,) = move("M1", "M2", "r4")
    assert "Mandanten M1" in told

"""`vitosms queue list`, `show`, `cancel` and `release` of single entries, as a person gives them, and who did what."""

from collections.abc import Iterator
from io import StringIO

import pytest

from chalicelib.entries.states import State
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running, words
from tests.flow.build import TOMORROW_9, Database, at, entry_of, sent

OFTEN = {"Auftraege/prepare-reminders/Zeitplan": "täglich alle 30 Minuten 10:00-10:30"}


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """10:02: prepared, and nothing sent yet but the message of the patient without a number, who is to be phoned."""
    with running(tmp_path_factory.mktemp("entry"), switches=OFTEN) as (rehearsed, database):
        more(database)
        rehearsed.cloud.play(at("10:02"))
        yield rehearsed


def more(database: Database) -> None:
    database.patient(TOMORROW_9)


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def is_narrowed_and_its_counts_are_of_all(vitosms: Vitosms) -> None:
    def listed(*args: str) -> list[str]:
        document = vitosms.told("queue", "list", *args)
        assert document["counts"] == {"prepared": 3, "held": 0, "underway": 0, "unreached": 1}
        return sorted(one["entry"] for one in document["entries"])

    everything = ["birthday:P3:2026", "reminder:T1", "reminder:T2", "reminder:T4"]
    assert listed() == everything
    assert listed("--group", "unreached") == listed("--group", "nicht erreicht") == ["reminder:T2"]
    assert listed("--kind", "birthday") == listed("--kind", "Geburtstag") == ["birthday:P3:2026"]
    assert listed("--patient", "P4", "--mandant", "M1") == ["reminder:T4"]
    assert listed("--patient", "P4", "--mandant", "M2") == []
    shown = vitosms.shows("queue", "list", "--patient", "P4")
    assert "wartet 3, zurückgehalten 0, unterwegs 0, nicht erreicht 1\nGezeigt: 1 von 4\n" in shown
    assert "--group 'helt': must be one of prepared, held, underway, unreached; did you mean held?" in vitosms.refuses(
        "queue", "list", "--group", "helt"
    )
    assert "--kind 'sms': must be one of reminder, birthday, rescheduled" in vitosms.refuses(
        "queue", "list", "--kind", "sms"
    )


def names_an_entry_by_its_identity_its_key_or_the_beginning_of_it(vitosms: Vitosms, stage: Rehearsal) -> None:
    key = entry_of(stage, "T1").key
    one = vitosms.told("queue", "show", "reminder:T1")
    assert one == vitosms.told("queue", "show", key) == vitosms.told("queue", "show", f" {key[:6].upper()} ")
    assert (one["state"], one["group"], one["patient"], one["mandant"]) == ("prepared", "prepared", "P1", "M1")
    assert one["may_become"] == ["reserved", "cancelled", "expired", "not_sendable", "covered"]
    assert words(one["suggestions"]) == ["vitosms queue cancel reminder:T1 --reason TEXT"]
    refused = vitosms.refuses("queue", "show", "reminder:T11")
    assert refused == "no entry 'reminder:T11' at praxis; did you mean reminder:T1, reminder:T4, reminder:T2?"
    assert "vitosms queue list shows the open ones" in vitosms.refuses("queue", "show", "xyz")


def stays_cancelled_until_it_is_released(vitosms: Vitosms, stage: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    told = vitosms.shows("queue", "cancel", "reminder:T1", "--reason", "doppelt erfasst")
    assert told == "praxis: 1 Eintrag storniert; rückgängig machen: vitosms queue release\n"
    assert "reminder:T1: The entry is “cancelled”" in vitosms.refuses(
        "queue", "cancel", "reminder:T4", "reminder:T1", "--reason", "x"
    )
    assert entry_of(stage, "T4").state is State.PREPARED
    stage.cloud.play(at("10:45"))
    shown = vitosms.shows("queue", "show", "reminder:T1")
    assert "Grund         Von Hand storniert: doppelt erfasst" in shown
    assert "Nichts, bis jemand ihn freigibt" in shown
    assert "vitosms queue release reminder:T1" in shown
    monkeypatch.setattr("sys.stdin", StringIO())
    code, out, err = vitosms.run("queue", "release", "reminder:T1", lang="en")
    assert (code, out) == (3, "")
    assert "Release 1 entry for the next send run, charged as usual? [y/N]" in err
    assert vitosms.told("queue", "release", "reminder:T1", "--note", "geklärt", "--yes")["released"] == ["reminder:T1"]
    stage.cloud.play(at("11:05"))
    assert entry_of(stage, "T1").state is State.DELIVERED
    assert len([to for _, to in sent(stage) if to == "+41790000001"]) == 1


def is_shown_as_the_patient_reads_it_with_its_life_and_who_did_what(vitosms: Vitosms) -> None:
    document = vitosms.told("queue", "show", "reminder:T1")
    steps = [move["to"] for move in document["activities"]]
    assert steps == ["prepared", "cancelled", "prepared", "reserved", "sent", "delivered"]
    assert all(move["by"] for move in document["activities"][1:3])
    shown = vitosms.shows("queue", "show", "reminder:T1")
    assert f"von {document['activities'][1]['by']}" in shown
    assert "╭─ SMS · Terminerinnerung" in shown
    assert "Kann werden: nichts anderes mehr" in shown
    activity = vitosms.shows("activity", "--entry", "reminder:T1")
    assert f"von {document['activities'][1]['by']}" in activity
    assert max(map(len, shown.splitlines())) <= 80
    refused = vitosms.refuses("queue", "cancel", "reminder:T1", "--reason", "zu spät")
    assert "The entry is “delivered”; only an entry that is still to be sent can be cancelled" in refused


def test_the_list_and_the_names_of_entries(vitosms: Vitosms, stage: Rehearsal) -> None:
    is_narrowed_and_its_counts_are_of_all(vitosms)
    names_an_entry_by_its_identity_its_key_or_the_beginning_of_it(vitosms, stage)
    assert vitosms.run("queue", "cancel", "reminder:T4")[0] == 2, "a reason is wanted"
    assert "--reason ' ': must be 1 to 300" in vitosms.refuses("queue", "cancel", "reminder:T4", "--reason", " ")


def test_a_message_is_cancelled_released_and_shown(
    vitosms: Vitosms, stage: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays_cancelled_until_it_is_released(vitosms, stage, monkeypatch)
    is_shown_as_the_patient_reads_it_with_its_life_and_who_did_what(vitosms)

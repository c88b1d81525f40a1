"""`vitosms export` and `vitosms erase` on a running stage: a planted patient is found, and gone after erasing."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from chalicelib.entries.entry import entry_key
from chalicelib.entries.states import State
from chalicelib.wiring import wiring
from infra.local.clients import client
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running, words
from tests.flow.build import BORN_TODAY, PRACTICE, TOMORROW_9, Database, at

ID, NAME, NUMBER, MAIL = "QX-4711", "Zwölfeisen", "+41790004711", "zwoelfeisen@patient.example"
FIRST, SECOND = "TERMIN-QX-1", "TERMIN-QX-2"
PLANTED = (ID, NAME, NUMBER, MAIL, FIRST, SECOND)
OFTEN = {"Auftraege/prepare-reminders/Zeitplan": "täglich alle 30 Minuten 10:00-11:00", "OffsetSuchTage": "3"}


def plant(database: Database) -> None:
    """Two appointments, of which the second is entered later, a number, and a birthday today, which goes by e-mail."""
    row = {"PatientId": ID, "Nachname": NAME, "Mobiltelefon": NUMBER, "EMail": MAIL, "Geburtsdatum": BORN_TODAY}
    database.run(f"INSERT INTO Patient ({', '.join(row)}) VALUES (?, ?, ?, ?, ?)", *row.values())
    database.insert("Behandlung", "BQX", ID, "M1", "2026-01-05 08:00:00")
    database.appointment(FIRST, ID, TOMORROW_9)


@pytest.fixture
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rehearsal, Database]]:
    with running(tmp_path_factory.mktemp("erase"), switches=OFTEN) as (rehearsed, database):
        plant(database)
        rehearsed.cloud.play(at("10:25"))
        database.appointment(SECOND, ID, "2026-11-25 09:00:00")
        rehearsed.cloud.play(at("10:32"))
        yield rehearsed, database


@pytest.fixture
def vitosms(both: tuple[Rehearsal, Database], capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def key(identity: str) -> str:
    return entry_key(PRACTICE, identity)


KEYS = [key(f"reminder:{FIRST}"), key(f"reminder:{SECOND}"), key(f"birthday:{ID}:2026")]


def names_him(text: str) -> list[str]:
    return [planted for planted in PLANTED if planted.casefold() in text.casefold()]


def raw_table() -> str:
    tables = client("dynamodb").list_tables()["TableNames"]
    found = [client("dynamodb").scan(TableName=name)["Items"] for name in tables]
    return json.dumps(found, ensure_ascii=False, default=lambda raw: raw.decode("utf-8", "replace"))


def raw_queues() -> str:
    """All messages of all queues, left where they are."""
    sqs = client("sqs")
    asked: dict[str, Any] = {"MaxNumberOfMessages": 10, "VisibilityTimeout": 0}
    queues = sqs.list_queues().get("QueueUrls", [])
    assert queues
    return json.dumps([sqs.receive_message(QueueUrl=url, **asked).get("Messages", []) for url in queues])


def raw_parameters() -> str:
    ssm = client("ssm")
    pages = ssm.get_paginator("describe_parameters").paginate()
    names = [one["Name"] for page in pages for one in page["Parameters"]]
    assert names
    return json.dumps([ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] for name in names])


def groups_that_name_him() -> set[str]:
    logs = client("logs")
    names = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]]
    lines = {name: logs.filter_log_events(logGroupName=name)["events"] for name in names}
    return {name for name, events in lines.items() if names_him(" ".join(event["message"] for event in events))}


def has_everything_and_is_written_for_one_reader_only(vitosms: Vitosms, path: Path) -> None:
    assert f"Geschrieben: {path}" in vitosms.shows("export", "--patient", ID, "--to", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document == {"schema_version": 2, **vitosms.told("export", "--patient", ID)}
    assert [(one["identity"], one["state"]) for one in document["entries"]] == [
        (f"birthday:{ID}:2026", "delivered"), (f"reminder:{FIRST}", "delivered"), (f"reminder:{SECOND}", "prepared"),
    ]  # fmt: skip
    assert [line["to"] for line in document["activities"] if line["entry"] == f"reminder:{FIRST}"] == [
        "prepared", "reserved", "delivered",
    ]  # fmt: skip
    assert (len(document["receipts"]), sum(line["credits"] for line in document["ledger"])) == (2, -2)
    rows = document["practice_database"]
    assert [row["TerminId"] for row in rows] == [FIRST, SECOND, None]
    assert {row["Nachname"] for row in rows} == {NAME}
    assert "nothing was written" in vitosms.refuses("export", "--patient", ID, "--to", str(path))
    assert "give either --to or --json" in vitosms.refuses("export", "--patient", ID, "--to", "x", "--json")
    assert "did you mean QX-4711?" in vitosms.refuses("export", "--patient", "QX-471")
    assert max(map(len, vitosms.shows("export", "--patient", ID).splitlines())) <= 80


def leaves_nothing_that_names_him_and_nothing_is_made_for_him_again(
    vitosms: Vitosms, both: tuple[Rehearsal, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, database = both
    assert set(names_him(raw_table())) == {ID, NAME, NUMBER, FIRST, SECOND}, "the scan finds what is there"
    monkeypatch.setattr("sys.stdin", StringIO(f"{ID}\n"))
    code, out, _ = vitosms.run("erase", "--patient", ID, "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["anonymised"], told["cancelled"], told["sending"]) == (3, 1, [])
    assert (told["opted_out"], set(told["addresses"])) == (3, {NUMBER, MAIL})
    assert [one[:16] for one in told["appointments_ahead"]] == ["2026-11-24T09:00", "2026-11-25T09:00"]
    nothing: list[str] = []
    assert [names_him(raw) for raw in (raw_table(), raw_queues(), raw_parameters())] == [nothing] * 3
    announced = {one["log_group"] for one in told["data_locations"] if one["lines"] and one["until"]}
    assert groups_that_name_him() <= announced
    database.appointment("TERMIN-QX-3", ID, "2026-11-26 09:00:00")
    stage.cloud.play(at("10:32", 24))
    entries = wiring().store.entries(PRACTICE, KEYS)
    assert {key: (one.state, one.patient) for key, one in entries.items()} == dict(
        zip(KEYS, [(State.DELIVERED, ""), (State.CANCELLED, ""), (State.DELIVERED, "")], strict=True)
    )
    assert [names_him(raw) for raw in (raw_table(), raw_queues(), raw_parameters())] == [nothing] * 3
    assert groups_that_name_him() <= announced
    last = [line["at"] for line in wiring().history.activities(PRACTICE) if names_him(json.dumps(line))][-1]
    assert last <= at("10:32").astimezone().isoformat() or last.startswith("2026-11-23T09"), "no later run names him"
    assert key("reminder:TERMIN-QX-3") not in wiring().store.entries(PRACTICE, [key("reminder:TERMIN-QX-3")])


def changes_nothing_and_the_log_tells_who_erased_by_keys_only(vitosms: Vitosms) -> None:
    before = raw_table()
    again = vitosms.told("erase", "--patient", ID, "--yes")
    assert (again["anonymised"], again["opted_out"], raw_table()) == (0, 0, before)
    shown = vitosms.shows("erase", "--patient", ID, "--yes")
    assert "war schon gelöscht" in shown
    assert "auf keiner Anrufliste" in " ".join(shown.split())
    lines = [line for line in vitosms.told("activity", "--since", "2026-11-23")["activities"] if "by" in line]
    assert {(line["key"], words(line["reason"]), "entry" in line) for line in lines} == {
        (one, "Personendaten auf Wunsch gelöscht.", False) for one in KEYS
    }
    assert all(line["by"] for line in lines)
    told = [line["text"] for line in vitosms.told("activity", "--since", "2026-11-23")["activities"] if "kind" in line]
    assert [text for text in told if "Personendaten eines Patienten werden auf Wunsch gelöscht" in text]
    alerts = vitosms.told("history", "--errors", "--since", "2026-11-23")["alerts"]
    assert "erased" not in {line["kind"] for line in alerts}, "it is no error"
    since = "ja, seit Mo 23.11.2026 10:32 (Daten gelöscht)"
    assert vitosms.shows("optout", "list", "--patient", ID) == f"Patient {ID}: {since}\n"
    assert [one["channel"] for one in vitosms.told("optout", "list")["opt_outs"]].count(None) == 1
    exported = vitosms.told("export", "--patient", ID)
    assert (exported["entries"], exported["erased_at"]) == ([], "2026-11-23T10:32:00+01:00")


def gets_messages_again_if_he_wants(vitosms: Vitosms, stage: Rehearsal, database: Database) -> None:
    told = vitosms.shows("optout", "remove", "--patient", ID, "--yes")
    assert f"Patient {ID} darf wieder Mitteilungen erhalten" in told
    vitosms.shows("optout", "remove", NUMBER, "--yes")
    database.appointment("TERMIN-QX-4", ID, "2026-11-26 10:00:00")
    stage.cloud.play(at("11:02", 24))
    (made,) = wiring().store.entries(PRACTICE, [key("reminder:TERMIN-QX-4")]).values()
    assert made.patient == ID


def test_a_planted_patient_is_exported_erased_and_erased_again_and_comes_back(
    vitosms: Vitosms, both: tuple[Rehearsal, Database], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_everything_and_is_written_for_one_reader_only(vitosms, tmp_path / "auskunft.json")
    nobody_is_erased_without_a_number_that_somebody_knows(vitosms, monkeypatch)
    leaves_nothing_that_names_him_and_nothing_is_made_for_him_again(vitosms, both, monkeypatch)
    changes_nothing_and_the_log_tells_who_erased_by_keys_only(vitosms)
    gets_messages_again_if_he_wants(vitosms, *both)


def nobody_is_erased_without_a_number_that_somebody_knows(vitosms: Vitosms, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = vitosms.refuses("erase", "--patient", "P99", "--yes")
    assert "--patient 'P99': neither in the queue nor in the practice database of praxis" in refused
    before = raw_table()
    monkeypatch.setattr("sys.stdin", StringIO("P1\n"))
    code, out, err = vitosms.run("erase", "--patient", ID, lang="en")
    assert (code, out, raw_table()) == (3, "", before)
    assert f"Permanently erase 3 entries of patient {ID} at praxis? Type the PatientId: " in err


def test_an_export_says_who_has_stopped_all_messages_and_why(vitosms: Vitosms) -> None:
    assert vitosms.told("export", "--patient", ID)["stop"] is None
    vitosms.shows("patients", "stop", ID, "--reason", "verstorben", "--yes")
    stop = vitosms.told("export", "--patient", ID)["stop"]
    assert (stop["reason"], stop["stopped_at"]) == ("verstorben", "2026-11-23T10:32:00+01:00")
    shown = " ".join(vitosms.shows("export", "--patient", ID).split())
    assert f"durch {stop['by']}: verstorben." in shown

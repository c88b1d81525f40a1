"""`vitosms explain` as a person calls it: in advance, on a screen of 80 or 140 columns, and with wrong arguments."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient
from rich.cells import cell_len

from chalicelib.text import LANGUAGES
from infra.catalogues import CODES, read
from infra.cli.core.commands import COMMANDS, leaves, loaded
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running, words
from tests.flow.build import TOMORROW_9, Database, at

Day = tuple[Rehearsal, Database]
COMMAND = re.compile(r"(?<!Sichten )vitosms ([a-z]+(?: [a-z]+)?)")
READS = {
    "BatchGetItem", "Query", "GetItem", "GetParameter", "GetParametersByPath", "FilterLogEvents", "DescribeStacks",
}  # fmt: skip
T1, T2, CALLED_OFF, FAR = "T1", "T2", "T9", "T8"


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    """At 09:55: two appointments tomorrow, one without a number; one called off, one in a week; a birthday today."""
    with running(tmp_path) as (stage, database):
        database.appointment(CALLED_OFF, "P1", TOMORROW_9, "abgesagt")
        database.appointment(FAR, "P1", "2026-12-01 09:00:00")
        yield stage, database


@pytest.fixture
def vitosms(capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def asked(vitosms: Vitosms, *args: str) -> Any:
    (told,) = vitosms.told("explain", *args)["explanations"]
    return told


def test_what_is_said_in_advance_is_what_then_happens(day: Day, vitosms: Vitosms) -> None:
    stage, _ = day
    wanted = [*(("--appointment", which) for which in (T1, T2, CALLED_OFF)), ("--patient", "P3", "--on", "2026-11-23")]
    before = [asked(vitosms, *args) for args in wanted]
    assert [one["state"] for one in before] == ["planned", "planned", "none", "planned"]
    assert "Mo 23.11. 10:00 aufbereitet und frühestens am Mo 23.11. 10:05 versendet" in words(before[0]["headline"])
    stage.cloud.play(at("12:00"))
    after = [asked(vitosms, *args) for args in wanted]
    assert [one["state"] for one in after] == ["delivered", "not_sendable", "none", "delivered"]
    assert [one["timeline"][1]["at"][11:16] for one in (after[0], after[3])] == ["10:05", "10:05"]
    assert [after[n]["text"] for n in (0, 3)] == [before[n]["text"] for n in (0, 3)]
    assert words([after[n]["reason"] for n in (1, 2)]) == words([before[n]["reason"] for n in (1, 2)])
    assert [one["basis"] for one in after] == ["entry", "entry", "protocol", "entry"]


def test_nothing_is_written_and_a_patient_has_all_appointments_and_the_greeting(day: Day, vitosms: Vitosms) -> None:
    stage, database = day
    database.run("UPDATE Patient SET Geburtsdatum = '1980-11-25' WHERE PatientId = 'P1'")
    stage.cloud.play(at("10:20"))
    items, made, call = stage.cloud.scan_table(), Counter[str](), BaseClient._make_api_call

    def spy(client: Any, operation: str, given: Any) -> Any:
        made[operation] += 1
        return call(client, operation, given)

    with patch.object(BaseClient, "_make_api_call", spy):
        told = vitosms.told("explain", "--patient", "P1")["explanations"]
    assert [one["entry"] for one in told] == ["reminder:T1", "reminder:T9", "birthday:P1:2026", "reminder:T8"]
    assert made.keys() <= READS, made
    assert (made["BatchGetItem"], made["FilterLogEvents"]) == (3, 3)  # entries, balances; both protocols, deliver's log
    assert stage.cloud.scan_table() == items


def test_a_screen_is_as_wide_as_the_terminal(day: Day, vitosms: Vitosms, monkeypatch: pytest.MonkeyPatch) -> None:
    day[0].cloud.play(at("12:00"))
    for columns in (80, 140):
        monkeypatch.setenv("COLUMNS", str(columns))
        wanted = (("--appointment", T1), ("--appointment", CALLED_OFF), ("--patient", "P1"), ("--appointment", FAR))
        shown = [vitosms.shows("explain", *args) for args in wanted]
        assert max(cell_len(line.rstrip()) for one in shown for line in one.splitlines()) in range(
            columns - 12, columns + 1
        )
        assert "\x1b" not in "".join(shown)
        assert "Zugestellt" in shown[0]
        assert "Der Terminstatus ist nicht «definitiv». (laut Protokoll)" in shown[1]
        assert "→ Findet der Termin statt" in shown[1]
        assert "Wird am Mo 30.11. 10:00 aufbereitet" in shown[3]


def test_a_row_that_is_gone_and_a_database_that_is_away_are_told_with_what_is_known(day: Day, vitosms: Vitosms) -> None:
    stage, database = day
    stage.cloud.play(at("10:20"))
    database.run("DELETE FROM Termin WHERE TerminId = ?", T1)
    gone = asked(vitosms, "--appointment", T1)
    assert (gone["state"], words(gone["remarks"])) == (
        "delivered", ["Den Termin gibt es in der Praxisdatenbank nicht mehr."]
    )  # fmt: skip
    assert T1 in [one["appointment"] for one in vitosms.told("explain", "--patient", "P1")["explanations"]]
    database.path.rename(database.path.with_suffix(".away"))
    away = asked(vitosms, "--appointment", T1)
    assert (away["state"], words(away["remarks"][0])[:45]) == (
        "delivered",
        "Die Praxisdatenbank kann nicht gelesen werden",
    )
    assert asked(vitosms, "--appointment", CALLED_OFF)["reason"]["text"] == "Der Terminstatus ist nicht «definitiv»."


def test_a_move_that_is_told_is_explained_beside_the_reminder(tmp_path: Path, vitosms: Vitosms) -> None:
    with running(tmp_path, switches={"ErinnerungBeiVerschiebung": "Ja"}) as (stage, database):
        stage.cloud.play(at("10:20"))
        database.run("UPDATE Termin SET Beginn = '2026-11-25 11:00:00' WHERE TerminId = ?", T1)
        before = vitosms.told("explain", "--appointment", T1)["explanations"]
        stage.cloud.play(at("10:20", 24))
        after = vitosms.told("explain", "--appointment", T1)["explanations"]
        shown = vitosms.shows("explain", "--appointment", T1)
    assert [(one["kind"], one["state"]) for one in before] == [("reminder", "delivered"), ("rescheduled", "planned")]
    assert "Dem Patienten ist Di 24.11. 09:00 mitgeteilt; jetzt ist der Termin am Mi 25.11. 11:00." in words(
        before[0]["next"]
    )
    assert words(before[1]["headline"]).startswith("Wird am Di 24.11. 10:00 aufbereitet")
    assert [(one["kind"], one["state"]) for one in after] == [("reminder", "delivered"), ("rescheduled", "delivered")]
    assert after[1]["text"] == before[1]["text"]
    assert "Terminverschiebung: Termin T1, Mi 25.11.2026 11:00" in shown


WRONG = {
    (): "give either a name, --appointment ID or --patient ID",
    ("--appointment", T1, "--patient", "P1"): "give either a name, --appointment ID or --patient ID",
    ("--appointment", T1, "--on", "2026-11-23"): "--on DATE goes with a name or --patient ID",
    ("--appointment", "t1"): "did you mean --appointment T1?",
    ("--appointment", "P1"): "did you mean --patient P1?",
    ("--patient", "T1"): "did you mean --appointment T1?",
    ("--patient", "4711"): "use the ID from the practice software",
    ("--patient", "P3", "--on", "2026-11-25"): "on 2026-11-25 there is neither an appointment nor a birthday",
    ("--patient", "P3", "--on", "morgen"): "--on 'morgen': must be a local time",
    ("--appointment", "x" * 65): "must be 1 to 64 characters",
}


def test_what_is_given_wrongly_is_said_with_what_is_allowed(day: Day, vitosms: Vitosms) -> None:
    told = {args: vitosms.refuses("explain", *args) for args in WRONG}
    assert {args: WRONG[args] in said for args, said in told.items()} == dict.fromkeys(WRONG, True), told


def test_every_command_that_is_proposed_exists_and_is_the_same_in_every_language() -> None:
    names = {path for name in COMMANDS for path, _ in leaves(loaded(name), name)}
    names |= {name for name in COMMANDS if getattr(loaded(name), "invoke_without_command", False)}
    german, *others = ({one.id: str(one.string) for one in read(CODES / f"{one}.po")} for one in LANGUAGES)
    proposed = {code: COMMAND.findall(text) for code, text in german.items()}
    assert [one for found in proposed.values() for one in found if not known(one, names)] == []
    assert len({one for found in proposed.values() for one in found}) > 10
    expected = {code: [known(one, names) for one in found] for code, found in proposed.items()}
    for texts in others:
        there = {code: [known(one, names) for one in COMMAND.findall(texts[code])] for code in proposed}
        assert {code: [one for one in found if one] for code, found in there.items()} == expected


def known(proposed: str, names: set[str]) -> str | None:
    """The command that begins a text such as `calls und`."""
    return next((one for one in (proposed, proposed.split()[0]) if one in names), None)

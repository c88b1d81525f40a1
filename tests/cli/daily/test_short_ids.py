"""The short ID that tables print is what the next command takes."""

import csv
import io
import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.cli.reference import parts
from infra.cli.reference.page import schemas
from infra.cli.reference.schema import Schema
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running
from tests.flow.build import Database, at

# These repeat the entry that is given, or have no table of entries.
NAMED = {
    "calls claim",
    "calls not-reached",
    "calls reached",
    "calls undo",
    "queue resolve",
    "queue send-again",
    "restored",
}
WAITING = (
    "queue list", "calls", "activity", "explain --patient P4", "preview", "preview --switch BevorzugterKanal=E-Mail",
)  # fmt: skip
LEFT = (
    "queue list", "queue show reminder:T1", "calls", "sent", "daily-check", "history --errors", "activity",
    "activity --entry reminder:T1", "activity --patient P1", "explain --appointment T1", "explain --patient P4",
    "export --patient P1", "patients stop P1 --reason 4711",
)  # fmt: skip
FILES = ("calls --csv -", "sent --csv -")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[tuple[Rehearsal, Database]]:
    """Two appointments of one patient, too; one appointment moves after its reminder has left."""
    with running(tmp_path) as (rehearsed, database):
        database.patient("2026-11-24 11:00:00")
        database.appointment("T9", "P4", "2026-12-24 12:00:00")
        rehearsed.cloud.at(at("10:20"), database.set_appointment("T1", "Beginn", "2026-11-24 15:00:00"))
        yield rehearsed, database


@pytest.fixture
def vitosms(stage: object, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def with_entries() -> set[str]:
    """The commands whose document has the key of an entry, by their schemas."""
    return {name for name, schema in schemas()["$defs"].items() if name not in parts.SHARED and _has_a_key(schema)}


def _has_a_key(schema: Any) -> bool:
    if isinstance(schema, list):
        return any(map(_has_a_key, schema))
    if not isinstance(schema, dict):
        return False
    named: Schema = schema.get("properties") or {}
    shared = str(schema.get("$ref", "")).endswith("/activity_line")
    return shared or named.get("key") == parts.KEY or any(map(_has_a_key, schema.values()))


def keys_in(document: Any) -> set[str]:
    if isinstance(document, list):
        return set[str]().union(*map(keys_in, document))
    if not isinstance(document, dict):
        return set()
    own = {document["key"]} if re.fullmatch("[0-9a-f]{32}", str(document.get("key"))) else set()
    return own.union(*map(keys_in, document.values()))


def missing(line: str, vitosms: Vitosms, known: Collection[str]) -> set[str]:
    """The entries of a command's document, as far as there are any, whose short ID its table does not print."""
    code, out, err = vitosms.run(*line.split(), "--json")
    assert (code in (0, 1), out[:1]) == (True, "{"), err
    found = keys_in(json.loads(out)) & set(known)
    assert found or line.startswith("history"), f"{line}: no entry"
    _, shown, _ = vitosms.run(*line.split())
    return {key for key in found if not re.search(rf"\b{key[:6]}", shown)}


def test_every_table_of_an_entry_prints_its_short_id(stage: tuple[Rehearsal, Database], vitosms: Vitosms) -> None:
    rehearsed, _ = stage
    wrong: dict[tuple[str, str], set[str]] = {}
    for clock, lines in (("10:02", WAITING), ("10:31", LEFT)):
        rehearsed.cloud.play(at(clock))
        known = {entry.key for entry in rehearsed.entries()}
        wrong |= {(clock, line): missing(line, vitosms, known) for line in lines}
    assert {line: keys for line, keys in wrong.items() if keys} == {}
    asked = {name for name in with_entries() for line in (*WAITING, *LEFT) if f"{line} ".startswith(f"{name} ")}
    assert asked | NAMED == with_entries()


def test_every_file_of_entries_has_their_short_ids(stage: tuple[Rehearsal, Database], vitosms: Vitosms) -> None:
    rehearsed, _ = stage
    rehearsed.cloud.play(at("10:31"))
    for line in FILES:
        header, *rows = csv.reader(io.StringIO(vitosms.shows(*line.split()).removeprefix("\ufeff")), delimiter=";")
        assert rows, line
        for row in rows:
            cells = dict(zip(header, row, strict=True))
            entry = vitosms.told("queue", "show", cells["Eintrag"])
            assert cells["Kennung"].removeprefix("'") == entry["key"][:6]


def test_what_is_printed_is_what_the_next_command_takes(stage: tuple[Rehearsal, Database], vitosms: Vitosms) -> None:
    stage[0].cloud.play(at("10:31"))
    for printed in re.findall(r"\b[0-9a-f]{6}\b", vitosms.shows("activity")):
        entry = vitosms.told("queue", "show", printed)
        assert entry["key"].startswith(printed)
        (one,) = vitosms.told("activity", "--entry", printed)["entries"]
        assert one["key"] == entry["key"]


def test_appointments_without_an_address_are_listed_with_what_explain_takes(vitosms: Vitosms) -> None:
    assert "T2" in vitosms.shows("patients", "unreachable")
    assert "T2" in vitosms.shows("patients", "unreachable", "--csv", "-")
    assert vitosms.told("explain", "--appointment", "T2")["explanations"]

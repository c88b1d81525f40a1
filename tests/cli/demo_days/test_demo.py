"""`vitosms demo`: two days of the bundled practice, played once for all these tests."""

import io
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from rich.cells import cell_len

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import END_STATES
from chalicelib.reports.call_list import Call
from infra.cli.sandbox.rehearsal_document import document_of
from infra.cli.sandbox.rehearsal_report import print_report
from infra.demo.tables import LICENCES
from tests.cli.demo_days.conftest import Demo
from tests.cli.running import words

KEYS = {
    "document": [
        "practice",
        "from",
        "to",
        "entries",
        "messages",
        "skipped",
        "credits",
        "runs",
        "alerts",
        "notices",
        "calls",
    ],
    "entries": [
        *("entry", "kind", "state", "channel", "recipient", "mandant"),
        *("parts", "credits", "language", "text", "reason", "starts_at"),
    ],
    "messages": ["at", "channel", "to", "sender", "subject", "text", "attachments", "entry"],
    "runs": ["job", "slot", "started_at", "seconds", "question_ms", "outcome", "counts", "skipped", "reasons"],
    "alerts": ["kind", "subject", "code", "text"],
    "notices": ["at", "to", "subject", "text"],
}
SOMETIMES = {"alerts": {"values", "parts"}}
SECTIONS = (
    "Was aufbereitet wurde",
    "Weshalb andere keine Mitteilung bekommen",
    "Was unterdessen in der Praxis geschah",
    "Was aus den Mitteilungen wurde",
    "Wie die Patienten sie lesen",
    "Anrufliste (Mi 28.02. 21:00)",
    "Guthaben je Mandant",
    "Auftragsverlauf",
    "Meldungen",
)


@dataclass(frozen=True)
class Played:
    document: dict[str, Any]
    report: str
    stderr: str
    calls: list[Call]
    patients: dict[str, dict[str, Any]]  # by identity of the entry, at the end of the two days


@pytest.fixture(scope="module")
def played(demo: Demo) -> Played:
    report, rehearsed = io.StringIO(), demo.rehearsed
    print_report(rehearsed, report, demo.happenings)
    entries = rehearsed.entries()
    patients = _patients(rehearsed.plan.database, entries)
    document = document_of(rehearsed)
    return Played(document, report.getvalue(), demo.progress, rehearsed.calls(entries), patients)


def _patients(url: str, entries: list[Entry]) -> dict[str, dict[str, Any]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.row_factory = sqlite3.Row
        rows = {row["PatientId"]: dict(row) for row in connection.execute("SELECT * FROM Patient")}
    return {entry.identity: rows[entry.patient] for entry in entries}


def test_the_document_has_exactly_the_documented_keys(played: Played) -> None:
    assert list(played.document) == KEYS["document"]
    for part in ("entries", "messages", "runs", "alerts", "notices"):
        assert played.document[part]
        always = [[key for key in one if key not in SOMETIMES.get(part, ())] for one in played.document[part]]
        assert all(keys == KEYS[part] for keys in always), part
    assert set(played.document["calls"]) == {"aws", "sql_statements"}
    credits = {"topped_up", "charged", "refunded", "transferred", "balance"}
    assert all(set(one) == credits for one in played.document["credits"].values())


def test_every_entry_has_ended_or_is_on_its_way_or_is_on_the_call_list(played: Played) -> None:
    phoned = {call.entry for call in played.calls}
    left = [
        e for e in played.document["entries"] if e["state"] not in {*END_STATES, "sent"} and e["entry"] not in phoned
    ]
    assert left == []


def test_nobody_is_written_twice_and_every_message_has_its_entry(played: Played) -> None:
    owners = Counter(message["entry"] for message in played.document["messages"])
    assert None not in owners
    assert set(owners.values()) == {1}


def test_the_dead_and_those_who_want_nothing_get_no_message(played: Played) -> None:
    for message in played.document["messages"]:
        patient = played.patients[message["entry"]]
        assert patient["Sterbedatum"] is None
        assert not patient["KeineMitteilungen"]


def test_no_message_is_of_the_mandant_without_licence_and_none_is_unpaid(played: Played) -> None:
    entries = {entry["entry"]: entry for entry in played.document["entries"]}
    payers = {entries[message["entry"]]["mandant"] for message in played.document["messages"]}
    assert payers == {"M1", "M2"}
    assert LICENCES.keys() - payers == {"M3"}
    assert played.document["credits"]["M3"]["charged"] == 0


def test_the_ledger_adds_up(played: Played) -> None:
    spent: Counter[str] = Counter()
    for entry in played.document["entries"]:
        spent[entry["mandant"]] += entry["credits"]
    for mandant, credits in played.document["credits"].items():
        assert credits["balance"] == credits["topped_up"] - credits["charged"] + credits["refunded"] >= 0
        assert spent[mandant] == credits["charged"] - credits["refunded"]


def test_who_was_born_on_29_february_is_greeted_on_the_28th(played: Played) -> None:
    greeted = {
        message["at"][:10]
        for message in played.document["messages"]
        if played.patients[message["entry"]]["Geburtsdatum"] == "1988-02-29"
        and message["entry"].startswith("birthday:")
    }
    assert greeted == {"2029-02-28"}


def test_some_messages_fail_and_one_appointment_is_cancelled_in_between(played: Played) -> None:
    states = Counter(entry["state"] for entry in played.document["entries"])
    assert states["failed"] >= 1
    assert states["cancelled"] >= 1
    assert any("nicht «definitiv»" in (words(entry["reason"]) or "") for entry in played.document["entries"])


@pytest.mark.parametrize("title", SECTIONS)
def test_the_report_has_the_section(played: Played, title: str) -> None:
    assert f"\n{title} ─" in played.report


def test_the_report_fits_80_columns_and_has_no_colour_when_piped(played: Played) -> None:
    assert max(cell_len(line) for line in played.report.splitlines()) == 80
    assert "\x1b" not in played.report


@pytest.mark.parametrize(
    "words",
    [
        "Patient ist verstorben",
        "Beim Patienten ist kein Sterbedatum",
        "sagt den Termin von morgen telefonisch ab.",
        "╭─ SMS · Terminerinnerung ─",
        "╭─ E-Mail · Geburtstag ─",
        "Festnetznummer",
        "Guthaben fehlt",
        "Guthaben tief",
        "zugestellt",
        "Mit Fehlern",
    ],
)
def test_the_report_says_it_in_german(played: Played, words: str) -> None:
    assert words in played.report


def test_the_report_lists_whom_to_phone_and_sums_up(played: Played) -> None:
    last = " ".join(played.report.split("\n─")[-1].split())
    assert f"{len(played.document['messages'])} Mitteilungen versendet" in last
    assert f"{len(played.calls)} Anrufe nötig" in last


def test_progress_is_a_single_line_where_nobody_watches(played: Played) -> None:
    assert played.stderr.splitlines() == [
        "praxis-sonnenhof: Di 27.02.2029 09:45 bis Mi 28.02.2029 21:00 wird durchgespielt …"
    ]

"""`vitosms queue`, `calls`, `history`, `activity`, `credits` and `licences` on a running stage."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from rich.console import Console

from chalicelib.entries.credits import balance_of
from chalicelib.entries.entry import Entry, entry_key, held_back
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from chalicelib.text import Text
from chalicelib.wiring import wiring
from infra.cli.daily.queue_table import queue_table
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running, save_as_somebody_else, words
from tests.contract.entries import entry
from tests.flow.build import PRACTICE, TOMORROW_9, ZURICH, Database, at, entry_of


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rehearsal, Database]]:
    with running(tmp_path_factory.mktemp("queue")) as (rehearsed, database):
        rehearsed.play()
        yield rehearsed, database


@pytest.fixture
def stage(both: tuple[Rehearsal, Database]) -> Rehearsal:
    return both[0]


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


MISSED = Text("send.missed", slot=at("10:05"))


def held(stage: Rehearsal, database: Database, name: str, until: datetime | None = None) -> Entry:
    """A new patient's reminder, prepared now and held, as after a missed send slot."""
    patient = database.patient()
    database.appointment(name, patient, TOMORROW_9)
    one = entry_of(stage, "T1")  # sent: only its shape matters
    fresh = Entry(
        PRACTICE, f"reminder:{name}", one.kind, one.state.PREPARED, patient, name, one.starts_at,
        until or one.expires_at,
        at("10:00"), one.searched_first, one.searched_end, "M1", "SMS", "de", 180, stage.cloud.clock.now(),
    )  # fmt: skip
    (made,) = wiring().store.commit([Transition(None, fresh)])
    (done,) = wiring().store.commit([Transition(made.after, held_back(made.after, MISSED))])
    return done.after


def test_the_queue_counts_and_lists_what_is_open(vitosms: Vitosms) -> None:
    document = vitosms.told("queue", "list")
    assert document["counts"] == {"prepared": 0, "held": 0, "underway": 0, "unreached": 1}
    (one,) = document["entries"]
    assert (one["entry"], one["state"], one["starts_at"]) == (
        "reminder:T2", "not_sendable", "2026-11-24T10:00:00+01:00",
    )  # fmt: skip
    assert "wartet 0, zurückgehalten 0, unterwegs 0, nicht erreicht 1" in vitosms.shows("queue", "list")


@pytest.mark.parametrize("identity", ["birthday:P3:2026", f"birthday:{'P' * 64}:2026"])
def test_the_name_of_an_entry_is_never_cut_and_a_greeting_is_shown_with_its_last_moment(identity: str) -> None:
    greeting = replace(
        entry("praxis", 1), identity=identity, kind=Kind.BIRTHDAY, starts_at=None, expires_at=at("20:00")
    )
    console = Console(width=80)
    with console.capture() as printed:
        console.print(queue_table([greeting, entry("praxis", 2)], ZURICH))
    lines = [line.split("  ")[0].strip() for line in printed.get().splitlines()]
    assert lines[2:4] == [identity, "Mo 23.11. bis 20:00"]


def test_the_call_list_has_names_and_without_the_database_patient_numbers(vitosms: Vitosms) -> None:
    (call,) = vitosms.told("calls")["calls"]
    assert call | {"reason": words(call["reason"])} == {
        "patient": "P2", "name": "Nachname2 Vorname2", "phones": [], "reason": "Keine Mobilnummer; keine E-Mail",
        "starts_at": "2026-11-24T10:00:00+01:00", "appointment": "T2", "practitioner": None, "place": None,
        "born": None, "language": None, "tries": [], "reached": None, "claim": None, "version": 1,
        "entry": "reminder:T2", "key": entry_key(PRACTICE, "reminder:T2"),
    }  # fmt: skip
    url = wiring().parameters.database_url(PRACTICE)
    wiring().parameters.save_database_url(PRACTICE, "sqlite:///there-is-none.db")
    try:
        document = vitosms.told("calls")
        shown = vitosms.shows("calls")
        balance = vitosms.told("credits", "balance")
    finally:
        wiring().parameters.save_database_url(PRACTICE, url)
    assert [(call["patient"], call["name"]) for call in document["calls"]] == [("P2", None)]
    assert words(document["remarks"][0]).startswith("Die Datei der Praxisdatenbank fehlt")
    assert "Di 24.11. 10:00   P2        Keine Mobilnummer; keine E-Mail" in shown
    assert list(balance["credits"]) == ["M1"]  # of the open entry
    assert balance["remarks"]


def test_a_released_entry_leaves_at_the_next_send_tick(vitosms: Vitosms, both: tuple[Rehearsal, Database]) -> None:
    stage, database = both
    one, _ = held(stage, database, "T10"), held(stage, database, "T11")
    assert vitosms.told("queue", "list")["counts"]["held"] == 2
    assert "on hold: reminder:T10, reminder:T11" in vitosms.refuses("queue", "release", "reminder:T10", "reminder:T1")
    assert vitosms.told("queue", "list")["counts"]["held"] == 2, "nothing was released"
    assert "give the entries to release, or --all" in vitosms.refuses("queue", "release")
    assert "give the entries to release, or --all" in vitosms.refuses("queue", "release", one.key, "--all")
    document = vitosms.told("queue", "release", one.key, "--yes")
    assert document["released"] == ["reminder:T10"]
    soon = stage.cloud.clock.now() + timedelta(minutes=15)
    assert stage.cloud.clock.now().isoformat() < document["next_send"] <= soon.astimezone(ZURICH).isoformat()
    assert "1 Eintrag freigegeben; der nächste Versand ist am Mo 23.11.2026" in vitosms.shows(
        "queue", "release", "--all", "--yes"
    )
    stage.cloud.play(soon + timedelta(minutes=15))
    assert {entry_of(stage, name).state for name in ("T10", "T11")} == {"delivered"}
    assert vitosms.told("queue", "release", "--all") == {
        "practice": PRACTICE, "released": [], "next_send": "2026-11-24T10:05:00+01:00", "warnings": [],
    }  # fmt: skip


def test_whoever_releases_what_ends_before_the_next_send_run_is_told(
    vitosms: Vitosms, both: tuple[Rehearsal, Database]
) -> None:
    stage, database = both
    one = held(stage, database, "T13", stage.cloud.clock.now() + timedelta(seconds=1))
    assert words(vitosms.told("queue", "release", one.identity, "--yes")["warnings"]) == [
        "Davon verfallen bis dann: reminder:T13."
    ]


def test_whoever_releases_while_nothing_is_sent_is_told(vitosms: Vitosms, both: tuple[Rehearsal, Database]) -> None:
    stage, database = both
    one = held(stage, database, "T12")
    wiring().parameters.save(PRACTICE, "Auftraege/send/Aktiviert", "Nein")
    try:
        document = vitosms.told("queue", "release", one.identity, "--yes")
    finally:
        wiring().parameters.forget(PRACTICE, "Auftraege/send/Aktiviert")
    assert (document["next_send"], words(document["warnings"])) == (
        None, ["Der Auftrag «Mitteilungen senden» ist nicht aktiviert."],
    )  # fmt: skip


def test_the_history_shows_runs_and_with_errors_only_what_went_wrong(vitosms: Vitosms, stage: Rehearsal) -> None:
    document = vitosms.told("history", "--since", "2026-11-23", "--job", "prepare-reminders")
    assert [(run["job"], run["started_at"]) for run in document["runs"]] == [
        ("prepare-reminders", "2026-11-23T10:00:00+01:00")
    ]
    assert vitosms.told("history", "--errors")["runs"] == []
    assert vitosms.shows("history", "--errors") == "Keine Fehler.\n"
    assert "Mitteilungen senden" in vitosms.shows("history")
    assert "kein Auftrag fällig" in vitosms.shows("history", "--since", "2026-11-24")
    save_as_somebody_else("Schalter/Sprache", "dt")
    vitosms.shows("jobs", "run", "send", "--yes")
    stage.cloud.play(stage.cloud.clock.now() + timedelta(minutes=1))
    wiring().parameters.forget(PRACTICE, "Schalter/Sprache")
    document = vitosms.told("history", "--errors", "--since", "1h")
    assert [(run["job"], run["outcome"]) for run in document["runs"]] == [("send", "failed")]
    assert [line["kind"] for line in document["alerts"]] == ["invalid", "run-failed"]  # when it was saved, and after
    assert "alerts" in document
    assert document["alerts"][0]["at"].endswith("+01:00")
    shown = vitosms.shows("history", "--errors")
    assert "«dt»" in shown
    assert "Meldung" in shown
    assert vitosms.told("history", "--errors", "--job", "status")["runs"] == []


def test_activity_is_that_of_an_entry_or_a_patient(vitosms: Vitosms, stage: Rehearsal) -> None:
    everything = vitosms.told("activity")
    assert {move.get("entry") for move in everything["activities"]} >= {
        "reminder:T1",
        "reminder:T2",
        "birthday:P3:2026",
    }
    assert "entries" not in everything
    one = entry_of(stage, "T1")
    of_patient = vitosms.told("activity", "--patient", "P1")
    for document in (vitosms.told("activity", "--entry", "reminder:T1"), vitosms.told("activity", "--entry", one.key)):
        assert document == of_patient
        assert [entry["state"] for entry in document["entries"]] == ["delivered"]
        assert [move["to"] for move in document["activities"]] == ["prepared", "reserved", "delivered"]
    assert vitosms.told("activity", "--patient", "P2")["activities"][0]["to"] == "not_sendable"
    nobody = vitosms.told("activity", "--patient", "P99")
    assert (nobody["entries"], nobody["activities"]) == ([], [])
    assert "Einen solchen Eintrag gibt es nicht" in vitosms.shows("activity", "--entry", "reminder:T99")


def test_a_topup_counts_once_for_each_reference(vitosms: Vitosms) -> None:
    store = wiring().store
    before = vitosms.told("credits", "balance")["credits"]["M1"]
    first = vitosms.told("credits", "topup", "M1", "250", "--reference", " R 1 ", "--yes")
    again = vitosms.told("credits", "topup", "M1", "250", "--reference", "R 1", "--yes")
    assert (first["added"], again["added"]) == (250, 0)
    assert first["balance"] == again["balance"] == before["balance"] + 250
    assert "250 Credits wurden mit dieser Referenz schon am Mo 23.11.2026" in vitosms.shows(
        "credits", "topup", "M1", "250", "--reference", "R 1", "--yes"
    )
    other = vitosms.refuses("credits", "topup", "M1", "300", "--reference", "R 1", "--yes")
    assert "250 credits were already added with this reference on Mon 23.11.2026" in other
    assert "nothing was added" in other
    after = vitosms.told("credits", "balance", "--mandant", "M1")["credits"]["M1"]
    assert after == before | {"topped_up": before["topped_up"] + 250, "balance": before["balance"] + 250}
    assert store.balances(PRACTICE, ["M1"])["M1"] == after["balance"] == balance_of(store.ledger(PRACTICE, "M1"))
    assert f"M1 Praxis Beispiel          {after['topped_up']}" in vitosms.shows("credits", "balance")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("M1", "0", "--reference", "x"), "N '0'"),
        (("M1", "-5", "--reference", "x"), "-5"),
        (("M1", "viel", "--reference", "x"), "N 'viel'"),
        (("M1", "5"), "--reference"),
        (("M1", "5", "--reference", " "), "must be 1 to 200 characters"),
        (("M9", "5", "--reference", "x"), "no billing practitioner 'M9' in the practice database; it has M1"),
    ],
)
def test_a_topup_that_is_given_wrongly_adds_nothing(vitosms: Vitosms, args: tuple[str, ...], told: str) -> None:
    before = wiring().store.ledger(PRACTICE, args[0])
    code, out, err = vitosms.run("credits", "topup", *args, "--yes", lang="en")
    assert (code, out) == (2, "")
    assert told in err
    assert wiring().store.ledger(PRACTICE, args[0]) == before


def test_licences_are_added_revoked_and_listed(vitosms: Vitosms) -> None:
    assert "Lizenz L2 ist registriert; gültig vom 01.01.2026 bis 01.02.2026" in vitosms.shows(
        "licences", "add", " L2 ", "--from", "2026-01-01", "--to", "2026-02-01"
    )
    assert vitosms.shows("licences", "list").split()[-1] == "abgelaufen"
    by_number = {one["number"]: one for one in vitosms.told("licences", "list")["licences"]}
    assert by_number["L1"] == {"number": "L1", "from": None, "to": None, "revoked": False, "problem": None}
    assert words(by_number["L2"]["problem"]) == "Die Lizenz des Mandanten ist am 01.02.2026 abgelaufen."
    assert vitosms.told("licences", "revoke", "L2")["licence"]["revoked"] is True
    assert [line.split()[-1] for line in vitosms.shows("licences", "list").splitlines()[2:]] == ["gültig", "widerrufen"]
    assert vitosms.shows("licences", "add", "L2") == "praxis: Lizenz L2 ist wieder gültig\n"
    assert vitosms.shows("licences", "add", "L2") == "praxis: Lizenz L2 ist ersetzt\n"
    assert {one["problem"] for one in vitosms.told("licences", "list")["licences"]} == {None}
    assert "registered: L1, L2" in vitosms.refuses("licences", "revoke", "L9")
    assert "--from '1.1.2026'" in vitosms.refuses("licences", "add", "L3", "--from", "1.1.2026")
    assert "before --from" in vitosms.refuses("licences", "add", "L3", "--from", "2026-02-01", "--to", "2026-01-01")
    assert "must be 1 to 64" in vitosms.refuses("licences", "add", " ")

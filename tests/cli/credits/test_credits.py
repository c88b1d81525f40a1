"""`vitosms credits transfer`, `ledger`, `forecast` and `preview` on a small practice whose day is over."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.entries.credits import TopUp, balance_of
from chalicelib.wiring import wiring
from infra.language import number
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running, words
from tests.flow.build import PRACTICE, Database


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rehearsal, Database]]:
    with running(tmp_path_factory.mktemp("credits")) as (rehearsed, database):
        database.run("INSERT INTO Mandant (MandantId, Name) VALUES ('M2', 'Praxis Zwei')")
        database.patient("2026-11-25 09:00:00")
        rehearsed.play()
        yield rehearsed, database


@pytest.fixture
def vitosms(both: tuple[Rehearsal, Database], capsys: pytest.CaptureFixture[str]) -> Vitosms:
    """With at least a hundred credits for M1."""
    store, now = wiring().store, both[0].cloud.clock.now()
    store.top_up(PRACTICE, TopUp("M1", f"{len(store.ledger(PRACTICE, 'M1'))}", 100, now))
    return Vitosms(capsys)


def books() -> dict[str, int]:
    store = wiring().store
    balances = store.balances(PRACTICE, ["M1", "M2"])
    assert balances == {mandant: balance_of(store.ledger(PRACTICE, mandant)) for mandant in balances}
    return balances


TRANSFER = ("credits", "transfer", "M1", "M2")


def test_a_transfer_moves_credits_once_for_each_reference(vitosms: Vitosms) -> None:
    before = books()
    first = vitosms.told(*TRANSFER, "30", "--reference", " Miete ", "--yes")
    again = vitosms.told(*TRANSFER, "30", "--reference", "Miete", "--yes")
    assert (first["moved"], again["moved"], again["at"]) == (30, 0, first["at"])
    assert first["balances"] == again["balances"] == books() == {"M1": before["M1"] - 30, "M2": before["M2"] + 30}
    shown = vitosms.shows(*TRANSFER, "30", "--reference", "Miete", "--yes")
    assert "30 Credits wurden mit dieser Referenz schon am Mo 23.11.2026 12:00 von Mandant M1 an Mandant M2" in shown
    table = vitosms.shows("credits", "balance")
    assert "übertragen" in table
    assert vitosms.told("credits", "balance")["credits"]["M2"]["transferred"] >= 30


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("M1", "M2", "31", "--reference", "Umlage"), "use another reference for another transfer"),
        (
            ("M2", "M1", "30", "--reference", "Umlage"),
            "30 credits were already moved from billing practitioner M1 to M2",
        ),
        (("M1", "M2", "9999", "--reference", "x"), "not 9'999; nothing was moved"),
        (("M1", " M1 ", "1", "--reference", "x"), "FROM and TO are both 'M1'"),
        (("M1", "M9", "1", "--reference", "x"), "no billing practitioner 'M9' in the practice database; it has M1, M2"),
        (("M9", "M1", "1", "--reference", "x"), "no billing practitioner 'M9'"),
        (("M1", "M2", "0", "--reference", "x"), "N '0'"),
        (("M1", "M2", "1", "--reference", " "), "must be 1 to 200 characters"),
        (("M1", "M2", "1"), "--reference"),
    ],
)
def test_a_transfer_that_is_given_wrongly_moves_nothing(vitosms: Vitosms, args: tuple[str, ...], told: str) -> None:
    vitosms.shows(*TRANSFER, "30", "--reference", "Umlage", "--yes")  # now, or before
    before = books()
    code, out, err = vitosms.run("credits", "transfer", *args, "--yes", lang="en")
    assert (code, out) == (2, "")
    assert told in err
    assert books() == before


@pytest.mark.parametrize(
    ("args", "question"),
    [
        ((*TRANSFER, "5", "--reference", "y"), "praxis: move 5 credits from billing practitioner M1 to M2?"),
        (("credits", "topup", "M1", "1", "--reference", "y"), "praxis: add 1 credit to billing practitioner M1?"),
    ],
)
def test_credits_move_after_a_yes_only(
    vitosms: Vitosms, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], question: str
) -> None:
    before = books()
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    code, out, err = vitosms.run(*args, lang="en")
    assert (code, out, books()) == (3, "", before)
    assert question in err
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert vitosms.run(*args, lang="en")[0] == 0
    assert books() != before


def test_the_ledger_tells_each_item_with_the_balance_after_it(vitosms: Vitosms, tmp_path: Path) -> None:
    rows = vitosms.told("credits", "ledger", "--mandant", "M1")["ledger"]
    assert [(row["kind"], row["reference"], row["credits"], row["balance"]) for row in rows[:2]] == [
        ("top_up", "rehearsal", 100, 100), ("charge", None, -2, 98),
    ]  # fmt: skip
    assert len(rows[1]["entries"]) == 2
    assert rows[-1]["balance"] == books()["M1"]
    assert vitosms.told("credits", "ledger", "--since", "2026-11-24")["ledger"] == []
    assert "In dieser Zeit wurde nichts gebucht." in vitosms.shows("credits", "ledger", "--since", "2026-11-24")
    assert "Mo 23.11.2026 10:05   M1        belastet: 2 Mitteilungen" in vitosms.shows("credits", "ledger")
    file = tmp_path / "buch.csv"
    assert vitosms.shows("credits", "ledger", "--csv", str(file)) == f"{file}: {len(all_rows(vitosms))} Buchungen\n"
    lines = file.read_bytes().decode("utf-8").split("\r\n")
    assert lines[:3] == [
        "\ufeffDatum;Zeit;Mandant;Buchung;Wofür;Credits;Guthaben", "23.11.2026;09:55;M1;aufgeladen;rehearsal;100;100",
        "23.11.2026;10:05;M1;belastet;2 Mitteilungen;-2;98",
    ]  # fmt: skip
    assert "cannot be written" in vitosms.refuses("credits", "ledger", "--csv", str(tmp_path))


def all_rows(vitosms: Vitosms) -> list[object]:
    rows: list[object] = vitosms.told("credits", "ledger")["ledger"]
    return rows


@pytest.mark.parametrize("given", ["-5", "-50", "-1e2", "1e2", "1.5", "0", "viel"])
def test_credits_are_a_whole_number(vitosms: Vitosms, given: str) -> None:
    for command in (("topup", "M1"), ("transfer", "M1", "M2")):
        told = vitosms.refuses("credits", *command, given, "--reference", "R", "--yes")
        assert told == f"N '{given}': must be a whole number from 1 to 1'000'000'000"
    assert vitosms.refuses("credits", "balance", "-5") == "no such option '-5'"


def test_a_forecast_names_the_first_message_that_cannot_be_paid(vitosms: Vitosms) -> None:
    everything = books()["M1"]
    assert f"M1: {number(everything)} Credits reichen über den 23.12. hinaus." in vitosms.shows("credits", "forecast")
    vitosms.shows(*TRANSFER, str(everything), "--reference", "alles", "--yes")
    found = vitosms.told("credits", "forecast", "--mandant", "M1", "--days", "5")["credits"]["M1"]
    assert (found["lasts_until"], found["by"], found["reminders"], found["greetings"]) == (
        "2026-11-24T10:05:00+01:00", "agenda", 1, 0,
    )  # fmt: skip
    assert len(found["days"]) == 6
    shown = " ".join(vitosms.shows("credits", "forecast", "--days", "5").split())
    assert "M1: 0 Credits reichen bis Dienstag, 24.11., 10:05; 1 Erinnerung betroffen bis 28.11." in shown


def test_without_the_database_a_forecast_says_so_and_goes_by_the_past(vitosms: Vitosms) -> None:
    url = wiring().parameters.database_url(PRACTICE)
    wiring().parameters.save_database_url(PRACTICE, "sqlite:///there-is-none.db")
    try:
        document = vitosms.told("credits", "forecast", "--mandant", "M1")
        refused = vitosms.refuses("preview", lang="de")
    finally:
        wiring().parameters.save_database_url(PRACTICE, url)
    assert words(document["remarks"][0]).startswith("Die Datei der Praxisdatenbank fehlt")
    assert document["credits"]["M1"]["lasts_until"] is None  # no eight weeks, no agenda
    assert refused.startswith("Die Datei der Praxisdatenbank fehlt")


def test_a_preview_shows_who_gets_what_and_what_a_switch_changes(vitosms: Vitosms) -> None:
    document = vitosms.told("preview")
    (line,) = document["lines"]
    assert (line["outcome"], line["patient"], line["leaves_at"], line["channel"], line["credits"]) == (
        "message", "P4", "2026-11-24T10:05:00+01:00", "sms", 1,
    )  # fmt: skip
    assert document["runs"] == dict.fromkeys(("prepare-reminders", "prepare-birthdays"), "2026-11-24T10:00:00+01:00")
    off = vitosms.told("preview", "--switch", "terminerinnerungsenden=Nein", "--switch", "auftraege/send/aktiviert=Ja")
    assert words(off["blockers"]["prepare-reminders"]) == [
        "«Terminerinnerungen aufbereiten» tut nichts: Der Schalter TerminerinnerungSenden steht auf Nein."
    ]
    assert off["settings"] == {"Schalter/TerminerinnerungSenden": "Nein", "Auftraege/send/Aktiviert": "Ja"}
    shown = vitosms.shows("preview", "--job", "reminders", "--switch", "OffsetStartTage=2")
    assert "Als ob: OffsetStartTage = 2" in shown
    assert "Der Auftrag" not in shown


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--switch", "OffsetSuchTage=0"),
         "The parameter Schalter/OffsetSuchTage has the value “0”. Allowed: a whole number from 1 to 31."),
        (("--switch", "Auftraege/send/Zeitplan=manchmal"), "The parameter Auftraege/send/Zeitplan"),
        (("--switch", "Vorlagen/Geburtstag/SMS/de=[[Vornam]]"), "Vornam"),
        (("--switch", "OfsetSuchTage=1"), "there is no such setting; did you mean OffsetSuchTage?"),
        (("--switch", "Sprache"), "must be NAME=VALUE"),
        (("--job", "send"), "--job 'send': must be one of reminders, birthdays"),
        (("--date", "morgen"), "--date 'morgen': must be a date such as 2026-11-23"),
        (("--date", "9999-12-31"), "--date '9999-12-31': must be a date"),
    ],
)  # fmt: skip
def test_a_preview_that_is_asked_wrongly_is_refused(vitosms: Vitosms, args: tuple[str, ...], told: str) -> None:
    assert told in vitosms.refuses("preview", *args)

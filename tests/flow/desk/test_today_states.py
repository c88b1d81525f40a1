"""The first page on the first day, on a day with nothing to do, and when credits do not last."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from chalicelib.practice.foreseen import Foreseen
from chalicelib.schedule.job import SCHEDULED
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms
from tests.flow.build import TOMORROW_9, Database, at, opened
from tests.flow.desk.browser import Browser, person
from tests.flow.desk.test_bands import raised
from tests.flow.desk.test_today import heading, lines, tiles
from tests.flow.desk.today_world import TODAY


def german() -> Browser:
    browser = Browser(language="de")
    browser.sign_in(person())
    return browser


def steps(browser: Browser) -> list[str]:
    return lines(browser.get(TODAY), "steps")


OFF = {"TerminerinnerungSenden": "Nein", "GeburtstagsglueckwuenscheSenden": "Nein"}


def test_before_the_first_run_it_says_what_doctor_says(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    database.insert("Mandant", "M2", "Dr. Zwei", None, None, None, None)
    database.patient(TOMORROW_9)
    database.patient(TOMORROW_9, "M2")
    with opened(database, topups={}, switches={**OFF, "Versandfenster": "20-8"}) as day:
        browser = german()
        with day.cloud.counting("first"):
            browser.get(TODAY)
        assert sum(day.cloud.calls_by_handler["first"].values()) <= 14
        said = steps(browser)
        assert "Versandfenster" in said[0]
        assert said[1:] == [
            "Weder Terminerinnerungen noch Geburtstagsglückwünsche sind eingeschaltet.",
            "Niemand in der Praxis erhält Meldungen und die Tagesübersicht.",
            "Praxis Beispiel hat keine Credits.",
            "Dr. Zwei: Der Mandant hat keine Lizenznummer.",
        ]
        code, out, _ = Vitosms(capsys).run("doctor", "--json")
        open_ = {one["check"]["code"] for one in json.loads(out)["findings"] if one["result"] != "good"}
        assert {"check.parameters", "check.sending", "check.alerts"} <= open_
        assert code == 1


def test_before_the_first_run_without_a_database(database: Database) -> None:
    with opened(database, switches={"MeldungAn": "praxis@beispiel.example"}):
        database.path.write_bytes(b"no database")
        assert steps(german()) == ["Die Datei der Praxisdatenbank ist beschädigt oder keine SQLite-Datenbank."]


def test_a_practice_that_is_ready_waits_for_its_first_run(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database, switches={"MeldungAn": "praxis@beispiel.example"}) as day:
        page = german().get(TODAY)
        assert ("Alles ist bereit." in page.text, tiles(page)) == (True, {})
        assert "Nichts zu tun. Der nächste Lauf ist heute 10:00." in page.text
        assert heading(page) == "Morgen, Di 24.11.: 1 Termin."
        day.play()
        assert "Vor dem ersten Lauf" not in german().get(TODAY).text


def test_there_is_nothing_to_do(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("10:40")) as day:
        day.play()
        page = german().get(TODAY)
    assert heading(page) == "Morgen, Di 24.11.: 1 Termin, 1 zugestellt."
    assert "Nichts zu tun. Der nächste Lauf ist morgen 10:00." in page.text
    assert tiles(page) == {}


def test_no_appointments_and_no_runs(database: Database) -> None:
    with opened(database) as day:
        page = german().get(TODAY)
        assert "Pendenzen" not in page.text  # the steps say what to do
        assert steps(german())[-1] == "Die Praxisdatenbank hat in den nächsten 14 Tagen keine definitiven Termine."
        day.play()
        for job in SCHEDULED:
            wiring().parameters.save("praxis", f"Auftraege/{job}/Aktiviert", "Nein")
        page = german().get(TODAY)
    assert heading(page) == "In den nächsten 14 Tagen gibt es keine Termine."
    assert "Nichts zu tun. Es ist kein Lauf geplant." in page.text
    assert all(one.startswith("kein Lauf geplant ") for one in lines(page, "runs"))


def test_a_band_names_the_mandant_and_the_last_day(cloud: Rehearsal) -> None:
    parts, end = wiring(), date(2026, 12, 23)
    record = parts.practices.record("praxis")
    assert record
    until = datetime(2026, 11, 28, 9, 5, tzinfo=UTC)
    some = [
        Foreseen("M1", until, 12, end, until, "Dr. Brunner", "L1"),
        Foreseen("M2", until, 900, end, None, "Dr. Roth", "L9"),
    ]
    parts.practices.set_forecasts(record, some)
    raised("runs-out", "M1")
    raised("low-balance", "M2")
    page = german().get(TODAY)
    assert "Das Guthaben von Dr. Brunner reicht nur bis Sa 28.11." in page.text
    assert "Dr. Roth hat nur noch wenige Credits." in page.text
    (topped_up, licence) = (one.partition(" Credits ")[2] for one in lines(page, "credits"))
    assert topped_up == "aufgeladen; die neue Prognose kommt in der Nacht"
    assert licence == "sendet nichts: Die Lizenznummer des Mandanten ist für diese Praxis nicht registriert"

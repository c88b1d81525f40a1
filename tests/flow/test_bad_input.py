"""Settings that are wrong or missing, and a practice database that fails: a German sentence, and no wrong message."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.schedule.job import SCHEDULED, Job
from chalicelib.wiring import wiring
from infra.language import logged, said
from infra.local.clients import client
from tests.flow.build import (
    BORN_TODAY,
    PRACTICE,
    TOMORROW_9,
    Database,
    at,
    entry_of,
    number,
    opened,
    parameter,
    run_outcomes,
    sent,
    states,
)
from tests.sql_server.endpoint import SqlServer

REMINDERS, BIRTHDAYS, SEND, STATUS = Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS, Job.SEND, Job.STATUS
MISSING = "Die Datei der Praxisdatenbank fehlt oder lässt sich nicht öffnen."
SWITCHES, DATABASE = "/vitosms/local/praxis/Schalter/", "/vitosms-secrets/local/praxis/Datenbank"


def renamed(path: Path, to: Path) -> Callable[[], None]:
    def act() -> None:
        path.rename(to)

    return act


def test_the_days_of_a_failed_prepare_are_searched_by_the_next_one(database: Database) -> None:
    for hour in ("09", "16"):  # at 09:00 it is over by the time the next prepare runs
        database.patient(f"2026-11-24 {hour}:00:00")
    away = database.path.with_suffix(".away")
    with opened(database, until=at("10:20", day=24)) as day:
        day.cloud.at(at("09:58"), renamed(database.path, away))
        day.cloud.at(at("12:00"), renamed(away, database.path))
        day.cloud.play(at("12:00"))
        assert run_outcomes(day, REMINDERS)[-1] == ("failed", [MISSING])
        assert run_outcomes(day, BIRTHDAYS)[-1] == ("failed", [MISSING])
        assert sorted(logged(alert) for alert in day.alerts()) == [
            f"«Geburtstagsglückwünsche aufbereiten» ist fehlgeschlagen: {MISSING}",
            f"«Terminerinnerungen aufbereiten» ist fehlgeschlagen: {MISSING}",
        ]
        assert (states(day), day.cloud.lambda_errors) == ({}, [])
        day.play()
        assert sent(day) == [("10:05", number(2))]


@pytest.mark.parametrize(
    ("breaks", "repair", "sentence"),
    [
        ("move", "move", MISSING),
        ("ALTER TABLE Patient RENAME COLUMN EMail TO Mail", "ALTER TABLE Patient RENAME COLUMN Mail TO EMail",
         "In der Sicht vitosms.Patient der Praxisdatenbank fehlt die Spalte EMail."),
    ],
)  # fmt: skip
def test_a_database_that_breaks_after_prepare_is_asked_again_at_the_next_send_tick(
    database: Database, breaks: str, repair: str, sentence: str
) -> None:
    database.patient(TOMORROW_9)
    away = database.path.with_suffix(".away")
    with opened(database, until=at("10:45")) as day:
        move = breaks == "move"
        day.cloud.at(at("10:02"), renamed(database.path, away) if move else lambda: database.run(breaks))
        day.cloud.at(at("10:12"), renamed(away, database.path) if move else lambda: database.run(repair))
        day.play()
        assert run_outcomes(day, SEND)[0] == ("failed", [sentence])
        assert sent(day) == [("10:20", number(1))]


def test_the_reason_that_stopped_a_run_comes_before_remarks(tmp_path: Path) -> None:
    missing = Database(tmp_path / "praxis.db")
    with opened(missing, until=at("10:05"), switches={"Auftraege/send/Quatsch": "1"}) as day:
        missing.path.unlink()
        day.play()
        outcome, reasons = run_outcomes(day, REMINDERS)[0]
    assert (outcome, reasons[0]) == ("failed", MISSING)
    assert "Quatsch" in reasons[1]


@pytest.mark.parametrize(
    ("wrong", "stopped"),
    [
        ({"TerminerinnerungSenden": ("vielleicht", "Ja oder Nein"),
          "ErinnerungBeiVerschiebung": ("manchmal", "Ja oder Nein")}, {REMINDERS, SEND}),
        ({"GeburtstagsglueckwuenscheSenden": ("1", "Ja oder Nein"),
          "GeburtstagInaktivJahre": ("nie", "eine ganze Zahl von 0 bis 50")}, {BIRTHDAYS, SEND}),
        ({"OffsetStartTage": ("61", "eine ganze Zahl von 0 bis 60"),
          "OffsetSuchTage": ("0", "eine ganze Zahl von 1 bis 31")}, {REMINDERS}),
        ({"DefaultSMSMandant": ("M" * 65, "eine MandantId mit höchstens 64 Zeichen; - heisst: niemand"),
          "Versandfenster": ("8-20 Uhr", "HH:MM-HH:MM, zum Beispiel 08:00-20:00"),
          "Sprache": ("Rätoromanisch", "de, fr, it oder en"),
          "BevorzugterKanal": ("Brief", "SMS oder E-Mail")}, {REMINDERS, BIRTHDAYS, SEND}),
        ({"CreditBestandPruefen": ("ja bitte", "Ja oder Nein"),
          "CreditMindestbestand": ("-1", "eine ganze Zahl von 0 bis 1000000"),
          "AufbewahrungTage": ("9", "eine ganze Zahl von 10 bis 3650")}, {REMINDERS, BIRTHDAYS}),
        ({"Zeitzone": ("Europe/Bern", "ein IANA-Name, zum Beispiel Europe/Zurich")}, set(Job)),
    ],
)  # fmt: skip
def test_a_wrong_switch_stops_the_jobs_that_need_it_and_no_other(
    database: Database, wrong: dict[str, tuple[str, str]], stopped: set[Job]
) -> None:
    database.patient(TOMORROW_9)
    database.patient(Geburtsdatum=BORN_TODAY)
    with opened(database, switches={name: value for name, (value, _) in wrong.items()}) as day:
        day.play()
        for job in SCHEDULED:
            (outcome, reasons) = run_outcomes(day, job)[0]
            assert outcome == ("failed" if job in stopped else "done")
            for name, (value, allowed) in wrong.items() if job in stopped else ():
                shown = value if len(value) <= 60 else value[:57] + "…"
                assert f"Der Parameter {SWITCHES}{name} hat den Wert «{shown}». Erlaubt ist: {allowed}." in reasons
        greeted = SEND not in stopped and BIRTHDAYS not in stopped
        assert sent(day) == ([("10:05", number(2))] if greeted else [])
        assert day.cloud.lambda_errors == []


BROKEN = "Die Vorlage Terminerinnerung/{}/de ist fehlerhaft. "


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("SMS", "Guten Tag [[Vorname"),
        ("SMS", " "),
        ("E-Mail-Text", "Guten Tag [[Vorname"),
    ],
)
def test_a_broken_own_template_fails_closed_and_hurts_nothing_else(database: Database, part: str, text: str) -> None:
    database.patient(TOMORROW_9)
    database.patient(TOMORROW_9, Mobiltelefon=None, EMail="p2@beispiel.example")
    database.patient(Geburtsdatum=BORN_TODAY)
    with opened(database) as day:
        parameter(day, f"Vorlagen/Terminerinnerung/{part}/de", text)()
        day.play()
        outcome, (reason, *_) = run_outcomes(day, REMINDERS)[0]
        assert outcome == "with_errors"
        assert f"Vorlage Terminerinnerung/{part}/de" in reason
        assert ("10:05", number(3)) in sent(day)
        broken = {number(1)} if part == "SMS" else {"p2@beispiel.example"}
        assert not broken & {to for _, to in sent(day)}
        assert day.cloud.lambda_errors == []


def test_a_template_that_breaks_after_prepare_is_waited_for(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("11:20")) as day:
        name = "Vorlagen/Terminerinnerung/SMS/de"
        day.cloud.at(at("10:02"), parameter(day, name, "[[Vorname"))
        day.cloud.at(at("11:00"), parameter(day, name, "Hallo [[Vorname]]"))
        day.cloud.play(at("10:20"))
        assert run_outcomes(day, SEND)[0][0] == "with_errors"
        assert said(entry_of(day, "T1").reason).startswith(BROKEN.format("SMS"))
        day.play()
        assert [message.text for message in day.cloud.networks.messages] == ["Hallo Vorname1"]


@pytest.mark.parametrize(
    ("without", "reached"),
    [(("SMS",), {"T2": "p2@beispiel.example"}), (("SMS", "E-Mail-Text"), {})],
)
def test_a_dash_means_no_template_and_no_error(
    database: Database, without: tuple[str, ...], reached: dict[str, str]
) -> None:
    database.patient(TOMORROW_9)
    database.patient(TOMORROW_9, Mobiltelefon=None, EMail="p2@beispiel.example")
    with opened(database) as day:
        for part in without:
            parameter(day, f"Vorlagen/Terminerinnerung/{part}/de", "-")()
        day.play()
        assert {name: entry_of(day, name).recipient for name, s in states(day).items() if s == "delivered"} == reached
        assert run_outcomes(day, REMINDERS)[0] == ("done", [])


def test_without_any_parameter_everything_is_off(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database) as day:
        names = [found["Name"] for found in client("ssm").describe_parameters()["Parameters"]]
        client("ssm").delete_parameters(Names=names)
        day.play()
        off = "Der Schalter {} steht auf Nein."
        assert run_outcomes(day, REMINDERS) == [("skipped", [off.format("TerminerinnerungSenden")])]
        assert run_outcomes(day, BIRTHDAYS) == [("skipped", [off.format("GeburtstagsglueckwuenscheSenden")])]
        assert (states(day), sent(day), day.cloud.lambda_errors) == ({}, [], [])


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (None, f"Der Parameter {DATABASE} mit der Adresse der Praxisdatenbank fehlt."),
        ("postgres://vitosms:Geheim@server/db",
         "Die Adresse der Praxisdatenbank ist ungültig, sie muss mssql://… oder sqlite:///… lauten."),
    ],
)  # fmt: skip
def test_without_a_usable_address_of_the_database_nothing_is_prepared(
    database: Database, url: str | None, sentence: str
) -> None:
    database.patient(TOMORROW_9)
    with opened(database) as day:
        client("ssm").delete_parameter(Name=DATABASE)
        if url:
            day.cloud.put_parameter(DATABASE, url, secure=True)
        day.play()
        assert run_outcomes(day, REMINDERS) == [("failed", [sentence])]
        assert (states(day), day.cloud.lambda_errors) == ({}, [])
        assert "Geheim" not in "\n".join(day.cloud.lambda_output)


def test_a_switch_that_is_corrected_lets_the_next_send_tick_send(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("11:20")) as day:
        day.cloud.at(at("10:02"), parameter(day, "Schalter/Versandfenster", "immer"))
        day.cloud.at(at("11:00"), parameter(day, "Schalter/Versandfenster", "08:00-20:00"))
        day.play()
        assert sent(day) == [("11:05", number(1))]


def test_a_wrong_price_stops_send_until_it_is_corrected(database: Database) -> None:
    database.patient(TOMORROW_9)
    price = "/vitosms-tarif/local/CreditsProSMS"
    with opened(database, until=at("11:20")) as day:
        day.cloud.put_parameter(price, "gratis")
        day.cloud.at(at("11:00"), lambda: day.cloud.put_parameter(price, "3"))
        day.play()
        wrong = f"Der Parameter {price} hat den Wert «gratis». Erlaubt ist: eine ganze Zahl ab 0."
        assert run_outcomes(day, SEND)[0] == ("failed", [wrong])
        assert (sent(day), day.balances()) == ([("11:05", number(1))], {"M1": 97})


def test_a_refused_login_is_german_in_the_history_and_english_in_the_log(tmp_path: Path) -> None:
    database = Database(tmp_path / "praxis.db")
    with SqlServer(database.path) as server, opened(database) as day:
        wiring().parameters.save_database_url(PRACTICE, server.url(password="Geheim-1"))  # noqa: S106 - it is wrong
        day.play()
        log = "\n".join(day.cloud.lambda_output)
        words = "Die Praxisdatenbank lehnt die Anmeldung ab, bitte Benutzer und Passwort prüfen."
        assert ("failed", [words]) in run_outcomes(day, Job.PREPARE_REMINDERS)
    assert '"details":["login failed (OperationalError 18456)"]' in log.replace('": ', '":')
    assert "Geheim-1" not in log
    assert words not in log

"""A practice's day, from the event to the message: recipients, times and payers."""

import pytest

from chalicelib.practice.record import Licence
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from chalicelib.wiring import wiring
from infra.language import said
from tests.flow.build import (
    BORN_TODAY,
    PRACTICE,
    TOMORROW_9,
    Database,
    at,
    entry_of,
    last_run,
    number,
    opened,
    run_outcomes,
    sent,
    short,
    states,
    top_up,
)

REMINDER = (
    "Guten Tag Vorname1 Nachname1. Wir erwarten Sie am Dienstag, 24.11.2026, 09:00 Uhr. "
    "Verhindert? Bitte anrufen: 044 000 00 01. Praxis Beispiel"
)
GREETING = (
    "Guten Tag Frau Nachname3. Zum Geburtstag wünschen wir Ihnen von Herzen alles Gute und viel Freude. Praxis Beispiel"
)


def test_a_reminder_and_a_greeting_by_sms_and_e_mail_are_delivered_as_frozen(database: Database) -> None:
    database.patient(TOMORROW_9)
    database.patient(TOMORROW_9, Mobiltelefon=None, EMail=" p2@beispiel.example ")
    database.patient(Geburtsdatum=BORN_TODAY, Anrede="Frau")
    database.patient(Geburtsdatum=BORN_TODAY, Mobiltelefon="044 000 00 02", EMail="p4@beispiel.example")
    with opened(database) as day:
        day.play()
        messages = {message.to: message for message in day.cloud.networks.messages}
        assert states(day) == {"T1": "delivered", "T2": "delivered", "P3": "delivered", "P4": "delivered"}
        assert (messages[number(1)].text, messages[number(3)].text) == (REMINDER, GREETING)
        assert {messages[number(n)].sender for n in (1, 3)} == {"Beispiel"}
        assert messages["p2@beispiel.example"].subject == "Ihr Termin am Dienstag, 24.11.2026, um 09:00 Uhr"
        assert messages["p4@beispiel.example"].sender == "praxis@beispiel.example"
        assert [messages[f"p{n}@beispiel.example"].attachments for n in (2, 4)] == [["termin.ics"], []]
        assert {(e.recipient, e.text) for e in day.entries()} == {(m.to, m.text) for m in messages.values()}
        assert (day.credits()["M1"].charged, day.credits()["M1"].refunded) == (4, 0)
        assert last_run(day, Job.SEND)["counts"] == {"queued": 4, "credits": 4}
        assert day.cloud.lambda_errors == []


def test_the_local_day_and_time_are_those_of_the_practice(database: Database) -> None:
    database.patient(TOMORROW_9)
    new_york = {"Zeitzone": "America/New_York"}
    with opened(database, start=at("14:55"), until=at("16:20"), switches=new_york) as day:
        day.play()
        assert sent(day) == [("10:05", number(1))]  # 16:05 in Zurich
        assert day.cloud.networks.messages[0].text == REMINDER
        assert entry_of(day, "T1").starts_at == at("15:00", day=24)


@pytest.mark.parametrize(("window", "first_tick_inside"), [("12:00-20:00", "12:05"), ("18:10-02:00", "18:20")])
def test_messages_leave_at_the_first_send_tick_inside_the_window(
    database: Database, window: str, first_tick_inside: str
) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("18:30"), switches={"Versandfenster": window}) as day:
        day.play()
        assert sent(day) == [(first_tick_inside, number(1))]


def test_the_default_mandant_pays_for_patients_without_a_treatment(database: Database) -> None:
    database.insert("Mandant", "M2", "Zweite Praxis", "L2", "Zweite", None, None)
    database.patient(TOMORROW_9)
    database.patient(TOMORROW_9, mandant=None)
    with opened(database, topups={"M1": 5, "M2": 5}, switches={"DefaultSMSMandant": "M2"}) as day:
        day.play()
        assert {short(entry): entry.mandant for entry in day.entries()} == {"T1": "M1", "T2": "M2"}
        assert day.balances() == {"M1": 4, "M2": 4}


def test_an_unusable_sender_is_left_out_and_reported(database: Database) -> None:
    database.insert("Mandant", "M2", "Zweite Praxis", "L2", "+++", None, None)
    database.patient(TOMORROW_9, mandant="M2")
    with opened(database, topups={"M2": 5}) as day:
        day.play()
        assert [message.sender for message in day.cloud.networks.messages] == [None]
        reported = "AbsenderSMS des Mandanten M2 ist nicht verwendbar; gesendet ohne Absender."
        assert run_outcomes(day, Job.SEND)[0] == ("done", [reported])


def test_the_tariff_counts_the_parts_of_an_sms_and_e_mails(database: Database) -> None:
    database.patient(TOMORROW_9)
    database.patient(TOMORROW_9, Mobiltelefon=None, EMail="p2@beispiel.example")
    template = {"Terminerinnerung/SMS/de": "[[Vorname]] " + "a" * 160}
    with opened(database) as day:
        day.cloud.put_parameter("/vitosms-tarif/local/CreditsProSMS", "2")
        day.cloud.put_parameter("/vitosms-tarif/local/CreditsProEMail", "3")
        for name, text in template.items():
            day.cloud.put_parameter(f"/vitosms/local/{PRACTICE}/Vorlagen/{name}", text)
        day.play()
        assert {e.recipient: (e.parts, e.credits) for e in day.entries()} == {
            number(1): (2, 4),
            "p2@beispiel.example": (0, 3),
        }
        assert day.balances() == {"M1": 93}


def test_short_of_credits_entries_wait_and_go_by_start_greetings_last(database: Database) -> None:
    database.patient(Geburtsdatum=BORN_TODAY)
    for hour in ("11", "09", "10"):
        database.patient(f"2026-11-24 {hour}:00:00")
    with opened(database, until=at("11:40"), topups={"M1": 1}) as day:
        day.cloud.play(at("10:55"))
        assert [entry_of(day, name).reason for name in ("T3", "T4", "T2", "P1")] == [None] + [
            Text("send.no_credits")
        ] * 3
        assert [alert["kind"] for alert in day.alerts()] == ["no-credits"]
        day.cloud.at(at("11:00"), top_up("M1", 1))
        day.cloud.at(at("11:30"), top_up("M1", 2))
        day.play()
        assert sent(day) == [
            ("10:05", number(3)), ("11:05", number(4)), ("11:35", number(1)), ("11:35", number(2)),
        ]  # fmt: skip
        assert run_outcomes(day, Job.SEND)[0][0] == "with_errors"


def test_without_credits_an_entry_expires_at_its_start(database: Database) -> None:
    database.patient("2026-11-23 11:00:00")
    switches = {"OffsetStartTage": "0"}
    with opened(database, until=at("11:15"), topups={}, switches=switches) as day:
        day.play()
        assert states(day) == {"T1": "expired"}
        assert said(entry_of(day, "T1").reason) == "Der Termin hat begonnen; zuletzt: Guthaben fehlt"


def test_without_credits_a_greeting_expires_when_the_window_closes_on_its_day(database: Database) -> None:
    database.patient(Geburtsdatum=BORN_TODAY)
    with opened(database, until=at("10:45"), topups={}, switches={"Versandfenster": "08:00-10:30"}) as day:
        day.cloud.at(at("10:31"), top_up("M1", 1))
        day.play()
        assert (states(day), sent(day)) == ({"P1": "expired"}, [])
        assert said(entry_of(day, "P1").reason) == "Der Geburtstag ist vorbei; zuletzt: Guthaben fehlt"


def test_an_appointment_moved_while_it_waits_for_credits_does_not_expire_at_its_old_start(database: Database) -> None:
    database.patient("2026-11-23 11:00:00")
    with opened(database, until=at("12:20"), topups={}, switches={"OffsetStartTage": "0"}) as day:
        day.cloud.at(at("10:02"), database.set_appointment("T1", "Beginn", "2026-11-23 14:00:00"))
        day.cloud.at(at("12:00"), top_up("M1", 1))
        day.play()
        assert sent(day) == [("12:05", number(1))]


def test_the_pay_order_is_that_of_the_new_start(database: Database) -> None:
    database.patient("2026-11-24 09:00:00")
    database.patient("2026-11-24 10:00:00")
    with opened(database, topups={"M1": 1}) as day:
        day.cloud.at(at("10:02"), database.set_appointment("T1", "Beginn", "2026-11-24 11:00:00"))
        day.play()
        assert sent(day) == [("10:05", number(2))]


def test_a_low_balance_is_reported_once_a_crossing(database: Database) -> None:
    database.patient(TOMORROW_9)
    database.patient(Geburtsdatum=BORN_TODAY)
    with opened(database, topups={"M1": 3}, switches={"CreditMindestbestand": "4"}) as day:
        day.play()
        assert [alert["kind"] for alert in day.alerts()] == ["low-balance"]
        assert run_outcomes(day, Job.PREPARE_REMINDERS)[0][0] == "done"
        assert len(sent(day)) == 2


def test_a_licence_revoked_after_prepare_cancels(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database) as day:
        revoked = Licence("L1", revoked=True)
        day.cloud.at(at("10:02"), lambda: wiring().practices.add_licence(PRACTICE, revoked))
        day.play()
        assert states(day) == {"T1": "cancelled"}
        assert said(entry_of(day, "T1").reason) == "Die Lizenz des Mandanten ist widerrufen."
        assert sent(day) == []

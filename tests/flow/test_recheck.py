"""Changes of a practice's data between prepare (10:00) and send (10:05), and the later prepare run."""

from collections.abc import Callable
from datetime import date

from chalicelib.schedule.job import Job
from infra.language import said
from infra.local.networks.sent_message import ErrorAnswer
from tests.flow.build import (
    BORN_TODAY,
    TOMORROW_9,
    Database,
    at,
    entry_of,
    last_run,
    number,
    opened,
    parameter,
    run_outcomes,
    sent,
    short,
    states,
)

DAY_AFTER_9 = "2026-11-25 09:00:00"


ENDED = {
    "T1": ("cancelled", "Der Terminstatus ist nicht «definitiv»."),
    "T3": ("cancelled", "Der Termin wurde auf den 25.11.2026 verschoben."),
    "T4": ("cancelled", "Der Termin wurde auf den 23.11.2026 verschoben."),
    "T5": ("cancelled", "Der Termin ist in der Praxisdatenbank nicht mehr vorhanden."),
    "T6": ("cancelled", "Beim Patienten ist ein Sterbedatum erfasst."),
    "T7": ("not_sendable", "Keine Mobiltelefonnummer erfasst; keine E-Mail-Adresse erfasst"),
    "T8": ("cancelled", "Der Patient wünscht keine Mitteilungen."),
    "T9": ("cancelled", "Die letzte Behandlung des Patienten hat keinen Mandanten."),
    "P10": ("cancelled", "Der Patient hat heute nicht Geburtstag."),
    "P11": ("not_sendable", "Keine Mobiltelefonnummer erfasst; keine E-Mail-Adresse erfasst"),
    "P12": ("cancelled", "Der Patient ist in der Praxisdatenbank nicht mehr vorhanden."),
}


def changes_after_prepare(database: Database) -> tuple[Callable[[], None], ...]:
    return (
        database.set_appointment("T1", "Status", "abgesagt"),
        database.set_appointment("T2", "Beginn", "2026-11-24 16:30:00"),
        database.set_appointment("T3", "Beginn", DAY_AFTER_9),
        database.set_appointment("T4", "Beginn", "2026-11-23 09:00:00"),
        lambda: database.run("DELETE FROM Termin WHERE TerminId = 'T5'"),
        database.set_patient("P6", "Sterbedatum", "2026-11-22"),
        database.set_patient("P7", "Mobiltelefon", None),
        database.set_patient("P8", "KeineMitteilungen", 1),
        lambda: database.run("UPDATE Behandlung SET MandantId = NULL WHERE PatientId = 'P9'"),
        database.set_patient("P10", "Geburtsdatum", "1980-11-24"),
        database.set_patient("P11", "Mobiltelefon", None),
        lambda: database.run("DELETE FROM Patient WHERE PatientId = 'P12'"),
    )


def test_send_asks_everything_again(database: Database) -> None:
    for _ in range(9):
        database.patient(TOMORROW_9)
    for _ in range(4):
        database.patient(Geburtsdatum=BORN_TODAY)
    with opened(database) as day:
        for change in changes_after_prepare(database):
            day.cloud.at(at("10:02"), change)
        day.play()
        assert {short(e): (e.state.value, said(e.reason)) for e in day.entries() if e.state != "delivered"} == ENDED
        assert sent(day) == [("10:05", number(2)), ("10:05", number(13))]
        moved = entry_of(day, "T2")
        assert moved.starts_at == at("16:30", day=24)
        assert "Dienstag, 24.11.2026, 16:30 Uhr" in str(moved.text)
        assert last_run(day, Job.SEND)["counts"]["cancelled"] == 9


def test_within_the_searched_days_the_new_day_is_taken_over(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database, switches={"OffsetSuchTage": "2"}) as day:
        day.cloud.at(at("10:02"), database.set_appointment("T1", "Beginn", DAY_AFTER_9))
        day.play()
        assert states(day) == {"T1": "delivered"}
        assert "Mittwoch, 25.11.2026, 09:00 Uhr" in day.cloud.networks.messages[0].text


def test_switched_off_after_prepare_send_cancels_what_it_prepared(database: Database) -> None:
    database.patient(TOMORROW_9)
    database.patient(Geburtsdatum=BORN_TODAY)
    with opened(database) as day:
        day.cloud.at(at("10:02"), parameter(day, "Schalter/TerminerinnerungSenden", "Nein"))
        day.play()
        assert states(day) == {"T1": "cancelled", "P2": "delivered"}
        assert said(entry_of(day, "T1").reason) == "Der Schalter TerminerinnerungSenden steht auf Nein."


def test_a_job_that_is_not_enabled_cancels_nothing(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database) as day:
        day.cloud.at(at("10:02"), parameter(day, "Auftraege/send/Aktiviert", "Nein"))
        day.play()
        assert states(day) == {"T1": "prepared"}
        assert run_outcomes(day, Job.SEND) == [("skipped", ["Der Auftrag «Mitteilungen senden» ist nicht aktiviert."])]


def test_a_later_prepare_revives_what_it_admits_again(database: Database) -> None:
    for _ in range(4):
        database.patient(TOMORROW_9)
    database.patient(DAY_AFTER_9, Mobiltelefon="044 000 00 05")
    with opened(database, until=at("10:20", day=24), switches={"OffsetSuchTage": "2"}) as day:
        day.cloud.at(at("10:02"), database.set_appointment("T1", "Beginn", "2026-11-26 09:00:00"))
        day.cloud.at(at("10:02"), database.set_appointment("T2", "Status", "abgesagt"))
        day.cloud.at(at("10:02"), database.set_patient("P3", "Mobiltelefon", None))
        day.cloud.play(at("10:20"))
        assert states(day) == {
            "T1": "cancelled", "T2": "cancelled", "T3": "not_sendable", "T4": "delivered", "T5": "not_sendable",
        }  # fmt: skip
        for appointment in ("T2", "T3", "T4"):
            database.set_appointment(appointment, "Beginn", DAY_AFTER_9)()
        database.set_appointment("T2", "Status", " Definitiv ")()
        database.set_patient("P3", "Mobiltelefon", number(3))()
        database.set_patient("P5", "Mobiltelefon", number(5))()
        day.play()
        assert states(day) == dict.fromkeys(("T1", "T2", "T3", "T4", "T5"), "delivered")
        assert sent(day) == [("10:05", number(n)) for n in (1, 2, 3, 4, 5)]
        revived = entry_of(day, "T1")
        assert (revived.searched_first, revived.searched_end) == (date(2026, 11, 25), date(2026, 11, 27))
        assert "26.11.2026" in str(revived.text)


def test_what_is_searched_again_stays_as_it_is(database: Database) -> None:
    database.patient(DAY_AFTER_9)
    database.patient(DAY_AFTER_9, Mobiltelefon="044 000 00 02")
    database.patient(DAY_AFTER_9)
    refused = ErrorAnswer("OptedOut", "opted out")
    with opened(database, until=at("10:20", day=24), switches={"OffsetSuchTage": "2"}) as day:
        day.cloud.networks.on_request = lambda message: refused if message.to == number(3) else None
        day.play()
        assert states(day) == {"T1": "delivered", "T2": "not_sendable", "T3": "refused"}
        assert sent(day) == [("10:05", number(1))]
        again = last_run(day, Job.PREPARE_REMINDERS)
        assert again["counts"] == {"searched": 3, "still_not_sendable": 1, "skipped": 2}
        assert again["skipped"] == {"once": 2}
        assert sum(line.get("to") == "not_sendable" for line in day.activities()) == 1


def test_an_appointment_moved_while_its_template_is_broken_does_not_expire_at_its_old_start(
    database: Database,
) -> None:
    database.patient("2026-11-23 11:00:00")
    template = "Vorlagen/Terminerinnerung/SMS/de"
    with opened(database, until=at("12:20"), switches={"OffsetStartTage": "0"}) as day:
        day.cloud.at(at("10:02"), parameter(day, template, "[[Vorname"))
        day.cloud.at(at("10:02"), database.set_appointment("T1", "Beginn", "2026-11-23 14:00:00"))
        day.cloud.at(at("12:00"), parameter(day, template, "Hallo [[Vorname]]"))
        day.play()
        assert sent(day) == [("12:05", number(1))]

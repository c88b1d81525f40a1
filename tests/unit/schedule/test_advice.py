"""The advice on schedules that a practice gets before it notices a gap."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.birthday import is_birthday
from chalicelib.schedule.advice import schedule_advice
from chalicelib.schedule.job import SCHEDULED, Job
from chalicelib.schedule.schedule import parse_schedule
from chalicelib.schedule.sending_window import SendingWindow

REMINDERS, BIRTHDAYS, SEND, STATUS = SCHEDULED
MONDAY = date(2026, 11, 23)
DAY = SendingWindow(8 * 60, 20 * 60)


def advice_for(
    reminders: str | None = "täglich 10:00",
    birthdays: str | None = "täglich 10:00",
    send: str | None = "täglich 10:05",
    status: str | None = "täglich 10:10",
    *,
    search: tuple[int, int] = (1, 1),
    window: SendingWindow = DAY,
    today: date = MONDAY,
) -> dict[Job, tuple[str, ...]]:
    """Return the advice of the jobs that have any; `search` is OffsetStartTage and OffsetSuchTage."""
    texts = dict(zip(SCHEDULED, (reminders, birthdays, send, status), strict=True))
    start, days = search
    plans = {job: parse_schedule(text, job) if text else None for job, text in texts.items()}
    advice = schedule_advice(plans, offset_start=start, offset_days=days, window=window, today=today)
    assert set(advice) == set(Job)
    return {job: sentences for job, sentences in advice.items() if sentences}


@pytest.mark.parametrize("today", [MONDAY, date(2027, 12, 31), date(2028, 2, 29)])
def test_the_defaults_need_no_advice(today: date) -> None:
    assert advice_for(today=today) == {}


def test_a_practice_that_has_nothing_activated_needs_no_advice() -> None:
    assert advice_for(None, None, None, None) == {}


@pytest.mark.parametrize(
    ("reminders", "start", "days", "sentence"),
    [
        ("Mo-Fr 10:00", 1, 1,
         "Termine am Sonntag und Montag werden nie gesucht; mit OffsetSuchTage 3 wären alle Tage abgedeckt."),
        ("Mo-Fr 10:00", 1, 2, "Termine am Montag werden nie gesucht; mit OffsetSuchTage 3 wären alle Tage abgedeckt."),
        ("Mo-Fr 10:00", 1, 3, None),
        ("Mo-Fr 10:00", 0, 1,
         "Termine am Samstag und Sonntag werden nie gesucht; mit OffsetSuchTage 3 wären alle Tage abgedeckt."),
        ("Mo-Fr 10:00", 3, 1,
         "Termine am Dienstag und Mittwoch werden nie gesucht; mit OffsetSuchTage 3 wären alle Tage abgedeckt."),
        ("Mo-Do 10:00", 1, 1,
         "Termine am Samstag, Sonntag und Montag werden nie gesucht; mit OffsetSuchTage 4 wären alle Tage abgedeckt."),
        ("Mo,Mi,Fr 10:00", 1, 1,
         "Termine am Mittwoch, Freitag, Sonntag und Montag werden nie gesucht; "
         "mit OffsetSuchTage 3 wären alle Tage abgedeckt."),
        ("täglich 10:00", 60, 1, None),
        ("Mo 10:00", 60, 7, None),
        ("alle 2 Tage 10:00", 1, 1,
         "Termine an 183 Tagen des Jahres (als nächstes am 24.11.2026 und 26.11.2026) werden nie gesucht; "
         "mit OffsetSuchTage 2 wären alle Tage abgedeckt."),
        ("alle 2 Wochen Mo 10:00", 1, 13,
         "Termine an 26 Tagen des Jahres (als nächstes am 30.11.2026 und 14.12.2026) werden nie gesucht; "
         "mit OffsetSuchTage 14 wären alle Tage abgedeckt."),
        ("alle 2 Wochen Mo-Fr 10:00", 1, 7,
         "Termine an 78 Tagen des Jahres (als nächstes am 28.11.2026 und 29.11.2026) werden nie gesucht; "
         "mit OffsetSuchTage 10 wären alle Tage abgedeckt."),
        ("monatlich letzter 10:00", 1, 30,
         "Termine an 7 Tagen des Jahres (als nächstes am 31.12.2026 und 31.01.2027) werden nie gesucht; "
         "mit OffsetSuchTage 31 wären alle Tage abgedeckt."),
        ("monatlich letzter 10:00", 1, 31, None),
        ("monatlich 1 10:00", 1, 1,
         "Termine an 354 Tagen des Jahres (als nächstes am 23.11.2026 und 24.11.2026) werden nie gesucht; "
         "mit OffsetSuchTage 31 wären alle Tage abgedeckt."),
        ("alle 32 Tage 10:00", 1, 31,
         "Termine an 11 Tagen des Jahres (als nächstes am 24.12.2026 und 25.01.2027) werden nie gesucht; "
         "dafür müsste der Auftrag häufiger laufen."),
        ("alle 365 Tage 10:00", 1, 31,
         "Termine an 335 Tagen des Jahres (als nächstes am 23.11.2026 und 24.11.2026) werden nie gesucht; "
         "dafür müsste der Auftrag häufiger laufen."),
    ],
)  # fmt: skip
def test_days_that_no_run_searches(reminders: str, start: int, days: int, sentence: str | None) -> None:
    assert advice_for(reminders, search=(start, days)).get(REMINDERS) == ((sentence,) if sentence else None)


@given(st.integers(1, 40), st.integers(0, 60), st.integers(1, 31))
def test_what_helps_helps(every: int, start: int, days: int) -> None:
    sentences = advice_for(f"alle {every} Tage 10:00", search=(start, days)).get(REMINDERS, ())
    assert bool(sentences) == (days < every)
    if sentences and "OffsetSuchTage" in sentences[0]:
        enough = int(sentences[0].split("OffsetSuchTage ")[1].split()[0])
        assert REMINDERS not in advice_for(f"alle {every} Tage 10:00", search=(start, enough))
        assert REMINDERS in advice_for(f"alle {every} Tage 10:00", search=(start, enough - 1))


NEVER = "werden nie beglückwünscht; dafür müsste der Auftrag täglich laufen."


@pytest.mark.parametrize(
    ("birthdays", "today", "sentence"),
    [
        ("Mo-Fr 10:00", MONDAY, f"Geburtstage am Samstag und Sonntag {NEVER}"),
        ("Di-So 10:00", MONDAY, f"Geburtstage am Montag {NEVER}"),
        ("täglich alle 2 Stunden 08:00-18:00", MONDAY, None),
        ("monatlich 1 10:00", MONDAY,
         f"Geburtstage an 354 Tagen des Jahres (als nächstes am 23.11.2026 und 24.11.2026) {NEVER}"),
        ("alle 2 Wochen Mo 10:00", MONDAY,
         f"Geburtstage an 340 Tagen des Jahres (als nächstes am 23.11.2026 und 24.11.2026) {NEVER}"),
    ],
)  # fmt: skip
def test_birthdays_on_days_without_a_run(birthdays: str, today: date, sentence: str | None) -> None:
    assert advice_for(birthdays=birthdays, today=today).get(BIRTHDAYS) == ((sentence,) if sentence else None)


def test_a_birthday_of_29_february_has_a_day_in_every_year() -> None:
    days = [MONDAY + timedelta(days=n) for n in range(366)]
    assert [day for day in days if is_birthday(date(1980, 2, 29), day)] == [date(2027, 2, 28)]
    assert advice_for(birthdays="täglich 10:00") == {}


IDLE = "wird gesendet, obwohl an diesen Tagen nichts aufbereitet wird."
UNSENT = "wird aufbereitet, aber nicht gesendet"
NO_GREETING = "diese Glückwünsche verfallen"
NO_REMINDER = "Termine vor dem nächsten Senden bleiben ohne Erinnerung"
WAITS = "die Mitteilungen warten bis zum nächsten Senden"


@pytest.mark.parametrize(
    ("reminders", "birthdays", "send", "start", "sentences"),
    [
        ("Mo-Fr 10:00", None, "täglich 10:05", 1, [f"Am Samstag und Sonntag {IDLE}"]),
        ("Mo-Fr 10:00", "täglich 10:00", "täglich 10:05", 1, []),
        ("Mo-Fr 10:00", "Sa 10:00", "täglich 10:05", 1, [f"Am Sonntag {IDLE}"]),
        (None, None, "täglich 10:05", 1,
         ["Zu senden gibt es nichts: Von dem, was eingeschaltet ist, ist kein Auftrag zum Aufbereiten aktiviert."]),
        ("täglich 10:00", "täglich 10:00", "Mo-Fr 10:05", 1,
         [f"Am Samstag und Sonntag {UNSENT}; {NO_GREETING}, und {NO_REMINDER}."]),
        ("täglich 10:00", "Mo-Fr 10:00", "Mo-Fr 10:05", 1, [f"Am Samstag und Sonntag {UNSENT}; {NO_REMINDER}."]),
        ("täglich 10:00", "Mo-Fr 10:00", "Mo-Fr 10:05", 2, [f"Am Samstag und Sonntag {UNSENT}; {NO_REMINDER}."]),
        ("täglich 10:00", "Mo-Fr 10:00", "Mo-Fr 10:05", 3, [f"Am Samstag und Sonntag {UNSENT}; {WAITS}."]),
        ("Mo-Fr 10:00", "täglich 10:00", "Mo-Fr 10:05", 1, [f"Am Samstag und Sonntag {UNSENT}; {NO_GREETING}."]),
        ("Mo-Sa 10:00", "monatlich 1 10:00", "Mo-Fr 10:05", 3,
         [f"Am Samstag sowie an einem weiteren Tag des Jahres (als nächstes am 01.08.2027) {UNSENT}; {NO_GREETING}."]),
        ("Mo-Sa 10:00", "monatlich 3 10:00", "Mo-Fr 10:05", 3,
         ["Am Samstag sowie an 2 weiteren Tagen des Jahres (als nächstes am 03.01.2027 und 03.10.2027) "
          f"{UNSENT}; {NO_GREETING}."]),
        ("täglich 16:00", None, "täglich 10:05", 1,
         [f"Um 16:00 wird erst nach dem letzten Senden (10:05) aufbereitet; {NO_REMINDER}."]),
        ("täglich 16:00", None, "täglich 10:05", 2,
         [f"Um 16:00 wird erst nach dem letzten Senden (10:05) aufbereitet; {WAITS}."]),
        ("täglich 16:00", "täglich 11:00", "täglich 10:05", 2,
         [f"Um 11:00 und 16:00 wird erst nach dem letzten Senden (10:05) aufbereitet; {NO_GREETING}."]),
        ("täglich 10:00", "täglich 10:00", "täglich 09:50", 0,
         [f"Um 10:00 wird erst nach dem letzten Senden (09:50) aufbereitet; {NO_GREETING}, und {NO_REMINDER}."]),
        ("täglich alle 1 Stunde 08:00-18:00", None, "täglich 14:05", 5,
         [f"Um 15:00, 16:00 … 18:00 wird erst nach dem letzten Senden (14:05) aufbereitet; {WAITS}."]),
        ("täglich alle 1 Stunde 08:00-18:00", None, "täglich 15:05", 5,
         [f"Um 16:00, 17:00 und 18:00 wird erst nach dem letzten Senden (15:05) aufbereitet; {WAITS}."]),
        ("Mo 16:00", None, "Mo,Di 10:05", 2,
         [f"Am Dienstag {IDLE}", f"Um 16:00 wird erst nach dem letzten Senden (10:05) aufbereitet; {WAITS}."]),
        ("Mo 16:00", None, "Di 10:05", 2, [f"Am Dienstag {IDLE}", f"Am Montag {UNSENT}; {WAITS}."]),
        ("täglich 10:00", None, None, 1,
         ["«Mitteilungen senden» ist nicht aktiviert: Was aufbereitet wird, geht nicht hinaus."]),
    ],
)  # fmt: skip
def test_preparing_and_sending_that_miss_each_other(
    reminders: str | None, birthdays: str | None, send: str | None, start: int, sentences: list[str]
) -> None:
    assert list(advice_for(reminders, birthdays, send, search=(start, 31)).get(SEND, ())) == sentences


@pytest.mark.parametrize(
    ("send", "window", "sentences"),
    [
        ("täglich 08:05", SendingWindow(485, 1200), []),
        ("täglich 19:50", SendingWindow(480, 1191), []),
        ("täglich 19:50", SendingWindow(480, 1190),
         ["Um 19:50 ist das Versandfenster 08:00-19:50 schon zu; dann geht nichts hinaus."]),
        ("täglich 07:50", DAY, ["Um 07:50 ist das Versandfenster 08:00-20:00 noch zu; gesendet wird ab 08:00."]),
        ("täglich alle 1 Stunde 07:00-21:00", DAY,
         ["Um 07:05 ist das Versandfenster 08:00-20:00 noch zu; gesendet wird ab 08:00.",
          "Um 20:05 ist das Versandfenster 08:00-20:00 schon zu; dann geht nichts hinaus."]),
        ("täglich 10:05", SendingWindow(1200, 360),
         ["Um 10:05 ist das Versandfenster 20:00-06:00 noch zu; gesendet wird ab 20:00."]),
        ("täglich alle 30 Minuten 20:00-24:00", SendingWindow(1200, 360), []),
        ("täglich 05:50", SendingWindow(1200, 351), []),
        ("täglich 05:50", SendingWindow(1200, 350),
         ["Um 05:50 ist das Versandfenster 20:00-05:50 noch zu; gesendet wird ab 20:00."]),
        ("täglich 20:05", SendingWindow(1205, 360), []),
        ("täglich alle 15 Minuten 00:00-24:00", SendingWindow(0, 1440), []),
    ],
)  # fmt: skip
def test_send_slots_outside_the_sending_window(send: str, window: SendingWindow, sentences: list[str]) -> None:
    assert list(advice_for("täglich 00:00", "täglich 00:00", send, window=window).get(SEND, ())) == sentences


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("monatlich 28 10:10", None),
        ("monatlich 29 10:10", "Den 29. gibt es im Februar nur in Schaltjahren"),
        ("monatlich 30 10:10", "Den 30. gibt es im Februar nicht"),
        ("monatlich 31 10:10", "Den 31. gibt es im Februar, April, Juni, September und November nicht"),
        ("monatlich letzter 10:10", None),
    ],
)
def test_months_without_the_day(status: str, sentence: str | None) -> None:
    hint = f"{sentence}: «Status aktualisieren» läuft dann nicht, mit «monatlich letzter» immer."
    assert advice_for(status=status) == ({STATUS: (hint,)} if sentence else {})


def test_every_job_is_reported_of_its_own_months() -> None:
    reminders = advice_for("monatlich 31 10:00", search=(1, 31))[REMINDERS]
    assert [sentence.split()[0] for sentence in reminders] == ["Termine", "Den"]

"""The advice on schedules, before a practice notices a gap."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.birthday import is_birthday
from chalicelib.schedule.advice import schedule_advice
from chalicelib.schedule.job import SCHEDULED, Job, job_label
from chalicelib.schedule.schedule import parse_schedule
from chalicelib.schedule.sending_window import SendingWindow
from chalicelib.text import Text, joined

REMINDERS, BIRTHDAYS, SEND, STATUS = SCHEDULED
MONDAY = date(2026, 11, 23)
DAY = SendingWindow(8 * 60, 20 * 60)
_WEEKDAYS = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"]


def advice_for(
    reminders: str | None = "täglich 10:00",
    birthdays: str | None = "täglich 10:00",
    send: str | None = "täglich 10:05",
    status: str | None = "täglich 10:10",
    *,
    search: tuple[int, int] = (1, 1),
    window: SendingWindow = DAY,
    today: date = MONDAY,
) -> dict[Job, tuple[Text, ...]]:
    """Return the advice of the jobs that have any; `search` is OffsetStartTage and OffsetSuchTage."""
    texts = dict(zip(SCHEDULED, (reminders, birthdays, send, status), strict=True))
    start, days = search
    plans = {job: parse_schedule(text, job) if text else None for job, text in texts.items()}
    advice = schedule_advice(plans, offset_start=start, offset_days=days, window=window, today=today)
    assert set(advice) == set(Job)
    return {job: texts for job, texts in advice.items() if texts}


def weekdays(names: str) -> Text:
    """Such as `So Mo`, in the order in which they are named."""
    return joined("and", [Text(f"weekday.long.{_WEEKDAYS.index(name)}") for name in names.split()])


def on(names: str) -> Text:
    return Text("advice.on_weekdays", weekdays(names))


def dates(*days: str) -> Text:
    """Such as `2026-11-24`."""
    return joined("and", [Text("advice.date", day=date.fromisoformat(day)) for day in days])


def on_days(count: int, *following: str) -> Text:
    return Text("advice.on_days", dates(*following), count=count)


def at(*times: str) -> Text:
    return Text("advice.at", joined("and", [Text("advice.time", time=time) for time in times]))


def by_days(when: Text, days: int) -> Text:
    return Text("advice.unsearched_by_days", when, days=days)


def by_runs(when: Text) -> Text:
    return Text("advice.unsearched_by_runs", when)


@pytest.mark.parametrize("today", [MONDAY, date(2027, 12, 31), date(2028, 2, 29)])
def test_the_defaults_need_no_advice(today: date) -> None:
    assert advice_for(today=today) == {}


def test_a_practice_that_has_nothing_activated_needs_no_advice() -> None:
    assert advice_for(None, None, None, None) == {}


@pytest.mark.parametrize(
    ("reminders", "start", "days", "found"),
    [
        ("Mo-Fr 10:00", 1, 1, by_days(on("So Mo"), 3)),
        ("Mo-Fr 10:00", 1, 2, by_days(on("Mo"), 3)),
        ("Mo-Fr 10:00", 1, 3, None),
        ("Mo-Fr 10:00", 0, 1, by_days(on("Sa So"), 3)),
        ("Mo-Fr 10:00", 3, 1, by_days(on("Di Mi"), 3)),
        ("Mo-Do 10:00", 1, 1, by_days(on("Sa So Mo"), 4)),
        ("Mo,Mi,Fr 10:00", 1, 1, by_days(on("Mi Fr So Mo"), 3)),
        ("täglich 10:00", 60, 1, None),
        ("Mo 10:00", 60, 7, None),
        ("alle 2 Tage 10:00", 1, 1, by_days(on_days(183, "2026-11-24", "2026-11-26"), 2)),
        ("alle 2 Wochen Mo 10:00", 1, 13, by_days(on_days(26, "2026-11-30", "2026-12-14"), 14)),
        ("alle 2 Wochen Mo-Fr 10:00", 1, 7, by_days(on_days(78, "2026-11-28", "2026-11-29"), 10)),
        ("monatlich letzter 10:00", 1, 30, by_days(on_days(7, "2026-12-31", "2027-01-31"), 31)),
        ("monatlich letzter 10:00", 1, 31, None),
        ("monatlich 1 10:00", 1, 1, by_days(on_days(354, "2026-11-23", "2026-11-24"), 31)),
        ("alle 32 Tage 10:00", 1, 31, by_runs(on_days(11, "2026-12-24", "2027-01-25"))),
        ("alle 365 Tage 10:00", 1, 31, by_runs(on_days(335, "2026-11-23", "2026-11-24"))),
    ],
)
def test_days_that_no_run_searches(reminders: str, start: int, days: int, found: Text | None) -> None:
    assert advice_for(reminders, search=(start, days)).get(REMINDERS) == ((found,) if found else None)


@given(st.integers(1, 40), st.integers(0, 60), st.integers(1, 31))
def test_what_helps_helps(every: int, start: int, days: int) -> None:
    found = advice_for(f"alle {every} Tage 10:00", search=(start, days)).get(REMINDERS, ())
    assert bool(found) == (days < every)
    if found and "days" in dict(found[0].values):
        enough = dict(found[0].values)["days"]
        assert isinstance(enough, int)
        assert REMINDERS not in advice_for(f"alle {every} Tage 10:00", search=(start, enough))
        assert REMINDERS in advice_for(f"alle {every} Tage 10:00", search=(start, enough - 1))


@pytest.mark.parametrize(
    ("birthdays", "days"),
    [
        ("Mo-Fr 10:00", on("Sa So")),
        ("Di-So 10:00", on("Mo")),
        ("täglich alle 2 Stunden 08:00-18:00", None),
        ("monatlich 1 10:00", on_days(354, "2026-11-23", "2026-11-24")),
        ("alle 2 Wochen Mo 10:00", on_days(340, "2026-11-23", "2026-11-24")),
    ],
)
def test_birthdays_on_days_without_a_run(birthdays: str, days: Text | None) -> None:
    assert advice_for(birthdays=birthdays).get(BIRTHDAYS) == ((Text("advice.ungreeted", days),) if days else None)


def test_a_birthday_of_29_february_has_a_day_in_every_year() -> None:
    days = [MONDAY + timedelta(days=n) for n in range(366)]
    assert [day for day in days if is_birthday(date(1980, 2, 29), day)] == [date(2027, 2, 28)]
    assert advice_for(birthdays="täglich 10:00") == {}


NO_GREETING, NO_REMINDER = Text("advice.greetings_lost"), Text("advice.reminders_lost")
NEITHER, WAITS = Text("advice.greetings_and_reminders_lost"), Text("advice.all_wait")


def idle(when: Text) -> Text:
    return Text("advice.idle", when)


def unsent(when: Text, consequence: Text) -> Text:
    return Text("advice.unsent", when, consequence)


def late(when: Text, last: str, consequence: Text) -> Text:
    return Text("advice.late", when, consequence, last=last)


def saturday_and(count: int, *following: str) -> Text:
    return Text("advice.on_weekdays_and_days", weekdays("Sa"), dates(*following), count=count)


@pytest.mark.parametrize(
    ("reminders", "birthdays", "send", "start", "found"),
    [
        ("Mo-Fr 10:00", None, "täglich 10:05", 1, [idle(on("Sa So"))]),
        ("Mo-Fr 10:00", "täglich 10:00", "täglich 10:05", 1, []),
        ("Mo-Fr 10:00", "Sa 10:00", "täglich 10:05", 1, [idle(on("So"))]),
        (None, None, "täglich 10:05", 1, [Text("advice.nothing_to_send")]),
        ("täglich 10:00", "täglich 10:00", "Mo-Fr 10:05", 1, [unsent(on("Sa So"), NEITHER)]),
        ("täglich 10:00", "Mo-Fr 10:00", "Mo-Fr 10:05", 1, [unsent(on("Sa So"), NO_REMINDER)]),
        ("täglich 10:00", "Mo-Fr 10:00", "Mo-Fr 10:05", 2, [unsent(on("Sa So"), NO_REMINDER)]),
        ("täglich 10:00", "Mo-Fr 10:00", "Mo-Fr 10:05", 3, [unsent(on("Sa So"), WAITS)]),
        ("Mo-Fr 10:00", "täglich 10:00", "Mo-Fr 10:05", 1, [unsent(on("Sa So"), NO_GREETING)]),
        ("Mo-Sa 10:00", "monatlich 1 10:00", "Mo-Fr 10:05", 3,
         [unsent(saturday_and(1, "2027-08-01"), NO_GREETING)]),
        ("Mo-Sa 10:00", "monatlich 3 10:00", "Mo-Fr 10:05", 3,
         [unsent(saturday_and(2, "2027-01-03", "2027-10-03"), NO_GREETING)]),
        ("täglich 16:00", None, "täglich 10:05", 1, [late(at("16:00"), "10:05", NO_REMINDER)]),
        ("täglich 16:00", None, "täglich 10:05", 2, [late(at("16:00"), "10:05", WAITS)]),
        ("täglich 16:00", "täglich 11:00", "täglich 10:05", 2, [late(at("11:00", "16:00"), "10:05", NO_GREETING)]),
        ("täglich 10:00", "täglich 10:00", "täglich 09:50", 0, [late(at("10:00"), "09:50", NEITHER)]),
        ("täglich alle 1 Stunde 08:00-18:00", None, "täglich 14:05", 5,
         [late(Text("advice.at_many", first="15:00", second="16:00", last="18:00"), "14:05", WAITS)]),
        ("täglich alle 1 Stunde 08:00-18:00", None, "täglich 15:05", 5,
         [late(at("16:00", "17:00", "18:00"), "15:05", WAITS)]),
        ("Mo 16:00", None, "Mo,Di 10:05", 2, [idle(on("Di")), late(at("16:00"), "10:05", WAITS)]),
        ("Mo 16:00", None, "Di 10:05", 2, [idle(on("Di")), unsent(on("Mo"), WAITS)]),
        ("täglich 10:00", None, None, 1, [Text("advice.send_disabled", job_label(SEND))]),
    ],
)  # fmt: skip
def test_preparing_and_sending_that_miss_each_other(
    reminders: str | None, birthdays: str | None, send: str | None, start: int, found: list[Text]
) -> None:
    assert list(advice_for(reminders, birthdays, send, search=(start, 31)).get(SEND, ())) == found


def before(time: str, window: str, opens: str) -> Text:
    return Text("advice.before_window", at(time), window=window, opens=opens)


def after(time: str, window: str) -> Text:
    return Text("advice.after_window", at(time), window=window)


@pytest.mark.parametrize(
    ("send", "window", "found"),
    [
        ("täglich 08:05", SendingWindow(485, 1200), []),
        ("täglich 19:50", SendingWindow(480, 1191), []),
        ("täglich 19:50", SendingWindow(480, 1190), [after("19:50", "08:00-19:50")]),
        ("täglich 07:50", DAY, [before("07:50", "08:00-20:00", "08:00")]),
        ("täglich alle 1 Stunde 07:00-21:00", DAY,
         [before("07:05", "08:00-20:00", "08:00"), after("20:05", "08:00-20:00")]),
        ("täglich 10:05", SendingWindow(1200, 360), [before("10:05", "20:00-06:00", "20:00")]),
        ("täglich alle 30 Minuten 20:00-24:00", SendingWindow(1200, 360), []),
        ("täglich 05:50", SendingWindow(1200, 351), []),
        ("täglich 05:50", SendingWindow(1200, 350), [before("05:50", "20:00-05:50", "20:00")]),
        ("täglich 20:05", SendingWindow(1205, 360), []),
        ("täglich alle 15 Minuten 00:00-24:00", SendingWindow(0, 1440), []),
    ],
)  # fmt: skip
def test_send_slots_outside_the_sending_window(send: str, window: SendingWindow, found: list[Text]) -> None:
    assert list(advice_for("täglich 00:00", "täglich 00:00", send, window=window).get(SEND, ())) == found


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("monatlich 28 10:10", None),
        ("monatlich 29 10:10", "advice.months_without.29"),
        ("monatlich 30 10:10", "advice.months_without.30"),
        ("monatlich 31 10:10", "advice.months_without.31"),
        ("monatlich letzter 10:10", None),
    ],
)
def test_months_without_the_day(status: str, code: str | None) -> None:
    assert advice_for(status=status) == ({STATUS: (Text(code, job_label(STATUS)),)} if code else {})


def test_every_job_is_reported_of_its_own_months() -> None:
    reminders = advice_for("monatlich 31 10:00", search=(1, 31))[REMINDERS]
    assert [text.code for text in reminders] == ["advice.unsearched_by_runs", "advice.months_without.31"]

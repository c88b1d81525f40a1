"""The runs of a schedule: readable cases, and every case against a minute-by-minute scan of the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.schedule.grammar import EveryNDays, Monthly, TimesOfDay, Weekdays
from chalicelib.schedule.job import SCHEDULED, Job
from chalicelib.schedule.schedule import Schedule, default_schedule, parse_schedule, slot_day
from tests.builders.entries import INSTANTS, ZURICH, at

REMINDERS, BIRTHDAYS, SEND, STATUS = SCHEDULED
MINUTE = timedelta(minutes=1)


def runs(text: str, job: Job, after: str, zone: ZoneInfo, count: int) -> list[datetime]:
    schedule, found = parse_schedule(text, job), [at(after, zone)]
    for _ in range(count):
        found.append(schedule.next_after(found[-1], zone))
    return found[1:]


@pytest.mark.parametrize(
    ("text", "job", "after", "expected"),
    [  # 23 November 2026 is a Monday, of week 151 and day 1057 since Monday 1 January 2024
        ("täglich 10:00", REMINDERS, "2026-11-23 09:59:59.999999", "2026-11-23 10:00 2026-11-24 10:00"),
        ("täglich 10:00", BIRTHDAYS, "2026-11-23 10:00", "2026-11-24 10:00 2026-11-25 10:00"),
        ("täglich 10:05", SEND, "2026-11-23 10:05:00.000001", "2026-11-24 10:05 2026-11-25 10:05"),
        ("täglich 10:10", STATUS, "2026-11-23 10:09", "2026-11-23 10:10 2026-11-24 10:10"),
        ("täglich 10:00", REMINDERS, "2026-12-31 11:00", "2027-01-01 10:00 2027-01-02 10:00"),
        ("täglich 10:00", REMINDERS, "2028-02-28 11:00", "2028-02-29 10:00 2028-03-01 10:00"),
        ("täglich 00:00", REMINDERS, "2026-11-23 23:59", "2026-11-24 00:00 2026-11-25 00:00"),
        ("täglich 00:05", SEND, "2026-11-24 00:00", "2026-11-24 00:05 2026-11-25 00:05"),
        ("täglich 23:55", STATUS, "2026-11-23 23:54", "2026-11-23 23:55 2026-11-24 23:55"),
        ("alle 1 Tage 10:00", REMINDERS, "2026-11-23 12:00", "2026-11-24 10:00 2026-11-25 10:00"),
        ("alle 2 Tage 10:00", REMINDERS, "2026-11-23 09:00", "2026-11-24 10:00 2026-11-26 10:00"),
        ("alle 2 Tage 10:00", REMINDERS, "2023-12-30 12:00", "2024-01-01 10:00 2024-01-03 10:00"),
        ("alle 2 Tage 10:00", REMINDERS, "2023-12-28 12:00", "2023-12-30 10:00 2024-01-01 10:00"),
        ("alle 3 Tage 16:30", REMINDERS, "2026-11-23 09:00", "2026-11-25 16:30 2026-11-28 16:30"),
        ("alle 7 Tage 10:00", REMINDERS, "2026-11-23 10:00", "2026-11-30 10:00 2026-12-07 10:00"),
        ("alle 10 Tage 10:05", SEND, "2026-11-23 09:00", "2026-11-26 10:05 2026-12-06 10:05"),
        ("alle 14 Tage 10:05", SEND, "2026-11-23 09:00", "2026-11-30 10:05 2026-12-14 10:05"),
        ("alle 365 Tage 10:00", BIRTHDAYS, "2026-11-23 09:00", "2026-12-31 10:00 2027-12-31 10:00"),
        ("Mo-Fr 10:00", REMINDERS, "2026-11-26 12:00", "2026-11-27 10:00 2026-11-30 10:00"),
        ("Mo-Fr 10:05", SEND, "2026-11-28 09:00", "2026-11-30 10:05 2026-12-01 10:05"),
        ("Mo,Mi,Fr 16:30", REMINDERS, "2026-11-23 16:30", "2026-11-25 16:30 2026-11-27 16:30 2026-11-30 16:30"),
        ("Sa,So 09:10", STATUS, "2026-11-23 09:00", "2026-11-28 09:10 2026-11-29 09:10 2026-12-05 09:10"),
        ("Fr-Mo 10:00", REMINDERS, "2026-11-23 12:00", "2026-11-27 10:00 2026-11-28 10:00 2026-11-29 10:00"),
        ("Mo-So 10:00", REMINDERS, "2026-11-28 12:00", "2026-11-29 10:00 2026-11-30 10:00"),
        ("So 10:00", REMINDERS, "2026-11-23 12:00", "2026-11-29 10:00 2026-12-06 10:00"),
        ("alle 1 Wochen Mo 10:00", REMINDERS, "2026-11-23 09:00", "2026-11-23 10:00 2026-11-30 10:00"),
        ("alle 2 Wochen Mo 10:00", REMINDERS, "2026-11-23 09:00", "2026-11-30 10:00 2026-12-14 10:00"),
        ("alle 2 Wochen So 10:00", REMINDERS, "2026-11-23 09:00", "2026-12-06 10:00 2026-12-20 10:00"),
        ("alle 2 Wochen Mo,Fr 10:00", REMINDERS, "2026-11-23 09:00", "2026-11-30 10:00 2026-12-04 10:00"),
        ("alle 3 Wochen Di 10:20", SEND, "2026-11-23 09:00", "2026-12-08 10:20 2026-12-29 10:20"),
        ("alle 52 Wochen Mo 10:00", REMINDERS, "2026-11-23 09:00", "2026-12-28 10:00 2027-12-27 10:00"),
        ("alle 2 Wochen Mo 10:00", REMINDERS, "2023-12-20 09:00", "2024-01-01 10:00 2024-01-15 10:00"),
        ("monatlich 1 10:00", REMINDERS, "2026-11-23 09:00", "2026-12-01 10:00 2027-01-01 10:00"),
        ("monatlich 23 10:00", REMINDERS, "2026-11-23 09:00", "2026-11-23 10:00 2026-12-23 10:00"),
        ("monatlich 29 10:00", REMINDERS, "2027-01-29 12:00", "2027-03-29 10:00 2027-04-29 10:00"),
        ("monatlich 29 10:00", REMINDERS, "2028-01-29 12:00", "2028-02-29 10:00 2028-03-29 10:00"),
        ("monatlich 30 10:05", SEND, "2027-01-30 12:00", "2027-03-30 10:05 2027-04-30 10:05"),
        ("monatlich 31 10:00", REMINDERS, "2026-11-23 09:00", "2026-12-31 10:00 2027-01-31 10:00 2027-03-31 10:00"),
        ("monatlich letzter 10:00", REMINDERS, "2026-11-23 09:00", "2026-11-30 10:00 2026-12-31 10:00"),
        ("monatlich letzter 10:00", REMINDERS, "2027-02-01 09:00", "2027-02-28 10:00 2027-03-31 10:00"),
        ("monatlich letzter 10:10", STATUS, "2028-02-01 09:00", "2028-02-29 10:10 2028-03-31 10:10"),
        ("täglich alle 30 Minuten 08:00-18:00", REMINDERS, "2026-11-23 17:00",
         "2026-11-23 17:30 2026-11-23 18:00 2026-11-24 08:00"),
        ("täglich alle 30 Minuten 08:00-18:00", SEND, "2026-11-23 17:00",
         "2026-11-23 17:05 2026-11-23 17:35 2026-11-24 08:05"),
        ("täglich alle 45 Minuten 08:00-10:00", STATUS, "2026-11-23 07:00",
         "2026-11-23 08:10 2026-11-23 08:55 2026-11-23 09:40 2026-11-24 08:10"),
        ("täglich alle 15 Minuten 00:00-24:00", REMINDERS, "2026-11-23 23:30", "2026-11-23 23:45 2026-11-24 00:00"),
        ("täglich alle 15 Minuten 00:00-24:00", SEND, "2026-11-23 23:40", "2026-11-23 23:50 2026-11-24 00:05"),
        ("täglich alle 1425 Minuten 00:00-24:00", REMINDERS, "2026-11-23 00:00", "2026-11-23 23:45 2026-11-24 00:00"),
        ("täglich alle 23 Stunden 00:00-24:00", REMINDERS, "2026-11-23 12:00", "2026-11-23 23:00 2026-11-24 00:00"),
        ("täglich alle 2 Stunden 10:00-11:00", REMINDERS, "2026-11-23 09:00", "2026-11-23 10:00 2026-11-24 10:00"),
        ("Mo-Fr alle 2 Stunden 08:00-18:00", REMINDERS, "2026-11-27 15:00",
         "2026-11-27 16:00 2026-11-27 18:00 2026-11-30 08:00"),
        ("Mo-Fr alle 2 Stunden 08:00-18:00", SEND, "2026-11-27 15:00",
         "2026-11-27 16:05 2026-11-30 08:05 2026-11-30 10:05"),
        ("Mo-Fr alle 1 Stunde 08:07-09:59", SEND, "2026-11-27 08:00",
         "2026-11-27 08:20 2026-11-27 09:20 2026-11-30 08:20"),
        ("alle 2 Wochen Di alle 4 Stunden 08:00-12:00", REMINDERS, "2026-11-23 09:00",
         "2026-12-01 08:00 2026-12-01 12:00 2026-12-15 08:00"),
        ("alle 3 Tage alle 60 Minuten 22:00-24:00", STATUS, "2026-11-25 22:30",
         "2026-11-25 23:10 2026-11-28 22:10"),
        ("monatlich letzter alle 90 Minuten 20:00-23:00", REMINDERS, "2026-11-30 22:00",
         "2026-11-30 23:00 2026-12-31 20:00"),
        ("monatlich 31 alle 6 Stunden 00:00-13:00", BIRTHDAYS, "2026-12-31 01:00",
         "2026-12-31 06:00 2026-12-31 12:00 2027-01-31 00:00"),
    ],
)  # fmt: skip
def test_the_next_runs(text: str, job: Job, after: str, expected: str) -> None:
    words = expected.split()
    locals_ = [f"{day} {time}" for day, time in zip(words[::2], words[1::2], strict=True)]
    assert runs(text, job, after, ZURICH, len(locals_)) == [at(local) for local in locals_]


@pytest.mark.parametrize(
    ("zone", "text", "job", "after", "expected"),
    [  # the wall clock at each run, with its distance from UTC
        ("Europe/Zurich", "täglich 10:00", REMINDERS, "2026-03-28 10:00", "29 10:00+02:00, 30 10:00+02:00"),
        ("Europe/Zurich", "täglich 10:00", REMINDERS, "2026-10-24 10:00", "25 10:00+01:00, 26 10:00+01:00"),
        ("Europe/Zurich", "täglich 02:00", REMINDERS, "2026-03-28 02:00", "29 03:00+02:00, 30 02:00+02:00"),
        ("Europe/Zurich", "täglich 02:30", REMINDERS, "2026-03-28 02:30", "29 03:00+02:00, 30 02:30+02:00"),
        ("Europe/Zurich", "täglich 02:35", SEND, "2026-03-28 02:35", "29 03:05+02:00, 30 02:35+02:00"),
        ("Europe/Zurich", "täglich 02:55", STATUS, "2026-03-28 02:55", "29 03:10+02:00, 30 02:55+02:00"),
        ("Europe/Zurich", "täglich 02:30", REMINDERS, "2026-10-24 02:30", "25 02:30+02:00, 26 02:30+01:00"),
        ("Europe/Zurich", "monatlich 29 02:35", SEND, "2026-03-28 12:00", "29 03:05+02:00, 29 02:35+02:00"),
        ("Europe/Zurich", "So alle 30 Minuten 01:30-03:30", REMINDERS, "2026-03-28 12:00",
         "29 01:30+01:00, 29 03:00+02:00, 29 03:30+02:00, 05 01:30+02:00"),
        ("Europe/Zurich", "So alle 1 Stunde 01:00-03:00", SEND, "2026-03-28 12:00",
         "29 01:05+01:00, 29 03:05+02:00, 05 01:05+02:00"),
        ("Europe/Zurich", "So alle 30 Minuten 01:30-03:00", REMINDERS, "2026-10-24 12:00",
         "25 01:30+02:00, 25 02:00+02:00, 25 02:30+02:00, 25 03:00+01:00, 01 01:30+01:00"),
        ("Australia/Sydney", "täglich 02:30", REMINDERS, "2026-10-03 02:30", "04 03:00+11:00, 05 02:30+11:00"),
        ("Australia/Sydney", "täglich 02:30", REMINDERS, "2026-04-04 02:30", "05 02:30+11:00, 06 02:30+10:00"),
        ("America/Santiago", "täglich 00:00", REMINDERS, "2026-09-05 00:00", "06 01:00-03:00, 07 00:00-03:00"),
        ("America/Santiago", "Sa 23:35", SEND, "2026-04-04 12:00", "04 23:35-03:00, 11 23:35-04:00"),
        ("America/Santiago", "So 00:05", SEND, "2026-04-04 12:00", "05 00:05-04:00, 12 00:05-04:00"),
        ("Australia/Lord_Howe", "täglich 02:10", STATUS, "2026-10-03 12:00", "04 02:40+11:00, 05 02:10+11:00"),
        ("Australia/Lord_Howe", "täglich 02:15", REMINDERS, "2026-10-03 12:00", "04 02:30+11:00, 05 02:15+11:00"),
        ("Australia/Lord_Howe", "täglich 01:45", REMINDERS, "2026-04-04 12:00", "05 01:45+11:00, 06 01:45+10:30"),
        ("Asia/Kathmandu", "täglich 10:05", SEND, "2026-11-23 12:00", "24 10:05+05:45, 25 10:05+05:45"),
        ("America/St_Johns", "täglich 00:00", REMINDERS, "2010-11-06 12:00", "07 00:00-02:30, 08 00:00-03:30"),
        ("Pacific/Apia", "täglich 10:05", SEND, "2011-12-29 12:00", "31 10:05+14:00, 01 10:05+14:00"),
        ("Pacific/Apia", "täglich 00:00", REMINDERS, "2011-12-29 12:00", "31 00:00+14:00, 01 00:00+14:00"),
        ("America/Nuuk", "täglich 23:15", REMINDERS, "2026-03-27 12:00",
         "27 23:15-02:00, 28 22:45-02:00, 29 23:15-01:00"),
        ("America/Nuuk", "täglich 23:20", SEND, "2026-03-28 12:00", "28 22:50-02:00, 29 23:20-01:00"),
        ("America/Nuuk", "täglich 00:10", STATUS, "2026-03-28 12:00", "29 00:10-01:00, 30 00:10-01:00"),
        ("America/Scoresbysund", "So 23:35", SEND, "2026-03-28 12:00", "29 23:35-01:00, 05 23:35-01:00"),
        ("America/Scoresbysund", "Sa alle 15 Minuten 22:45-23:45", REMINDERS, "2026-03-28 12:00",
         "28 22:45-02:00, 04 22:45-01:00"),
        ("Africa/Monrovia", "täglich 10:00", REMINDERS, "1970-06-01 09:00",
         "01 10:00:30-00:44:30, 02 10:00:30-00:44:30"),
    ],
)  # fmt: skip
def test_the_next_runs_when_the_clocks_change(zone: str, text: str, job: Job, after: str, expected: str) -> None:
    wanted = expected.split(", ")
    found = [run.astimezone(ZoneInfo(zone)) for run in runs(text, job, after, ZoneInfo(zone), len(wanted))]
    assert [f"{local.isoformat(' ')[8:]}".replace(":00+", "+").replace(":00-", "-") for local in found] == wanted


@pytest.mark.parametrize(("job", "text"), [*zip(SCHEDULED, ["10:00", "10:00", "10:05", "10:10"], strict=True)])
def test_the_default_is_daily_in_the_manuals_order(job: Job, text: str) -> None:
    assert str(default_schedule(job)) == f"täglich {text}"
    assert default_schedule(job) == parse_schedule(f"täglich {text}", job)


weekdays = st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found)))
days = st.one_of(
    st.builds(EveryNDays, st.integers(1, 9)),
    st.builds(Weekdays, weekdays, st.integers(1, 3)),
    st.builds(Monthly, st.none() | st.integers(1, 31)),
)


@st.composite
def times(draw: st.DrawFn) -> TimesOfDay:
    first = draw(st.sampled_from([0, 5, 10])) + 15 * draw(st.integers(0, 95))
    minutes = tuple(range(first, draw(st.integers(first, 1439)) + 1, 15 * draw(st.integers(1, 20))))
    return TimesOfDay(minutes, minutes[-1])


schedules = st.builds(Schedule, days, times())
CHANGES = [
    ("Europe/Zurich", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Zurich", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 4, 5, 3, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("America/St_Johns", datetime(2010, 11, 7, 2, 31, tzinfo=UTC)),  # at 00:01, back over midnight
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),  # a whole day is left out
    ("America/Nuuk", datetime(2026, 3, 29, 1, tzinfo=UTC)),  # from 23:00 to midnight
    ("America/Nuuk", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Africa/Monrovia", datetime(1972, 1, 7, 0, 44, 30, tzinfo=UTC)),  # from an odd distance to none
    ("Asia/Kathmandu", datetime(2026, 11, 23, tzinfo=UTC)),  # no change
]


@cache
def clock(zone: str, change: datetime) -> list[tuple[datetime, list[datetime]]]:
    """Each minute (UTC) around a change, with the wall clock's minutes that it has reached for the first time."""
    now = change.replace(second=0) - timedelta(hours=30)
    furthest = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0)
    seen = []
    while now < change + timedelta(hours=30):
        now, wall, reached = now + MINUTE, (now + MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None), []
        while furthest + MINUTE <= wall:
            furthest += MINUTE
            reached.append(furthest)
        seen.append((now, reached))
    return seen


def scanned(schedule: Schedule, zone: str, change: datetime) -> list[datetime]:
    """The runs in those hours: a time that the wall clock has reached waits for the next tick.

    If the clocks went forward to another day, the tick before was the last of its day.
    """
    found = set[datetime]()
    for now, reached in clock(zone, change):
        tick = now + (schedule.minutes[0] - now.minute) % 15 * MINUTE
        for time in reached:
            if time.hour * 60 + time.minute in schedule.minutes and schedule.runs_on(time.date()):
                ticks = [tick, tick - 15 * MINUTE] if len(reached) > 1 else [tick]
                of_day = [one for one in ticks if slot_day(one, ZoneInfo(zone)) == time.date() or len(ticks) == 1]
                found |= set(of_day[:1])
    return sorted(found)


@given(schedules, st.sampled_from(CHANGES), st.integers(0, 58 * 60 * 60))
def test_nothing_is_skipped_or_repeated_minute_by_minute(
    schedule: Schedule, change: tuple[str, datetime], seconds: int
) -> None:
    start, end, zone = clock(*change)[0][0] + 15 * MINUTE, clock(*change)[-1][0], ZoneInfo(change[0])
    expected = [run for run in scanned(schedule, *change) if start < run <= end]
    assert schedule.between(start, end, zone) == expected
    instant = start + timedelta(seconds=seconds)
    assert schedule.between(instant, end, zone) == [run for run in expected if run > instant]
    before = [run for run in expected if run <= instant]
    assert schedule.last_until(instant, zone) == before[-1] if before else schedule.last_until(instant, zone) <= start


@given(schedules, INSTANTS, st.sampled_from([ZURICH, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Santiago")]))
def test_a_run_is_a_tick_at_a_time_of_its_schedule(schedule: Schedule, instant: datetime, zone: ZoneInfo) -> None:
    run = schedule.next_after(instant, zone)
    assert run > instant
    assert (run.tzinfo, run.minute % 15, run.second, run.microsecond) == (UTC, schedule.minutes[0] % 15, 0, 0)
    assert schedule.last_until(run, zone) == run
    assert schedule.last_until(run - timedelta(microseconds=1), zone) <= instant
    local = run.astimezone(zone)
    if local.utcoffset() == (run - 15 * MINUTE).astimezone(zone).utcoffset():  # no gap right before
        assert local.hour * 60 + local.minute in schedule.minutes
        assert schedule.runs_on(slot_day(run, zone))
        assert run in schedule.on(slot_day(run, zone), zone)

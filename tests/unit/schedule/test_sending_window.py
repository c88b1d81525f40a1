"""The sending window, also across midnight and across both clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.schedule.sending_window import SendingWindow, parse_window
from tests.builders.entries import INSTANTS, ZURICH, at

DAY = SendingWindow(8 * 60, 20 * 60)
NIGHT = SendingWindow(20 * 60, 6 * 60)
ALWAYS = SendingWindow(0, 24 * 60)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # the clocks jump from 02:00 to 03:00, and from 03:00 to 02:00
MINUTE = timedelta(minutes=1)

pairs = st.tuples(st.integers(0, 1439), st.integers(0, 1440)).filter(lambda pair: pair[0] != pair[1])
windows = pairs.map(lambda pair: SendingWindow(*pair))
days = st.sampled_from([SPRING, AUTUMN]) | st.dates(date(2020, 1, 1), date(2035, 12, 31))
around_the_changes = st.tuples(st.sampled_from([SPRING, AUTUMN]), st.integers(0, 6 * 60)).map(
    lambda given_at: datetime(given_at[0].year, given_at[0].month, given_at[0].day, tzinfo=UTC) + given_at[1] * MINUTE
)


def open_minutes(window: SendingWindow) -> set[tuple[int, int]]:
    """The hours and minutes of the window on the wall clock, counted one by one from its opening."""
    minute, found = window.opens, set()
    while minute != window.closes % 1440:
        found.add(divmod(minute, 60))
        minute = (minute + 1) % 1440
    return found or {divmod(m, 60) for m in range(1440)}  # 00:00-24:00


@pytest.mark.parametrize(
    ("text", "window"),
    [
        pytest.param("08:00-20:00", DAY, id="the default"),
        pytest.param(" 8.00 - 20.00 ", DAY, id="with points, blanks and one digit"),
        pytest.param("20:00-06:00", NIGHT, id="across midnight"),
        pytest.param("00:00-24:00", ALWAYS, id="the whole day"),
        pytest.param("20:00-24:00", SendingWindow(1200, 1440), id="24:00 is an end"),
        pytest.param("20:00-00:00", SendingWindow(1200, 0), id="00:00 is an end too"),
        pytest.param("24:00-06:00", None, id="24:00 is no beginning"),
        pytest.param("08:00-24:01", None, id="nothing after 24:00"),
        pytest.param("08:00-08:00", None, id="empty"),
        pytest.param("08:60-20:00", None, id="no such minute"),
        pytest.param("25:00-26:00", None, id="no such hour"),
        pytest.param("08:00", None, id="one time only"),
        pytest.param("08:00–20:00", None, id="a long dash"),
        pytest.param("-1:00-20:00", None, id="negative"),
        pytest.param("08:00-20:00 Uhr", None, id="a word behind it"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_what_a_practice_may_write(text: str, window: SendingWindow | None) -> None:
    assert parse_window(text) == window


@given(st.text())
def test_reading_never_raises(text: str) -> None:
    parse_window(text)


@given(windows)
def test_a_window_is_written_as_it_is_read(window: SendingWindow) -> None:
    assert parse_window(str(window)) == window


@given(windows, days)
@example(NIGHT, SPRING)
@example(NIGHT, AUTUMN)
@example(SendingWindow(130, 150), SPRING)
@example(SendingWindow(130, 150), AUTUMN)
def test_open_is_what_the_clock_on_the_wall_says_minute_by_minute(window: SendingWindow, day: date) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=2)
    allowed = open_minutes(window)
    for minute in range(28 * 60):
        now = start + minute * MINUTE
        wall = now.astimezone(ZURICH)
        assert window.is_open(now, ZURICH) == ((wall.hour, wall.minute) in allowed)


@pytest.mark.parametrize(
    ("window", "now", "open_"),
    [
        pytest.param(DAY, "2026-11-23 07:59:59.999999", False, id="a moment before it opens"),
        pytest.param(DAY, "2026-11-23 08:00", True, id="the first moment"),
        pytest.param(DAY, "2026-11-23 19:59:59.999999", True, id="the last moment"),
        pytest.param(DAY, "2026-11-23 20:00", False, id="closed at its end"),
        pytest.param(NIGHT, "2026-11-23 23:59", True, id="before midnight"),
        pytest.param(NIGHT, "2026-11-24 00:00", True, id="at midnight"),
        pytest.param(NIGHT, "2026-11-24 06:00", False, id="in the morning"),
    ],
)
def test_open(window: SendingWindow, now: str, open_: bool) -> None:
    assert window.is_open(at(now), ZURICH) is open_


@pytest.mark.parametrize(
    ("window", "now", "closes"),
    [
        pytest.param(DAY, "2026-11-23 10:00", "2026-11-23 20:00", id="today"),
        pytest.param(NIGHT, "2026-11-23 21:00", "2026-11-24 06:00", id="before midnight: tomorrow"),
        pytest.param(NIGHT, "2026-11-24 01:00", "2026-11-24 06:00", id="after midnight: today"),
        pytest.param(NIGHT, "2026-03-28 21:00", "2026-03-29 06:00", id="across the spring change"),
        pytest.param(NIGHT, "2026-10-24 21:00", "2026-10-25 06:00", id="across the autumn change"),
        pytest.param(SendingWindow(1200, 0), "2026-11-23 21:00", "2026-11-24 00:00", id="until 00:00"),
        pytest.param(SendingWindow(1200, 1440), "2026-11-23 21:00", "2026-11-24 00:00", id="until 24:00"),
    ],
)
def test_closing(window: SendingWindow, now: str, closes: str) -> None:
    assert window.next_close(at(now), ZURICH) == at(closes)


@given(windows, INSTANTS)
def test_it_stays_open_until_it_closes(window: SendingWindow, now: datetime) -> None:
    _assert_open_until_closing(window, now)


# except for a window that opens in the hour that occurs twice: the wall clock closes it again for some minutes
unbroken = windows.filter(lambda window: not 120 < window.opens < 180)


@given(unbroken, around_the_changes)
@example(SendingWindow(60, 150), datetime(2026, 3, 29, 0, 45, tzinfo=UTC))  # 02:30 does not exist that night
@example(SendingWindow(60, 150), datetime(2026, 10, 25, 1, 15, tzinfo=UTC))  # 02:30 occurs twice, and now is in between
def test_it_stays_open_until_it_closes_also_when_the_clocks_change(window: SendingWindow, now: datetime) -> None:
    _assert_open_until_closing(window, now)


def _assert_open_until_closing(window: SendingWindow, now: datetime) -> None:
    """Only the half hour within which a claim is made matters (arrow b)."""
    if not window.is_open(now, ZURICH):
        return
    closes = window.next_close(now, ZURICH)
    assert closes > now
    until = min(closes, now + 30 * MINUTE)
    before = [now + minute * MINUTE for minute in range(30) if now + minute * MINUTE < until]
    assert all(window.is_open(instant, ZURICH) for instant in before)
    if closes <= now + 30 * MINUTE and window != ALWAYS:
        assert not window.is_open(closes, ZURICH)


@pytest.mark.parametrize(
    ("window", "day", "opens", "last"),
    [
        pytest.param(DAY, date(2026, 11, 23), "2026-11-23 08:00", "2026-11-23 20:00", id="by day"),
        pytest.param(NIGHT, date(2026, 11, 23), "2026-11-23 20:00", "2026-11-24 00:00", id="a night: until midnight"),
        pytest.param(ALWAYS, date(2026, 11, 23), "2026-11-23 00:00", "2026-11-24 00:00", id="always: until midnight"),
        pytest.param(DAY, SPRING, "2026-03-29 08:00", "2026-03-29 20:00", id="on the day of the spring change"),
        pytest.param(DAY, AUTUMN, "2026-10-25 08:00", "2026-10-25 20:00", id="on the day of the autumn change"),
    ],
)
def test_what_the_window_leaves_of_a_day(window: SendingWindow, day: date, opens: str, last: str) -> None:
    assert (window.opens_on(day, ZURICH), window.end_on(day, ZURICH)) == (at(opens), at(last))


@given(windows, st.dates(date(2020, 1, 1), date(2035, 12, 31)).filter(lambda day: day.month not in (3, 10)))
def test_after_the_last_moment_of_a_day_nothing_of_it_is_open(window: SendingWindow, day: date) -> None:
    last = window.end_on(day, ZURICH)
    assert window.is_open(last - MINUTE, ZURICH)
    assert (last - MINUTE).astimezone(ZURICH).date() == day
    rest = [last + minute * MINUTE for minute in range(0, 1440, 7)]
    assert not any(window.is_open(t, ZURICH) for t in rest if t.astimezone(ZURICH).date() == day)

"""Parsing a schedule: lenient spelling, one meaning, one canonical form, refusals with a reason."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.schedule.job import GRID_MINUTE, SCHEDULED, TICK_OF, Job, job_label
from chalicelib.schedule.schedule import ScheduleError, parse_schedule
from chalicelib.text import Text
from chalicelib.words.words import words_of

REMINDERS, BIRTHDAYS, SEND, STATUS = SCHEDULED


def refusal(text: str, job: Job) -> ScheduleError | None:
    """Returns the error, None if the text is a schedule."""
    try:
        parse_schedule(text, job)
    except ScheduleError as refused:
        return refused
    return None


@pytest.mark.parametrize(
    ("text", "job", "printed"),
    [
        ("täglich 10:00", REMINDERS, "täglich 10:00"),
        ("alle 2 Tage 10:00", REMINDERS, "alle 2 Tage 10:00"),
        ("Mo-Fr 10:00", BIRTHDAYS, "Mo-Fr 10:00"),
        ("Mo,Mi,Fr 16:30", REMINDERS, "Mo,Mi,Fr 16:30"),
        ("alle 2 Wochen Mo 10:05", SEND, "alle 2 Wochen Mo 10:05"),
        ("monatlich 1 10:00", REMINDERS, "monatlich 1 10:00"),
        ("monatlich letzter 10:10", STATUS, "monatlich letzter 10:10"),
        ("täglich alle 30 Minuten 08:00-18:00", REMINDERS, "täglich alle 30 Minuten 08:00-18:00"),
        ("Mo-Fr alle 2 Stunden 08:00-18:00", REMINDERS, "Mo-Fr alle 2 Stunden 08:00-18:00"),
        # lenient spelling
        ("  TÄGLICH\t 10.00 \n", REMINDERS, "täglich 10:00"),
        ("taeglich 9:00 Uhr", REMINDERS, "täglich 09:00"),
        ("ta\u0308glich um 10.00uhr", REMINDERS, "täglich 10:00"),  # the umlaut as macOS writes it
        ("täglich\u00a010:00", REMINDERS, "täglich 10:00"),  # a no-break space
        ("Montag – Freitag 10:00", REMINDERS, "Mo-Fr 10:00"),
        ("Mo. bis Fr. 10:00", REMINDERS, "Mo-Fr 10:00"),
        ("montags, Mittwoch und FREITAG 10:00", REMINDERS, "Mo,Mi,Fr 10:00"),
        ("Di Do 10:00", REMINDERS, "Di,Do 10:00"),
        ("ALLE 3 Wochen Sa 10:00", REMINDERS, "alle 3 Wochen Sa 10:00"),
        ("alle 1 Woche Di 10:00", REMINDERS, "Di 10:00"),
        ("wöchentlich Mo 10:00", REMINDERS, "Mo 10:00"),
        ("Woechentlich am Mo, Do um 10:00", REMINDERS, "Mo,Do 10:00"),
        ("monatlich am 15. um 10:00", REMINDERS, "monatlich 15 10:00"),
        ("monatlich letzter Tag 10:00", REMINDERS, "monatlich letzter 10:00"),
        ("Mo-Fr alle 30 Min. von 8.00 bis 18.00 Uhr", REMINDERS, "Mo-Fr alle 30 Minuten 08:00-18:00"),
        ("Mo-Fr alle 1 Stunde 08:00 — 18:00", REMINDERS, "Mo-Fr alle 1 Stunde 08:00-18:00"),
        # weekdays
        ("Mo,Di,Mi 10:00", REMINDERS, "Mo-Mi 10:00"),
        ("Mo-Di 10:00", REMINDERS, "Mo,Di 10:00"),
        ("Fr-Mo 10:00", REMINDERS, "Mo,Fr-So 10:00"),
        ("Sa-Mo 10:00", REMINDERS, "Mo,Sa,So 10:00"),
        ("So,Mo-Mi,Di 10:00", REMINDERS, "Mo-Mi,So 10:00"),
        ("Mi-Di 10:00", REMINDERS, "täglich 10:00"),
        ("alle 2 Wochen Mo-So 10:00", REMINDERS, "alle 2 Wochen Mo-So 10:00"),
        # the same days and times in other words
        ("alle 1 Tage 10:00", REMINDERS, "täglich 10:00"),
        ("alle 7 Tage 10:00", REMINDERS, "Mo 10:00"),
        ("alle 28 Tage 10:00", REMINDERS, "alle 4 Wochen Mo 10:00"),
        ("täglich alle 60 Minuten 08:00-18:00", REMINDERS, "täglich alle 1 Stunde 08:00-18:00"),
        ("täglich alle 90 Minuten 08:00-18:00", REMINDERS, "täglich alle 90 Minuten 08:00-18:00"),
        ("täglich alle 2 Stunden 10:00-11:00", REMINDERS, "täglich 10:00"),
        # the ends of a span
        ("täglich alle 30 Minuten 08:00-18:00", SEND, "täglich alle 30 Minuten 08:05-17:50"),
        ("täglich alle 30 Minuten 08:00-18:00", STATUS, "täglich alle 30 Minuten 08:10-17:55"),
        ("täglich alle 30 Minuten 08:01-17:59", REMINDERS, "täglich alle 30 Minuten 08:15-17:45"),
        ("täglich alle 15 Minuten 00:00-24:00", REMINDERS, "täglich alle 15 Minuten 00:00-23:45"),
        ("täglich alle 15 Minuten 00:00-24:00", SEND, "täglich alle 15 Minuten 00:05-23:50"),
        ("täglich alle 15 Minuten 10:05-10:05", SEND, "täglich 10:05"),
    ],
)
def test_what_is_read_and_how_it_is_printed(text: str, job: Job, printed: str) -> None:
    assert str(parse_schedule(text, job)) == printed
    assert parse_schedule(text, job) == parse_schedule(printed, job)


def test_what_runs_at_the_same_times_is_equal() -> None:
    first, second = (parse_schedule(f"täglich alle 2 Stunden 08:00-{end}", REMINDERS) for end in ("17:00", "16:00"))
    assert first == second
    assert hash(first) == hash(second)
    assert first != parse_schedule("täglich alle 2 Stunden 08:00-18:00", REMINDERS)
    assert first.minutes == (480, 600, 720, 840, 960)


REMINDERS_LABEL, SEND_LABEL, STATUS_LABEL = job_label(REMINDERS), job_label(SEND), job_label(STATUS)
MINUTES, HOURS = Text("schedule.wrong_minutes"), Text("schedule.wrong_hours")
DAYS, WEEKS = Text("schedule.wrong_days"), Text("schedule.wrong_weeks")
MONTHLY, UNREADABLE = Text("schedule.wrong_day_of_month"), Text("schedule.unreadable_days")
NO_TIME, NO_DAYS = Text("schedule.no_time"), Text("schedule.no_days")
NO_MIDNIGHT = Text("schedule.midnight")


def no_tick(label: Text, first: str, second: str, given: str) -> Text:
    return Text("schedule.no_tick", label, first=first, second=second, given=given)


def no_tick_in(label: Text, first: str, last: str, ticks: str) -> Text:
    return Text("schedule.no_tick_in_span", label, first=first, last=last, ticks=ticks)


@pytest.mark.parametrize(
    ("text", "job", "reason"),
    [
        ("täglich 10:00", SEND, no_tick(SEND_LABEL, "10:05", "10:20", "10:00")),
        ("täglich 10:06", SEND, no_tick(SEND_LABEL, "10:05", "10:20", "10:06")),
        ("täglich 10:12", SEND, no_tick(SEND_LABEL, "10:05", "10:20", "10:12")),
        ("täglich 10:13", SEND, no_tick(SEND_LABEL, "10:20", "10:35", "10:13")),
        ("täglich 10:05", STATUS, no_tick(STATUS_LABEL, "10:10", "10:25", "10:05")),
        ("Mo 9.59", REMINDERS, no_tick(REMINDERS_LABEL, "10:00", "10:15", "09:59")),
        ("Mo 00:00", SEND, no_tick(SEND_LABEL, "00:05", "00:20", "00:00")),
        ("Mo 23:43", STATUS, no_tick(STATUS_LABEL, "23:40", "23:55", "23:43")),
        ("Mo 23:59", STATUS, no_tick(STATUS_LABEL, "23:40", "23:55", "23:59")),
        (" ", REMINDERS, Text("schedule.empty")),
        ("täglich", REMINDERS, NO_TIME),
        ("täglich 10", REMINDERS, NO_TIME),
        ("täglich 10:0", REMINDERS, NO_TIME),
        ("10:00", REMINDERS, NO_DAYS),
        ("alle 30 Minuten 08:00-18:00", REMINDERS, NO_DAYS),
        ("täglich 24:00", REMINDERS, NO_MIDNIGHT),
        ("täglich 25:00", REMINDERS, Text("schedule.no_clock_time", given="25:00")),
        ("täglich 10:60", REMINDERS, Text("schedule.no_clock_time", given="10:60")),
        ("täglich alle 30 Minuten 08:00-24:01", REMINDERS, Text("schedule.no_clock_time", given="24:01")),
        ("täglich alle 30 Minuten 24:00-24:00", REMINDERS, NO_MIDNIGHT),
        ("stündlich 10:00", REMINDERS, UNREADABLE),
        ("Mo-Xy 10:00", REMINDERS, UNREADABLE),
        ("Mo,,Fr 10:00", REMINDERS, UNREADABLE),
        ("täglich 08:00 10:00", REMINDERS, UNREADABLE),
        ("monatlich 110:00", REMINDERS, NO_TIME),
        ("alle 0 Tage 10:00", REMINDERS, DAYS),
        ("alle 366 Tage 10:00", REMINDERS, DAYS),
        ("alle 0 Wochen Mo 10:00", REMINDERS, WEEKS),
        ("alle 53 Wochen Mo 10:00", REMINDERS, WEEKS),
        ("alle 2 Wochen 10:00", REMINDERS, Text("schedule.no_weekday")),
        ("wöchentlich 10:00", REMINDERS, Text("schedule.no_weekday")),
        ("monatlich 0 10:00", REMINDERS, MONTHLY),
        ("monatlich 32 10:00", REMINDERS, MONTHLY),
        ("monatlich 10:00", REMINDERS, MONTHLY),
        ("täglich alle 0 Minuten 08:00-18:00", REMINDERS, MINUTES),
        ("täglich alle 20 Minuten 08:00-18:00", REMINDERS, MINUTES),
        ("täglich alle 1440 Minuten 08:00-18:00", REMINDERS, MINUTES),
        pytest.param(f"täglich alle {'9' * 5000} Minuten 08:00-18:00", REMINDERS, MINUTES, id="5000 digits"),
        ("täglich alle 0 Stunden 08:00-18:00", REMINDERS, HOURS),
        ("täglich alle 24 Stunden 08:00-18:00", REMINDERS, HOURS),
        ("täglich alle 45 Minuten", REMINDERS, Text("schedule.no_span", every="alle 45 Minuten")),
        ("Mo-Fr alle 2 Stunden 08:00", REMINDERS, Text("schedule.no_span", every="alle 2 Stunden")),
        ("täglich 08:00-18:00", REMINDERS, Text("schedule.no_step", start="08:00", end="18:00")),
        ("täglich alle 30 Minuten 22:00-06:00", REMINDERS, Text("schedule.over_midnight", first="22:00", last="06:00")),
        ("täglich alle 30 Minuten 20:00-00:00", REMINDERS, Text("schedule.over_midnight", first="20:00", last="00:00")),
        ("täglich alle 30 Minuten 10:06-10:19", SEND, no_tick_in(SEND_LABEL, "10:06", "10:19", ":05, :20, :35, :50")),
        ("täglich alle 30 Minuten 10:01-10:14", REMINDERS,
         no_tick_in(REMINDERS_LABEL, "10:01", "10:14", ":00, :15, :30, :45")),
        ("täglich alle 30 Minuten 23:56-24:00", STATUS,
         no_tick_in(STATUS_LABEL, "23:56", "24:00", ":10, :25, :40, :55")),
    ],
)  # fmt: skip
def test_why_it_is_refused(text: str, job: Job, reason: Text) -> None:
    found = refusal(text, job)
    assert found is not None
    assert found.why.parts == (reason,)


def test_a_refusal_says_what_was_given_and_what_is_allowed_for_this_job() -> None:
    found = refusal("jeden\nTag 10:05", SEND)
    assert found is not None
    assert found.why == Text("schedule.why", UNREADABLE, at="10:05")
    assert found.text == Text("schedule.invalid", found.why, given="jeden Tag 10:05")


@pytest.mark.parametrize(("length", "shown"), [(60, "x" * 60), (61, "x" * 59 + "…")])
def test_what_was_given_is_cut_at_60_characters(length: int, shown: str) -> None:
    found = refusal("x" * length, SEND)
    assert found is not None
    assert dict(found.text.values) == {"given": shown}


@pytest.mark.parametrize("job", SCHEDULED)
def test_the_examples_of_a_refusal_are_allowed(job: Job) -> None:
    found = refusal("", job)
    assert found is not None
    examples = words_of("de").of(found.why).split("Erlaubt")[1].split("«")[1:]
    assert len([parse_schedule(example.split("»")[0], job) for example in examples]) == 5


@given(st.text() | st.text("täglichMoFre0123456789 .:-,"), st.sampled_from(SCHEDULED))
@example("alle " * 1000 + "30 Minuten 08:00-18:00", SEND)
@example("alle ٣ Tage 10:05", SEND)
def test_anything_else_is_refused_in_one_line(text: str, job: Job) -> None:
    if found := refusal(text, job):
        said = words_of("de").of(found.text)
        assert said.endswith(".")
        assert len(said.splitlines()) == 1
    else:
        assert parse_schedule(str(parse_schedule(text, job)), job) == parse_schedule(text, job)


NAMES = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"]
weekdays = st.lists(st.sampled_from(NAMES), min_size=1, max_size=8).map(",".join) | st.tuples(
    st.sampled_from(NAMES), st.sampled_from(NAMES)
).map("-".join)
day_parts = st.one_of(
    st.just("täglich"),
    st.integers(1, 365).map("alle {} Tage".format),
    weekdays,
    st.builds("alle {} Wochen {}".format, st.integers(1, 52), weekdays),
    st.builds("monatlich {}".format, st.integers(1, 31) | st.just("letzter")),
)
steps = st.integers(1, 95).map(lambda n: f"{15 * n} Minuten") | st.integers(1, 23).map("{} Stunden".format)
ends = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).filter(lambda pair: pair[1] - pair[0] >= 15)


def hhmm(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@given(day_parts, st.integers(0, 95), st.sampled_from(SCHEDULED))
def test_a_single_time_is_printed_as_it_is_read(days: str, quarter: int, job: Job) -> None:
    minute = 15 * quarter + GRID_MINUTE[TICK_OF[job]]
    schedule = parse_schedule(f"{days} {hhmm(minute)}", job)
    assert schedule.minutes == (minute,)
    assert parse_schedule(str(schedule), job) == schedule


@given(day_parts, steps, ends, st.sampled_from(SCHEDULED))
def test_a_span_is_printed_as_it_is_read_and_lies_in_its_ends(
    days: str, step: str, span: tuple[int, int], job: Job
) -> None:
    schedule = parse_schedule(f"{days} alle {step} {hhmm(span[0])}-{hhmm(span[1])}", job)
    apart = int(step.split()[0]) * (60 if "Stunden" in step else 1)
    tick = next(m for m in range(span[0], 1440) if m % 15 == GRID_MINUTE[TICK_OF[job]])
    assert schedule.minutes == tuple(range(tick, min(span[1], 1439) + 1, apart))
    assert parse_schedule(str(schedule), job) == schedule
    assert str(parse_schedule(str(schedule), job)) == str(schedule)

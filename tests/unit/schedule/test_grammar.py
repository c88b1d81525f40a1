"""Parsing a schedule: lenient spelling, one meaning, one canonical form, refusals in German."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.schedule.job import GRID_MINUTE, SCHEDULED, TICK_OF, Job
from chalicelib.schedule.schedule import ScheduleError, parse_schedule

REMINDERS, BIRTHDAYS, SEND, STATUS = SCHEDULED


def refusal(text: str, job: Job) -> str:
    """Returns the reason, empty if the text is a schedule."""
    try:
        parse_schedule(text, job)
    except ScheduleError as refused:
        return str(refused)
    return ""


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
        # of any look
        ("  TÄGLICH\t 10.00 \n", REMINDERS, "täglich 10:00"),
        ("taeglich 9:00 Uhr", REMINDERS, "täglich 09:00"),
        ("ta\u0308glich um 10.00uhr", REMINDERS, "täglich 10:00"),  # as a Mac writes the umlaut
        ("täglich\u00a010:00", REMINDERS, "täglich 10:00"),  # a no-break space
        ("Montag – Freitag 10:00", REMINDERS, "Mo-Fr 10:00"),
        ("Mo. bis Fr. 10:00", REMINDERS, "Mo-Fr 10:00"),
        ("montags, Mittwoch und FREITAG 10:00", REMINDERS, "Mo,Mi,Fr 10:00"),
        ("Di Do 10:00", REMINDERS, "Di,Do 10:00"),
        ("ALLE 3 Wochen Sa 10:00", REMINDERS, "alle 3 Wochen Sa 10:00"),
        ("alle 1 Woche Di 10:00", REMINDERS, "Di 10:00"),
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


MINUTES = "Bei «alle N Minuten» ist N ein Vielfaches von 15, höchstens 1425"
HOURS = "Bei «alle N Stunden» geht N von 1 bis 23"
DAYS = "Bei «alle N Tage» geht N von 1 bis 365"
WEEKS = "Bei «alle N Wochen» geht N von 1 bis 52"
MONTHLY = "Bei «monatlich N» geht N von 1 bis 31, oder es heisst «monatlich letzter»"
UNREADABLE = "Die Tage sind nicht lesbar"
NO_TIME = "Am Schluss fehlt die Uhrzeit, oder sie ist nicht lesbar"
NO_DAYS = "Am Anfang fehlen die Tage, etwa «täglich» oder «Mo-Fr»"
NO_MIDNIGHT = "24:00 ist nur als Ende möglich; Mitternacht ist 00:00"


@pytest.mark.parametrize(
    ("text", "job", "reason"),
    [
        ("täglich 10:00", SEND, "Mitteilungen senden kann um 10:05 oder 10:20 laufen, nicht um 10:00"),
        ("täglich 10:12", SEND, "Mitteilungen senden kann um 10:20 oder 10:35 laufen, nicht um 10:12"),
        ("täglich 10:05", STATUS, "Status aktualisieren kann um 10:10 oder 10:25 laufen, nicht um 10:05"),
        ("Mo 9.59", REMINDERS, "Terminerinnerungen aufbereiten kann um 10:00 oder 10:15 laufen, nicht um 09:59"),
        ("Mo 00:00", SEND, "Mitteilungen senden kann um 00:05 oder 00:20 laufen, nicht um 00:00"),
        ("Mo 23:59", STATUS, "Status aktualisieren kann um 23:40 oder 23:55 laufen, nicht um 23:59"),
        (" ", REMINDERS, "Er ist leer"),
        ("täglich", REMINDERS, NO_TIME),
        ("täglich 10", REMINDERS, NO_TIME),
        ("täglich 10:0", REMINDERS, NO_TIME),
        ("10:00", REMINDERS, NO_DAYS),
        ("alle 30 Minuten 08:00-18:00", REMINDERS, NO_DAYS),
        ("täglich 24:00", REMINDERS, NO_MIDNIGHT),
        ("täglich 25:00", REMINDERS, "25:00 ist keine Uhrzeit"),
        ("täglich 10:60", REMINDERS, "10:60 ist keine Uhrzeit"),
        ("täglich alle 30 Minuten 08:00-24:01", REMINDERS, "24:01 ist keine Uhrzeit"),
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
        ("alle 2 Wochen 10:00", REMINDERS, "Nach «alle N Wochen» fehlt der Wochentag, etwa «alle 2 Wochen Mo»"),
        ("monatlich 0 10:00", REMINDERS, MONTHLY),
        ("monatlich 32 10:00", REMINDERS, MONTHLY),
        ("monatlich 10:00", REMINDERS, MONTHLY),
        ("täglich alle 0 Minuten 08:00-18:00", REMINDERS, MINUTES),
        ("täglich alle 20 Minuten 08:00-18:00", REMINDERS, MINUTES),
        ("täglich alle 1440 Minuten 08:00-18:00", REMINDERS, MINUTES),
        pytest.param(f"täglich alle {'9' * 5000} Minuten 08:00-18:00", REMINDERS, MINUTES, id="5000 digits"),
        ("täglich alle 0 Stunden 08:00-18:00", REMINDERS, HOURS),
        ("täglich alle 24 Stunden 08:00-18:00", REMINDERS, HOURS),
        ("täglich alle 45 Minuten", REMINDERS,
         "Nach «alle 45 Minuten» fehlt, von wann bis wann, etwa «täglich alle 45 Minuten 08:00-18:00»"),
        ("Mo-Fr alle 2 Stunden 08:00", REMINDERS,
         "Nach «alle 2 Stunden» fehlt, von wann bis wann, etwa «täglich alle 2 Stunden 08:00-18:00»"),
        ("täglich 08:00-18:00", REMINDERS,
         "Es fehlt, wie oft von 08:00 bis 18:00, in ganzen Minuten oder Stunden, "
         "etwa «täglich alle 30 Minuten 08:00-18:00»"),
        ("täglich alle 30 Minuten 22:00-06:00", REMINDERS,
         "22:00-06:00 geht über Mitternacht; das Ende ist spätestens 24:00"),
        ("täglich alle 30 Minuten 20:00-00:00", REMINDERS,
         "20:00-00:00 geht über Mitternacht; das Ende ist spätestens 24:00"),
        ("täglich alle 30 Minuten 10:06-10:19", SEND,
         "Mitteilungen senden läuft nur um :05, :20, :35, :50, das gibt es von 10:06 bis 10:19 nicht"),
        ("täglich alle 30 Minuten 10:01-10:14", REMINDERS,
         "Terminerinnerungen aufbereiten läuft nur um :00, :15, :30, :45, das gibt es von 10:01 bis 10:14 nicht"),
        ("täglich alle 30 Minuten 23:56-24:00", STATUS,
         "Status aktualisieren läuft nur um :10, :25, :40, :55, das gibt es von 23:56 bis 24:00 nicht"),
    ],
)  # fmt: skip
def test_why_it_is_refused(text: str, job: Job, reason: str) -> None:
    assert f" gilt nicht: {reason}. Erlaubt ist zum Beispiel " in refusal(text, job)


def test_a_refusal_says_what_was_given_and_what_is_allowed_for_this_job() -> None:
    assert refusal("jeden\nTag 10:05", SEND) == (
        "Der Zeitplan «jeden Tag 10:05» gilt nicht: Die Tage sind nicht lesbar. Erlaubt ist zum Beispiel "
        "«täglich 10:05», «Mo-Fr 10:05», «alle 2 Wochen Mo 10:05», «monatlich letzter 10:05» oder "
        "«täglich alle 30 Minuten 08:00-18:00»."
    )


@pytest.mark.parametrize(("length", "shown"), [(60, "x" * 60), (61, "x" * 59 + "…")])
def test_what_was_given_is_cut_at_60_characters(length: int, shown: str) -> None:
    assert refusal("x" * length, SEND).startswith(f"Der Zeitplan «{shown}» gilt nicht")


@pytest.mark.parametrize("job", SCHEDULED)
def test_the_examples_of_a_refusal_are_allowed(job: Job) -> None:
    examples = refusal("", job).split("Erlaubt")[1].split("«")[1:]
    assert len([parse_schedule(example.split("»")[0], job) for example in examples]) == 5


@given(st.text() | st.text("täglichMoFre0123456789 .:-,"), st.sampled_from(SCHEDULED))
@example("alle " * 1000 + "30 Minuten 08:00-18:00", SEND)
@example("alle ٣ Tage 10:05", SEND)
def test_anything_else_is_refused_in_one_line(text: str, job: Job) -> None:
    said = refusal(text, job)
    if said:
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

"""The difference that other settings make to the next searches: as data, and as a practice reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.planning.outlook import jobs_of
from chalicelib.planning.search_change import SearchChange, search_alert, search_change
from chalicelib.planning.search_days import search_done, searched_days
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState, new_job
from chalicelib.words.words import words_of
from tests.builders.entries import PRACTICE, ZURICH, at

JOB = Job.PREPARE_REMINDERS
OFFSET, DAYS, ZONE, WANTED = (
    f"Schalter/{name}" for name in ("OffsetStartTage", "OffsetSuchTage", "Zeitzone", "TerminerinnerungSenden")
)
PLAN, ACTIVATED = f"Auftraege/{JOB}/Zeitplan", f"Auftraege/{JOB}/Aktiviert"
MORNING, NOON = "24 08:00", "24 12:00"  # a Tuesday
Values = dict[str, str]


def november(local: str) -> datetime:
    return at(f"2026-11-{local}")


def on(*days: int) -> set[date]:
    """Days of November; 31 is the first of December."""
    return {date(2026, 11, 1) + timedelta(days=day - 1) for day in days}


def played(practice: Practice, until: datetime, now: datetime) -> Iterator[tuple[datetime, frozenset[date], JobState]]:
    """The slots of the coming runs, which all search, with their days and the job after them."""
    job, switches = jobs_of(practice, now)[JOB], practice.validated.switches
    while (slot := job.slot) <= until:
        days = searched_days(job, slot, switches)
        job = replace(job.advanced(slot), done=slot, search=search_done(job, slot, switches))
        yield slot, days, job


def practice(now: str, saved: Values) -> Practice:
    """Reminders täglich 10:00 for the next day, by default, whose runs of the last weeks have searched."""
    checked = ValidatedParameters(SavedParameters().with_values({WANTED: "Ja", **saved}))
    start = november("01 06:00")
    job = new_job(PRACTICE, JOB, checked.jobs.schedules, checked.switches["Zeitzone"].key, start)
    made = Practice(PracticeRecord(PRACTICE, jobs={JOB: job}), checked)
    *_, (_, _, job) = played(made, november(now), start)
    return Practice(PracticeRecord(PRACTICE, jobs={JOB: job}), checked)


def changed(now: str, saved: Values, values: Values) -> tuple[Practice, Practice, SearchChange]:
    before = practice(now, saved)
    after = before.with_saved(before.saved.with_values(values))
    return before, after, search_change(before, after, november(now))


@pytest.mark.parametrize(
    ("now", "saved", "values", "runs", "added", "later", "lost"),
    [
        pytest.param(MORNING, {}, {OFFSET: "1"}, ("24 10:00", "24 10:00"), {}, (), (), id="nothing"),
        pytest.param(MORNING, {}, {OFFSET: "2"}, ("24 10:00", "24 10:00"), {24: (26,)}, (), (), id="further ahead"),
        pytest.param(MORNING, {}, {OFFSET: "6"}, ("24 10:00", "24 10:00"), {24: range(26, 31)}, (), (), id="a week"),
        pytest.param(MORNING, {OFFSET: "2"}, {OFFSET: "1"}, ("24 10:00", "24 10:00"), {}, (26,), (), id="less far"),
        pytest.param(MORNING, {}, {DAYS: "3"}, ("24 10:00", "24 10:00"), {24: (26, 27)}, (), (), id="more days"),
        pytest.param(MORNING, {DAYS: "3"}, {DAYS: "1"}, ("24 10:00", "24 10:00"), {}, (27,), (), id="fewer days"),
        pytest.param(MORNING, {}, {PLAN: "täglich 09:00"}, ("24 10:00", "24 09:00"), {}, (), (), id="earlier"),
        pytest.param("24 09:30", {}, {PLAN: "täglich 09:00"}, ("24 10:00", "24 10:00"), {}, (), (), id="over today"),
        pytest.param(NOON, {}, {PLAN: "Fr 10:00"}, ("25 10:00", "27 10:00"), {}, (), (26, 27), id="fewer runs"),
        pytest.param(
            NOON, {PLAN: "Fr 10:00"}, {PLAN: "täglich 10:00"}, ("27 10:00", "25 10:00"),
            {25: (25, 26), 26: (27,), 28: (29,), 29: (30,), 30: (31,), 31: (32,)}, (), (24, 25), id="more runs",
        ),
        pytest.param(NOON, {}, {WANTED: "Nein"}, ("25 10:00", None), {}, (), (), id="off"),
        pytest.param(NOON, {}, {ACTIVATED: "Nein", OFFSET: "3"}, ("25 10:00", None), {}, (), (), id="disabled"),
        pytest.param(NOON, {WANTED: "Nein"}, {WANTED: "Ja"}, (None, "25 10:00"), {25: (26,)}, (), (), id="on"),
        pytest.param(NOON, {WANTED: "Nein"}, {OFFSET: "5"}, (None, None), {}, (), (), id="it stays off"),
        pytest.param(NOON, {PLAN: "oft"}, {OFFSET: "2"}, (None, None), {}, (), (), id="another value stays wrong"),
        pytest.param(NOON, {PLAN: "oft"}, {PLAN: "täglich 10:00"}, (None, "25 10:00"), {25: (26,)}, (), (),
            id="a wrong value corrected"),
        pytest.param(
            MORNING, {}, {ZONE: "America/New_York"}, ("24 10:00", "24 16:00"), {}, (), (), id="a zone to the west",
        ),
    ],
)  # fmt: skip
def test_what_a_change_does(
    now: str,
    saved: Values,
    values: Values,
    runs: tuple[str | None, str | None],
    added: dict[int, tuple[int, ...]],
    later: tuple[int, ...],
    lost: tuple[int, ...],
) -> None:
    *_, change = changed(now, saved, values)
    assert (change.before, change.after) == tuple(run and november(run) for run in runs)
    by_day = {tick.astimezone(ZURICH).date(): days for tick, days in change.added.items()}
    assert by_day == {day: on(*days) for number, days in added.items() for day in on(number)}
    assert (change.later, change.lost) == (frozenset(on(*later)), frozenset(on(*lost)))


@pytest.mark.parametrize(
    ("now", "saved", "values", "sentences"),
    [
        pytest.param(MORNING, {}, {OFFSET: "1"}, [], id="nothing"),
        pytest.param(
            MORNING, {}, {OFFSET: "30"},
            ["Der Lauf vom Di 24.11. 10:00 sucht zusätzlich die Termine vom Do 26.11. bis Do 24.12."], id="a month",
        ),
        pytest.param(
            MORNING, {OFFSET: "2"}, {OFFSET: "1"}, ["Die Termine vom Do 26.11. sucht erst ein späterer Lauf."],
            id="less far",
        ),
        pytest.param(
            NOON, {}, {PLAN: "Fr 10:00"},
            ["Der nächste Lauf ist Fr 27.11. 10:00 statt Mi 25.11. 10:00.",
             "Termine vom Do 26.11. bis Fr 27.11., die kein Lauf mehr vor ihrem Beginn sucht, kommen auf die "
             "Anrufliste."], id="fewer runs",
        ),
        pytest.param(
            NOON, {PLAN: "Fr 10:00"}, {PLAN: "täglich 10:00"},
            ["Der nächste Lauf ist Mi 25.11. 10:00 statt Fr 27.11. 10:00.",
             "Der Lauf vom Mi 25.11. 10:00 sucht zusätzlich die Termine vom Mi 25.11. bis Do 26.11.",
             "Spätere Läufe suchen zusätzlich die Termine vom Fr 27.11. und vom So 29.11. bis Mi 02.12.",
             "Termine vom Di 24.11. bis Mi 25.11., die kein Lauf mehr vor ihrem Beginn sucht, kommen auf die "
             "Anrufliste."], id="more runs",
        ),
        pytest.param(NOON, {}, {WANTED: "Nein"}, ["Es werden keine Termine mehr gesucht."], id="off"),
        pytest.param(
            NOON, {WANTED: "Nein"}, {WANTED: "Ja"},
            ["Gesucht wird ab Mi 25.11. 10:00, zuerst die Termine vom Do 26.11."], id="on",
        ),
        pytest.param(NOON, {WANTED: "Nein"}, {OFFSET: "5"}, [], id="it stays off"),
    ],
)  # fmt: skip
def test_it_is_said_in_sentences(now: str, saved: Values, values: Values, sentences: list[str]) -> None:
    *_, change = changed(now, saved, values)
    assert [words_of("de").of(text) for text in change.sentences(ZURICH)] == sentences


def test_before_the_first_search_the_days_that_no_run_searches_any_more_are_said() -> None:
    """Nobody has searched by the former plan, so nothing is lost by it."""
    first_day, checked = november(MORNING), ValidatedParameters(SavedParameters().with_values({WANTED: "Ja"}))
    job = new_job(PRACTICE, JOB, {}, ZURICH.key, first_day)
    before = Practice(PracticeRecord(PRACTICE, jobs={JOB: job}), checked)
    change = search_change(before, before.with_saved(before.saved.with_values({OFFSET: "2"})), first_day)
    assert [words_of("de").of(text) for text in change.sentences(ZURICH)] == [
        "Der Lauf vom Di 24.11. 10:00 sucht zusätzlich die Termine vom Do 26.11.",
        "Die Termine vom Mi 25.11. sucht kein Lauf mehr.",
    ]


PLANS = [
    "täglich 10:00",
    "täglich 08:30",
    "Mo 10:00",
    "Di,Fr 16:00",
    "alle 3 Tage 07:15",
    "täglich alle 2 Stunden 08:00-16:00",
]
SETTINGS = st.fixed_dictionaries({
    PLAN: st.sampled_from(PLANS), OFFSET: st.integers(0, 9).map(str), DAYS: st.integers(1, 5).map(str),
    ZONE: st.sampled_from(["Europe/Zurich", "America/New_York"]),
})  # fmt: skip


@given(SETTINGS, SETTINGS, st.integers(0, 7 * 24 * 4 - 1))
def test_no_day_falls_out_in_silence(saved: Values, values: Values, quarters: int) -> None:
    """The days that runs before the next one would have searched are searched, or said to be lost."""
    now = november("23 00:01") + timedelta(minutes=15) * quarters
    before, after, change = changed(f"{now.astimezone(ZURICH):%d %H:%M}", saved, values)
    latest, (first, *_) = after.record.jobs[JOB].search, played(after, now + timedelta(days=60), now)
    assert latest is not None
    assert change.after == first[0]
    promised = {
        day for slot, days, _ in played(before, now + timedelta(days=7), now) if slot < first[0] for day in days
    }
    searched = {day for _, days, _ in played(after, now + timedelta(days=60), now) for day in days}
    assert promised <= searched | change.lost | latest.covered.keys()
    assert change.added.get(first[0], frozenset()) <= first[1] - latest.covered.keys()


@pytest.mark.parametrize(
    ("now", "values", "sentence"),
    [
        pytest.param(
            "24 09:30", {PLAN: "täglich 09:00"},
            "«Terminerinnerungen aufbereiten» läuft heute noch um 10:00 wie bisher, ab Mi 25.11. 09:00 nach dem neuen "
            "Zeitplan.", id="today's run stays",
        ),
        pytest.param(
            "24 09:30", {PLAN: "täglich 16:00"}, "Der nächste Lauf ist Di 24.11. 16:00 statt Di 24.11. 10:00.",
            id="later today",
        ),
        pytest.param(
            NOON, {PLAN: "Mo-Fr 10:00"}, "Der nächste Lauf sucht dieselben Tage wie bisher.", id="not until Saturday",
        ),
    ],
)  # fmt: skip
def test_the_alert_says_when_the_jobs_run(now: str, values: Values, sentence: str) -> None:
    _, after, _ = changed(now, {}, values)
    told = search_alert(after, november(now))
    assert told is not None
    assert words_of("de").of(told.text).endswith(f" geändert. {sentence}")


def test_the_alert_lasts_until_a_run_has_searched_by_the_change() -> None:
    _, after, _ = changed(MORNING, {}, {OFFSET: "2"})
    told = search_alert(after, november(MORNING))
    assert told is not None
    assert not told.operator
    at_night = search_alert(after, november("24 09:59"))
    assert at_night is not None
    assert at_night.cause == told.cause
    (_, _, job), *_ = played(after, november("24 12:00"), november(MORNING))
    assert search_alert(replace(after, record=PracticeRecord(PRACTICE, jobs={JOB: job})), november(NOON)) is None

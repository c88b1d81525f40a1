"""Warn a practice of gaps in its schedules before they happen. Pure.

Checks the 366 days from today as local days and minutes, without a zone or clock changes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby

from chalicelib.schedule.grammar import Monthly, hhmm
from chalicelib.schedule.job import SCHEDULED, Job, job_label
from chalicelib.schedule.schedule import Schedule
from chalicelib.schedule.sending_window import SendingWindow
from chalicelib.text import Text, joined

_MOST_SEARCHED = 31  # days: what the switch OffsetSuchTage allows


@dataclass(frozen=True)
class _Sending:
    """The schedules that decide when messages leave, over a year; None if a job is not activated."""

    reminders: Schedule | None
    birthdays: Schedule | None
    send: Schedule
    offset_start: int
    year: Sequence[date]

    @property
    def prepares(self) -> list[Schedule]:
        return [schedule for schedule in (self.reminders, self.birthdays) if schedule]

    @property
    def prepared(self) -> frozenset[date]:
        """Days of the year on which any job prepares."""
        return frozenset[date]().union(*map(self.days, self.prepares))

    def days(self, schedule: Schedule) -> frozenset[date]:
        return _days(schedule, self.year[0])


def schedule_advice(
    schedules: Mapping[Job, Schedule | None], *, offset_start: int, offset_days: int, window: SendingWindow, today: date
) -> dict[Job, tuple[Text, ...]]:
    """Return the advice for every job; empty if a job is not activated (None).

    Exception: `send` gets advice if it is not activated but messages are prepared. `offset_start` and
    `offset_days` are the days of the switches OffsetStartTage and OffsetSuchTage, `today` is local.
    """
    plans = tuple(schedules.get(job) for job in SCHEDULED)
    return dict(_advice(plans, offset_start, offset_days, window, today))


@lru_cache(maxsize=256)  # the nightly check asks for every practice, and most have the same schedules
def _advice(
    plans: tuple[Schedule | None, ...], offset_start: int, offset_days: int, window: SendingWindow, today: date
) -> Mapping[Job, tuple[Text, ...]]:
    """`plans` in the order of SCHEDULED."""
    schedules = dict(zip(SCHEDULED, plans, strict=True))
    year = _year(today)
    reminders, birthdays = schedules[Job.PREPARE_REMINDERS], schedules[Job.PREPARE_BIRTHDAYS]
    texts: dict[Job, list[Text]] = {job: [] for job in Job}
    if reminders:
        texts[Job.PREPARE_REMINDERS] += _unsearched(reminders, offset_start, offset_days, year)
    if birthdays:
        texts[Job.PREPARE_BIRTHDAYS] += _ungreeted(birthdays, year)
    if send := schedules.get(Job.SEND):
        sending = _Sending(reminders, birthdays, send, offset_start, year)
        texts[Job.SEND] += [*_idle(sending), *_unsent(sending), *_late(sending), *_outside(send, window)]
    elif reminders or birthdays:
        texts[Job.SEND] += [Text("advice.send_disabled", job_label(Job.SEND))]
    return {job: (*found, *_left_out(job, schedules.get(job))) for job, found in texts.items()}


def _year(first: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(366)]


@lru_cache(maxsize=64)
def _days(schedule: Schedule, first: date) -> frozenset[date]:
    """Days on which a schedule runs, in the 366 from the first."""
    return frozenset(filter(schedule.runs_on, _year(first)))


def _unsearched(schedule: Schedule, offset_start: int, offset_days: int, year: Sequence[date]) -> list[Text]:
    """Name the days whose appointments no run searches, assuming that the schedule held before today too."""
    reach = range(offset_start, offset_start + offset_days)
    first, end = year[0].toordinal(), year[-1].toordinal() + 1
    before = [date.fromordinal(day) for day in range(first - reach[-1], first)]
    runs = [*filter(schedule.runs_on, before), *_days(schedule, year[0])]
    searched = {day.toordinal() + offset for day in runs for offset in reach}
    missed = [day for day in year if day.toordinal() not in searched]
    if not missed:
        return []
    in_a_row = max(len(list(days)) for gap, days in groupby(range(first, end), lambda d: d not in searched) if gap)
    needed, when = offset_days + in_a_row, _when(missed, year)
    enough = Text("advice.unsearched_by_days", when, days=needed)
    return [enough if needed <= _MOST_SEARCHED else Text("advice.unsearched_by_runs", when)]


def _ungreeted(schedule: Schedule, year: Sequence[date]) -> list[Text]:
    missed = [day for day in year if day not in _days(schedule, year[0])]
    return [Text("advice.ungreeted", _when(missed, year))] if missed else []


def _idle(sending: _Sending) -> list[Text]:
    """Name the days with send slots on which nothing is prepared; `_late` covers preparing after the last slot."""
    if not sending.prepares:
        return [Text("advice.nothing_to_send")]
    days = sorted(sending.days(sending.send) - sending.prepared)
    return [Text("advice.idle", _when(days, sending.year))] if days else []


def _unsent(sending: _Sending) -> list[Text]:
    """Name the days that prepare messages but have no send slot."""
    days = sorted(sending.prepared - sending.days(sending.send))
    if not days:
        return []
    return [Text("advice.unsent", _when(days, sending.year), _consequence(sending, days, after=-1))]


def _late(sending: _Sending) -> list[Text]:
    """Name the times that prepare messages after the last send slot of the day."""
    days = sorted(sending.days(sending.send))
    last = sending.send.minutes[-1]
    both = [schedule for schedule in sending.prepares if not sending.days(schedule).isdisjoint(days)]
    minutes = sorted({minute for schedule in both for minute in schedule.minutes if minute > last})
    if not minutes:
        return []
    return [Text("advice.late", _at(minutes), _consequence(sending, days, after=last), last=hhmm(last))]


def _consequence(sending: _Sending, days: Sequence[date], *, after: int) -> Text:
    """Say what happens to messages prepared on these days after this minute.

    A greeting ends with its day, a reminder with its appointment, at least `offset_start` days ahead.
    """
    reminders, birthdays = (
        sorted(sending.days(schedule).intersection(days)) if schedule and schedule.minutes[-1] > after else []
        for schedule in (sending.reminders, sending.birthdays)
    )
    if all(_sent_ahead(day, sending) for day in reminders):
        return Text("advice.greetings_lost" if birthdays else "advice.all_wait")
    return Text("advice.greetings_and_reminders_lost" if birthdays else "advice.reminders_lost")


def _sent_ahead(prepared: date, sending: _Sending) -> bool:
    """Whether a day with a send slot lies between the prepare slot's day and the first day that it searches."""
    return any(sending.send.runs_on(prepared + timedelta(days=n)) for n in range(1, sending.offset_start))


def _outside(send: Schedule, window: SendingWindow) -> list[Text]:
    """Name the send slots outside the sending window; their entries leave when it opens, on the same day only."""
    closed = [minute for minute in send.minutes if not window.includes(minute)]
    early = [minute for minute in closed if minute < window.opens]
    late = [minute for minute in closed if minute >= window.opens]
    found = []
    if early:
        found.append(Text("advice.before_window", _at(early), window=str(window), opens=hhmm(window.opens)))
    if late:
        found.append(Text("advice.after_window", _at(late), window=str(window)))
    return found


def _left_out(job: Job, schedule: Schedule | None) -> list[Text]:
    day = schedule.days.day if schedule and isinstance(schedule.days, Monthly) else None
    return [Text(f"advice.months_without.{day}", job_label(job))] if day and day > 28 else []


def _when(days: Collection[date], year: Sequence[date]) -> Text:
    """Name whole weekdays; of other days give the number and the next two. Needs at least one day."""
    some = set(days)
    whole = set(range(7)) - {day.weekday() for day in year if day not in some}
    rest = [day for day in days if day.weekday() not in whole]
    if rest and len(some) > len(year) / 2:  # naming the weekdays among them would only distract
        whole, rest = set(), list(days)
    names = [Text(f"weekday.long.{number}") for number in _in_week_order(whole)]
    weekdays = [joined("and", names)] if names else []
    if not rest:
        return Text("advice.on_weekdays", *weekdays)
    following = joined("and", [Text("advice.date", day=day) for day in rest[:2]])
    return Text("advice.on_weekdays_and_days" if weekdays else "advice.on_days", *weekdays, following, count=len(rest))


def _in_week_order(weekdays: Collection[int]) -> list[int]:
    """Sort Sunday before Monday if both are present: Samstag, Sonntag und Montag."""
    first = next((number for number in range(7) if number in weekdays and (number - 1) % 7 not in weekdays), 0)
    return sorted(weekdays, key=lambda number: (number - first) % 7)


def _at(minutes: Sequence[int]) -> Text:
    times = [hhmm(minute) for minute in minutes]
    if len(times) <= 3:
        return Text("advice.at", joined("and", [Text("advice.time", time=time) for time in times]))
    return Text("advice.at_many", first=times[0], second=times[1], last=times[-1])

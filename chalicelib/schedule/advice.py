"""Warn a practice of gaps in its schedules before they happen. Pure.

Checks the 366 days from today as local days and minutes, without a zone or clock changes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby

from chalicelib.schedule.grammar import WEEKDAYS, Monthly, hhmm
from chalicelib.schedule.job import GERMAN, SCHEDULED, Job
from chalicelib.schedule.schedule import Schedule
from chalicelib.schedule.sending_window import SendingWindow

_MOST_SEARCHED = 31  # days: what the switch OffsetSuchTage allows
_LEFT_OUT = {
    29: "Den 29. gibt es im Februar nur in Schaltjahren",
    30: "Den 30. gibt es im Februar nicht",
    31: "Den 31. gibt es im Februar, April, Juni, September und November nicht",
}


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
) -> dict[Job, tuple[str, ...]]:
    """Return complete German sentences for every job; empty if a job is not activated (None).

    The exception: `send` has a sentence if it is not activated but messages are prepared. `offset_start` and
    `offset_days` are the days of the switches OffsetStartTage and OffsetSuchTage, `today` is local.
    """
    plans = tuple(schedules.get(job) for job in SCHEDULED)
    return dict(_advice(plans, offset_start, offset_days, window, today))


@lru_cache(maxsize=256)  # the nightly check asks for every practice, and most have the same schedules
def _advice(
    plans: tuple[Schedule | None, ...], offset_start: int, offset_days: int, window: SendingWindow, today: date
) -> Mapping[Job, tuple[str, ...]]:
    """`plans` in the order of SCHEDULED."""
    schedules = dict(zip(SCHEDULED, plans, strict=True))
    year = _year(today)
    reminders, birthdays = schedules[Job.PREPARE_REMINDERS], schedules[Job.PREPARE_BIRTHDAYS]
    texts: dict[Job, list[str]] = {job: [] for job in Job}
    if reminders:
        texts[Job.PREPARE_REMINDERS] += _unsearched(reminders, offset_start, offset_days, year)
    if birthdays:
        texts[Job.PREPARE_BIRTHDAYS] += _ungreeted(birthdays, year)
    if send := schedules.get(Job.SEND):
        sending = _Sending(reminders, birthdays, send, offset_start, year)
        texts[Job.SEND] += [*_idle(sending), *_unsent(sending), *_late(sending), *_outside(send, window)]
    elif reminders or birthdays:
        texts[Job.SEND] += [f"«{GERMAN[Job.SEND]}» ist nicht aktiviert: Was aufbereitet wird, geht nicht hinaus."]
    return {job: (*found, *_left_out(job, schedules.get(job))) for job, found in texts.items()}


def _year(first: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(366)]


@lru_cache(maxsize=64)
def _days(schedule: Schedule, first: date) -> frozenset[date]:
    """Days on which a schedule runs, in the 366 from the first."""
    return frozenset(filter(schedule.runs_on, _year(first)))


def _unsearched(schedule: Schedule, offset_start: int, offset_days: int, year: Sequence[date]) -> list[str]:
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
    needed = offset_days + in_a_row
    helps = f"mit OffsetSuchTage {needed} wären alle Tage abgedeckt"
    if needed > _MOST_SEARCHED:
        helps = "dafür müsste der Auftrag häufiger laufen"
    return [f"Termine {_when(missed, year)} werden nie gesucht; {helps}."]


def _ungreeted(schedule: Schedule, year: Sequence[date]) -> list[str]:
    missed = [day for day in year if day not in _days(schedule, year[0])]
    helps = "dafür müsste der Auftrag täglich laufen"
    return [f"Geburtstage {_when(missed, year)} werden nie beglückwünscht; {helps}."] if missed else []


def _idle(sending: _Sending) -> list[str]:
    """Name the days with send slots on which nothing is prepared; `_late` covers preparing after the last slot."""
    if not sending.prepares:
        return ["Zu senden gibt es nichts: Von dem, was eingeschaltet ist, ist kein Auftrag zum Aufbereiten aktiviert."]
    days = sorted(sending.days(sending.send) - sending.prepared)
    when = _capital(_when(days, sending.year)) if days else ""
    return [f"{when} wird gesendet, obwohl an diesen Tagen nichts aufbereitet wird."] if days else []


def _unsent(sending: _Sending) -> list[str]:
    """Name the days that prepare messages but have no send slot."""
    days = sorted(sending.prepared - sending.days(sending.send))
    if not days:
        return []
    lost = _consequence(sending, days, after=-1)
    return [f"{_capital(_when(days, sending.year))} wird aufbereitet, aber nicht gesendet; {lost}."]


def _late(sending: _Sending) -> list[str]:
    """Name the times that prepare messages after the last send slot of the day."""
    days = sorted(sending.days(sending.send))
    last = sending.send.minutes[-1]
    both = [schedule for schedule in sending.prepares if not sending.days(schedule).isdisjoint(days)]
    minutes = sorted({minute for schedule in both for minute in schedule.minutes if minute > last})
    if not minutes:
        return []
    lost = _consequence(sending, days, after=last)
    return [f"{_capital(_at(minutes))} wird erst nach dem letzten Senden ({hhmm(last)}) aufbereitet; {lost}."]


def _consequence(sending: _Sending, days: Sequence[date], *, after: int) -> str:
    """Say what happens to messages prepared on these days after this minute.

    A greeting ends with its day, a reminder with its appointment, at least `offset_start` days ahead.
    """
    reminders, birthdays = (
        sorted(sending.days(schedule).intersection(days)) if schedule and schedule.minutes[-1] > after else []
        for schedule in (sending.reminders, sending.birthdays)
    )
    lost = ["diese Glückwünsche verfallen"] if birthdays else []
    if not all(_sent_ahead(day, sending) for day in reminders):
        lost.append("Termine vor dem nächsten Senden bleiben ohne Erinnerung")
    return ", und ".join(lost) or "die Mitteilungen warten bis zum nächsten Senden"


def _sent_ahead(prepared: date, sending: _Sending) -> bool:
    """Whether a day with a send slot lies between the prepare slot's day and the first day that it searches."""
    return any(sending.send.runs_on(prepared + timedelta(days=n)) for n in range(1, sending.offset_start))


def _outside(send: Schedule, window: SendingWindow) -> list[str]:
    """Name the send slots outside the sending window; their entries leave when it opens, on the same day only."""
    opens, closes = window.opens, window.closes
    if opens < closes:
        closed = [minute for minute in send.minutes if not opens <= minute < closes]
    else:
        closed = [minute for minute in send.minutes if closes <= minute < opens]
    early = [minute for minute in closed if minute < opens]
    late = [minute for minute in closed if minute >= opens]
    found = []
    if early:
        found.append(f"{_capital(_at(early))} ist das Versandfenster {window} noch zu; gesendet wird ab {hhmm(opens)}.")
    if late:
        found.append(f"{_capital(_at(late))} ist das Versandfenster {window} schon zu; dann geht nichts hinaus.")
    return found


def _left_out(job: Job, schedule: Schedule | None) -> list[str]:
    if schedule is None or not isinstance(schedule.days, Monthly) or schedule.days.day not in _LEFT_OUT:
        return []
    return [f"{_LEFT_OUT[schedule.days.day]}: «{GERMAN[job]}» läuft dann nicht, mit «monatlich letzter» immer."]


def _when(days: Collection[date], year: Sequence[date]) -> str:
    """Name whole weekdays; of other days give the number and the next two. Needs at least one day."""
    some = set(days)
    whole = set(range(7)) - {day.weekday() for day in year if day not in some}
    rest = [day for day in days if day.weekday() not in whole]
    if rest and len(some) > len(year) / 2:  # naming the weekdays among them would only distract
        whole, rest = set(), list(days)
    parts = []
    if whole:
        parts.append(f"am {_and([WEEKDAYS[number] for number in _in_week_order(whole)])}")
    if rest:
        more = " weiteren" if whole else ""
        count = f"an {len(rest)}{more} Tagen" if len(rest) > 1 else f"an einem{more} Tag"
        parts.append(f"{count} des Jahres (als nächstes am {_and([f'{day:%d.%m.%Y}' for day in rest[:2]])})")
    return " sowie ".join(parts)


def _in_week_order(weekdays: Collection[int]) -> list[int]:
    """Sort Sunday before Monday if both are present: Samstag, Sonntag und Montag."""
    first = next((number for number in range(7) if number in weekdays and (number - 1) % 7 not in weekdays), 0)
    return sorted(weekdays, key=lambda number: (number - first) % 7)


def _at(minutes: Sequence[int]) -> str:
    times = [hhmm(minute) for minute in minutes]
    return f"um {_and(times)}" if len(times) <= 3 else f"um {', '.join(times[:2])} … {times[-1]}"


def _and(words: Sequence[str]) -> str:
    return " und ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]

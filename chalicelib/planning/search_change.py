"""The difference that other settings make to the days that the coming reminder runs search. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.planning.alerts import Alert, AlertKind
from chalicelib.planning.outlook import kept_run, upcoming_runs
from chalicelib.planning.search_days import days_text, searched_days
from chalicelib.planning.search_state import ReminderSearches, SearchStatus, not_searched, searches_of
from chalicelib.practice.job_settings import ACTIVATED, SCHEDULE
from chalicelib.practice.practice import Practice
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import default_schedule, slot_day
from chalicelib.schedule.search import SearchPlan
from chalicelib.text import Text, joined

_DAY, _MOMENT = timedelta(days=1), timedelta(microseconds=1)
_AHEAD = 7 * _DAY  # of the runs that are compared, besides the next one


@dataclass(frozen=True)
class SearchChange:
    """The coming reminder runs with the former and with other settings. Ticks are UTC, days local.

    `before` and `after` are the next ticks, None if no reminders are prepared. `added` are the days that a run searches
    in addition, by its tick, apart from those searched already; `later` those that the next run leaves to a later one.
    On `lost` days, no run searches some of the appointments before they start. `dropped` ones are no longer searched by
    any run, and none should have searched them.
    """

    before: datetime | None
    after: datetime | None
    added: Mapping[datetime, frozenset[date]]
    later: frozenset[date] = frozenset()
    lost: frozenset[date] = frozenset()
    dropped: frozenset[date] = frozenset()

    def sentences(self, zone: ZoneInfo) -> Iterator[Text]:
        """The difference, in words; times in this zone. Empty if there is none."""
        at, then = (tick and tick.astimezone(zone) for tick in (self.after, self.before))
        if at is None:
            yield from [Text("search_change.off")] if then else ()
            return
        first = self.added.get(self.after) if self.after else None
        if then is None and first:
            yield Text("search_change.on", days_text(first), at=at)
        elif then and then != at:
            yield Text("search_change.next_run", at=at, then=then)
        if then and first:
            yield Text("search_change.added", days_text(first), at=at)
        if then and (rest := [day for tick, days in self.added.items() if tick != self.after for day in days]):
            yield Text("search_change.added_later", days_text(rest))
        if self.later:
            yield Text("search_change.later", days_text(self.later))
        if self.dropped:
            yield Text("search_change.dropped", days_text(self.dropped))
        if self.lost:
            yield Text("search_change.lost", days_text(self.lost))


def search_change(before: Practice, after: Practice, now: datetime) -> SearchChange:
    """Compare the runs of the next seven days, or at least the next one. `now` is UTC."""
    was, will = _searches(before, now), _searches(after, now)
    new = _runs(will, after, slot_day(now + _AHEAD, after.zone))
    old = _runs(was, before, max(_days(new), default=date.min))
    lost = _lost(will) - _lost(was)
    if not will or not old or not new:
        return SearchChange(_tick(old), _tick(new), {run.tick: run.days for run in new[:1]}, lost=lost)
    first, covered = new[0], _covered(will)
    then = _days(run for run in old if run.on <= first.on)
    added, known = {first.tick: first.days - then - covered}, _days(old) | first.days | covered
    for run in new[1:]:
        added[run.tick] = run.days - known
        known |= run.days
    left = then - covered - _days(run for run in new if run.on == first.on)
    later, dropped = (
        frozenset(day for day in left - lost if will.status(_end(day, will)) is status)
        for status in (SearchStatus.COMING, SearchStatus.NEVER)
    )
    added = {tick: days for tick, days in added.items() if days}
    return SearchChange(old[0].tick, first.tick, added, later, lost, dropped)


def search_alert(practice: Practice, now: datetime) -> Alert | None:
    """Tell the practice's people of saved settings by which no run has searched yet; None if the latest one has.

    The cause lasts until a run has searched, or the settings are as before. `now` is UTC.
    """
    searches = searches_of(practice, now)
    if searches is None or (latest := searches.job.search) is None:
        return None
    was_off = bool(latest.plan.missing(latest.slot, searches.job.done or latest.slot))
    is_off = not_searched(practice) is not None
    if was_off == is_off and (is_off or searches.plan == latest.plan):
        return None
    before = practice.with_saved(practice.saved.with_values(_values(latest.plan, was_off)))
    told = [*search_change(before, practice, now).sentences(practice.zone)]
    kept = kept_run(practice, Job.PREPARE_REMINDERS, now)
    told = [*told, *([kept] if kept else [])] or [Text("search_change.none")]
    depends_on = repr((is_off, searches.plan))
    return Alert(
        AlertKind.SEARCH, "", Text("alert.search", joined("sentences", told)), operator=False, depends_on=depends_on
    )


def _values(plan: SearchPlan, off: bool) -> dict[str, str]:
    """The parameters of a plan."""
    job = Job.PREPARE_REMINDERS
    return {
        f"Auftraege/{job}/{SCHEDULE}": plan.schedule or default_schedule(job).text,
        f"Auftraege/{job}/{ACTIVATED}": "Nein" if off else "Ja",
        f"Schalter/{SWITCH_OF_JOB[job]}": "Ja",
        "Schalter/Zeitzone": plan.zone,
        "Schalter/OffsetStartTage": str(plan.offset),
        "Schalter/OffsetSuchTage": str(plan.days),
    }


@dataclass(frozen=True)
class _Run:
    tick: datetime
    on: date
    days: frozenset[date]  # that it searches


def _searches(practice: Practice, now: datetime) -> ReminderSearches | None:
    wrong = not_searched(practice) or practice.validated.jobs.refusals(Job.PREPARE_REMINDERS)
    return None if wrong else searches_of(practice, now)


def _runs(searches: ReminderSearches | None, practice: Practice, last: date) -> list[_Run]:
    """The coming runs up to a local day, at least the next one."""
    if searches is None:
        return []
    job, plan, found = searches.job, searches.plan, list[_Run]()
    for run in upcoming_runs(job, searches.now):
        on = plan.local_day(run.tick)
        if found and on > last:
            break
        days = plan.own_days(run.slot) if found else searched_days(job, run.slot, practice.validated.switches)
        found.append(_Run(run.tick, on, days))
    return found


def _days(runs: Iterable[_Run]) -> frozenset[date]:
    return frozenset(day for run in runs for day in run.days)


def _tick(runs: Iterable[_Run]) -> datetime | None:
    return next((run.tick for run in runs), None)


def _covered(searches: ReminderSearches) -> frozenset[date]:
    return frozenset(searches.job.search.covered if searches.job.search else ())


def _lost(searches: ReminderSearches | None) -> frozenset[date]:
    """The days of which some appointments are lost: the first or the last that is still ahead."""
    if searches is None:
        return frozenset()
    ahead = searches.now + _MOMENT
    return frozenset(
        day
        for day in searches.lost_days
        for at in (max(ahead, searches.plan.start_of(day)), _end(day, searches))
        if searches.status(at) is SearchStatus.LOST
    )


def _end(day: date, searches: ReminderSearches) -> datetime:
    return searches.plan.start_of(day + _DAY) - _MOMENT

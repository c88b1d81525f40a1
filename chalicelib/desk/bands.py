"""The bands below the top of a page: nothing is sent, or credits do not last. Only stops are read."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.desk.visit import Visit
from chalicelib.planning.alerts import AlertKind, subjects_of
from chalicelib.practice.practice import Practice


def bands(visit: Visit) -> list[str]:
    """The sentences; none before the page has read its practice."""
    practice = visit.practice_read
    return [*_stops(practice, visit), *_credits(practice, visit)] if practice else []


def _stops(practice: Practice, visit: Visit) -> Iterator[str]:
    yield from map(visit.said, visit.deployment.stopped())
    for why in filter(None, (practice.record.stopped, practice.record.emails_stopped)):
        yield visit.tr("Sending is stopped: {why}", why=visit.said(why))


def _credits(practice: Practice, visit: Visit) -> Iterator[str]:
    """One for each Mandant of the person, by the practice's raised alerts."""
    said: dict[AlertKind, str] = {
        AlertKind.NO_CREDITS: visit.tr("{mandant} has too few credits: messages are waiting."),
        AlertKind.RUNS_OUT: visit.tr("The credits of {mandant} will not last until the next working day."),
        AlertKind.LOW_BALANCE: visit.tr("{mandant} has few credits left."),
    }
    told: set[str] = set()
    for kind, sentence in said.items():
        for mandant in sorted(subjects_of(kind, practice.record.alerts) - told):
            if visit.person.mandanten and mandant not in visit.person.mandanten:
                continue
            told.add(mandant)
            found = practice.record.forecasts.get(mandant)
            name, until = (found and found.name) or mandant, found and found.until
            if kind is AlertKind.RUNS_OUT and until:
                day = visit.words.near_day(until.astimezone(visit.zone).date())
                yield visit.tr("The credits of {mandant} last only until {day}", mandant=name, day=day)
            else:
                yield sentence.format(mandant=name)

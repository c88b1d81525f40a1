"""Plan all messages of the coming days from the appointments and birthdays known today, with two SQL statements.

Every run up to a day is decided in turn (`dry_run`), on rows that were read at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import takewhile

from chalicelib.entries.states import State
from chalicelib.jobs.ports import PracticeRows, Row
from chalicelib.messages.birthday import birthday_month_days, years_before
from chalicelib.planning.outlook import jobs_of, upcoming_runs
from chalicelib.practice.practice import Practice
from chalicelib.preview.dry_run import DryRun, PreviewPorts, run_blockers
from chalicelib.preview.forecast import Planned
from chalicelib.rules.candidate import parse_id
from chalicelib.schedule.job import PREPARING, Job, RunMessage
from chalicelib.schedule.schedule import slot_day

_DAY = timedelta(days=1)


def planned_messages(practice: Practice, now: datetime, end: date, ports: PreviewPorts) -> list[Planned]:
    """Return the messages that leave up to and including a local day, in pay order; `now` is UTC.

    Raises PracticeDatabaseError.
    """
    if run_blockers(practice, Job.SEND):
        return []
    preparing = [job for job in sorted(PREPARING) if not run_blockers(practice, job)]
    prepares = [run for job in preparing for run in _runs(job, practice, now, end)]
    sends = _runs(Job.SEND, practice, now, end)
    dry = DryRun(practice, now, replace(ports, database=_read(practice, now, end, ports.database)))
    planned: list[Planned] = []
    for run in sorted([*prepares, *sends], key=lambda run: run.tick):
        if run.job is not Job.SEND:
            for _ in dry.prepare(run):
                pass
        elif dry.waits_before(run.slot) and (leaving := dry.leaves_at(run)):
            for _, e in (pair for paid in dry.send(leaving).leaves.values() for pair in paid):
                covered = e.state is State.COVERED
                cost = 0 if covered else e.credits
                planned.append(Planned(e.mandant or "", leaving.tick, e.kind, cost, covered))
    return sorted(planned, key=lambda message: message.leaves)


def last_send_slots(practice: Practice, now: datetime, end: date) -> dict[date, datetime]:
    """Return the last coming send slot (UTC) of each local day with one, up to and including a day."""
    runs = [] if run_blockers(practice, Job.SEND) else _runs(Job.SEND, practice, now, end)
    return {slot_day(run.tick, practice.zone): run.tick for run in runs}


def _runs(job: Job, practice: Practice, now: datetime, end: date) -> list[RunMessage]:
    state = jobs_of(practice, now).get(job)  # none yet where `practice add` was interrupted
    runs = upcoming_runs(state, now) if state else iter(())
    return list(takewhile(lambda run: slot_day(run.tick, practice.zone) <= end, runs))


def _read(practice: Practice, now: datetime, end: date, database: PracticeRows) -> _PreloadedRows:
    """Read all rows that a run up to `end` may need."""
    values, today = practice.validated.switches.values, slot_day(now, practice.zone)
    payer, inactive = values["DefaultSMSMandant"], values.get("GeburtstagInaktivJahre", 0)
    over = end + (values.get("OffsetStartTage", 0) + values.get("OffsetSuchTage", 0)) * _DAY
    days = [today + n * _DAY for n in range((end - today).days + 1)]
    month_days = sorted({month_day for day in days for month_day in birthday_month_days(day)})
    return _PreloadedRows(
        list(database.reminders(today, over, payer)),
        list(database.birthdays(month_days, payer, years_before(today, inactive) if inactive else None)),
    )


class _PreloadedRows:
    """PracticeRows of rows that were read at once: each query returns those that the database would."""

    def __init__(self, reminders: Sequence[Row], birthdays: Sequence[Row]) -> None:
        self._reminders, self._birthdays = reminders, birthdays

    def reminders(self, first: date, end: date, _: str | None, /) -> Iterator[Row]:
        return (row for row in self._reminders if f"{first}" <= str(row["Beginn"]) < f"{end}")

    def birthdays(self, month_days: Sequence[str], _: str | None, __: date | None = None, /) -> Iterator[Row]:
        return (row for row in self._birthdays if str(row["Geburtsdatum"])[5:10] in month_days)

    def recheck(
        self, appointment_ids: Sequence[str], patient_ids: Sequence[str], _: str | None, __: date | None = None, /
    ) -> Iterator[Row]:
        appointments, patients = set(appointment_ids), set(patient_ids)
        yield from (row for row in self._reminders if parse_id(row["TerminId"]) in appointments)
        yield from (row for row in self._birthdays if parse_id(row["PatientId"]) in patients)

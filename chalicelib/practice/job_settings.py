"""The saved settings of a practice's jobs: whether each is activated, and its schedule. Pure.

The default is activated, at the default times. An invalid value fails closed: the job does not run, and a Text
names the parameter, the value and what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.practice.switches import invalid_value
from chalicelib.practice.values import YES_NO, InvalidError
from chalicelib.schedule.job import SCHEDULED, Job
from chalicelib.schedule.schedule import Schedule, ScheduleError, default_schedule, parse_schedule
from chalicelib.text import Text

ACTIVATED, SCHEDULE = "Aktiviert", "Zeitplan"
JOB_PARAMETERS = tuple(f"{job}/{name}" for job in SCHEDULED for name in (ACTIVATED, SCHEDULE))


@dataclass(frozen=True)
class JobSettings:
    """Validated values by job, problems by name."""

    activated: Mapping[Job, bool]
    schedules: Mapping[Job, Schedule]
    invalid: Mapping[str, Text]

    def refusals(self, job: Job) -> tuple[Text, ...]:
        """Return why the job may not run."""
        return tuple(text for name, text in self.invalid.items() if name.startswith(f"{job}/"))

    def schedule(self, job: Job) -> Schedule | None:
        """Return the schedule of a job (the summary follows `send`), None if it is invalid."""
        return self.schedules.get(Job.SEND if job is Job.SUMMARY else job)


def read_jobs(raw: Mapping[str, str], path: str = "Auftraege/") -> JobSettings:
    """Validate saved values by `<job>/<Name>`; `path` precedes names in Texts."""
    activated: dict[Job, bool] = {}
    schedules: dict[Job, Schedule] = {}
    invalid: dict[str, Text] = {}
    for job in SCHEDULED:
        for name in (ACTIVATED, SCHEDULE):
            text = raw.get(f"{job}/{name}")
            wrong = None if text is None else check_job(f"{job}/{name}", text, f"{path}{job}/{name}")
            if wrong:
                invalid[f"{job}/{name}"] = wrong
            elif name == ACTIVATED:
                activated[job] = text is None or YES_NO.read(text)
            else:
                schedules[job] = default_schedule(job) if text is None else parse_schedule(text, job)
    return JobSettings(activated, schedules, invalid)


def check_job(name: str, text: str, parameter: str) -> Text | None:
    """Return the problem of a job's parameter, None if it is valid."""
    job, _, setting = name.partition("/")
    if setting == SCHEDULE:
        try:
            parse_schedule(text, Job(job))
        except ScheduleError as error:
            return invalid_value("parameter.invalid_schedule", parameter, text, error.why)
        return None
    try:
        YES_NO.read(text)
    except InvalidError:
        return invalid_value("parameter.invalid", parameter, text, Text("parameter.yes_or_no"))
    return None

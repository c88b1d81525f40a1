"""What a practice has set for its jobs: whether each is activated, and its Zeitplan. Pure.

Nothing set: activated, at the default times. An invalid value fails closed: the job does not run, and the sentence
names in German the parameter, the value and what is allowed (design, section 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from chalicelib.schedule.job import SCHEDULED, Job
from chalicelib.schedule.schedule import Schedule, ScheduleError, default_schedule, parse_schedule

ACTIVATED, SCHEDULE = "Aktiviert", "Zeitplan"
JOB_PARAMETERS = tuple(f"{job}/{name}" for job in SCHEDULED for name in (ACTIVATED, SCHEDULE))


@dataclass(frozen=True)
class JobSettings:
    """Values by job (validated), sentences by name for the invalid ones, warnings about names nobody knows."""

    activated: Mapping[Job, bool]
    schedules: Mapping[Job, Schedule]
    invalid: Mapping[str, str]
    warnings: tuple[str, ...] = ()

    def refusals(self, job: Job) -> tuple[str, ...]:
        """Why the job may not run, in German."""
        return tuple(text for name, text in self.invalid.items() if name.startswith(f"{job}/"))

    def schedule(self, job: Job) -> Schedule | None:
        """The Zeitplan that a job's due times follow (the summary's is that of `send`); None for an invalid one."""
        return self.schedules.get(Job.SEND if job is Job.SUMMARY else job)


def read_jobs(raw: Mapping[str, str], path: str = "Auftraege/") -> JobSettings:
    """Validate what the practice saved, by `<job>/<Name>`; `path` is put before names in sentences."""
    activated: dict[Job, bool] = {}
    schedules: dict[Job, Schedule] = {}
    invalid: dict[str, str] = {}
    for job in SCHEDULED:
        for name in (ACTIVATED, SCHEDULE):
            text = raw.get(f"{job}/{name}")
            wrong = None if text is None else check_job(f"{job}/{name}", text, f"{path}{job}/{name}")
            if wrong:
                invalid[f"{job}/{name}"] = wrong
            elif name == ACTIVATED:
                activated[job] = text is None or _yes(text)
            else:
                schedules[job] = default_schedule(job) if text is None else parse_schedule(text, job)
    unknown = tuple(_unknown(name, path) for name in raw if name not in JOB_PARAMETERS)
    return JobSettings(activated, schedules, invalid, unknown)


def check_job(name: str, text: str, parameter: str) -> str | None:
    """What is wrong with the value of a job's parameter, in German, or None."""
    job, _, what = name.partition("/")
    allowed = "Erlaubt ist: Ja oder Nein."
    if what == SCHEDULE:
        try:
            parse_schedule(text, Job(job))
        except ScheduleError as error:
            allowed = error.why
        else:
            return None
    elif text.strip().casefold() in ("ja", "nein"):
        return None
    shown = text if len(text) <= 60 else text[:57] + "…"
    return f"Der Parameter {parameter} hat den Wert «{shown}». {allowed}"


def _yes(text: str) -> bool:
    return text.strip().casefold() == "ja"


def _unknown(name: str, path: str) -> str:
    nearest = get_close_matches(name, JOB_PARAMETERS, n=1, cutoff=0.6)
    meant = f" Gemeint ist vielleicht {nearest[0]}." if nearest else ""
    return f"Der Parameter {path}{name} gehört zu keinem Auftrag und wird nicht beachtet.{meant}"

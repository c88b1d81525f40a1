"""All saved parameters of a practice, validated: values for the runs, Texts for the person who can fix them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from chalicelib.messages.template import TemplateError
from chalicelib.messages.template_lint import lint
from chalicelib.messages.template_set import NO_TEMPLATE, TemplateSet
from chalicelib.practice.job_settings import JobSettings, read_jobs
from chalicelib.practice.parameter_names import PARAMETERS, TEMPLATES, unknown_parameter
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.switches import SWITCH_OF_JOB, Switches, read_switches
from chalicelib.schedule.advice import schedule_advice
from chalicelib.schedule.job import PREPARING, SCHEDULED, Job
from chalicelib.schedule.job_state import JobState, with_schedule
from chalicelib.text import Text


@dataclass(frozen=True)
class ValidatedParameters:
    """Each part is validated at its first use: a run does not compile templates that it does not send.

    `problems` are Texts by the name below the practice's path, `unknown` those about names that nothing reads;
    `template_remarks` are about own templates that are still used.
    """

    saved: SavedParameters

    @cached_property
    def switches(self) -> Switches:
        return read_switches(self.saved.switches, f"{self.saved.path}Schalter/")

    @cached_property
    def jobs(self) -> JobSettings:
        return read_jobs(self.saved.jobs, f"{self.saved.path}Auftraege/")

    @property
    def templates(self) -> TemplateSet:
        return TemplateSet(self.saved.templates)

    @cached_property
    def problems(self) -> Mapping[str, Text]:
        found = {f"Schalter/{name}": text for name, text in self.switches.invalid.items()}
        found |= {f"Auftraege/{name}": text for name, text in self.jobs.invalid.items()}
        return found | {f"Vorlagen/{name}": text for name, text in _broken_templates(self.saved).items()}

    @cached_property
    def unknown(self) -> Mapping[str, Text]:
        return {name: unknown_parameter(name, self.saved.path) for name in self.saved.names if name not in PARAMETERS}

    @property
    def template_remarks(self) -> tuple[Text, ...]:
        return tuple(_template_remarks(self.saved, self.switches))


def advice(checked: ValidatedParameters, today: date) -> tuple[Text, ...]:
    """Warnings about schedules that will not do what a practice may expect.

    Empty while a value that it needs is invalid, or nothing is switched on because the practice is being set up.
    """
    depends = advice_depends_on(checked)
    found = schedule_advice(**depends, today=today) if depends else {}
    return tuple(text for texts in found.values() for text in texts)


def advice_depends_on(checked: ValidatedParameters) -> dict[str, Any]:
    """All values on which the advice depends, except the day; empty if there is no advice to give."""
    switches, jobs = checked.switches.values, checked.jobs
    if not any(switches.get(name) for name in SWITCH_OF_JOB.values()):
        return {}
    if jobs.invalid or not {"OffsetStartTage", "OffsetSuchTage", "Versandfenster"} <= switches.keys():
        return {}
    return {
        "schedules": {job: jobs.schedules[job] if _runs(job, checked) else None for job in SCHEDULED},
        "offset_start": switches["OffsetStartTage"],
        "offset_days": switches["OffsetSuchTage"],
        "window": switches["Versandfenster"],
    }


def _runs(job: Job, checked: ValidatedParameters) -> bool:
    """Whether the job is activated, and its kind of message is switched on."""
    return checked.jobs.activated[job] and bool(
        checked.switches.values.get(SWITCH_OF_JOB.get(job, ""), job not in SWITCH_OF_JOB)
    )


def with_saved_schedules(
    jobs: Mapping[Job, JobState], checked: ValidatedParameters, now: datetime
) -> dict[Job, JobState]:
    """The jobs under the saved schedules and zone; one of which a value is invalid is unchanged. `now` is UTC."""
    found = dict[Job, JobState]()
    for job in filter(jobs.__contains__, Job):  # in the order of a message
        earlier = () if job in PREPARING else tuple(found.values())
        found[job] = _with_saved_schedule(jobs[job], checked, now, earlier)
    return found


def _with_saved_schedule(
    record: JobState, checked: ValidatedParameters, now: datetime, earlier: Iterable[JobState]
) -> JobState:
    schedule, zone = checked.jobs.schedule(record.job), checked.switches.values.get("Zeitzone")
    if schedule is None or zone is None:
        return record
    return with_schedule(record, schedule, zone.key, now, earlier)


def _broken_templates(saved: SavedParameters) -> dict[str, Text]:
    templates, broken = TemplateSet(saved.templates), dict[str, Text]()
    for name in sorted(saved.templates.keys() & TEMPLATES.keys()):
        try:
            templates.compiled(*TEMPLATES[name])
        except TemplateError as error:
            broken[name] = error.text
    return broken


def _template_remarks(saved: SavedParameters, switches: Switches) -> Iterator[Text]:
    transliterate = bool(switches.values.get("UmschriftErlaubt"))
    for name in sorted(saved.templates.keys() & TEMPLATES.keys()):
        if (source := saved.templates[name]).strip() != NO_TEMPLATE:
            for remark in lint(*TEMPLATES[name], source, transliterate=transliterate).remarks:
                yield Text("template.remark", remark, template=name)

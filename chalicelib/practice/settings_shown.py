"""All settings of a practice as the Parameter Store shows them: default, description, allowed pattern. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.practice.job_settings import ACTIVATED, SCHEDULE
from chalicelib.practice.switches import SWITCHES
from chalicelib.practice.values import YES_NO
from chalicelib.schedule.job import SCHEDULED, Job, job_label
from chalicelib.schedule.schedule import default_schedule
from chalicelib.text import Text

_PLANS = "[^0-9].*[0-9]{1,2}[:.][0-9]{2}[^0-9]*"  # days, then a time: the grammar has too many forms to say more


@dataclass(frozen=True)
class ShownSetting:
    """A setting by its name below the practice's path, such as `Schalter/Sprache`.

    `pattern` is anchored and refuses no canonical value; None if no pattern can say what is allowed.
    """

    name: str
    default: str
    pattern: str | None
    description: Text


def _switches() -> Iterator[ShownSetting]:
    for name, switch in SWITCHES.items():
        told = _description(Text(f"switch.{name}"), switch.meaning, switch.allowed, switch.default)
        yield ShownSetting(f"Schalter/{name}", switch.default, _anchored(switch.values.pattern), told)


def _jobs(job: Job) -> Iterator[ShownSetting]:
    plan = str(default_schedule(job))
    examples = Text("job_setting.schedule.allowed", at=plan.rpartition(" ")[2])
    for name, default, pattern, meaning, allowed in (
        (ACTIVATED, "Ja", YES_NO.pattern, Text("job_setting.activated"), Text("parameter.yes_or_no")),
        (SCHEDULE, plan, _PLANS, Text("job_setting.schedule"), examples),
    ):
        told = _description(job_label(job), meaning, allowed, default)
        yield ShownSetting(f"Auftraege/{job}/{name}", default, _anchored(pattern), told)


def _description(label: Text, meaning: Text, allowed: Text, default: str) -> Text:
    return Text("parameter.description", label, meaning, allowed, default=default)


def _anchored(pattern: str | None) -> str | None:
    return pattern and f"^({pattern})$"


SETTINGS = {one.name: one for one in (*_switches(), *(one for job in SCHEDULED for one in _jobs(job)))}

"""Previews and forecasts of a practice on the fakes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from chalicelib.practice.practice import Practice
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.preview.dry_run import PreviewPorts
from chalicelib.preview.forecast import Planned
from chalicelib.preview.planned_messages import planned_messages
from chalicelib.preview.preview import preview
from chalicelib.preview.result import Preview
from chalicelib.schedule.job import Job
from tests.flow.fake_build import Desk

BOTH = (Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS)


def preview_on_fakes(
    desk: Desk, jobs: tuple[Job, ...] = BOTH, day: date | None = None, values: Mapping[str, str] | None = None
) -> Preview:
    """`values` are as if saved, by the name below the practice's path."""
    parts, now = desk.parts, desk.cloud.world.now
    practice = Practice(desk.record, ValidatedParameters(parts.parameters.saved(desk.name).with_values(values or {})))
    opt_outs, tariff = parts.parameters.opt_outs(desk.record), parts.parameters.tariff()
    with parts.open_database(f"mssql://{desk.name}") as database:
        return preview(jobs, day, practice, now, PreviewPorts(database, parts.store, tariff, opt_outs))


def planned_until(desk: Desk, end: date) -> tuple[list[Planned], list[str]]:
    """Returns the planned messages, and the calls that planning took."""
    parts, now, start = desk.parts, desk.cloud.world.now, len(desk.cloud.world.calls)
    practice = Practice(desk.record, ValidatedParameters(parts.parameters.saved(desk.name)))
    opt_outs, tariff = parts.parameters.opt_outs(desk.record), parts.parameters.tariff()
    with parts.open_database(f"mssql://{desk.name}") as database:
        planned = planned_messages(practice, now, end, PreviewPorts(database, parts.store, tariff, opt_outs))
    return planned, desk.cloud.world.calls[start:]

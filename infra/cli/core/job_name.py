"""A job as a person names it. Pure."""

from collections.abc import Sequence

from chalicelib.practice.names import folded
from chalicelib.schedule.job import SCHEDULED, Job
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.suggestions import meant
from infra.language import job_words
from infra.translation import tr


def job_named(text: str, jobs: Sequence[Job] = SCHEDULED) -> Job:
    """The job of this name, `send` or `Mitteilungen senden`, or of its beginning where only one begins so."""
    wanted = folded(text)
    names = {job: (folded(job), folded(job_words(job))) for job in jobs}
    exact = [job for job in jobs if wanted in names[job]]
    starts_at = [job for job in jobs if wanted and any(name.startswith(wanted) for name in names[job])]
    found = exact or starts_at
    if len(found) == 1:
        return found[0]
    named = ", ".join(f"{job} ({job_words(job)})" for job in found or jobs)
    if found:
        raise ArgumentError(tr("job {given!r}: it could be {jobs}", given=text, jobs=named))
    near = meant(text, [*jobs, *(job_words(job) for job in jobs)])
    raise ArgumentError(tr("job {given!r}: {meant}it must be one of {jobs}", given=text, meant=near, jobs=named))

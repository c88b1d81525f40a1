"""What the commands of the desk ask from: a practice as it is saved now, and its own database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chalicelib.admin.opt_outs import opt_outs_of
from chalicelib.planning.context import RunContext
from chalicelib.planning.outlook import person_context
from chalicelib.practice.practice import Practice
from chalicelib.reports.call_list import why_unsent
from infra.cli.core.stage import Deployment

if TYPE_CHECKING:
    from chalicelib.reports.appointments import Appointments


def context_of(practice: Practice, deployment: Deployment) -> RunContext:
    """Raises ParameterError where the key of the opt-outs is missing."""
    return person_context(practice, deployment.now, opt_outs_of(practice.record, deployment.parts.parameters))


@contextmanager
def rows_of(practice: Practice, deployment: Deployment) -> Iterator[Appointments]:
    """The appointments of its database. Raises PracticeDatabaseError and ParameterError."""
    from chalicelib.reports.appointments import Appointments

    url = deployment.parts.parameters.database_url(practice.id)
    payer = practice.validated.switches.values.get("DefaultSMSMandant")
    with deployment.parts.open_database(url) as database:
        yield Appointments(database, practice.zone, payer)


def unsent(practice: Practice, deployment: Deployment) -> str:
    """What is known of why messages do not leave, in German."""
    return why_unsent(practice.record.stopped or deployment.stop, practice.record.alerts)

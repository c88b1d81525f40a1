"""The sources of what a person asks: the practice with its saved parameters, and its own database. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chalicelib.planning.outlook import current_rules
from chalicelib.practice.practice import Practice
from chalicelib.reports.appointments import Appointments
from chalicelib.reports.call_list import why_unsent
from chalicelib.rules.rule_input import RuleContext

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Deployment


def context_of(practice: Practice, deployment: Deployment) -> RuleContext:
    """The context of a person's question. Raises ParameterError if the key of the opt-outs is missing."""
    return current_rules(practice, deployment.now, deployment.parts.parameters.opt_outs(practice.record))


@contextmanager
def appointments_of(practice: Practice, deployment: Deployment) -> Iterator[Appointments]:
    """The appointments of its database. Raises PracticeDatabaseError and ParameterError."""
    url = deployment.parts.parameters.database_url(practice.id)
    payer = practice.validated.switches.values.get("DefaultSMSMandant")
    with deployment.parts.open_database(url) as database:
        yield Appointments(database, practice.zone, payer)


def unsent_reason(practice: Practice, deployment: Deployment) -> str:
    """The known German reason why the practice's messages do not leave; empty if there is none."""
    return why_unsent(practice.record.stopped or deployment.stop, practice.record.alerts)

"""Read who has an appointment in the next days and no usable address: one statement."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.aws.deployment import Deployment
from chalicelib.practice.practice import Practice
from chalicelib.reports.appointments import appointments_of, context_of
from chalicelib.reports.unreachable import Unreachable, days_ahead, unreachable_patients
from chalicelib.schedule.job import Job
from chalicelib.text import TextError

Sees = Callable[[str, str | None], bool]  # a Mandant and a practitioner


class WrongSettingsError(TextError):
    """A switch that the reminders need is invalid."""


def read_unreachable(
    practice: Practice, deployment: Deployment, sees: Sees = lambda mandant, practitioner: True
) -> list[Unreachable]:
    """The patients of the Mandanten and practitioners that a person sees.

    Raises WrongSettingsError, TemplateError, PracticeDatabaseError and ParameterError.
    """
    if wrong := practice.validated.switches.refusals(Job.PREPARE_REMINDERS):
        raise WrongSettingsError(wrong[0])
    context = context_of(practice, deployment)
    with appointments_of(practice, deployment) as rows:
        ahead = rows.on_days(days_ahead(context.today))
    return unreachable_patients((one for one in ahead if sees(one.signer.mandant or "", one.practitioner)), context)

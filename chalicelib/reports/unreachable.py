"""The patients with an appointment ahead and no usable address, which the practice can correct. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.entries.entry import entry_key
from chalicelib.messages.recipient import NoAddress
from chalicelib.messages.template import TemplateError
from chalicelib.reports.call_list import name_of
from chalicelib.reports.csv_file import Cell, csv_file
from chalicelib.reports.reconciliation import is_definitive
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rule_input import RuleContext, RuleInput
from chalicelib.schedule.job import Job
from chalicelib.text import Text, text_line

DAYS_AHEAD = 14


@dataclass(frozen=True)
class Unreachable:
    """A patient's next appointment (`starts_at` is UTC), and why no message about it can leave."""

    patient: str
    name: str
    appointment: str | None
    starts_at: datetime
    reason: Text


def correction_key(practice: str, one: Unreachable) -> str:
    """A hash that names the patient and what is wrong: what is wrong otherwise, is not corrected yet."""
    return entry_key(practice, f"address:{one.patient}:{text_line(one.reason)}")


def unreachable_csv(
    header: Sequence[str], listed: Iterable[Unreachable], zone: ZoneInfo, short: Callable[[Text], str]
) -> bytes:
    """A row for each: day, time, name, patient, appointment, reason; times are those of the zone."""
    return csv_file(header, (tuple(_cells(one, one.starts_at.astimezone(zone), short)) for one in listed))


def _cells(one: Unreachable, at: datetime, short: Callable[[Text], str]) -> Iterator[Cell]:
    yield from (at.date(), at.time(), one.name, one.patient, one.appointment or "", short(one.reason))


def days_ahead(today: date) -> list[date]:
    return [today + timedelta(days=n) for n in range(DAYS_AHEAD)]


def unreachable_patients(appointments: Iterable[Candidate], context: RuleContext) -> list[Unreachable]:
    """Each patient once, in the order of the appointments; without those who want no messages or opted out.

    Raises TemplateError if a template of a reminder is broken.
    """
    found: dict[str, Unreachable] = {}
    for one in appointments:
        if one.patient in found or one.starts_at is None or not _may_get_a_reminder(one, context):
            continue
        address = RuleInput(context, one).address
        if isinstance(address, NoAddress) and not address.opted_out:
            found[one.patient] = Unreachable(one.patient, name_of(one), one.appointment, one.starts_at, address.reason)
    return list(found.values())


def _may_get_a_reminder(one: Candidate, context: RuleContext) -> bool:
    ahead = one.starts_at is not None and one.starts_at > context.now and is_definitive(one)
    outs = context.opt_outs
    refused = one.deceased or one.no_messages or outs.of_patient(one.patient) or outs.stop_of(one.patient)
    return ahead and one.patient_found and not refused


def count_unreachable(appointments: Iterable[Candidate], context: RuleContext) -> int | None:
    """The number of `unreachable_patients`; None if settings or templates are wrong."""
    if context.switches.refusals(Job.PREPARE_REMINDERS):
        return None
    try:
        return len(unreachable_patients(appointments, context))
    except TemplateError:
        return None

"""The results of a day as the page and the command both show them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from zoneinfo import ZoneInfo

from chalicelib.messages.placeholders import as_value
from chalicelib.reports.reconciliation import AppointmentResult, Column
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text

Say = Callable[[Text | None], str]


def by_day_and_payer(
    results: Iterable[AppointmentResult], zone: ZoneInfo, nobody: str
) -> dict[tuple[date, str], list[AppointmentResult]]:
    """By local day (`date.max`: the start is unreadable) and name of the Mandant that pays, in this order."""
    found: dict[tuple[date, str], list[AppointmentResult]] = {}
    for one in results:
        day = slot_day(one.candidate.starts_at, zone) if one.candidate.starts_at else date.max
        payer = one.candidate.payer
        found.setdefault((day, as_value(payer.name) or payer.mandant or nobody), []).append(one)
    return dict(sorted(found.items()))


def reason_words(result: AppointmentResult, said: Say, short: Say) -> str:
    """In short, as on the call list, with what a phone call has found out; a refusal by the rules is told whole."""
    reason = (said if result.column is Column.EXCLUDED else short)(result.reason)
    return f"{reason}; {said(result.call.label)}" if result.call else reason

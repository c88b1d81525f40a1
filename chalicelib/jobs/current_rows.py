"""Read the current rows of entries from the practice database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.entries.entry import Entry
from chalicelib.jobs.ports import PracticeRows
from chalicelib.messages.kind import Kind
from chalicelib.rules.candidate import Candidate, parse_row
from chalicelib.rules.rule_input import RuleContext


def rows_now(entries: Sequence[Entry], practice: RuleContext, database: PracticeRows) -> dict[str, Candidate]:
    """The current candidates, by entry key; one SQL statement."""
    by_appointment: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.appointment:
            by_appointment.setdefault(entry.appointment, []).append(entry)
    by_patient = {entry.patient: entry.key for entry in entries if entry.kind is Kind.BIRTHDAY}
    payer = practice.switches["DefaultSMSMandant"]
    found: dict[str, Candidate] = {}
    since = practice.active_since if by_patient else None
    for row in database.recheck(sorted(by_appointment), sorted(by_patient), payer, since):
        candidate = parse_row(row, practice.zone)
        if candidate.kind is Kind.BIRTHDAY and candidate.patient in by_patient:
            found.setdefault(by_patient[candidate.patient], candidate)
        for entry in by_appointment.get(candidate.appointment or "", ()):
            found.setdefault(entry.key, replace(candidate, kind=entry.kind))
    return found

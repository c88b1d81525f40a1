"""A practice set up on the fakes as `infra/local/rehearsal.py` sets one up on the local cloud."""

from __future__ import annotations

import re
from datetime import timedelta

from chalicelib.entries.credits import TopUp
from chalicelib.messages.recipient import Address, email_address
from chalicelib.practice.record import Licence, normal_number
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.job_state import new_jobs
from infra.local.rehearsal import Plan, zone_of
from tests.fakes.fake_cloud import FakeCloud
from tests.fakes.practice_database import Tables
from tests.fakes.wiring import STAGE

_UPDATE = re.compile(r"UPDATE (\w+) SET (\w+) = \? WHERE (\w+) = \?")


def fake_cloud(plan: Plan, tables: Tables) -> FakeCloud:
    """A cloud of fakes at the plan's start with its practice; the caller makes the plan's changes."""
    cloud = FakeCloud(
        plan.start, {plan.database: tables}, seed=plan.seed, carrier_failures=plan.carrier_failures
    )  # fmt: skip
    parts, zone = cloud.parts, zone_of(plan.switches)
    for name, value in plan.switches.items():
        folder, _, last = name.rpartition("/")
        parts.parameters.put(parts.parameters.path_of(plan.practice, folder or "Schalter") + last, value)
    parts.parameters.put(f"/vitosms-secrets/{STAGE}/{plan.practice}/Datenbank", plan.database)
    settings = ValidatedParameters(parts.parameters.saved(plan.practice)).jobs
    before = plan.start - timedelta(microseconds=1)
    jobs = new_jobs(plan.practice, settings.schedules, zone.key, before)
    parts.practices.add(plan.practice, _senders(tables), jobs)
    parts.practices.set_optional_columns(plan.practice, tables.optional)
    for licence in _licences(plan, tables):
        parts.practices.add_licence(plan.practice, licence)
    for mandant, credits in plan.topups.items():
        parts.store.top_up(plan.practice, TopUp(mandant, "rehearsal", credits, plan.start))
    cloud.forget_changes()
    return cloud


def _senders(tables: Tables) -> list[str]:
    addresses = [email_address(row["AbsenderEMail"]) for row in tables["Mandant"]]
    return sorted({address.value for address in addresses if isinstance(address, Address)})


def _licences(plan: Plan, tables: Tables) -> list[Licence]:
    """Every number is valid, unless the plan says otherwise."""
    numbers = {normal_number(row["Lizenznummer"]) for row in tables["Mandant"]}
    yesterday = plan.start.astimezone(zone_of(plan.switches)).date() - timedelta(days=1)
    return [
        Licence(
            number,
            last=yesterday if plan.licences.get(number) == "expired" else None,
            revoked=plan.licences.get(number) == "revoked",
        )
        for number in sorted(number for number in numbers if number)
    ]


def enter(tables: Tables, sql: str, values: tuple[object, ...]) -> None:
    """The practice changes one column of the rows with an id: `UPDATE Termin SET Status = ? WHERE TerminId = ?`."""
    update = _UPDATE.fullmatch(sql)
    assert update is not None, sql
    view, column, id_column = update.groups()
    value, row_id = values
    for row in tables[view]:
        if row[id_column] == row_id:
            row[column] = value

"""Check which patients read several messages on one telephone: they share a number, or have several appointments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from chalicelib.text import Text
from infra.doctor.database import InspectedDatabase
from infra.doctor.finding import Finding, doubtful, good
from infra.doctor.week import Week
from infra.language import number
from infra.translation import tr, trn


def shared_numbers(database: InspectedDatabase) -> Iterator[Finding]:
    """How many patients share a mobile number, of all that are alive; nothing if none do."""
    [row] = database.inspect("shared_numbers")
    if count := int(str(row["Nummern"])):
        found = trn(
            "{patients} patients share {count} mobile number, such as children that of a parent",
            "{patients} patients share {count} mobile numbers, such as children that of a parent",
            count, count=number(count), patients=number(int(str(row["Patienten"]))),
        )  # fmt: skip
        yield good(Text("check.shared_numbers"), found)


def several_a_day(week: Week) -> Iterator[Finding]:
    """How many patients have several appointments on a day and get a message about each."""
    if week.context.switches["EineErinnerungProTag"]:
        return
    appointments: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    for one in (rule_input.candidate for rule_input in week.definitive()):
        appointments[one.patient, (one.local_start or "")[:10]].add(one.appointment)
    if patients := {patient for (patient, _), found in appointments.items() if len(found) > 1}:
        text = trn(
            "{count} patient has several on one day, and gets a message about each",
            "{count} patients have several on one day, and get a message about each",
            len(patients), count=number(len(patients)),
        )  # fmt: skip
        yield doubtful(Text("check.several_a_day"), text, tr("one message for all: {command}",
                       command="vitosms switches set EineErinnerungProTag Ja"))  # fmt: skip

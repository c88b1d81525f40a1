"""The points that are open before a practice can send: the first page and `doctor` ask the same. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chalicelib.practice.practice import Practice
from chalicelib.practice.record import licence_problem
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.reports.reconciliation import is_definitive
from chalicelib.rules.candidate import Candidate, Payer
from chalicelib.text import Text


class Kind(StrEnum):
    PARAMETER = "parameter"
    DATABASE = "database"
    SWITCHED_OFF = "switched_off"
    NOBODY_TOLD = "nobody_told"
    NO_APPOINTMENTS = "no_appointments"
    LICENCE = "licence"
    CREDITS = "credits"


@dataclass(frozen=True)
class OpenPoint:
    """`mandant` is the name, or else the id, of the one it is about."""

    kind: Kind
    why: Text | None = None
    mandant: str = ""


def switched_on(practice: Practice) -> list[str]:
    """The switches of the kinds of message that the practice sends."""
    return [name for name in SWITCH_OF_JOB.values() if practice.validated.switches.values.get(name)]


def tells_nobody(practice: Practice) -> bool:
    """Whether nobody at the practice gets alerts and the daily summary; an invalid value is another problem."""
    return practice.validated.switches.values.get("MeldungAn") == ()


def open_points(
    practice: Practice, appointments: Iterable[Candidate] | None, unread: Text | None, credits: Mapping[str, int],
    today: date,
) -> Iterator[OpenPoint]:  # fmt: skip
    """The points, in the order in which a message is made; `credits` are those of the payers of the appointments."""
    for problem in practice.validated.problems.values():
        yield OpenPoint(Kind.PARAMETER, problem)
    if not switched_on(practice):
        yield OpenPoint(Kind.SWITCHED_OFF)
    if tells_nobody(practice):
        yield OpenPoint(Kind.NOBODY_TOLD)
    if appointments is None:
        yield OpenPoint(Kind.DATABASE, unread)
        return
    payers = payers_of(appointments)
    if not payers:
        yield OpenPoint(Kind.NO_APPOINTMENTS)
    for mandant, payer in payers.items():
        if why := licence_problem(payer.licence, practice.record.licences, today):
            yield OpenPoint(Kind.LICENCE, why, payer.name or mandant)
        elif credits.get(mandant, 0) <= 0:
            yield OpenPoint(Kind.CREDITS, None, payer.name or mandant)


def payers_of(appointments: Iterable[Candidate]) -> dict[str, Payer]:
    """The Mandanten that pay for the definitive appointments, by id."""
    found = {one.payer.mandant or "": one.payer for one in appointments if is_definitive(one)}
    return dict(sorted(found.items()))

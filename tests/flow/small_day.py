"""A small but full day of a practice, the same on the fakes and on the local cloud.

Both kinds, both channels, a refusal, failures, a Mandant that lacks credits until a top-up, a patient without an
address; people who get alerts and a summary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from chalicelib.aws.deployment import Deployment
from chalicelib.wiring import wiring
from infra.local.clients import REGION
from infra.local.networks.sent_message import ErrorAnswer, SentMessage
from infra.local.rehearsal import Plan, Rehearsal, rehearsal
from tests.flow import build
from tests.flow.fake_build import DESK, Day, at
from tests.simulation.invariants import Seen, seen, violations

START, TOP_UP, END, NEXT_END = "2026-11-23 09:55", "2026-11-23 10:15", "2026-11-24 00:00", "2026-11-25 00:00"
FAILURES, SEED = 0.3, 4
REFUSED = "+41790000005"
EXPECTED = {f"reminder:T{n}" for n in (1, 2, 5, 6, 7, 8, 9, 10)} | {"birthday:P3:2026", "birthday:P4:2026"}


@dataclass(frozen=True)
class Patient:
    """Tomorrow's appointment, if any; the Mandant that pays; further columns of the patient."""

    starts_at: str | None
    mandant: str = "M1"
    columns: dict[str, Any] = field(default_factory=dict)


def _by_mail(name: str) -> dict[str, Any]:
    return {"Mobiltelefon": None, "EMail": f"{name}@patient.example"}


_BORN = {"Geburtsdatum": "1980-11-23"}
PATIENTS = (
    Patient("2026-11-24 09:00"),
    Patient("2026-11-24 09:30", columns=_by_mail("leser")),
    Patient(None, columns=_BORN),
    Patient(None, columns=_BORN | _by_mail("leserin")),
    Patient("2026-11-24 10:00"),  # refused by the network
    Patient("2026-11-24 10:30", columns={"Mobiltelefon": None}),
    Patient("2026-11-24 11:00", "M2"),
    Patient("2026-11-24 11:30", "M2"),
    Patient("2026-11-24 12:00"),
    Patient("2026-11-24 12:30"),
)


class Network:
    """Counts requests by recipient, and refuses one."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()

    def __call__(self, message: SentMessage) -> ErrorAnswer | None:
        self.requests[message.to] += 1
        wrong = ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber")
        return wrong if message.to == REFUSED else None


def on_fakes() -> tuple[Day, Callable[[], list[str]]]:
    """The day, and what is wrong with the practice."""
    day, network = Day(START, carrier_failures=FAILURES, seed=SEED), Network()
    desk = day.practice(Schalter__MeldungAn=DESK)
    desk.mandant("M2")
    desk.top_up("M2", 1)
    for patient in PATIENTS:
        if patient.starts_at:
            desk.appointment(patient.starts_at, patient.mandant, **patient.columns)
        else:
            desk.patient(patient.mandant, **patient.columns)
    day.cloud.at(at(TOP_UP), partial(desk.top_up, "M2", 1, "second"))
    day.parts.networks.on_request = network
    return day, lambda: _wrong(seen(desk), network, day)


def _wrong(found: Seen, network: Network, day: Day) -> list[str]:
    return violations(found, network.requests, EXPECTED, day.cloud.world.now)


def _plan(database: build.Database, sms_region: str) -> Plan:
    database.insert("Mandant", "M2", *build.MANDANT[1:])
    for patient in PATIENTS:
        starts_at = f"{patient.starts_at}:00" if patient.starts_at else None
        database.patient(starts_at, patient.mandant, **patient.columns)
    return Plan(
        database=database.url, start=at(START), end=at(NEXT_END), practice=build.PRACTICE,
        switches={**build.ON, "MeldungAn": DESK}, topups={"M1": 10_000, "M2": 1}, carrier_failures=FAILURES, seed=SEED,
        sms_region=sms_region,
    )  # fmt: skip


@contextmanager
def on_local_cloud(
    database: build.Database, sms_region: str = REGION
) -> Iterator[tuple[Rehearsal, Callable[[], list[str]]]]:
    """The day, and what is wrong with the practice."""
    network = Network()
    with rehearsal(_plan(database, sms_region)) as day:
        day.cloud.at(at(TOP_UP), build.top_up("M2", 1))
        day.cloud.networks.on_request = network
        yield day, lambda: violations(_seen(day), network.requests, EXPECTED, day.cloud.clock.now())


def _seen(day: Rehearsal) -> Seen:
    parts, entries = wiring(), day.entries()
    practice = Deployment("local", parts, day.cloud.clock.now()).practice(day.plan.practice)
    ledgers = {mandant: parts.store.ledger(practice.id, mandant) for mandant in ("M1", "M2")}
    return Seen(practice, entries, ledgers, parts.store.balances(practice.id, ledgers))

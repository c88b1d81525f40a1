"""Two good patients and hostile others on the fakes, and what must hold whatever the others' data are.

P1 gets a reminder and P2 a greeting, paid by M1. Each of the others, PX0, PX1 …, would get both, paid by its own
Mandant MX0, MX1 …, so that the books of M1 must be the same whatever happens to them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from typing import Self
from unittest.mock import patch
from zoneinfo import ZoneInfo

from chalicelib.entries.credits import LedgerItem, totals_of
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.planning.alerts import Alert
from chalicelib.words.words import words_of
from infra.local.networks.sent_message import SentMessage
from infra.local.rehearsal import Plan
from tests.fakes.fake_cloud import FakeCloud
from tests.fakes.practice import fake_cloud
from tests.fakes.practice_database import COLUMNS, Record, Tables, empty_tables
from tests.fakes.queues import FakeQueue
from tests.hostile.values import FIRST_NAME, LAST_NAME, SECRETS

PRACTICE, URL, ZURICH = "praxis", "mssql://fake", ZoneInfo("Europe/Zurich")
OUTCOMES = {"done", "with_errors", "failed", "skipped", "missed"}
ENGLISH = ("Traceback", "Error", "Exception", "None", "not ", "invalid", "<class", "object at")
UNPAID = {State.PREPARED, State.CANCELLED, State.EXPIRED, State.NOT_SENDABLE, State.REFUSED}
ON = {
    "TerminerinnerungSenden": "Ja", "GeburtstagsglueckwuenscheSenden": "Ja", "CreditMindestbestand": "0",
    "MeldungAn": "empfang@beispiel.example",
}  # fmt: skip
TOMORROW_9, BORN_TODAY, OPENED = "2026-11-24 09:00:00", "1980-11-23", "2026-01-05 08:00:00"
GOOD_NUMBERS = ("+41790000001", "+41790000002")
GOOD_ENTRIES = ("reminder:T1", "birthday:P2:2026")


def at(clock: str, day: int = 23) -> datetime:
    """A local time in November 2026."""
    return datetime.fromisoformat(f"2026-11-{day:02d} {clock}").replace(tzinfo=ZURICH)


def add(tables: Tables, view: str, **values: object) -> Record:
    """A row of a view; other columns are NULL."""
    row: Record = dict.fromkeys(COLUMNS[view]) | values
    tables[view].append(row)
    return row


def good_tables() -> Tables:
    tables = empty_tables()
    for n, extra in ((1, {}), (2, {"Geburtsdatum": BORN_TODAY})):
        names = {"Vorname": f"Vorname{n}", "Nachname": f"Nachname{n}", "Mobiltelefon": GOOD_NUMBERS[n - 1]}
        add(tables, "Patient", PatientId=f"P{n}", KeineMitteilungen=0, **names, **extra)
        add(tables, "Behandlung", BehandlungId=f"B{n}", PatientId=f"P{n}", MandantId="M1", EroeffnetAm=OPENED)
    add(tables, "Termin", TerminId="T1", PatientId="P1", Beginn=TOMORROW_9, Status="definitiv")
    add_mandant(tables, "M1")
    return tables


def add_mandant(tables: Tables, mandant: str) -> Record:
    sender = {"AbsenderSMS": "Beispiel", "AbsenderEMail": "praxis@beispiel.example", "Telefon": "044 000 00 01"}
    return add(tables, "Mandant", MandantId=mandant, Name="Praxis", Lizenznummer=f"L-{mandant}", **sender)


def number(n: int) -> str:
    return f"+4179001{n:04d}"


def email(n: int) -> str:
    return f"quastenflosser{n}@beispiel.example"


def another(tables: Tables, n: int = 0, born: str | None = BORN_TODAY) -> dict[str, Record]:
    """The rows of PX<n> before any hostile value, by the view's name."""
    names = {"Anrede": "Frau", "Vorname": FIRST_NAME, "Nachname": LAST_NAME, "Sprache": "de"}
    reach = {"Mobiltelefon": number(n), "EMail": email(n), "KeineMitteilungen": 0}
    paid = {"BehandlungId": f"BX{n}", "PatientId": f"PX{n}", "MandantId": f"MX{n}", "EroeffnetAm": OPENED}
    place = {"Behandler": "Dr. Beispiel", "Ort": "Bern", "Besuchsgrund": "Kontrolle"}
    when = {"TerminId": f"TX{n}", "PatientId": f"PX{n}", "Beginn": TOMORROW_9, "Status": "definitiv"}
    return {
        "Mandant": add_mandant(tables, f"MX{n}"),
        "Patient": add(tables, "Patient", PatientId=f"PX{n}", Geburtsdatum=born, **names, **reach),
        "Behandlung": add(tables, "Behandlung", **paid),
        "Termin": add(tables, "Termin", **when, **place),
    }


@dataclass
class Played:
    """A span of the practice, and all bodies that went into its own queues."""

    cloud: FakeCloud
    bodies: list[str]

    @property
    def messages(self) -> Sequence[SentMessage]:
        return self.cloud.parts.networks.messages

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """By identity."""
        return {entry.identity: entry for entry in self.cloud.parts.data.entries.get(PRACTICE, {}).values()}

    def runs(self, job: str | None = None) -> list[tuple[str, list[str]]]:
        """Outcomes and reasons of the Auftragsverlauf."""
        lines = [line for line in self.cloud.parts.history.runs(PRACTICE) if job in (None, line["job"])]
        return [(line["outcome"], [reason["text"] for reason in line["reasons"]]) for line in lines]

    @cached_property
    def reasons(self) -> list[str]:
        """Returns all sentences of histories and alerts."""
        parts, done = self.cloud.parts, self.cloud.delivered
        alerts: list[Alert] = [alert for _, alert in parts.alerts.told] + [a for d in done for a in d.alerts]
        lines = [str(line.get("text", "")) for line in parts.history.activities(PRACTICE)]
        sentences = [reason for _, reasons in self.runs() for reason in reasons]
        return sentences + lines + [words_of("de").of(alert.text) for alert in alerts]

    def everything(self) -> str:
        """Returns everything that left the tables, except the messages to patients."""
        history = self.cloud.parts.history
        lines = history.runs(PRACTICE) + history.activities(PRACTICE)
        sentences = [f"{notice.subject}\n{notice.text}" for notice in self.cloud.parts.networks.notices]
        shown = (json.dumps(line, ensure_ascii=False) for line in lines)
        return "\n".join([*self.bodies, *shown, *self.reasons, *sentences])

    def ledger(self, mandant: str) -> Sequence[LedgerItem]:
        return self.cloud.parts.store.ledger(PRACTICE, mandant)


def set_up(
    tables: Tables, switches: Mapping[str, str] | None = None, start: datetime | None = None, credits: int = 100
) -> FakeCloud:
    """The practice at 09:45; licences, senders and Mandanten of the current rows are registered."""
    plan = Plan(
        URL, start or at("09:45"), at("10:30"), PRACTICE, {**ON, **(switches or {})},
        {str(row["MandantId"]): credits for row in tables["Mandant"]},
    )  # fmt: skip
    return fake_cloud(plan, tables)


class _InTurn:
    """Make requests sequentially: these tests are not about threads, which would take a third of their time."""

    def __init__(self, _: int) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, act: Callable[[Entry], object], entry: Entry) -> Future[object]:
        future: Future[object] = Future()
        try:
            future.set_result(act(entry))
        except Exception as error:
            future.set_exception(error)
        return future


def play(cloud: FakeCloud, until: datetime | None = None) -> Played:
    bodies: list[str] = []
    ours = (cloud.parts.queues.runs_queue, cloud.parts.queues.outbox_queue)
    send: Callable[[FakeQueue, Sequence[str]], list[str]] = FakeQueue.send

    def spy(queue: FakeQueue, sent: Sequence[str]) -> list[str]:
        bodies.extend(sent if queue in ours else ())
        return send(queue, sent)

    with patch.object(FakeQueue, "send", spy), patch("chalicelib.jobs.deliver.ThreadPoolExecutor", _InTurn):
        cloud.play(until or at("10:30"))
    return Played(cloud, bodies)


Books = tuple[Sequence[SentMessage], Mapping[str, Entry], Sequence[LedgerItem], int]


def books_of_the_good(played: Played) -> Books:
    """Returns messages, entries, ledger and balance of the good rows, except random values."""
    return (
        sorted((replace(m, tags={}) for m in played.messages if m.to in GOOD_NUMBERS), key=lambda m: m.to),
        {name: replace(e, write_id="") for name, e in played.entries.items() if name in GOOD_ENTRIES},
        sorted(played.ledger("M1"), key=lambda item: item.key),
        played.cloud.parts.store.balances(PRACTICE, ["M1"])["M1"],
    )


@cache
def books_alone() -> Books:
    alone = play(set_up(good_tables()))
    assert [len(part) for part in books_of_the_good(alone)[:3]] == [2, 2, 2]
    return books_of_the_good(alone)


def check(played: Played, log: str = "", secrets: Sequence[str] = SECRETS) -> None:
    """Checks what holds for any hostile row, except for the good ones (see `check_good`)."""
    assert played.cloud.errors == []
    check_books(played)
    for outcome, reasons in played.runs():
        assert outcome in OUTCOMES
        assert [reason for reason in reasons if not reason.endswith(".")] == []
    sentences = played.reasons
    assert [reason for reason in sentences if any(word in reason for word in ENGLISH)] == []
    everything = played.everything() + log
    assert [secret for secret in secrets if secret in everything] == []


def check_good(played: Played) -> None:
    assert books_of_the_good(played) == books_alone()


def check_books(played: Played) -> None:
    """Ledger = balance = what the entries cost; nobody got anything twice."""
    parts, entries = played.cloud.parts, played.entries.values()
    for (practice, mandant), balance in parts.data.balances.items():
        totals = totals_of(parts.store.ledger(practice, mandant))
        assert totals.balance == balance >= 0
        assert totals.charged - totals.refunded == sum(e.credits for e in entries if e.mandant == mandant)
    assert not [entry for entry in entries if entry.credits and entry.state in UNPAID]
    assert max(Counter((m.to, m.text) for m in played.messages).values(), default=0) <= 1
    sent = Counter(entry.recipient for entry in entries if entry.message_id)
    assert Counter(message.to for message in played.messages) == sent

"""A practice whose messages are in every state, for the tests of the page Versand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from chalicelib.entries.entry import Entry, held_back, transition
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.text import Text
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.flow.build import TOMORROW_9, Database, at, entry_of, number, opened
from tests.flow.desk.browser import Answer, Browser
from tests.flow.desk.calls_world import World

QUEUE = "/p/praxis/queue"
YESTERDAY = at("11:00", 22)
_numbers = count(100)
_TEXT: dict[str, Any] = {"text": None, "subject": None, "place": None, "sender": None, "sender_name": None}
_FRESH: dict[str, Any] = {
    "version": 1, "attempt": 0, "charge": None, "credits": 0, "parts": 0, "recipient": None, "message_id": None,
    "claimed_at": None, "reserved_at": None, "send_before": None, "reason": None, **_TEXT,
}  # fmt: skip


def fresh(day: Rehearsal, practitioner: str = "Dr. Brunner", mandant: str = "M1", **changes: Any) -> Entry:
    """A reminder of a new patient that was just prepared; it is written nowhere."""
    n = next(_numbers)
    own = {"identity": f"reminder:Q{n}", "patient": f"Q{n}", "appointment": f"Q{n}"}
    shape: dict[str, Any] = {**_FRESH, **own, "practitioner": practitioner, "mandant": mandant, **changes}
    return replace(entry_of(day, "T1"), state=State.PREPARED, changed_at=day.cloud.clock.now(), **shape)


def waiting(day: Rehearsal, **changes: Any) -> Entry:
    return _written(None, fresh(day, **changes))


def on_hold(day: Rehearsal, **changes: Any) -> Entry:
    before = waiting(day, **changes)
    return _written(before, held_back(before, Text("send.missed", slot=at("10:05"))))


def reserved(day: Rehearsal, **changes: Any) -> Entry:
    before, now = waiting(day, **changes), day.cloud.clock.now()
    paid = {"credits": 1, "parts": 1, "attempt": 1, "recipient": number(7), "reserved_at": now, "send_before": now}
    after = transition(before, State.RESERVED, now, **paid)
    (made,) = wiring().store.reserve(before.mandant or "", [Transition(before, after)], now)
    return made.after


def unknown(day: Rehearsal, **changes: Any) -> Entry:
    now = day.cloud.clock.now()
    paid = reserved(day, **changes)
    asked = _written(paid, transition(paid, State.SENDING, now, claimed_at=now))
    return _written(asked, transition(asked, State.UNKNOWN, now, reason=Text("deliver.no_answer", said="Timeout")))


def ended(day: Rehearsal, state: State, when: datetime, reason: Text, **changes: Any) -> Entry:
    """One that failed, or ended, earlier."""
    start = when + timedelta(days=1)
    made = replace(fresh(day, **changes), starts_at=start, expires_at=start, day=start.date())
    return _written(None, replace(made, state=state, changed_at=when, reason=reason))


@contextmanager
def opened_queue(folder: Path) -> Iterator[World]:
    """Monday 10:20: one message was delivered, one patient has no number, and others are where tests want them."""
    database = Database(folder / "queue.db")
    database.insert("Mandant", "M2", "Praxis Zwei", "L1", "Zwei", "zwei@beispiel.example", "044 000 00 02")
    database.patient(TOMORROW_9)
    database.patient("2026-11-24 09:30:00", "M2", Mobiltelefon=None)
    for name, who in (("T1", "Dr. Brunner"), ("T2", "Dr. Meier")):
        database.run("UPDATE Termin SET Behandler = ? WHERE TerminId = ?", who, name)
    with opened(database, topups={"M1": 100, "M2": 10}) as day:
        day.play()
        for practitioner, mandant in (("Dr. Brunner", "M1"), ("Dr. Brunner", "M1"), ("Dr. Meier", "M2")):
            waiting(day, practitioner=practitioner, mandant=mandant)
        on_hold(day)
        reserved(day)
        unknown(day, practitioner="Dr. Meier", mandant="M2")
        ended(day, State.REFUSED, YESTERDAY, Text("carrier.refuses_number"))
        ended(day, State.EXPIRED, YESTERDAY, Text("send.no_credits"), practitioner="Dr. Meier", mandant="M2")
        yield World(day, database)


def patients(answer: Answer) -> list[str]:
    """The patient numbers of the rows, in their order."""
    return re.findall(r"Nr\. ([PQ]\d+)", re.sub(r'aria-label="[^"]*"', "", answer.body))


def boxes(answer: Answer) -> dict[str, str]:
    """The boxes of a page, by their names, with the versions; or the same fields of the next form."""
    return dict(re.findall(r'name="(e-\w+)" value="(\d+)"', answer.body))


def choose(browser: Browser, act: str, entries: list[Entry], **more: str) -> Answer:
    """Tick these messages, by the versions in hand, and press a button."""
    return browser.post(f"{QUEUE}/chosen", {**ticked(entries), "act": act, **more})


def decide(browser: Browser, act: str, entries: list[Entry], note: str = "Ferien", **more: str) -> Answer:
    return browser.post(f"{QUEUE}/decide", {**ticked(entries), "act": act, "note": note, **more})


def ticked(entries: list[Entry]) -> dict[str, str]:
    return {f"e-{one.key}": str(one.version) for one in entries}


def now_as(entry: Entry) -> Entry:
    """The entry as it is stored."""
    return wiring().store.entries(entry.practice, [entry.key])[entry.key]


def _written(before: Entry | None, after: Entry) -> Entry:
    (made,) = wiring().store.commit([Transition(before, after)])
    return made.after

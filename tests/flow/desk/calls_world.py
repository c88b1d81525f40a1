"""A practice whose call list has many patients, for the tests of its page; each test has a patient of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from chalicelib.people.person import Role
from infra.local.rehearsal import Rehearsal
from tests.flow.build import Database, opened
from tests.flow.desk.browser import Answer, Browser, person

PATIENTS = 24
CALLS = "/p/praxis/calls"
_ids = count(10)


@dataclass
class World:
    """`taken` counts the patients that tests have; the n-th is Muster<n>, tomorrow, and has a private number."""

    day: Rehearsal
    database: Database
    taken: Iterator[int] = field(default_factory=lambda: iter(range(1, PATIENTS + 1)))

    def patient(self) -> str:
        return f"Muster{next(self.taken):02}"

    def browser(self, name: str = "A. Meier", role: Role = Role.FRONT_DESK, **more: Any) -> Browser:
        """Somebody who has just signed in, in German."""
        browser = Browser(language="de")
        session = {key: more.pop(key) for key in ("reasons", "private") if key in more}
        browser.sign_in(person(f"a{next(_ids)}", role, name=name, **more), **session)
        return browser


@contextmanager
def opened_world(folder: Path) -> Iterator[World]:
    """Monday 10:20, after the send slot: every patient lacks a mobile number."""
    database = Database(folder / "practice.db")
    database.insert("Mandant", "M2", "Praxis Zwei", "L1", "Zwei", "zwei@beispiel.example", "044 000 00 02")
    database.run("ALTER TABLE Patient ADD COLUMN TelefonPrivat TEXT")
    with opened(database) as day:
        for n in range(1, PATIENTS + 1):
            names = {"Nachname": f"Muster{n:02}", "Vorname": "Zoë", "Geburtsdatum": "1980-03-12", "Sprache": "fr"}
            phones = {"Mobiltelefon": None, "TelefonPrivat": f"044 000 00 {n:02}"}
            start = f"2026-11-24 {8 + n // 4:02}:{n % 4 * 15:02}:00"
            database.patient(start, "M2" if n % 2 else "M1", **names, **phones)
            place = ("Dr. Eins" if n % 3 else "Dr. Drei", "1. Stock", f"T{n}")
            database.run("UPDATE Termin SET Behandler = ?, Ort = ? WHERE TerminId = ?", *place)
        day.play()
        yield World(day, database)


def row(answer: Answer, name: str) -> dict[str, str]:
    """The hidden fields of a patient's row, and its HTML."""
    for found in re.findall(r'(?s)<tr id="r-.*?</tr>', answer.body):
        if name in found:
            fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found))
            return fields | {"html": found}
    raise AssertionError(f"{name} is not on the page")


def note(browser: Browser, name: str, outcome: str, seen: Answer | None = None, **more: str) -> Answer:
    """Press a button of a patient's row, on a page that was `seen` earlier, or the current one."""
    fields = row(seen or browser.get(CALLS), name)
    form = {key: fields[key] for key in ("key", "version", "start")}
    return browser.post(f"{CALLS}/note", {**form, "outcome": outcome, **more})


def told(browser: Browser, name: str) -> str:
    """The calls that a row tells."""
    html = row(browser.get(CALLS), name)["html"]
    return " ".join(re.findall(r"<p>([^<]*)</p>", html.partition('class="told"')[2].partition("</div>")[0]))


__all__ = ["CALLS", "PATIENTS", "World", "note", "opened_world", "row", "told"]

"""One practice whose patients nobody reaches, another one, and people of both who ask for every route."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from chalicelib.desk.route import ROUTES
from chalicelib.people.device import REGISTERED_FOR, Device
from chalicelib.people.person import Person, Role
from chalicelib.people.session import KeptForm, Look, Session, form_token, hash_of
from chalicelib.wiring import wiring
from infra.local.desk.user_pool import UserPool
from infra.local.rehearsal import Rehearsal
from tests.flow.build import PRACTICE, Database, opened
from tests.flow.desk.browser import Answer, Browser, person
from tests.flow.desk.queue_world import on_hold, waiting
from tests.flow.desk.walks.html_rules import forms, urls
from tests.flow.desk.walks.routes import DEVICE, WALKS, WHO, Route

REASON = "Frau B. hat angerufen"
STAFF = {"reader": "Leonie Lesbar", "front_desk": "Amalia Empfang", "manager": "Leander Praxisleitung",
         "operator": "Ottilie Betreiberin", "stranger": "Fremdling Nachbar"}  # fmt: skip
# First name, last name, number, date of birth, address; nobody is reached by a number of the fixed network.
PATIENTS = (
    ("Zwetschgina", "Kirschbaumer", "044 700 81 11", "1951-03-07", "zwetschgina(at)postfach"),
    ("Quittolf", "Birnstieler", "044 700 82 22", "1987-12-29", "quittolf(at)postfach"),
    (
        "Mirabella-Friederike Apollonia",
        "von Holderbuscher-Schlehenthaler",
        "044 700 83 33",
        "2014-06-18",
        "mira(at)postfach",
    ),
    ("Aprikosius", "Dörrobstler", "044 700 84 44", "1999-10-02", "aprikosius(at)postfach"),
)
# Mandant, language, practitioner, place and reason of their appointments.
ABOUT = (
    ("M1", "de", "Dr. med. A. Brunner", "1. Stock", "Kontrolle"),
    ("M2", "fr", "Dr. med. Annemarie-Charlotte Brunner-Schellenberger", "Seestrasse 7, Erlenbach", "Blutentnahme"),
    ("M1", "it", "Dr. med. A. Brunner", "1. Stock", "Nachkontrolle"),
    ("M1", "pt", "", "", ""),
)
LOOKS = {"first": "P1", "last": f"P{len(PATIENTS) + 1}"}  # what a session has looked for; the last is on no list
_numbers = count(1)


@dataclass
class World:
    """People of the practice `praxis` are signed in anew for each request, so none sees what another left behind."""

    day: Rehearsal
    people: dict[str, Person] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=lambda: {"practice": PRACTICE})

    @property
    def device(self) -> Device:
        now = wiring().clock()
        return Device(PRACTICE, DEVICE, "Empfang", "LE", now, now + REGISTERED_FOR)

    def browser(self, who: str, **more: Any) -> Browser:
        """A browser of this person, as the route's table names them."""
        browser = Browser(language="de")
        return browser if who == "nobody" else self.signed_in(browser, self.people[who], **more)

    def who(self, route: Route) -> str:
        """The first of WHO, from the right, who may ask."""
        return next(who for who in reversed(WHO) if WALKS[route].statuses[who] < 400)

    def signed_in(self, browser: Browser, one: Person, **more: Any) -> Browser:
        parts, secret = wiring(), f"secret{next(_numbers)}"
        now, reasons = parts.clock(), {PRACTICE: REASON} if one.role is Role.OPERATOR else {}
        kept = KeptForm("/privacy", {"private": "off"})
        looks = {name: Look(PRACTICE, "patient", id, now) for name, id in LOOKS.items()}
        told = {"looks": looks, "reasons": reasons, "kept": kept, "key": f"key of {secret}", **more}
        parts.sessions.begin(Session(hash_of(secret), one.username, now, now, **told))
        browser.cookies["__Host-session"], browser.token = f"{one.username}:{secret}", form_token(secret)
        return browser

    def path(self, route: Route, **values: str) -> str:
        """The path of a route, with what its line says in place of names unless told otherwise."""
        return self.named(route[1], **{**WALKS[route].values, **values})

    def named(self, path: str, **values: str) -> str:
        return path.format(**{**self.values, **values})

    def fields(self, route: Route, browser: Browser) -> dict[str, str]:
        """Return what the form sends as its page has it, if need be that of a manager, with the fields typed in."""
        walk, path = WALKS[route], self.path(route)
        pages = (one.get(self.named(walk.form)) for one in (browser, self.browser("manager")))
        found = (one.fields for page in pages for one in forms(page.body) if one.action == path)
        sent = next(found, None) if walk.form else {}
        assert sent is not None, f"{walk.form} has no form for {path}"
        typed = {
            next(one for one in [*sent, name] if fnmatchcase(one, name)): text for name, text in walk.fields.items()
        }
        return {**sent, **typed, "token": browser.token}

    def query(self, route: Route, browser: Browser) -> str:
        """Return what a page adds to the path of a route that it refreshes from; a manager's page, if need be."""
        walk = WALKS[route]
        if not walk.form:
            return ""
        path, pages = self.path(route), (one.get(self.named(walk.form)) for one in (browser, self.browser("manager")))
        url = next((url for page in pages for url in urls(page.body) if url.startswith(f"{path}?")), None)
        assert url, f"{walk.form} never asks for {path}"
        return url.removeprefix(path)

    def ask(self, route: Route, browser: Browser, path: str = "", **changed: Any) -> Answer:
        """Ask as a browser does that shows the page with the form."""
        method, path = route[0], path or self.path(route)
        if method == "GET":
            return browser.get(path + self.query(route, browser))
        fields = self.fields(route, browser) | changed.pop("fields", {})
        fields = {name: value for name, value in fields.items() if value is not None}
        return browser.ask("POST", path, urlencode(fields).encode(), **changed)

    @cached_property
    def walked(self) -> dict[tuple[Route, str], Answer]:
        """Every route's answer to everybody."""
        with self.day.cloud.platform.output.captured():
            return {(route, who): self.ask(route, self.browser(who)) for route in ROUTES for who in WHO}

    def table(self) -> dict[tuple[str, str], Any]:
        """The table without the sessions, to see whether something has changed."""
        items = self.day.cloud.scan_table()
        return {(one["pk"], one["sk"]): one for one in items if not one["pk"].startswith("session#")}


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """At 10:20; the messages of the next day could not be sent."""
    database = Database(folder / "praxis.db")
    database.insert("Mandant", "M2", "Praxis Zwei", "L1", "Zwei", "zwei@beispiel.example", "044 000 00 02")
    for n, ((first, last, number, born, mail), about) in enumerate(zip(PATIENTS, ABOUT, strict=True)):
        mandant, language, *where = about
        names = {"Vorname": first, "Nachname": last, "Geburtsdatum": born, "Sprache": language}
        database.patient(f"2026-11-24 {9 + n:02d}:15:00", mandant, Mobiltelefon=number, EMail=mail, **names)
        place = "UPDATE Termin SET Behandler = ?, Ort = ?, Besuchsgrund = ? WHERE TerminId = ?"
        database.run(place, *where, f"T{n + 1}")
    database.patient()
    with opened(database) as day:
        day.play()
        os.environ["VITOSMS_USER_POOL"] = UserPool("local", "http://127.0.0.1").id  # until the cloud closes
        wiring.cache_clear()
        made = World(day, {who: _person(who) for who in STAFF})
        for _ in range(2):
            waiting(day)
            on_hold(day)
        wiring().practices.add("zweite", [], [])
        wiring().people.add_device(made.device)
        for one in (*made.people.values(), person("zz")):
            wiring().people.add(one)
        with day.cloud.platform.output.captured():
            made.ask(("POST", "/p/{practice}/calls/sheets"), made.browser("manager"))  # sheet 1
            for _ in range(2):  # calls that can be undone
                made.ask(("POST", "/p/{practice}/calls/note"), made.browser("manager"))
        yield made


def _person(who: str) -> Person:
    role = Role(who) if who in set(Role) else Role.MANAGER
    one = person(f"{who[:2]}", role, "zweite" if who == "stranger" else PRACTICE)
    return replace(one, name=STAFF[who])

"""The locations outside the table whose data names a patient, and when it is deleted there. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.entries.entry import Entry, first_identity
from chalicelib.messages.kind import Kind
from chalicelib.schedule.time_zone import instant_of
from chalicelib.text import Text

BACKUPS = timedelta(days=35)  # the table can be restored to any time within (infra/resources.yaml)
EXTERNAL = ("practice_database", "mailbox", "files", "opt_out_lists", "patient")
Line = Mapping[str, Any]
_OWN_WORDS = ("note", "text")  # values with text that a person wrote


@dataclass(frozen=True)
class Person:
    """The ids by which a log line can name a patient, also through their appointments and entries."""

    patient: str
    appointments: frozenset[str]
    keys: frozenset[str]
    numbers: frozenset[str]  # E.164


@dataclass(frozen=True)
class DataLocation:
    """A place with data of the patient; `until` is when the last of it is deleted (UTC); None if it is not."""

    name: str
    lines: int | None  # how many were found; None if they are not counted
    until: datetime | None
    note: Text | None = None  # who deletes it, if it is not deleted automatically
    group: str = ""  # the log group, if it is one

    @property
    def label(self) -> Text:
        return Text(f"location.{self.name}")

    @property
    def data(self) -> Text:
        return Text(f"location.{self.name}.data")


def mentions(line: Line, person: Person) -> bool:
    """Whether a line of a log names the patient, or one of their appointments or entries."""
    if line.get("key") in person.keys:
        return True
    kind, _, rest = first_identity(str(line.get("entry", ""))).partition(":")
    if kind == Kind.BIRTHDAY and rest.rpartition(":")[0] == person.patient:
        return True
    if kind == Kind.REMINDER and rest in person.appointments:
        return True
    if kind == Kind.RESCHEDULED and any(rest.startswith(f"{one}:") for one in person.appointments):
        return True
    alert = line if "code" in line else line.get("text", "")
    return any(_names(said, person) for said in (alert, line.get("reason", {}), *line.get("reasons", ())))


def log_location(
    name: str, group: str, times: Collection[datetime], days: int | None, erased: datetime | None
) -> DataLocation:
    """A log group that keeps lines for `days` days (None: for ever); `times` are those of the lines found.

    The lines of a patient who was erased before can no longer be found by their keys: they are deleted `days` days
    after `erased` at the latest.
    """
    last = max([*times, *([erased] if erased else [])], default=None)
    until = last + timedelta(days=days) if last and days else None
    note = None if days or not last else Text("location.log_for_ever")
    return DataLocation(name, len(times), until, note, group)


def backup(now: datetime) -> DataLocation:
    """The backups from which the table can be restored."""
    return DataLocation("backups", None, now + BACKUPS)


def external_locations() -> list[DataLocation]:
    """The locations whose data no time limit of the service deletes."""
    return [DataLocation(name, None, None, Text(f"location.{name}.note")) for name in EXTERNAL]


def times_of(lines: Iterable[Line]) -> list[datetime]:
    """The times (UTC) of these log lines."""
    return [instant_of(line.get("at") or line["start"]) for line in lines]


def person_of(patient: str, entries: Iterable[Entry], appointments: Iterable[str], numbers: Iterable[str]) -> Person:
    """`appointments` are from the practice database; those of the entries are added."""
    own = list(entries)
    known = frozenset([*appointments, *(one.appointment for one in own if one.appointment)])
    return Person(patient, known, frozenset(one.key for one in own), frozenset(numbers))


def _names(said: Line | str, person: Person) -> bool:
    """Whether a logged text names one of the ids, in its values or in a person's own words."""
    if isinstance(said, str):  # a sentence of an earlier version
        return _written(said, person)
    values = said.get("values", {})
    own = values.get("patient") == person.patient or values.get("appointment") in person.appointments
    own = own or any(_written(str(values.get(name, "")), person) for name in _OWN_WORDS)
    return own or any(_names(part, person) for part in said.get("parts", ()))


def _written(words: str, person: Person) -> bool:
    """Whether free text names one of the ids: the id follows its noun."""
    ids = "|".join(re.escape(one) for one in sorted({person.patient, *person.appointments}))
    return re.search(rf"\b(?:PatientId|TerminId|Patient\w*|Termin\w*) (?:{ids})(?!\w)", words) is not None

"""People as items of the table, and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from chalicelib.aws.items import Item, Key, to_storable
from chalicelib.people.person import Person, Role
from chalicelib.schedule.time_zone import instant_of

OPERATORS = "#operators"
_SETS = ("mandanten", "practitioners")
_INSTANTS = ("created_at", "last_sign_in", "ended_at", "sessions_from")
_STORED = tuple(field.name for field in fields(Person) if field.name not in ("practice", "id"))  # these are the key


def people_key(practice: str) -> str:
    """The key under which a practice's people are; `""` for operators."""
    return practice or OPERATORS


def person_item_key(username: str) -> Key:
    id, _, practice = username.partition(".")
    return {"pk": people_key(practice), "sk": f"person#{id}"}


def person_item(person: Person) -> Item:
    own = {name: stored(getattr(person, name)) for name in _STORED if getattr(person, name)}
    return {**person_item_key(person.username), **own}


def stored(value: Any) -> Any:
    """A field's value as an attribute."""
    return sorted(value) if isinstance(value, frozenset) else to_storable(value)


def person_of(item: Mapping[str, Any]) -> Person:
    values = {name: item[name] for name in _STORED if name in item}
    values |= {name: instant_of(values[name]) for name in _INSTANTS if name in values}
    values |= {name: frozenset(values[name]) for name in _SETS if name in values}
    if "last_day" in values:
        values["last_day"] = date.fromisoformat(values["last_day"])
    practice = "" if item["pk"] == OPERATORS else item["pk"]
    id = item["sk"].removeprefix("person#")
    return Person(practice=practice, id=id, **values | {"role": Role(values["role"])})

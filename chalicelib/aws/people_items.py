"""People as items of the table, and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from chalicelib.aws.items import Item, Key, to_storable
from chalicelib.people.device import Device
from chalicelib.people.person import Person, Role
from chalicelib.schedule.time_zone import instant_of, instant_text

OPERATORS = "#operators"
_SETS = ("mandanten", "practitioners")
_INSTANTS = ("created_at", "code_at", "last_sign_in", "ended_at", "sessions_from")
STORED = tuple(field.name for field in fields(Person) if field.name not in ("practice", "id"))  # these are the key


def people_key(practice: str) -> str:
    """The key under which a practice's people are; `""` for operators."""
    return practice or OPERATORS


def person_item_key(username: str) -> Key:
    id, _, practice = username.partition(".")
    return {"pk": people_key(practice), "sk": f"person#{id}"}


def person_item(person: Person) -> Item:
    own = {name: stored(getattr(person, name)) for name in STORED if getattr(person, name)}
    return {**person_item_key(person.username), **own}


def stored(value: Any) -> Any:
    """A field's value as an attribute."""
    return sorted(value) if isinstance(value, frozenset) else to_storable(value)


def person_of(item: Mapping[str, Any]) -> Person:
    values = {name: item[name] for name in STORED if name in item}
    values |= {name: instant_of(values[name]) for name in _INSTANTS if name in values}
    values |= {name: frozenset(values[name]) for name in _SETS if name in values}
    if "last_day" in values:
        values["last_day"] = date.fromisoformat(values["last_day"])
    practice = "" if item["pk"] == OPERATORS else item["pk"]
    id = item["sk"].removeprefix("person#")
    return Person(practice=practice, id=id, **values | {"role": Role(values["role"])})


def device_item_key(practice: str, hash: str) -> Key:
    return {"pk": practice, "sk": f"device#{hash}"}


def device_item(device: Device) -> Item:
    times = {"registered_at": instant_text(device.registered_at), "ends_at": instant_text(device.ends_at)}
    own = {"name": device.name, "registered_by": device.registered_by, "ttl": int(device.ends_at.timestamp())}
    return {**device_item_key(device.practice, device.hash), **times, **own}


def device_of(item: Mapping[str, Any]) -> Device:
    times = (instant_of(item[name]) for name in ("registered_at", "ends_at"))
    hash = item["sk"].removeprefix("device#")
    return Device(item["pk"], hash, item["name"], item["registered_by"], *times)

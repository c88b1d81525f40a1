"""People of practices, operators, and registered devices in the table. I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.aws.items import Item, put_new
from chalicelib.aws.people_items import (
    STORED,
    device_item,
    device_item_key,
    device_of,
    people_key,
    person_item,
    person_item_key,
    person_of,
    stored,
)
from chalicelib.aws.table import CancelledError, Table
from chalicelib.people.device import Device
from chalicelib.people.person import Person
from chalicelib.schedule.time_zone import instant_text

_BEGINNING = "pk = :own AND begins_with(sk, :kind)"


class PeopleStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def people(self, practice: str) -> list[Person]:
        """All people of a practice by Kürzel, with those who have left; `""` for the operators."""
        items = self._table.query(_BEGINNING, {":own": people_key(practice), ":kind": "person#"})
        return [person_of(item) for item in items]

    def person(self, username: str) -> Person | None:
        item = self._table.get(person_item_key(username))
        return person_of(item) if item else None

    def add(self, person: Person) -> Person | None:
        """Store a new person. Returns who has the Kürzel already, or had it; nothing is written then."""
        there = self._table.write(put_new(person_item(person)))
        found = person_of(there) if there else None
        return None if found == person else found  # the same if only the answer was lost

    def change(self, before: Person, after: Person, staying: Person | None = None) -> Person | None:
        """Write what differs, on condition that nobody has changed the person since it was read as `before`.

        With `staying`, also on condition that nobody has changed that one: two managers do not end each other. Returns
        the person as stored, None if a condition failed; then nothing is written.
        """
        after = replace(after, version=before.version + 1)
        writes = [{"Update": _update(before, after)}]
        writes += [{"ConditionCheck": _as_read(staying)}] if staying else []
        try:
            self._table.transact(writes)
        except CancelledError as cancelled:
            if cancelled.busy:
                raise
            item = cancelled.reasons[0].item
            found = person_of(item) if item else None
            return found if found and _changed(before, after).items() <= _values(found).items() else None
        return after

    def count_try(self, username: str, most: int) -> bool:
        """Count a PIN before it is checked; False, and nothing is counted, after `most` of them."""
        count: Item = {
            "Key": person_item_key(username),
            "UpdateExpression": "SET pin_tries = if_not_exists(pin_tries, :none) + :one",
            "ConditionExpression": "attribute_exists(pk) AND (attribute_not_exists(pin_tries) OR pin_tries < :most)",
            "ExpressionAttributeValues": {":none": 0, ":one": 1, ":most": most},
        }
        return self._table.write({"Update": count}) is None

    def signed_in(self, username: str, at: datetime) -> None:
        """Note a sign-in (UTC) of a person who is there; the PIN may be tried again."""
        note: Item = {
            "Key": person_item_key(username),
            "UpdateExpression": "SET last_sign_in = :at REMOVE pin_tries",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeValues": {":at": instant_text(at)},
        }
        self._table.write({"Update": note})

    def devices(self, practice: str) -> list[Device]:
        """The registered devices of a practice, also those whose time is over and that the table still has."""
        items = self._table.query(_BEGINNING, {":own": practice, ":kind": "device#"})
        return sorted(map(device_of, items), key=lambda device: device.registered_at)

    def device(self, practice: str, hash: str) -> Device | None:
        item = self._table.get(device_item_key(practice, hash))
        return device_of(item) if item else None

    def add_device(self, device: Device) -> None:
        self._table.write({"Put": {"Item": device_item(device)}})

    def remove_device(self, practice: str, hash: str) -> None:
        self._table.write({"Delete": {"Key": device_item_key(practice, hash)}})


def _values(person: Person) -> dict[str, Any]:
    return {name: stored(getattr(person, name)) for name in STORED}


def _changed(before: Person, after: Person) -> dict[str, Any]:
    old = _values(before)
    return {name: value for name, value in _values(after).items() if value != old[name]}


def _update(before: Person, after: Person) -> Item:
    changed = _changed(before, after)
    sets = ", ".join(f"#{name} = :{name}" for name, value in changed.items() if value)
    removed = ", ".join(f"#{name}" for name, value in changed.items() if not value)
    condition = _as_read(before)
    names = {f"#{name}": name for name in changed}
    values: Mapping[str, Any] = {f":{name}": value for name, value in changed.items() if value}
    return {
        "Key": condition["Key"],
        "UpdateExpression": f"SET {sets}" + (f" REMOVE {removed}" if removed else ""),
        "ConditionExpression": condition["ConditionExpression"],
        "ExpressionAttributeNames": {"#version": "version", **names},
        "ExpressionAttributeValues": {**condition["ExpressionAttributeValues"], **values},
    }


def _as_read(person: Person) -> Item:
    """The condition that nobody has changed this person since."""
    return {
        "Key": person_item_key(person.username),
        "ConditionExpression": "attribute_exists(pk) AND #version = :read",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":read": person.version},
    }

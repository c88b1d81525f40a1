"""People, registered devices and the users of the pool in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from chalicelib.aws.people_store import PeopleStore
from chalicelib.aws.user_pool import NewUser, UserPool, UserPoolError
from chalicelib.people.device import Device
from chalicelib.people.person import Person, username_of
from chalicelib.text import Text
from tests.fakes.world import Data, World

Result = TypeVar("Result")


class FakePeopleStore(PeopleStore):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data

    def people(self, practice: str) -> list[Person]:
        return self._world.call("people.people", lambda: self._of(practice))

    def person(self, username: str) -> Person | None:
        return self._world.call("people.person", lambda: self._data.people.get(username))

    def add(self, person: Person) -> Person | None:
        return self._world.call("people.add", lambda: self._add(person))

    def change(self, before: Person, after: Person, staying: Person | None = None) -> Person | None:
        return self._world.call("people.change", lambda: self._change(before, after, staying))

    def count_try(self, username: str, most: int) -> bool:
        return self._world.call("people.count_try", lambda: self._count(username, most))

    def signed_in(self, username: str, at: datetime) -> None:
        self._world.call("people.signed_in", lambda: self._signed_in(username, at))

    def devices(self, practice: str) -> list[Device]:
        return self._world.call("people.devices", lambda: self._devices(practice))

    def device(self, practice: str, hash: str) -> Device | None:
        return self._world.call("people.device", lambda: self._data.devices.get((practice, hash)))

    def add_device(self, device: Device) -> None:
        devices = self._data.devices
        self._world.call("people.add_device", lambda: devices.update({(device.practice, device.hash): device}))

    def remove_device(self, practice: str, hash: str) -> None:
        self._world.call("people.remove_device", lambda: self._data.devices.pop((practice, hash), None))

    def _of(self, practice: str) -> list[Person]:
        return sorted((one for one in self._data.people.values() if one.practice == practice), key=lambda one: one.id)

    def _add(self, person: Person) -> Person | None:
        there = self._data.people.setdefault(person.username, person)
        return None if there == person else there

    def _change(self, before: Person, after: Person, staying: Person | None) -> Person | None:
        people, after = self._data.people, replace(after, version=before.version + 1)
        read = [one for one in (before, staying) if one]
        there = [people.get(one.username) for one in read]
        if [one and one.version for one in there] == [one.version for one in read]:
            people[before.username] = _merged(people[before.username], before, after)
            return after
        return after if there[0] and _merged(there[0], before, after) == there[0] else None

    def _count(self, username: str, most: int) -> bool:
        person = self._data.people.get(username)
        if person is None or person.pin_tries >= most:
            return False
        self._data.people[username] = replace(person, pin_tries=person.pin_tries + 1)
        return True

    def _signed_in(self, username: str, at: datetime) -> None:
        if person := self._data.people.get(username):
            self._data.people[username] = replace(person, last_sign_in=at, pin_tries=0)

    def _devices(self, practice: str) -> list[Device]:
        own = [device for (of, _), device in self._data.devices.items() if of == practice]
        return sorted(own, key=lambda device: device.registered_at)


def desk_keys(data: Data, practice: str) -> frozenset[str]:
    """The sort keys of people and devices of a practice."""
    own = {f"person#{person.id}" for person in data.people.values() if person.practice == practice}
    return frozenset(own | {f"device#{hash}" for of, hash in data.devices if of == practice})


def forget_desk(data: Data, practice: str, keys: frozenset[str]) -> None:
    for kind, _, name in (key.partition("#") for key in keys):
        if kind == "person":
            data.people.pop(username_of(name, practice), None)
        else:
            data.devices.pop((practice, name), None)


def _merged(there: Person, before: Person, after: Person) -> Person:
    """The stored person, with the fields in which `after` differs from `before`."""
    changed = {name: value for name, value in vars(after).items() if value != vars(before)[name]}
    return replace(there, **changed)


@dataclass(frozen=True)
class User:
    name: str
    subject: str
    code: str


class FakeUserPool(UserPool):
    """`absent`: the stage has no desk, so that nothing can be done."""

    def __init__(self, world: World, absent: bool = False) -> None:
        self._world, self.users, self._absent = world, dict[str, User](), absent
        self.signed_out: list[str] = []

    def check(self) -> None:
        if self._absent:
            raise UserPoolError(Text("users.no_pool"))

    def create(self, username: str, name: str) -> NewUser:
        return self._asked("users.create", lambda: self._create(username, name))

    def give_code(self, username: str) -> str | None:
        return self._asked("users.give_code", lambda: self._code(username))

    def rename(self, username: str, name: str) -> None:
        self._asked("users.rename", lambda: self._rename(username, name))

    def sign_out(self, username: str) -> None:
        self._asked("users.sign_out", lambda: self.signed_out.append(username))

    def delete(self, username: str) -> None:
        self._asked("users.delete", lambda: self.users.pop(username, None))

    def _asked(self, name: str, effect: Callable[[], Result]) -> Result:
        self.check()
        return self._world.call(name, effect)

    def _create(self, username: str, name: str) -> NewUser:
        self.users[username] = user = User(name, self._world.new_id(), self._new())
        return NewUser(user.subject, user.code)

    def _code(self, username: str) -> str | None:
        if (user := self.users.get(username)) is None:
            return None
        self.users[username] = replace(user, code=self._new())
        return self.users[username].code

    def _rename(self, username: str, name: str) -> None:
        if user := self.users.get(username):
            self.users[username] = replace(user, name=name)

    def _new(self) -> str:
        return f"Code-{int(self._world.new_id(), 16):04}-Wort"

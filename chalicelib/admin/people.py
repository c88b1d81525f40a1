"""Let people sign in, change and end them, their codes and PINs; for the command and the desk alike.

The table is written first. A person without a user of the pool can do nothing, and a new code makes up for what was
interrupted; a user without a person is let in by no page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.people.one_time_code import VALID_FOR
from chalicelib.people.person import Person, Role, manager_beside
from chalicelib.people.pin import TRIES, is_locked, is_pin, pin_hash, pin_problem
from chalicelib.text import Text, TextError

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Clients


class PeopleError(TextError):
    """Nothing was changed; `field` is the wrong one, empty if it is about none."""

    def __init__(self, text: Text, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class LetIn:
    """A person with the one-time code, which is shown once; `until` (UTC) it is valid."""

    person: Person
    code: str
    until: datetime


def add(person: Person, clients: Clients, now: datetime, zone: ZoneInfo) -> LetIn:
    """Let a new person in. Raises PeopleError if the Kürzel is taken, also by who has left; UserPoolError."""
    clients.users.check()
    new = replace(person, created_at=now, code_at=now)
    if there := clients.people.add(new):
        raise PeopleError(Text("people.id.taken", id=there.kuerzel, name=there.name), "id")
    return give_code(new, clients, now, zone)


def give_code(person: Person, clients: Clients, now: datetime, zone: ZoneInfo) -> LetIn:
    """A new one-time code in place of the password; who has left is let in again. Raises PeopleError, UserPoolError."""
    if person.is_over(now, zone):
        raise PeopleError(Text("people.over", name=person.name))
    subject, code = person.subject, None
    if subject and person.ended_at is None:
        code = clients.users.give_code(person.username)
    if code is None:
        made = clients.users.create(person.username, person.name)
        subject, code = made.subject, made.code
    after = _changed(person, replace(person, subject=subject, code_at=now, ended_at=None), clients)
    return LetIn(after, code, now + VALID_FOR)


def change(
    before: Person, after: Person, clients: Clients, now: datetime, zone: ZoneInfo, force: bool = False
) -> Person:
    """Change name, role, limits or last day. Raises PeopleError, also if nobody else manages the practice then.

    `force` leaves a practice without a manager; only an operator may.
    """
    loses = before.role is Role.MANAGER and (after.role is not Role.MANAGER or (after.last_day and not before.last_day))
    staying = _staying(before, clients, now, zone) if loses and not force else None
    done = _changed(before, after, clients, staying)
    if before.name != after.name:
        clients.users.rename(before.username, after.name)
    return done


def end(person: Person, clients: Clients, now: datetime, zone: ZoneInfo, force: bool = False) -> Person:
    """End a person's time: running sessions with the next request, the user of the pool at once. Raises PeopleError.

    The item stays with its Kürzel and name, for the history. A second call completes an interrupted one.
    """
    staying = _staying(person, clients, now, zone) if person.role is Role.MANAGER and not force else None
    ended = replace(person, ended_at=person.ended_at or now, sessions_from=now, pin="", pin_tries=0)
    done = _changed(person, ended, clients, staying)
    clients.users.delete(person.username)
    return done


def sign_out(person: Person, clients: Clients, now: datetime) -> Person:
    """End a person's running sessions, on all devices; they may sign in again."""
    done = _changed(person, replace(person, sessions_from=now), clients)
    clients.users.sign_out(person.username)
    return done


def sign_out_all(practice: str, clients: Clients, now: datetime) -> int:
    """End the sessions of a removed practice and delete its users; how many. New codes let them in again."""
    people = [one for one in clients.people.people(practice) if one.subject and one.ended_at is None]
    for person in people:
        _changed(person, replace(person, subject="", sessions_from=now), clients)
        clients.users.delete(person.username)
    return len(people)


def set_pin(person: Person, pin: str, again: str, salt: bytes, clients: Clients) -> Person:
    """Take a person's own new PIN. Raises PeopleError: no PIN, a trivial one, or typed differently the second time."""
    if problem := pin_problem(pin):
        raise PeopleError(problem, "pin")
    if pin != again:
        raise PeopleError(Text("people.pin.different"), "again")
    return _changed(person, replace(person, pin=pin_hash(pin, salt), pin_tries=0), clients)


def reset_pin(person: Person, clients: Clients) -> Person:
    """Forget a PIN and its tries: the person chooses another one after the next sign-in."""
    return _changed(person, replace(person, pin="", pin_tries=0), clients)


def sign_in_by_pin(username: str, pin: str, clients: Clients, now: datetime, zone: ZoneInfo) -> Person:
    """The active person whose PIN this is; the try is counted before it is checked. Raises PeopleError."""
    person, wrong = clients.people.person(username), Text("people.pin.wrong", tries=TRIES)
    if person is None or not (person.pin and person.subject and person.is_active(now, zone)):
        raise PeopleError(wrong, "pin")
    if is_locked(person) or not clients.people.count_try(username, TRIES):
        raise PeopleError(Text("people.pin.locked", tries=TRIES), "pin")
    if not is_pin(person, pin):
        raise PeopleError(wrong, "pin")
    clients.people.signed_in(username, now)
    return person


def _staying(person: Person, clients: Clients, now: datetime, zone: ZoneInfo) -> Person | None:
    """The manager who stays when this one goes, None if that one no longer counts. Raises PeopleError."""
    if not person.is_active(now, zone):
        return None
    if staying := manager_beside(person, clients.people.people(person.practice), now, zone):
        return staying
    raise PeopleError(Text("people.last_manager", name=person.name))


def _changed(before: Person, after: Person, clients: Clients, staying: Person | None = None) -> Person:
    done = clients.people.change(before, after, staying)
    if done is None:
        raise PeopleError(Text("people.changed", name=before.name))
    return done

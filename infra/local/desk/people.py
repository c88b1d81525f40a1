"""People on the local cloud who sign in by a click from the start, as if they had used their codes."""

from collections.abc import Iterable

from chalicelib.admin.people import add
from chalicelib.people.one_time_code import VALID_FOR
from chalicelib.people.person import Person
from chalicelib.people.status import role_text
from chalicelib.schedule.time_zone import DEFAULT, zone_named
from chalicelib.wiring import wiring
from infra.language import said
from infra.local.desk.user_pool import UserPool


def let_in(people: Iterable[Person], pool: UserPool) -> None:
    """Let them sign in, as `vitosms people add` and the printed code do."""
    clients = wiring()
    for person in people:
        done = add(person, clients, clients.clock(), zone_named(DEFAULT))
        pool.confirm(person.username, done.code)
        clients.people.signed_in(person.username, clients.clock())


def role_of(username: str) -> str:
    """The role of a user of the pool, in the reader's language; empty for one who is nobody of ours."""
    person = wiring().people.person(username)
    return said(role_text(person.role)) if person else ""


def has_expired_code(username: str) -> bool:
    """Whether the one-time code of a person is too old. moto does not know when it was made."""
    person = wiring().people.person(username)
    return bool(person and person.code_at and wiring().clock() > person.code_at + VALID_FOR)

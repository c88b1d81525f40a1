"""A person who may sign in to the desk of a practice, or an operator, and what the role allows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.practice.names import folded

IDLE = timedelta(days=60)  # without a sign-in in this time a person is off until a manager gives a new code


class Permission(StrEnum):
    SEE = "see"
    PHONE = "phone"  # outcomes, claim, undo, lists on paper, CSV
    DECIDE = "decide"  # cancel, release, resolve, send again, opt out, stop a patient
    MANAGE = "manage"  # people and devices
    OPERATE = "operate"


class Role(StrEnum):
    READER = "reader"
    FRONT_DESK = "front_desk"
    MANAGER = "manager"
    OPERATOR = "operator"


_ALLOWED = {
    Role.READER: {Permission.SEE},
    Role.FRONT_DESK: {Permission.SEE, Permission.PHONE, Permission.DECIDE},
    Role.MANAGER: {Permission.SEE, Permission.PHONE, Permission.DECIDE, Permission.MANAGE},
    Role.OPERATOR: {Permission.SEE, Permission.MANAGE, Permission.OPERATE},
}


@dataclass(frozen=True)
class Person:
    """Times are UTC. The item stays when the person has left, so that the history knows the Kürzel."""

    practice: str  # "" for an operator
    id: str  # the Kürzel, lower case; never given to a second person of a practice
    name: str
    role: Role
    subject: str = ""  # `sub` of the user in the pool
    mandanten: frozenset[str] = frozenset()  # limited to these; empty: all
    practitioners: frozenset[str] = frozenset()  # likewise
    last_day: date | None = None  # in the practice's zone, inclusive
    language: str = ""
    created_at: datetime | None = None
    code_at: datetime | None = None  # when the latest one-time code was made
    last_sign_in: datetime | None = None
    ended_at: datetime | None = None
    sessions_from: datetime | None = None  # sessions begun earlier are over
    pin: str = ""  # slow hash
    pin_tries: int = 0  # since the last sign-in
    version: int = 1  # counts the changes by managers

    @property
    def username(self) -> str:
        """The name in the user pool, at which a person signs in."""
        return username_of(self.id, self.practice)

    @property
    def kuerzel(self) -> str:
        """The Kürzel as people write it."""
        return self.id.upper()

    def may(self, permission: Permission) -> bool:
        return permission in _ALLOWED[self.role]

    def covers(self, other: Person) -> bool:
        """Whether another person sees nothing that this one does not."""
        limits = ((self.mandanten, other.mandanten), (self.practitioners, other.practitioners))
        return all(not own or (theirs and theirs <= own) for own, theirs in limits)

    def sees(self, mandant: str | None, practitioner: str | None, letters: int | None = None) -> bool:
        """Whether the limits allow this Mandant and practitioner, of whose name as many letters are known."""
        known = {one.strip()[:letters].casefold() for one in self.practitioners}
        mine = not self.mandanten or mandant in self.mandanten
        return mine and (not known or (practitioner or "").casefold() in known)

    def is_active(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the person may sign in and work: not ended, not past the last day, not idle."""
        return self.ended_at is None and not self.is_over(now, zone) and not self.is_idle(now)

    def is_over(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the last day has passed."""
        return self.last_day is not None and now.astimezone(zone).date() > self.last_day

    def is_idle(self, now: datetime) -> bool:
        """Whether nobody has signed in as this person for 60 days."""
        seen = [at for at in (self.created_at, self.code_at, self.last_sign_in) if at]
        return bool(seen) and now - max(seen) > IDLE


def manager_beside(person: Person, people: Iterable[Person], now: datetime, zone: ZoneInfo) -> Person | None:
    """Another active manager of the practice, who can let people in when this person no longer can."""
    managers = (one for one in people if one.role is Role.MANAGER and one.is_active(now, zone))
    return next((one for one in managers if one.id != person.id), None)


def username_of(id: str, practice: str) -> str:
    return f"{id}.{practice}" if practice else id


def parse_id(raw: str) -> str | None:
    """A Kürzel as it is stored, `Mü` as `mue`; None unless it is 2 to 8 letters and digits, a letter first."""
    id = folded(raw)
    return id if re.fullmatch("[a-z][a-z0-9]{1,7}", id) else None

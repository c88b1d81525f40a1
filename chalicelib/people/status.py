"""Whether a person can sign in, and why not. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.people.one_time_code import VALID_FOR
from chalicelib.people.person import Person, Role
from chalicelib.text import Text


class Status(StrEnum):
    NO_CODE = "no_code"  # nobody has given a code, or the practice was removed meanwhile
    INVITED = "invited"  # has a code
    EXPIRED = "expired"  # did not use the code in time
    ACTIVE = "active"
    IDLE = "idle"  # 60 days without a sign-in
    OVER = "over"  # past the last day
    ENDED = "ended"


DATED = (Status.INVITED, Status.EXPIRED, Status.OVER, Status.ENDED)  # said with a day


def status_of(person: Person, now: datetime, zone: ZoneInfo) -> Status:
    if person.ended_at:
        return Status.ENDED
    if person.is_over(now, zone):
        return Status.OVER
    if not person.subject:
        return Status.NO_CODE
    waits = person.code_at and (person.last_sign_in is None or person.last_sign_in < person.code_at)
    if person.code_at and waits and now < person.code_at + VALID_FOR:
        return Status.INVITED
    if person.is_idle(now):
        return Status.IDLE
    return Status.EXPIRED if waits else Status.ACTIVE


def status_text(person: Person, now: datetime, zone: ZoneInfo) -> Text:
    """The status in words, with its day in the practice's zone."""
    status = status_of(person, now, zone)
    if status not in DATED:
        return Text(f"people.status.{status}")
    ends = person.ended_at if status is Status.ENDED else person.code_at and person.code_at + VALID_FOR
    day = person.last_day if status is Status.OVER else ends and ends.astimezone(zone).date()
    return Text(f"people.status_on.{status}", day=day or now.astimezone(zone).date())


def role_text(role: Role) -> Text:
    return Text(f"people.role.{role}")

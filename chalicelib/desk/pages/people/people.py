"""The page of who may sign in, and on which devices people change by Kürzel and PIN."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.desk.answers import NotFoundError, Page, Redirect
from chalicelib.desk.visit import Visit
from chalicelib.people.device import REGISTERED_FOR, Device
from chalicelib.people.person import Person, Role
from chalicelib.people.pin import is_locked
from chalicelib.people.session import hash_of
from chalicelib.people.status import Status, role_text, status_of, status_text
from chalicelib.text import STEERING

LONGEST_NAME = 40  # characters of a device's name


@dataclass(frozen=True)
class Row:
    """A person in words."""

    id: str
    kuerzel: str
    name: str
    role: str
    limits: str
    last_day: str
    last_sign_in: str
    status: str
    can_sign_in: bool
    pin: str
    has_pin: bool
    has_left: bool


@dataclass(frozen=True)
class DeviceRow:
    hash: str
    name: str
    by: str
    until: str
    is_this: bool


@dataclass(frozen=True)
class People:
    """`error` is about the name of a device, which `typed` keeps; `done` says what was changed, `alone` advises."""

    rows: Sequence[Row]
    left: Sequence[Row]
    devices: Sequence[DeviceRow]
    alone: bool
    done: str
    error: str = ""
    typed: str = ""


def show(visit: Visit) -> Page:
    return _page(visit)


def _page(visit: Visit, error: str = "", typed: str = "") -> Page:
    assert visit.practice  # noqa: S101 - raises NotFoundError if there is none
    people, store = visit.clients.people.people(visit.practice_id), visit.clients.people
    rows = [row_of(one, visit) for one in people]
    managers = [one for one in people if one.role is Role.MANAGER and one.is_active(visit.now, visit.zone)]
    devices = [_device_row(one, visit) for one in store.devices(visit.practice_id) if one.ends_at > visit.now]
    here, gone = [one for one in rows if not one.has_left], [one for one in rows if one.has_left]
    done = _done(visit).get(visit.incoming.query.get("done", ""), "")
    model = People(here, gone, devices, len(managers) < 2, done, error, typed)
    return Page("all_people.html", model, visit.tr("People"), 422 if error else 200)


def row_of(person: Person, visit: Visit) -> Row:
    status, tr = status_of(person, visit.now, visit.zone), visit.tr
    pin = tr("locked") if is_locked(person) else tr("set") if person.pin else tr("none")
    return Row(
        id=person.id,
        kuerzel=person.kuerzel,
        name=person.name,
        role=visit.said(role_text(person.role)),
        limits=", ".join([*sorted(person.mandanten), *sorted(person.practitioners)]),
        last_day=f"{person.last_day:%d.%m.%Y}" if person.last_day else "",
        last_sign_in=_local(person.last_sign_in, visit),
        status=visit.said(status_text(person, visit.now, visit.zone)),
        can_sign_in=status in (Status.ACTIVE, Status.INVITED),
        pin=pin,
        has_pin=bool(person.pin),
        has_left=status is Status.ENDED,
    )


def register(visit: Visit) -> Page | Redirect:
    """Register this browser for thirty days: the secret is in its cookie, and only the hash here."""
    assert visit.practice  # noqa: S101
    typed = " ".join(STEERING.sub("", visit.form.get("name", "")).split())
    if not 0 < len(typed) <= LONGEST_NAME:
        return _page(visit, visit.tr("The name of a device has 1 to {most} characters.", most=LONGEST_NAME), typed)
    secret, ends_at = secrets.token_urlsafe(32), visit.now + REGISTERED_FOR
    device = Device(visit.practice_id, hash_of(secret), typed, visit.person.kuerzel, visit.now, ends_at)
    visit.clients.people.add_device(device)
    visit.audit("device registered", registered=device.hash, device_name=typed)
    seconds = int(REGISTERED_FOR.total_seconds())
    cookie = visit.incoming.cookies.set("device", f"{visit.practice_id}:{secret}", seconds)
    return Redirect(visit.path("people?done=registered#devices"), (cookie,))


def remove(visit: Visit) -> Redirect:
    """Remove a device: its session ends with the next request."""
    hash = visit.parameters["device"]
    if (device := visit.clients.people.device(visit.practice_id, hash)) is None:
        raise NotFoundError
    visit.clients.people.remove_device(visit.practice_id, hash)
    visit.audit("device removed", registered=hash, device_name=device.name)
    return Redirect(visit.path("people?done=removed#devices"))


def _device_row(device: Device, visit: Visit) -> DeviceRow:
    is_this = device.hash == visit.incoming.device_hash
    return DeviceRow(device.hash, device.name, device.registered_by, _local(device.ends_at, visit), is_this)


def _local(at: datetime | None, visit: Visit) -> str:
    return f"{at.astimezone(visit.zone):%d.%m.%Y %H:%M}" if at else ""


def _done(visit: Visit) -> dict[str, str]:
    """The sentences after a change, by the word in the address."""
    return {
        "changed": visit.tr("Saved. It holds from the person's next click."),
        "ended": visit.tr("The access has ended; running sessions are over."),
        "signed_out": visit.tr("The person is signed out everywhere."),
        "pin_reset": visit.tr("The PIN is deleted. The person chooses a new one after signing in."),
        "registered": visit.tr("This browser is registered. People change on it by Kürzel and PIN."),
        "removed": visit.tr("The device is removed; whoever used it is signed out."),
    }

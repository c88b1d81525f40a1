"""Change the person on a registered device, by Kürzel and PIN."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.admin.people import PeopleError, sign_in_by_pin
from chalicelib.desk.answers import Page, Redirect
from chalicelib.desk.pages.sign_in import begin_session, hash_or_none, own_or_start
from chalicelib.desk.visit import Visit
from chalicelib.people.device import Device
from chalicelib.people.person import parse_id, username_of
from chalicelib.schedule.time_zone import DEFAULT, zone_named


@dataclass(frozen=True)
class DeviceForm:
    """`to` is where one goes afterwards, `kept` the ended session that keeps a form."""

    device: str
    to: str
    kept: str
    kuerzel: str = ""
    error: str = ""


def show(visit: Visit) -> Page | Redirect:
    device = _registered(visit)
    if device is None:
        return _elsewhere(visit)
    query = visit.incoming.query
    return _page(visit, DeviceForm(device.name, own_or_start(query.get("to", "")), hash_or_none(query.get("kept", ""))))


def sign_in(visit: Visit) -> Page | Redirect:
    """Begin a session that ends with the device."""
    device = _registered(visit)
    if device is None:
        return _elsewhere(visit)
    typed, to, kept = (visit.form.get(name, "").strip() for name in ("kuerzel", "to", "kept"))
    username = username_of(parse_id(typed) or "?", device.practice)
    try:
        person = sign_in_by_pin(username, visit.form.get("pin", ""), visit.clients, visit.now, zone_named(DEFAULT))
    except PeopleError as error:
        visit.audit("wrong PIN", who=username.partition(".")[0], device=device.hash)
        form = DeviceForm(device.name, own_or_start(to), hash_or_none(kept), typed, visit.said(error.text))
        return _page(visit, form, 422)
    cookie, has_form = begin_session(person, visit, device.hash, hash_or_none(kept))
    visit.audit("signed in by PIN")
    return Redirect("/kept" if has_form else own_or_start(to), (cookie,))


def _registered(visit: Visit) -> Device | None:
    """The device of this browser, while it is registered."""
    practice, _ = visit.incoming.device
    device = visit.clients.people.device(practice, visit.incoming.device_hash) if practice else None
    if device is None or device.ends_at <= visit.now:
        return None
    visit.practice_id = device.practice
    return device


def _elsewhere(visit: Visit) -> Redirect:
    forget = (visit.incoming.cookies.clear("device"),) if visit.incoming.cookies.get("device") else ()
    return Redirect("/signin", forget)


def _page(visit: Visit, form: DeviceForm, status: int = 200) -> Page:
    return Page("device.html", form, visit.tr("Who is working here?"), status)

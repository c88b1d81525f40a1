"""Choose one's own PIN for registered devices."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from chalicelib.admin.people import PeopleError, set_pin, sign_in_by_pin
from chalicelib.desk.answers import NotFoundError, Page
from chalicelib.desk.visit import Visit


@dataclass(frozen=True)
class OwnPin:
    """`field` is the one that `error` is about: `old`, `pin` or `again`."""

    kuerzel: str
    has_pin: bool
    asks: bool  # for the PIN until now
    done: bool = False
    error: str = ""
    field: str = ""


def show(visit: Visit) -> Page:
    return _page(visit)


def save(visit: Visit) -> Page:
    pin, again = visit.form.get("pin", ""), visit.form.get("again", "")
    if not visit.person.practice:
        raise NotFoundError
    if _asks(visit):
        try:
            sign_in_by_pin(visit.person.username, visit.form.get("old", ""), visit.clients, visit.now, visit.zone)
        except PeopleError as error:
            visit.audit("wrong PIN", who=visit.person.id)
            return _page(visit, error=visit.said(error.text), field="old")
    try:
        set_pin(visit.person, pin, again, secrets.token_bytes(16), visit.clients)
    except PeopleError as error:
        return _page(visit, error=visit.said(error.text), field=error.field)
    visit.audit("PIN set")
    return _page(visit, done=True)


def _asks(visit: Visit) -> bool:
    """On a registered device: a colleague at an open page would become this person for good."""
    return bool(visit.session.device and visit.person.pin)


def _page(visit: Visit, done: bool = False, error: str = "", field: str = "") -> Page:
    person = visit.person
    if not person.practice:  # an operator works on no device of a practice
        raise NotFoundError
    model = OwnPin(person.kuerzel, bool(person.pin) or done, _asks(visit), done, error, field)
    return Page("pin.html", model, visit.tr("Own PIN"), 422 if error else 200)

"""Acts about a person besides changing them: a new code, signing out, the PIN, the end."""

from __future__ import annotations

from chalicelib.admin import people as acts
from chalicelib.admin.people import PeopleError
from chalicelib.aws.user_pool import UserPoolError
from chalicelib.desk.answers import Page, Redirect
from chalicelib.desk.pages.person import form_page, person_of, slip_page
from chalicelib.desk.visit import Visit


def give_code(visit: Visit) -> Page:
    person = person_of(visit)
    try:
        done = acts.give_code(person, visit.clients, visit.now, visit.zone)
    except (PeopleError, UserPoolError) as error:
        return form_page(visit, person, error)
    visit.audit("code given", who=person.id, returns=person.ended_at is not None)
    return slip_page(done, visit)


def end(visit: Visit) -> Page | Redirect:
    person = person_of(visit)
    try:
        acts.end(person, visit.clients, visit.now, visit.zone)
    except (PeopleError, UserPoolError) as error:
        return form_page(visit, person, error)
    visit.audit("person ended", who=person.id)
    return Redirect(visit.path(f"people?done=ended#person-{person.id}"))


def sign_out(visit: Visit) -> Page | Redirect:
    person = person_of(visit)
    try:
        acts.sign_out(person, visit.clients, visit.now)
    except (PeopleError, UserPoolError) as error:
        return form_page(visit, person, error)
    visit.audit("person signed out", who=person.id)
    return Redirect(visit.path(f"people?done=signed_out#person-{person.id}"))


def reset_pin(visit: Visit) -> Page | Redirect:
    person = person_of(visit)
    try:
        acts.reset_pin(person, visit.clients)
    except PeopleError as error:
        return form_page(visit, person, error)
    visit.audit("PIN reset", who=person.id)
    return Redirect(visit.path(f"people?done=pin_reset#person-{person.id}"))

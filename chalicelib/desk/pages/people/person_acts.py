"""Acts about a person besides changing them: a new code, signing out, the PIN, the end."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.admin import people as acts
from chalicelib.admin.people import PeopleError
from chalicelib.aws.user_pool import UserPoolError
from chalicelib.desk.answers import Page, Redirect
from chalicelib.desk.pages.people.person import form_page, person_of, slip_page
from chalicelib.desk.visit import Visit
from chalicelib.people.person import Person


def give_code(visit: Visit) -> Page:
    person = person_of(visit)
    try:
        done = acts.give_code(person, visit.clients, visit.now, visit.zone)
    except (PeopleError, UserPoolError) as error:
        return form_page(visit, person, error)
    visit.audit("code given", who=person.id, returns=person.ended_at is not None)
    return slip_page(done, visit)


def end(visit: Visit) -> Page | Redirect:
    return _acted(visit, "ended", "person ended", lambda person: acts.end(person, visit.clients, visit.now, visit.zone))


def sign_out(visit: Visit) -> Page | Redirect:
    return _acted(
        visit, "signed_out", "person signed out", lambda person: acts.sign_out(person, visit.clients, visit.now)
    )


def reset_pin(visit: Visit) -> Page | Redirect:
    return _acted(visit, "pin_reset", "PIN reset", lambda person: acts.reset_pin(person, visit.clients))


def _acted(visit: Visit, done: str, action: str, act: Callable[[Person], object]) -> Page | Redirect:
    """Act, audit, and go back to the list, which says what is done."""
    person = person_of(visit)
    try:
        act(person)
    except (PeopleError, UserPoolError) as error:
        return form_page(visit, person, error)
    visit.audit(action, who=person.id)
    return Redirect(visit.path(f"people?done={done}#person-{person.id}"))

"""Choices of a person: the language, and initials instead of names."""

from __future__ import annotations

from chalicelib.desk.answers import BadFormError, Redirect
from chalicelib.desk.cookies import YEAR
from chalicelib.desk.pages.sign_in import own_or_start
from chalicelib.desk.visit import Visit
from chalicelib.text import LANGUAGES


def choose_language(visit: Visit) -> Redirect:
    language = visit.form.get("language", "")
    if language not in LANGUAGES:
        raise BadFormError("form")
    return Redirect(own_or_start(visit.form.get("back", "")), (visit.incoming.cookies.set("language", language, YEAR),))


def choose_privacy(visit: Visit) -> Redirect:
    visit.clients.sessions.set_private(visit.session.hash, visit.form.get("private") == "on")
    return Redirect(own_or_start(visit.form.get("back", "")))

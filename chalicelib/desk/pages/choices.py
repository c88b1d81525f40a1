"""Choices of a person: the language, and initials instead of names."""

from __future__ import annotations

from chalicelib.desk.answers import BadFormError, Redirect
from chalicelib.desk.cookies import YEAR
from chalicelib.desk.pages.sign_in import own_path
from chalicelib.desk.visit import Visit
from chalicelib.text import LANGUAGES


def choose_language(visit: Visit) -> Redirect:
    language = visit.form.get("language", "")
    if language not in LANGUAGES:
        raise BadFormError("form")
    return Redirect(_back(visit), (visit.incoming.cookies.set("language", language, YEAR),))


def choose_privacy(visit: Visit) -> Redirect:
    visit.clients.sessions.set_private(visit.session.hash, visit.form.get("private") == "on")
    return Redirect(_back(visit))


def _back(visit: Visit) -> str:
    back = visit.form.get("back", "")
    return back if own_path(back) else "/"

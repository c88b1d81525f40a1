"""Searches, kept in the session: a URL has a random short name for each."""

from __future__ import annotations

import secrets

from chalicelib.desk.answers import NotFoundError, Redirect
from chalicelib.desk.visit import Visit
from chalicelib.people.session import Look

TEXT, PATIENT, APPOINTMENT = "text", "patient", "appointment"


def keep(kind: str, text: str, visit: Visit) -> Redirect:
    """Keep it, and lead to its page."""
    name = secrets.token_urlsafe(9)
    visit.clients.sessions.keep_look(visit.session, name, Look(visit.practice_id, kind, text, visit.now))
    return Redirect(visit.path(f"patient/{name}"))


def look_of(visit: Visit) -> Look:
    """The search that the path names. Raises NotFoundError: it is of another session, or long ago."""
    look = visit.session.looks.get(visit.parameters["look"])
    if look is None or look.practice != visit.practice_id:
        raise NotFoundError
    return look

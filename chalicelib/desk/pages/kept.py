"""A form that was sent after its session had ended: it is shown again after the next sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.desk.answers import Page, Redirect
from chalicelib.desk.visit import Visit


@dataclass(frozen=True)
class Kept:
    """A form that can be sent again; `note` is what the person has typed."""

    path: str
    fields: Mapping[str, str]
    note: str


def kept(visit: Visit) -> Page | Redirect:
    form = visit.session.kept
    if form is None:
        return Redirect("/")
    model = Kept(form.path, form.fields, form.fields.get("note", ""))
    return Page("kept.html", model, visit.tr("Your entry is still here"))


def drop_kept(visit: Visit) -> Redirect:
    """Forget it: it was sent again, or is not wanted."""
    visit.clients.sessions.drop_kept(visit.session.hash)
    return Redirect("/")

"""A form that was sent after its session had ended: it is shown again after the next sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.desk.answers import Page, Redirect
from chalicelib.desk.visit import Visit


@dataclass(frozen=True)
class Kept:
    """`back` is the page of the form."""

    path: str
    back: str
    fields: Mapping[str, str]
    note: str


def kept(visit: Visit) -> Page | Redirect:
    form = visit.session.kept
    if form is None:
        return Redirect("/")
    back = form.path.rpartition("/")[0] or "/"
    model = Kept(form.path, back, form.fields, form.fields.get("note", ""))
    return Page("kept.html", model, visit.tr("Your entry is still here"))


def drop_kept(visit: Visit) -> Redirect:
    """Forget it: it was sent again, or is not wanted."""
    form = visit.session.kept
    visit.clients.sessions.drop_kept(visit.session.hash)
    return Redirect(form.path.rpartition("/")[0] or "/" if form else "/")

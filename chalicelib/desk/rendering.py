"""Make HTML of a page: its template, in the frame."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chalicelib.desk.answers import Page
from chalicelib.desk.bands import bands
from chalicelib.desk.route import ROUTES
from chalicelib.desk.visit import Visit
from chalicelib.people.person import Permission

if TYPE_CHECKING:
    from jinja2 import Template

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_BENEATH = {  # the page of the menu to which another one belongs
    "person": "people", "devices": "people", "entry": "search", "patient": "search", "daily-check": "queue",
    "unreachable": "today",
}  # fmt: skip
_LANGUAGES = {"de": "Deutsch", "fr": "Français", "it": "Italiano", "en": "English"}  # each in its own


@dataclass(frozen=True)
class MenuEntry:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Frame:
    """The surroundings of every page; `as_of` is the local time, `here` where one comes back to after a choice."""

    title: str
    practice: str
    menu: Sequence[MenuEntry]
    bands: Sequence[str]
    as_of: str
    here: str
    languages: Mapping[str, str] = field(default_factory=lambda: _LANGUAGES)


@cache
def _environment() -> Environment:
    """Our own templates only: those of practices have a sandbox of their own (chalicelib/messages)."""
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip


@cache
def static_version() -> str:
    """The hash of all static files, which their URLs have: a browser never asks for the same one twice."""
    found = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def render(page: Page, visit: Visit) -> str:
    template: Template = _environment().get_template(page.template)
    base = visit.incoming.base
    field = Markup('<input type="hidden" name="token" value="{}">').format(visit.token)
    return template.render(
        visit=visit, tr=visit.tr, trn=visit.trn, said=visit.said, base=base, model=page.model, token_field=field,
        static=f"{base}/static/{static_version()}", frame=_frame(page, visit),
    )  # fmt: skip


def _frame(page: Page, visit: Visit) -> Frame:
    local = visit.now.astimezone(visit.zone)
    shown = bands(visit) if page.status < 500 else ()  # AWS may be why
    here = visit.incoming.path if visit.incoming.method == "GET" and page.status < 400 else "/"
    practice = visit.practice_id or (visit.person.practice if visit.signed_in else "")
    return Frame(page.title, practice, _menu(practice, visit), shown, f"{local:%H:%M}", here)


def _menu(practice: str, visit: Visit) -> list[MenuEntry]:
    """The pages that exist, and that the person may see."""
    if visit.signed_in is None:
        return []
    tr, person, base = visit.tr, visit.person, visit.incoming.base
    entries = [(tr("Practices"), "/practices", Permission.OPERATE)]
    if practice:
        to_phone = f" ({visit.to_phone})" if visit.to_phone else ""
        entries = [
            (tr("Today"), "/p/{practice}/today", Permission.SEE),
            (tr("Call list") + to_phone, "/p/{practice}/calls", Permission.SEE),
            (tr("Search"), "/p/{practice}/search", Permission.SEE),
            (tr("Messages"), "/p/{practice}/queue", Permission.SEE),
            (tr("People"), "/p/{practice}/people", Permission.MANAGE),
            *entries,
        ]
    shown = [(label, path) for label, path, needed in entries if ("GET", path) in ROUTES and person.may(needed)]
    paths = [(label, path.replace("{practice}", practice)) for label, path in shown]
    here = visit.incoming.path.split("/")[1:4]
    here[2:] = [_BENEATH.get(page, page) for page in here[2:]]
    return [MenuEntry(label, base + path, path == "/" + "/".join(here)) for label, path in paths]

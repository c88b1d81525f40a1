"""Routes of the search, of a patient's messages, and of what a person does about them."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.desk.route import route
from chalicelib.people.person import Permission

search = Blueprint(__name__)


@route(search, "GET", "/p/{practice}/entry/{key}", Permission.SEE)
def show_entry() -> Any:
    from chalicelib.desk.pages.search.result import entry

    return entry

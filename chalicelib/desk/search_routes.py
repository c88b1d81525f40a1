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


@route(search, "GET", "/p/{practice}/search", Permission.SEE)
def show_search() -> Any:
    from chalicelib.desk.pages.search.search import show

    return show


@route(search, "POST", "/p/{practice}/search", Permission.SEE)
def find_patients() -> Any:
    from chalicelib.desk.pages.search.search import search

    return search


@route(search, "GET", "/p/{practice}/patient/{look}", Permission.SEE)
def show_patient() -> Any:
    from chalicelib.desk.pages.search.search import patient

    return patient


@route(search, "POST", "/p/{practice}/entry/{key}/{action}", Permission.DECIDE)
def act_on_entry() -> Any:
    from chalicelib.desk.pages.search.acts import on_entry

    return on_entry


@route(search, "POST", "/p/{practice}/patient/{look}/{action}", Permission.DECIDE)
def act_on_patient() -> Any:
    from chalicelib.desk.pages.search.acts import on_patient

    return on_patient

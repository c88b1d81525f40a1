"""Route of the first page of a practice."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.desk.route import route
from chalicelib.people.person import Permission

today = Blueprint(__name__)


@route(today, "GET", "/p/{practice}/today", Permission.SEE)
def show_today() -> Any:
    from chalicelib.desk.pages.today.today import show

    return show

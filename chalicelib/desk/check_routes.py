"""Routes of the daily check, and of the patients without a usable address."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.desk.route import route
from chalicelib.people.person import Permission

check = Blueprint(__name__)


@route(check, "GET", "/p/{practice}/daily-check", Permission.SEE)
def show_daily_check() -> Any:
    from chalicelib.desk.pages.check.daily_check import show

    return show

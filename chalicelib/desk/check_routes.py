"""Routes of the daily check, and of the patients without a usable address."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.desk.route import route
from chalicelib.people.person import Permission

check = Blueprint(__name__)
SEE, PHONE = Permission.SEE, Permission.PHONE


@route(check, "GET", "/p/{practice}/daily-check", SEE)
def show_daily_check() -> Any:
    from chalicelib.desk.pages.check.daily_check import show

    return show


@route(check, "GET", "/p/{practice}/unreachable", SEE)
def show_unreachable() -> Any:
    from chalicelib.desk.pages.check.unreachable import show

    return show


@route(check, "GET", "/p/{practice}/unreachable/sheet", PHONE)
def unreachable_sheet() -> Any:
    from chalicelib.desk.pages.check.unreachable import sheet

    return sheet


@route(check, "GET", "/p/{practice}/unreachable/file", PHONE)
def unreachable_file() -> Any:
    from chalicelib.desk.pages.check.unreachable import csv

    return csv


@route(check, "POST", "/p/{practice}/unreachable/corrected", PHONE)
def tick_corrected() -> Any:
    from chalicelib.desk.pages.check.unreachable import tick

    return tick

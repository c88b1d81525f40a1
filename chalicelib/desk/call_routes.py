"""Routes of the call list."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.desk.route import route
from chalicelib.people.person import Permission

calls = Blueprint(__name__)
SEE, PHONE = Permission.SEE, Permission.PHONE


@route(calls, "GET", "/p/{practice}/calls", SEE)
def show_calls() -> Any:
    from chalicelib.desk.pages.calls.call_list import show

    return show


@route(calls, "GET", "/p/{practice}/calls/state", SEE, passive=True)
def calls_state() -> Any:
    from chalicelib.desk.pages.calls.call_watch import state

    return state


@route(calls, "POST", "/p/{practice}/calls/filters", SEE)
def filter_calls() -> Any:
    from chalicelib.desk.pages.calls.call_list import choose_filters

    return choose_filters


@route(calls, "POST", "/p/{practice}/calls/note", PHONE)
def note_call() -> Any:
    from chalicelib.desk.pages.calls.call_notes import note

    return note


@route(calls, "POST", "/p/{practice}/calls/undo", PHONE)
def undo_call() -> Any:
    from chalicelib.desk.pages.calls.call_notes import undo

    return undo


@route(calls, "GET", "/p/{practice}/calls/file", PHONE)
def calls_file() -> Any:
    from chalicelib.desk.pages.calls.call_list import csv

    return csv


@route(calls, "POST", "/p/{practice}/calls/sheets", PHONE)
def print_sheet() -> Any:
    from chalicelib.desk.pages.calls.call_sheets import print_sheet

    return print_sheet


@route(calls, "POST", "/p/{practice}/calls/sheet", PHONE)
def find_sheet() -> Any:
    from chalicelib.desk.pages.calls.call_sheets import find_sheet

    return find_sheet


@route(calls, "GET", "/p/{practice}/calls/sheets/{sheet}", PHONE)
def show_sheet() -> Any:
    from chalicelib.desk.pages.calls.call_sheets import sheet

    return sheet


@route(calls, "GET", "/p/{practice}/calls/sheets/{sheet}/report", PHONE)
def report_sheet() -> Any:
    from chalicelib.desk.pages.calls.call_sheets import report

    return report


@route(calls, "POST", "/p/{practice}/calls/sheets/{sheet}/report", PHONE)
def save_report() -> Any:
    from chalicelib.desk.pages.calls.call_sheets import save_report

    return save_report

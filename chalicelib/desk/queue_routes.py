"""Routes of the Versand-Queue."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.desk.route import route
from chalicelib.people.person import Permission

queue = Blueprint(__name__)


@route(queue, "GET", "/p/{practice}/queue", Permission.SEE)
def show_queue() -> Any:
    from chalicelib.desk.pages.queue.queue_page import show

    return show


@route(queue, "POST", "/p/{practice}/queue/filters", Permission.SEE)
def filter_queue() -> Any:
    from chalicelib.desk.pages.queue.queue_page import choose_filters

    return choose_filters


@route(queue, "POST", "/p/{practice}/queue/chosen", Permission.DECIDE)
def show_chosen() -> Any:
    from chalicelib.desk.pages.queue.queue_choice import chosen

    return chosen


@route(queue, "POST", "/p/{practice}/queue/decide", Permission.DECIDE)
def decide_chosen() -> Any:
    from chalicelib.desk.pages.queue.queue_choice import decide

    return decide

"""Routes of the frame: signing in and out, language, privacy, style and script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalice import Blueprint, Response

from chalicelib.desk.route import route
from chalicelib.people.person import Permission

frame = Blueprint(__name__)


@frame.middleware("http")
def finish(request: Any, get_response: Callable[[Any], Response]) -> Response:
    from chalicelib.desk.headers import finish

    return finish(request, get_response)


@route(frame, "GET", "/", None)
def home() -> Any:
    from chalicelib.desk.pages.sign_in import home

    return home


@route(frame, "GET", "/signin", None)
def sign_in() -> Any:
    from chalicelib.desk.pages.sign_in import sign_in

    return sign_in


@route(frame, "GET", "/signed-in", None)
def signed_in() -> Any:
    from chalicelib.desk.pages.sign_in import signed_in

    return signed_in


@route(frame, "POST", "/signout", Permission.SEE)
def sign_out() -> Any:
    from chalicelib.desk.pages.sign_in import sign_out

    return sign_out


@route(frame, "GET", "/signout-all", None)
def leave_provider() -> Any:
    from chalicelib.desk.pages.sign_in import leave_provider

    return leave_provider


@route(frame, "GET", "/signed-out", None)
def signed_out() -> Any:
    from chalicelib.desk.pages.sign_in import signed_out

    return signed_out


@route(frame, "GET", "/kept", Permission.SEE)
def kept() -> Any:
    from chalicelib.desk.pages.kept import kept

    return kept


@route(frame, "POST", "/kept", Permission.SEE)
def drop_kept() -> Any:
    from chalicelib.desk.pages.kept import drop_kept

    return drop_kept


@route(frame, "GET", "/static/{version}/{name}", None)
def static() -> Any:
    from chalicelib.desk.pages.static import static

    return static


@route(frame, "POST", "/language", None)
def choose_language() -> Any:
    from chalicelib.desk.pages.choices import choose_language

    return choose_language


@route(frame, "POST", "/privacy", Permission.SEE)
def choose_privacy() -> Any:
    from chalicelib.desk.pages.choices import choose_privacy

    return choose_privacy


@route(frame, "GET", "/practices", Permission.OPERATE)
def practices() -> Any:
    from chalicelib.desk.pages.practices import practices

    return practices


@route(frame, "POST", "/p/{practice}/reason", Permission.OPERATE)
def give_reason() -> Any:
    from chalicelib.desk.pages.practices import give_reason

    return give_reason

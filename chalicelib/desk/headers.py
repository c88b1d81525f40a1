"""The headers of every answer, and pages instead of the JSON of Chalice's own errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from chalice import Response

from chalicelib.desk.incoming import incoming_of
from chalicelib.desk.messages import message_page
from chalicelib.desk.sentences import language_for
from chalicelib.desk.visit import Visit
from chalicelib.wiring import wiring

_OURS = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
_MESSAGES = {405: "method", 413: "form_size", 415: "form_form"}


def finish(request: Any, get_response: Callable[[Any], Response]) -> Response:
    """Chalice's middleware: exceptions never reach it, so it looks at what comes back."""
    response = get_response(request)
    if "Content-Type" not in response.headers:
        response = _as_page(request, response)
    settings = wiring().settings
    login = urlsplit(settings.login_url)  # a form may lead to the sign-out there
    policy = f"{_OURS}; form-action 'self' {login.scheme}://{login.netloc}; base-uri 'none'; frame-ancestors 'none'"
    response.headers = {
        "Cache-Control": "no-store", "Content-Security-Policy": policy, **_ALWAYS,
        **(_TLS_ONLY if settings.desk_is_secure else {}), **response.headers,
    }  # fmt: skip
    return response


def _as_page(request: Any, response: Response) -> Response:
    from chalicelib.desk.serving import response_of

    clients = wiring()
    incoming = incoming_of(request, request.path, request.uri_params or {}, clients.settings.desk_is_secure)
    language = language_for(incoming.cookies.get("language"), incoming.accepts)
    visit = Visit(incoming, clients, clients.clock(), "", language)
    page = message_page(_MESSAGES.get(response.status_code, "failed"), visit)
    made = response_of(page, visit)
    allowed = {name: value for name, value in response.headers.items() if name == "Allow"}
    return Response(made.body, {**made.headers, **allowed}, response.status_code)

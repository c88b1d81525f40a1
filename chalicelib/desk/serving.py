"""Answer a request: who asks, may they, is the form ours; then the page, its audit line and its HTML."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from aws_lambda_powertools import Logger
from chalice import Response

from chalicelib.desk.answers import Answer, BadFormError, File, ForbiddenError, NotFoundError, Redirect
from chalicelib.desk.incoming import Incoming, incoming_of
from chalicelib.desk.messages import message_page
from chalicelib.desk.rendering import render
from chalicelib.desk.route import Route
from chalicelib.desk.sentences import language_for
from chalicelib.desk.visit import Visit
from chalicelib.people.person import Permission
from chalicelib.people.session import KeptForm, form_token, hash_of
from chalicelib.schedule.time_zone import DEFAULT, zone_named
from chalicelib.wiring import Wiring, wiring

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # of a support code: none that one mistakes for another
_LONGEST = 100  # characters of a name in a path
_SAME_SITE = {"", "same-origin", "none"}  # of a form: our own page, or a browser that does not say it
_logger = Logger(service="vitosms")
Show = Callable[[Visit], Answer]


class _SignInFirst(Exception):  # noqa: N818 - it is no error
    """Nobody is signed in; `kept` is the hash of the ended session that keeps the form."""

    def __init__(self, kept: str = "") -> None:
        super().__init__(kept)
        self.kept = kept


def serve(route: Route, show: Show, request: Any, parameters: Mapping[str, str]) -> Response:
    """Answer the request of a route with what `show` returns for it."""
    clients = wiring()
    incoming = incoming_of(request, route.path, parameters, clients.settings.desk_is_secure)
    visit = _visit(incoming, clients, parameters)
    try:
        answer = _answer(route, show, visit)
    except Exception as error:  # the person gets a page whatever happens
        answer = _failed(error, route, visit)
    try:
        _audit(route, visit)
        response = response_of(answer, visit)
    except Exception as error:
        response = response_of(_failed(error, route, visit), visit)
    visit.log("desk", route=f"{route.method} {route.path}", status=response.status_code, practice=visit.practice_id)
    return response


def _visit(incoming: Incoming, clients: Wiring, parameters: Mapping[str, str]) -> Visit:
    language = language_for(incoming.cookies.get("language"), incoming.accepts)
    code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(count)) for count in (1, 3))
    return Visit(incoming, clients, clients.clock(), code, language, parameters.get("practice", ""), parameters)


def _answer(route: Route, show: Show, visit: Visit) -> Answer:
    post = route.method == "POST"
    if not all(len(value) <= _LONGEST and value.isprintable() for value in visit.parameters.values()):
        raise NotFoundError
    if post and visit.incoming.site not in _SAME_SITE:
        raise BadFormError("site")
    visit.form = visit.incoming.form() if post else {}
    identify(visit, not route.passive)
    if route.permission is None:
        return show(visit)
    if visit.signed_in is None:
        raise _SignInFirst(_keep(visit) if post and not route.secret else "")
    if post and not hmac.compare_digest(visit.form.get("token", "").encode(), visit.token.encode()):
        raise BadFormError("token")
    person = visit.person
    if visit.practice_id and visit.practice_id != person.practice and not person.may(Permission.OPERATE):
        raise NotFoundError
    if not person.may(route.permission):
        raise ForbiddenError
    return show(visit)


def identify(visit: Visit, active: bool = True) -> None:
    """Find who is signed in; role, limits and end are read anew for each request."""
    username, secret = visit.incoming.session
    if not username:
        return
    session, person = visit.clients.sessions.read(username, hash_of(secret), visit.incoming.device_hash)
    if session is None or person is None or not session.is_open(person, visit.now, zone_named(DEFAULT)):
        return
    visit.signed_in = person, session, secret
    if not visit.incoming.cookies.get("language") and person.language:
        visit.language = person.language
    if active and session.is_stale(visit.now):
        visit.clients.sessions.seen(session.hash, visit.now)


def _keep(visit: Visit) -> str:
    """Keep a form of a session that has ended, so that nothing typed is lost."""
    username, secret = visit.incoming.session
    if not username:
        return ""
    session, _ = visit.clients.sessions.read(username, hash_of(secret), visit.incoming.device_hash)
    given = visit.form.get("token", "").encode()
    if session is None or not hmac.compare_digest(given, form_token(secret).encode()):
        return ""
    fields = {name: value for name, value in visit.form.items() if name != "token"}
    visit.clients.sessions.keep(session.hash, KeptForm(visit.incoming.path, fields))
    return session.hash


def _audit(route: Route, visit: Visit) -> None:
    """Write what the page noted, before the person sees it."""
    if not visit.facts:
        return
    who: dict[str, Any] = {}
    if visit.signed_in:
        person, session, _ = visit.signed_in
        who = {"person": person.id, "name": person.name, "role": person.role.value, "of": person.practice}
        who |= {"device": session.device} if session.device else {}
        reason = session.reasons.get(visit.practice_id)
        who |= {"reason": reason} if reason else {}
    line = {**visit.facts, "code": visit.code, "route": f"{route.method} {route.path}", **who}  # no fact stands for who
    practice = visit.practice_id or str(who.get("of", ""))
    try:
        visit.clients.audit.write(practice, visit.now, line)
    except Exception:
        if route.method == "GET":  # nobody looks at patients without a trace
            raise
        _logger.exception("audit", extra={"code": visit.code})  # it is done: saying otherwise would have it done twice


def _failed(error: Exception, route: Route, visit: Visit) -> Answer:
    """The answer to an error; one of ours that no person caused is logged by its support code."""
    match error:
        case _SignInFirst():
            to = "/kept" if error.kept else visit.incoming.path if route.method == "GET" else ""
            first = "/device" if visit.incoming.device_hash else "/signin"
            return Redirect(f"{first}?to={quote(to)}" + (f"&kept={error.kept}" if error.kept else ""))
        case NotFoundError():
            visit.practice_id = visit.person.practice if visit.signed_in else ""  # the frame tells nothing of another
            return message_page("not_found", visit)
        case ForbiddenError():
            return message_page("forbidden", visit)
        case BadFormError():
            return message_page(f"form_{error.code}", visit)
    _logger.exception("desk", extra={"code": visit.code, "route": f"{route.method} {route.path}"})
    if visit.signed_in and route.method == "POST":  # a part of it may be done
        visit.audit(visit.facts.get("action", "not finished"), failed=type(error).__name__)
    return message_page("failed", visit)


def response_of(answer: Answer, visit: Visit) -> Response:
    base = visit.incoming.base
    if isinstance(answer, File):
        name = {"Content-Disposition": f'attachment; filename="{answer.name}"'} if answer.name else {}
        return Response(answer.body, {"Content-Type": answer.type, **name, **answer.headers})
    cookies = {"Set-Cookie": list(answer.cookies)} if answer.cookies else {}
    if isinstance(answer, Redirect):
        to = answer.to if answer.to.startswith(("https://", "http://")) else base + answer.to
        return Response("", {"Location": to, "Content-Type": "text/html; charset=utf-8", **cookies}, 303)
    return Response(render(answer, visit), {"Content-Type": "text/html; charset=utf-8", **cookies}, answer.status)

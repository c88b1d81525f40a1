"""API Gateway before the Lambda of the desk: a request as its event, what it returns as the answer."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from chalice import Chalice
from chalice.local import LambdaEventConverter, RouteMatcher

from infra.local.desk.http import HttpAnswer, HttpRequest
from infra.local.desk.template import gateway_page
from infra.local.platform import Platform

MOST_BYTES = 10 * 1024 * 1024  # of a body, as API Gateway allows


class ApiGateway:
    """Passes a request on if a route takes its path and method; requests to the Lambda come one at a time.

    Chalice's own server answers a wrong method from the Lambda, passes on what a browser encoded in a path, and a
    body as bytes. Here it is as API Gateway does it.
    """

    def __init__(self, app: Chalice, platform: Platform) -> None:
        self._app, self._platform = app, platform
        self._converter = LambdaEventConverter(RouteMatcher(list(app.routes)), app.api.binary_types)

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """Answer a request; 404 without a route, 413 for a body that is too long, 502 where the Lambda failed."""
        if len(request.body) > MOST_BYTES:
            return gateway_page("DEFAULT_4XX", 413)
        event = self._event(request)
        if event is None:
            return gateway_page("MISSING_AUTHENTICATION_TOKEN", 404)
        with self._platform.alone:
            returned = self._platform.request("api_handler", self._app, event)
            self._platform.settle()
        answer = _answer(returned) if returned else None
        return answer or gateway_page("DEFAULT_5XX", 502)

    def _event(self, request: HttpRequest) -> dict[str, Any] | None:
        """The event of a route; None if there is none."""
        try:
            event: dict[str, Any] = self._converter.create_lambda_event(
                request.method, request.target, dict(request.headers), request.body or None
            )
        except ValueError:
            return None
        if request.method not in self._app.routes[event["requestContext"]["resourcePath"]]:
            return None
        if isinstance(event["body"], bytes):
            event["body"] = event["body"].decode(errors="replace")
        event["pathParameters"] = {name: unquote(value) for name, value in event["pathParameters"].items()}
        return event


def _answer(returned: Mapping[str, Any]) -> HttpAnswer | None:
    """The answer that a Lambda returned; None if a header cannot be sent."""
    single = list(returned.get("headers", {}).items())
    several = [(name, one) for name, values in returned.get("multiValueHeaders", {}).items() for one in values]
    headers = tuple((str(name), str(value)) for name, value in (*single, *several))
    if any(not value.isprintable() or not value.isascii() for _, value in headers):
        return None
    if not any(name.casefold() == "content-type" for name, _ in headers):
        headers = (*headers, ("Content-Type", "application/json"))
    text = returned.get("body") or ""
    body = base64.b64decode(text) if returned.get("isBase64Encoded") else text.encode()
    return HttpAnswer(int(returned["statusCode"]), headers, body)

"""Declare the routes of the desk. Loads only chalice: every Lambda imports it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalice import Blueprint

from chalicelib.people.person import Permission

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Route:
    """`permission` is None for pages without a session. One that is `passive`, such as a refresh, keeps no session.

    The form of a `secret` one is not kept when it comes after the end of its session.
    """

    method: str
    path: str
    permission: Permission | None
    passive: bool = False
    secret: bool = False


ROUTES: dict[tuple[str, str], Route] = {}  # by method and path
Load = Callable[[], Callable[..., Any]]


def route(
    blueprint: Blueprint, method: str, path: str, permission: Permission | None, **more: bool
) -> Callable[[Load], Load]:
    """Declare a route; the function below it imports its page and returns it, so that other Lambdas load no page."""

    def declare(load: Load) -> Load:
        declared = ROUTES[method, path] = Route(method, path, permission, **more)

        def view(**parameters: str) -> Any:
            from chalicelib.desk.serving import serve

            return serve(declared, load(), blueprint.current_request, parameters)

        view.__name__ = load.__name__
        blueprint.route(path, methods=[method], name=load.__name__, content_types=[FORM] if method == "POST" else [])(
            view
        )
        return load

    return declare

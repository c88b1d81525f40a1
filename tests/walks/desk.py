"""The desk of the world of the walks, served on loopback, and people who open its pages in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

import app
from chalicelib.desk.route import ROUTES
from chalicelib.wiring import wiring
from infra.local.desk.server import DeskServer
from tests.flow.desk.walks.routes import WALKS, Route
from tests.flow.desk.walks.world import World, world
from tests.local.desk.provider import CODE, add, cognito
from tests.walks.chromium import PATIENCE, opened_browser

LAPTOP, PHONE = 1280, 360  # pixels
_FIRST = ("manager", "front_desk", "operator", "reader", "nobody")  # to whom a page is shown, if they may see it


@dataclass
class Desk:
    """`wrong` collects what no page may do: errors in the console, forbidden content, requests elsewhere.

    `pages` are the routes that answer with a whole page, with somebody who may see it.
    """

    world: World
    server: DeskServer
    browser: Browser
    pages: dict[Route, str]
    wrong: list[str] = field(default_factory=list)

    def page(self, who: str, width: int = LAPTOP, language: str = "de", scripts: bool = True, **session: Any) -> Page:
        """A window of somebody who has signed in, in a browser of their own."""
        context = self.context(width, language, scripts)
        if who != "nobody":
            with self.world.day.cloud.platform.alone:
                cookies = self.world.browser(who, **session).cookies
            (value,) = cookies.values()
            context.add_cookies([{"name": "session", "value": value, "url": self.server.url}])
        return context.new_page()

    def context(self, width: int = LAPTOP, language: str = "de", scripts: bool = True) -> BrowserContext:
        size: Any = {"width": width, "height": 800}
        context = self.browser.new_context(
            viewport=size, locale=language, java_script_enabled=scripts, base_url=self.server.url
        )
        context.set_default_timeout(PATIENCE)
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("console", self._told)
        context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))
        return context

    def close(self) -> None:
        """Close all windows."""
        for context in self.browser.contexts:
            context.close()

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.server.url).netloc:
            self.wrong.append(f"elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.wrong.append(f"{response.status}: {response.url}")

    def _told(self, message: ConsoleMessage) -> None:
        a_page = message.text.startswith("Failed to load resource")  # or one of `_answered`
        if message.type in ("error", "warning") and not a_page:
            self.wrong.append(f"console: {message.text}")


@contextmanager
def opened_desk(folder: Path) -> Iterator[Desk]:
    """Its people have signed in before, so that they are offered at the provider."""
    with opened_browser() as browser, world(folder) as made:
        with made.day.cloud.platform.output.captured():
            pages = {route: who for route in ROUTES if (who := _seer(route)) and _is_page(made, route, who)}
        with DeskServer(0) as server, server.serving(app.app, made.day.cloud):
            for one in made.people.values():
                before = wiring().people.person(one.username)
                assert before
                wiring().people.change(before, replace(before, subject=add(server.pool, one.username, one.name)))
                cognito().admin_set_user_password(
                    UserPoolId=server.pool.id, Username=one.username, Password=f"{CODE}2", Permanent=True
                )
            yield Desk(made, server, browser, pages)


def _seer(route: Route) -> str | None:
    return next((who for who in _FIRST if WALKS[route].statuses[who] == 200), None) if route[0] == "GET" else None


def _is_page(made: World, route: Route, who: str) -> bool:
    """Whether it is one, and not a part of one or a file."""
    return made.ask(route, made.browser(who)).body.startswith("<!doctype html>")

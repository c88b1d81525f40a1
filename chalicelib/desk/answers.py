"""Answers of pages, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Page:
    """A template with its model. A fragment is a part of a page: it has no title, and no frame."""

    template: str
    model: Any = None
    title: str = ""
    status: int = 200
    cookies: tuple[str, ...] = ()  # of `cookies.set_cookie`


@dataclass(frozen=True)
class Redirect:
    """To a path of the desk, without what every URL begins with, or to another site."""

    to: str
    cookies: tuple[str, ...] = ()


@dataclass(frozen=True)
class File:
    """A file to save under a name, or without one a file that pages load, which never changes under its URL."""

    body: str | bytes
    type: str
    name: str = ""
    headers: dict[str, str] = field(default_factory=dict)


Answer = Page | Redirect | File


class NotFoundError(Exception):
    """There is no such page for this person: unknown, or of another practice."""


class ForbiddenError(Exception):
    """The role of the person does not allow it."""


class BadFormError(Exception):
    """A form is not one of ours: `code` is `token`, `site`, `size` or `form`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

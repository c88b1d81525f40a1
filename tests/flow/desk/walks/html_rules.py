"""Read a page as strictly as a validator, and say what is wrong with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import html5lib
from html5lib.html5parser import ParseError

from chalicelib.desk.route import ROUTES

Element = Any  # of xml.etree
_URLS = ("href", "src", "action", "formaction", "data-state")  # attributes with a URL
_POINTERS = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
_FIELDS = ("input", "select", "textarea")


@dataclass(frozen=True)
class Form:
    """A form with what it sends when nobody has typed anything."""

    action: str
    fields: Mapping[str, str]


def parsed(html: str) -> Element:
    """The tree of a page. Raises ParseError for what a browser has to guess."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(html) if html.lstrip().startswith("<!doctype") else parser.parseFragment(html)


def mistakes(html: str) -> list[str]:
    """Say what is wrong with a page, or with a fragment of one."""
    try:
        page = parsed(html)
    except ParseError as error:
        return [f"no HTML: {error}"]
    ids = [one.get("id") for one in page.iter() if one.get("id") is not None]
    whole = [] if page.tag == "DOCUMENT_FRAGMENT" else list(_of_whole(page))
    return [
        *whole,
        *(f"id {id} stands twice" for id, count in Counter(ids).items() if count > 1),
        *(f"points to no element: {one}" for one in _pointers(page) if one not in ids),
        *(f"without a label: {_shown(one)}" for one in _unlabelled(page)),
        *(f"leads nowhere: {method} {path}" for method, path in _targets(page) if not declared(method, path)),
        *(f"a form without its token: {_shown(form)}" for form in page.iter("form") if not _has_token(form)),
        *(f"style or script in the page: {_shown(one)}" for one in page.iter() if _is_inline(one)),
    ]


def _of_whole(page: Element) -> Iterator[str]:
    if len(found := list(page.iter("h1"))) != 1 or not _text(found[0]):
        yield "not one heading of the first level"
    if page.tag != "html" or not page.get("lang"):
        yield "no language"
    if not _text(page.find("head/title")):
        yield "no title"


def urls(html: str) -> set[str]:
    """Return every URL that a page has."""
    return {value for one in parsed(html).iter() for name in _URLS if (value := one.get(name))}


def forms(html: str) -> list[Form]:
    return [Form(form.get("action", ""), dict(_fields(form))) for form in parsed(html).iter("form")]


def _fields(form: Element) -> Iterator[tuple[str, str]]:
    for one in form.iter():
        name, kind = one.get("name"), one.get("type", "text")
        if name and one.tag == "select":
            options = list(one.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            yield name, chosen[0].get("value", "") if chosen else ""
        elif name and one.tag == "textarea":
            yield name, _text(one)
        elif name and one.tag == "input" and (kind not in ("checkbox", "radio") or one.get("checked") is not None):
            yield name, one.get("value", "on" if kind == "checkbox" else "")


def declared(method: str, url: str) -> bool:
    """Whether a route of the desk takes it; other sites and other kinds of link are none of ours."""
    parts = urlsplit(url)
    if parts.scheme or parts.netloc or not parts.path:
        return True
    return any(
        method == own and re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)), parts.path)
        for own, path in ROUTES
    )


def _targets(page: Element) -> Iterator[tuple[str, str]]:
    for one in page.iter():
        for name in _URLS:
            if url := one.get(name):
                posts = (one.tag == "form" and one.get("method", "get").lower() == "post") or name == "formaction"
                yield "POST" if posts else "GET", url
        if one.tag == "input" and one.get("name") == "back":  # where a choice leads to
            yield "GET", one.get("value", "")


def _pointers(page: Element) -> Iterator[str]:
    for one in page.iter():
        for name in _POINTERS:
            yield from one.get(name, "").split()
        if one.tag == "a" and one.get("href", "").startswith("#"):
            yield one.get("href")[1:]


def _unlabelled(page: Element) -> Iterator[Element]:
    labelled = {label.get("for") for label in page.iter("label") if _text(label)}
    inside = {id(one) for label in page.iter("label") if _text(label) for one in label.iter()}
    for one in page.iter():
        named = bool(one.get("aria-label") or one.get("aria-labelledby"))
        if one.tag in _FIELDS and one.get("type") != "hidden":
            if not named and one.get("id") not in labelled and id(one) not in inside:
                yield one
        elif (one.tag == "button" or one.tag == "a") and not named and not _text(one) and one.get("hidden") is None:
            yield one


def _has_token(form: Element) -> bool:
    """Whether it has one, or leads to a route that anybody may ask; one that a URL carries must have none."""
    path = urlsplit(form.get("action", "")).path
    open_to_all = ("POST", path) in ROUTES and ROUTES["POST", path].permission is None
    named = {one.get("name") for one in form.iter("input") if one.get("value")}
    if form.get("method", "get").lower() == "get":
        return "token" not in named
    return open_to_all or "token" in named


def _is_inline(one: Element) -> bool:
    if not isinstance(one.tag, str):  # a comment
        return False
    inline = one.tag == "style" or (one.tag == "script" and not one.get("src"))
    return inline or any(name == "style" or name.startswith("on") for name, _ in one.items())


def _text(one: Element | None) -> str:
    return "" if one is None else "".join(one.itertext()).strip()


def _shown(one: Element) -> str:
    return f"<{one.tag} " + " ".join(f'{name}="{value}"' for name, value in one.items()) + ">"

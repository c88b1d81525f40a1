"""How the desk reads a request, its cookies and its languages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from chalice.app import CaseInsensitiveMapping

from chalicelib.desk.answers import BadFormError
from chalicelib.desk.cookies import Cookies, cookies_of
from chalicelib.desk.incoming import MOST_BYTES, Incoming, incoming_of
from chalicelib.desk.pages.sign_in import own_path
from chalicelib.desk.sentences import language_for


def asked(path: str, body: bytes = b"", **headers: str) -> Any:
    return SimpleNamespace(
        method="POST", context={"path": path}, raw_body=body, query_params=None, headers=CaseInsensitiveMapping(headers)
    )


def posted(body: bytes) -> Incoming:
    return incoming_of(asked("/p/praxis/calls", body), "/p/{practice}/calls", {"practice": "praxis"}, True)


@pytest.mark.parametrize(
    ("path", "base"), [("/p/praxis/calls", ""), ("/api/p/praxis/calls", "/api"), ("/elsewhere", "")]
)
def test_urls_begin_with_what_is_before_the_path(path: str, base: str) -> None:
    found = incoming_of(asked(path), "/p/{practice}/calls", {"practice": "praxis"}, True)
    assert (found.base, found.path) == (base, "/p/praxis/calls")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"note=M%C3%BCller+%26+Sohn&outcome=", {"note": "Müller & Sohn", "outcome": ""}),
        (b"a=1&a=2", {"a": "2"}),
    ],
)
def test_a_form_is_read(body: bytes, fields: dict[str, str]) -> None:
    assert posted(body).form() == fields


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"a=" + b"x" * MOST_BYTES, "size"), (b"a=%ff", "form"), ("a=ü".encode(), "form"), (b"a=1&" * 2001, "form")],
)
def test_a_form_that_is_none_of_ours_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(BadFormError) as error:
        posted(body).form()
    assert error.value.code == code


def test_over_tls_only_cookies_with_the_prefix_count() -> None:
    header = "session=evil; __Host-session=am.praxis:abc; __Host-session=second; x"
    assert cookies_of(header, True).get("session") == "am.praxis:abc"
    assert cookies_of("session=here", False).get("session") == "here"
    assert cookies_of("", True).get("session") == ""


def test_a_cookie_is_for_this_site_only() -> None:
    cookies = Cookies({}, True)
    assert cookies.set("session", "v") == "__Host-session=v; Path=/; HttpOnly; SameSite=Lax; Secure"
    assert Cookies({}, False).set("x", "v", 60) == "x=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
    assert "Max-Age=0" in cookies.clear("session")


@pytest.mark.parametrize("value", ["a;b", "a b", 'a"b', "a,b", "a\nb", "ü", "a\\b"])
def test_a_cookie_takes_no_other_characters(value: str) -> None:
    with pytest.raises(ValueError, match="no such characters"):
        Cookies({}, True).set("x", value)


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("fr", "de", "fr"),
        ("xx", "it-CH,it;q=0.9", "it"),
        ("", "rm, fr;q=0.5, en;q=0.8", "en"),
        ("", "", "de"),
        ("", "ja;q=x, zh", "de"),
        ("", "de;q=0.1, fr-CH", "fr"),
    ],
)
def test_the_language(chosen: str, accepted: str, language: str) -> None:
    assert language_for(chosen, accepted) == language


@pytest.mark.parametrize("path", ["/", "/p/praxis/calls", "/kept"])
def test_a_path_of_ours(path: str) -> None:
    assert own_path(path)


@pytest.mark.parametrize(
    "path", ["", "p", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/\n", "/ü", "/" + "x" * 300]
)
def test_a_path_that_may_lead_elsewhere(path: str) -> None:
    assert not own_path(path)

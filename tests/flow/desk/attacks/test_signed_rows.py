"""Nobody signs for the desk, to be told of the rows of others. On the local cloud."""

from __future__ import annotations

import hmac
import html
import re
from dataclasses import replace
from hashlib import sha256

import pytest

from chalicelib.wiring import wiring
from tests.flow.desk.calls_world import CALLS, World, note, row


def test_whose_limits_change_sees_no_more_of_the_others(world: World) -> None:
    """A page that is open asks for its rows again; the page itself has to be loaded anew."""
    browser = world.browser("E. Eng")
    url = html.unescape(re.findall(r'data-state="([^"]*)"', browser.get(CALLS).body)[0])
    assert browser.get(url).status == 200
    username = browser.cookies["__Host-session"].partition(":")[0]
    before = wiring().people.person(username)
    assert before
    wiring().people.change(before, replace(before, mandanten=frozenset({"M2"})))
    assert browser.get(url).status == 404


@pytest.mark.parametrize("known", ["token", "secret", "hash"])
def test_nobody_signs_for_the_rows_of_others(world: World, known: str) -> None:
    """With what a browser knows: the token of its forms, the secret of its cookie, and the hash of that."""
    name = [world.patient(), world.patient()][1]  # of Mandant M1
    anna, limited = world.browser(), world.browser("C. Rot", mandanten=frozenset({"M2"}))
    note(anna, name, "not_reached", note="Nur fuer M1")
    key = row(anna.get(CALLS), name)["key"]
    secret = limited.cookies["__Host-session"].rpartition(":")[2]
    signing = {"token": limited.token, "secret": secret, "hash": sha256(secret.encode()).hexdigest()}[known]
    rows = f"Europe/Zurich 0 {key[:12]}:0"
    mac = hmac.new(signing.encode(), f"praxis {rows}".encode(), sha256).hexdigest()[:32]
    answer = limited.get(f"{CALLS}/state?rows={rows.replace(' ', '%20')}&mac={mac}")
    assert (answer.status, "Nur fuer M1" in answer.body) == (404, False)

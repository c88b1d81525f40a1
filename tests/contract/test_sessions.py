"""Sessions in the table of the local cloud."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

import app
from chalicelib.people.device import Device
from chalicelib.people.person import Person, Role
from chalicelib.people.session import MOST_LOOKS, KeptForm, Look, Session
from chalicelib.wiring import wiring
from infra.local.cloud import LocalCloud

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MEIER = Person("praxis", "am", "A. Meier", Role.FRONT_DESK, "sub", created_at=NOW)
DEVICE = Device("praxis", "device", "Empfang", "AM", NOW, NOW + timedelta(days=30))
SESSION = Session(
    "h", MEIER.username, NOW, NOW, "device", True, {"praxis": "why"}, KeptForm("/p", {"note": "später"}), "key"
)


@pytest.fixture(scope="module", autouse=True)
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(app, NOW, on_start=wiring.cache_clear) as opened:
        wiring().people.add(MEIER)
        wiring().people.add_device(DEVICE)
        yield opened


def test_a_session_is_read_with_its_person_as_it_was_written() -> None:
    wiring().sessions.begin(SESSION)
    session, person = wiring().sessions.read(MEIER.username, SESSION.hash, DEVICE.hash)
    assert session == SESSION
    assert person
    assert (person.username, person.role) == (MEIER.username, MEIER.role)


def test_changes_of_a_session() -> None:
    sessions, later = wiring().sessions, NOW + timedelta(minutes=7)
    sessions.begin(SESSION)
    sessions.seen("h", later)
    sessions.set_private("h", False)
    sessions.set_reasons("h", {})
    sessions.drop_kept("h")
    assert sessions.read(MEIER.username, "h", DEVICE.hash)[0] == Session(
        "h", MEIER.username, NOW, later, "device", key="key"
    )
    sessions.keep("h", KeptForm("/x", {}))
    found, _ = sessions.read(MEIER.username, "h", DEVICE.hash)
    assert found
    assert found.kept == KeptForm("/x", {})


def test_a_session_that_has_ended_stays_so() -> None:
    sessions = wiring().sessions
    sessions.begin(SESSION)
    sessions.end("h")
    sessions.seen("h", NOW)
    sessions.set_private("h", True)
    sessions.drop_kept("h")
    assert sessions.read(MEIER.username, "h", DEVICE.hash)[0] is None


@pytest.mark.parametrize("device", ["", "another"])
def test_a_session_of_a_device_is_none_without_it(device: str) -> None:
    wiring().sessions.begin(SESSION)
    session, person = wiring().sessions.read(MEIER.username, SESSION.hash, device)
    assert (session, person and person.username) == (None, MEIER.username)


def test_nobody_has_an_unknown_session() -> None:
    assert wiring().sessions.read("xx.praxis", "unknown") == (None, None)


def test_what_somebody_looks_for_is_kept_and_the_oldest_makes_room() -> None:
    sessions = wiring().sessions
    sessions.begin(SESSION)
    session: Session | None = SESSION
    for n in range(MOST_LOOKS + 2):
        assert session
        sessions.keep_look(session, f"l{n}", Look("praxis", "text", f"Keller{n}", NOW + timedelta(seconds=n)))
        session, _ = sessions.read(MEIER.username, SESSION.hash, DEVICE.hash)
    assert session
    assert set(session.looks) == {f"l{n}" for n in range(2, MOST_LOOKS + 2)}
    assert session.looks["l2"] == Look("praxis", "text", "Keller2", NOW + timedelta(seconds=2))

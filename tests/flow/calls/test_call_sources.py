"""The call list as a page reads it, in parallel and by few settings: the same list as the command's."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from chalicelib.aws.deployment import Deployment, UnknownPracticeError
from chalicelib.reports.call_sources import read_call_sources
from chalicelib.reports.current_call_list import call_list_from, current_call_list
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal, rehearsal
from tests.flow.calls.test_phone_calls import NINE, refused, unreachable
from tests.flow.fake_build import Day, Desk
from tests.flow.test_counts import plan, practice_file
from tests.flow.test_reconciliation import failed_search

OTHERS = {
    "UnbestaetigtAnrufen": ("0", "24", "168"), "OffsetSuchTage": ("1", "14", "31"), "OffsetStartTage": ("1", "0", "9"),
    "Versandfenster": ("08:00-20:00", "10:00-10:01", "falsch"), "Zeitzone": ("Europe/Zurich", "Asia/Tokyo", "falsch"),
    "MaxSMSTeile": ("0", "falsch"), "Sprache": ("de", "fr", "falsch"), "ErinnerungBeiVerschiebung": ("Ja", "Nein"),
    "MeldungAn": ("-", "falsch"), "Geschlossen": ("-", "falsch"), "GeburtstagInaktivJahre": ("3", "falsch"),
}  # fmt: skip


def same(desk: Desk) -> None:
    """The page's list is the command's."""
    deployment = desk.deployment
    quick = call_list_from(read_call_sources(desk.name, deployment), deployment)
    slow = current_call_list(desk.practice, deployment)
    assert quick == slow


@pytest.mark.parametrize("seed", range(20))
def test_the_list_is_the_commands_whatever_is_set(seed: int) -> None:
    chance = random.Random(seed)
    day = Day("2026-11-23 09:00")
    desk = day.practice()
    for start in (NINE, "2026-11-24 11:00", "2026-11-26 10:00", "2026-12-01 08:00"):
        desk.appointment(start, Mobiltelefon=chance.choice([None, "+41790000001"]))
    for clock in ("2026-11-23 12:00", "2026-11-24 07:45", "2026-11-24 10:20"):
        for name in chance.sample(sorted(OTHERS), 3):
            desk.set(f"Schalter/{name}", chance.choice(OTHERS[name]))
        day.play(clock)
        same(desk)


def test_it_is_with_lost_appointments_refused_messages_and_stops() -> None:
    same(failed_search()[1])
    _, desk = refused(NINE, "2026-11-24 10:00")
    desk.opt_out("+41790000001")
    same(desk)
    desk.parts.parameters.delete(f"/vitosms-secrets/local/{desk.name}/Datenbank")
    same(desk)
    desk.parts.parameters.delete(f"/vitosms-secrets/local/{desk.name}/Abmeldungen")
    same(desk)


def test_nobody_else_is_a_practice() -> None:
    _, desk = unreachable()
    with pytest.raises(UnknownPracticeError):
        read_call_sources("andere", desk.deployment)


def read(day: Rehearsal) -> Counter[str]:
    """The calls of one reading, without those of session and audit."""
    parts = wiring()
    with day.cloud.counting("page"):
        deployment = Deployment("local", parts, parts.clock())
        listed = call_list_from(read_call_sources(day.plan.practice, deployment), deployment)
    assert len(listed.calls) == 7
    return day.cloud.calls_by_handler["page"]


def test_a_reading_takes_nine_calls_and_one_statement(tmp_path: Path) -> None:
    """With session and audit a page takes eleven: the bar."""
    database = practice_file(tmp_path / "practice.db", 100, definitive=98)
    with closing(sqlite3.connect(tmp_path / "practice.db")) as connection, connection:
        connection.execute("UPDATE Patient SET Mobiltelefon = NULL WHERE rowid <= 7")
    with rehearsal(plan(database, "10:06")) as day:
        day.play()
        day.statements.clear()
        assert read(day) == {"dynamodb.Query": 5, "ssm.GetParameters": 3, "dynamodb.BatchGetItem": 1}
        assert len(day.statements) == 1

"""An alert is sent once per cause, even if two workers find it at the same time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.jobs.apply_parameters import apply_parameters
from chalicelib.jobs.run_job import run_job
from chalicelib.schedule.job import Job, RunMessage
from chalicelib.words.words import Words
from tests.fakes.world import Moment
from tests.flow.fake_build import DESK, Day, Desk, at


def subjects(desk: Desk) -> list[str]:
    return [str(notice.subject).partition(": ")[2] for notice in desk.notices]


def meanwhile(desk: Desk, call: str, act: Callable[[], object]) -> None:
    """Have something happen after the first call of this name, before the caller continues."""

    def once(moment: Moment, called: str) -> None:
        if (moment, called) == ("after", call):
            desk.cloud.world.fault = lambda moment, call: None
            act()

    desk.cloud.world.fault = once


def test_both_prepare_runs_find_the_same_low_balance_and_one_tells_it() -> None:
    day = Day("2026-11-23 09:59")
    desk = day.practice(Schalter__MeldungAn=DESK, Schalter__CreditMindestbestand="10001")
    desk.appointment("2026-11-24 09:00")
    desk.patient(Geburtsdatum="1980-11-23")
    other = RunMessage(desk.name, Job.PREPARE_BIRTHDAYS, at("2026-11-23 10:00"), at("2026-11-23 10:00"))
    meanwhile(desk, "store.balances", lambda: run_job(other, "another worker", desk.parts))
    day.play("2026-11-23 10:04")
    assert len(desk.entries) == 2
    assert (subjects(desk), desk.told) == (["Guthaben tief"], ["low-balance"])
    lines = [line for line in desk.parts.history.activities(desk.name) if "alert" in line]
    assert len(lines) == 1


def test_two_events_of_one_wrong_value_tell_it_once() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    desk.set("Schalter/Sprache", "Klingonisch")
    meanwhile(desk, "parameters.page", lambda: apply_parameters(desk.name, desk.parts))
    day.play("2026-11-23 06:01")
    assert (subjects(desk), desk.told) == (["Ein Wert ist falsch: Schalter/Sprache"], ["invalid"])


def test_each_of_several_wrong_values_is_named_in_the_subject() -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    wrong = ["Schalter/Sprache", "Schalter/OffsetSuchTage", "Auftraege/send/Zeitplan"]
    for minute, name in enumerate(wrong, 1):
        desk.set(name, "Klingonisch")
        day.play(f"2026-11-23 06:0{minute}")
    assert subjects(desk) == [f"Ein Wert ist falsch: {name}" for name in wrong]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Schalter/OffsetStarttage", "Schalter/OffsetStartTage"),
        ("Auftraege/Terminerinnerungen/Zeitplan", "Auftraege/prepare-reminders/Zeitplan"),
        ("Schalter/MeldungenAn", "Schalter/MeldungAn"),
    ],
)
def test_a_misspelt_parameter_is_told_when_it_is_saved_and_once(name: str, meant: str) -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    desk.set(name, "2")
    day.play("2026-11-23 06:01")
    (notice,) = desk.notices
    assert (notice.subject, desk.told) == (f"vitosms praxis: Unbekannter Parameter: {name}", ["unknown-parameter"])
    assert f"/praxis/{name} " in notice.text
    assert f"Gemeint ist vielleicht {meant}." in notice.text
    day.play("2026-11-24 12:00")
    assert desk.told == ["unknown-parameter"]
    desk.parts.parameters.forget(desk.name, name)
    day.play("2026-11-24 12:01")
    assert desk.record.alerts == frozenset()


def test_an_alert_in_better_words_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK, Schalter__CreditMindestbestand="10001")
    desk.set("Schalter/Sprache", "Klingonisch")
    desk.set("prepare-reminders/Zeitplan", "Mo,Di 10:00")
    day.play("2026-11-23 06:01")
    desk.set("Schalter/Sprache", "fr")
    desk.appointment("2026-11-24 09:00")
    day.play("2026-11-23 10:04")
    before = desk.told
    assert sorted(before) == ["advice", "invalid", "low-balance"]
    said = Words.of
    monkeypatch.setattr(Words, "of", lambda words, text: f"Besser: {said(words, text)}")
    desk.set("Schalter/OffsetStartTage", "1")
    desk.appointment("2026-11-25 09:00")
    day.play("2026-11-24 10:04")
    assert len(desk.entries) == 2
    assert desk.told == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Schalter/Versandfenster", "12:00-20:00"),
        ("Schalter/OffsetSuchTage", "2"),
        ("Schalter/OffsetStartTage", "2"),
        ("prepare-birthdays/Aktiviert", "Nein"),
        ("Schalter/GeburtstagsglueckwuenscheSenden", "Nein"),
        ("send/Zeitplan", "Mo-Fr 10:20"),
    ],
)
def test_advice_is_reported_again_where_anything_that_it_depends_on_is_saved(name: str, value: str) -> None:
    day = Day("2026-11-23 06:00")
    desk = day.practice(Schalter__MeldungAn=DESK)
    desk.set("prepare-reminders/Zeitplan", "Mo,Di 10:00")
    day.play("2026-11-23 06:01")
    desk.set("Schalter/BevorzugterKanal", "E-Mail")
    day.play("2026-11-23 06:02")
    assert subjects(desk) == ["Hinweis zum Zeitplan"]
    desk.set(name, value)
    day.play("2026-11-26 06:00")
    assert [subject for subject in subjects(desk) if subject == "Hinweis zum Zeitplan"] == ["Hinweis zum Zeitplan"] * 2

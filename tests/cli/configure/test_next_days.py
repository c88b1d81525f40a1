"""Changes of settings: what they do to the next days is shown before they are saved, and asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.parameter_store import ParameterStore
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running, words
from tests.flow.build import PRACTICE, Database

Stage = tuple[Rehearsal, Database]
SMS = "Terminerinnerung/SMS/de"
PLANS = {job: f"Auftraege/{job}/Zeitplan" for job in ("prepare-reminders", "prepare-birthdays", "send", "status")}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """At 09:55, before the first run: two appointments tomorrow (one patient has a number), one on the day after."""
    with running(tmp_path_factory.mktemp("next"), topups={"M1": 2}) as (rehearsed, database):
        database.patient("2026-11-25 09:00:00")
        yield rehearsed, database


@pytest.fixture
def vitosms(stage: Stage, capsys: pytest.CaptureFixture[str]) -> Iterator[Vitosms]:
    """Forget everything that a test has saved."""
    before = saved()
    yield Vitosms(capsys)
    for name in saved().keys() - before.keys():
        wiring().parameters.forget(PRACTICE, name)
    for name, value in before.items():
        wiring().parameters.save(PRACTICE, name, value)


def saved() -> dict[str, str]:
    now = wiring().parameters.saved(PRACTICE)
    return {f"Schalter/{name}": value for name, value in now.switches.items()} | {
        f"Auftraege/{name}": value for name, value in now.jobs.items()
    }


def told_of(asked: str) -> list[str]:
    """The remarks above the question."""
    lines = asked.partition("What this changes in the next days:\n")[2].partition("Save this?")[0]
    return [" ".join(line.split()) for line in lines.split("• ") if line]


def test_days_messages_and_credits_are_shown_before_a_setting_is_saved(vitosms: Vitosms) -> None:
    before = saved()
    assert told_of(vitosms.asks("switches", "set", "OffsetStartTage", "2")) == [
        "The run on Mon 23.11. 10:00 also searches for appointments on Wed 25.11.",
        "Appointments on Tue 24.11. are not searched for by any run.",
        "On Tue 24.11., 0 messages leave instead of 1.",
        "Up to Mon 30.11., 2 messages leave instead of 3.",
        "M1 needs 2 credits for this instead of 3, and has 2.",
    ]
    assert saved() == before


def test_credits_that_do_not_suffice_are_said(vitosms: Vitosms) -> None:
    asked = told_of(vitosms.asks("switches", "set", "OffsetSuchTage", "30"))
    assert asked[0] == "The run on Mon 23.11. 10:00 also searches for appointments from Wed 25.11. to Wed 23.12."
    assert asked[-1] == "M1 lacks 1 credit: not all of these messages leave."


def test_the_answer_says_it_where_nobody_is_asked(vitosms: Vitosms) -> None:
    document = vitosms.told("switches", "set", "OffsetStartTage", "2", "--yes")["next_days"]
    assert [one["code"] for one in document["searches"]] == ["search_change.added", "search_change.dropped"]
    assert {**document, "searches": ""} == {
        "searches": "", "until": "2026-11-30", "messages": {"today": 3, "changed": 2}, "calls": 0,
        "credits": {"M1": {"today": 3, "changed": 2, "balance": 2}}, "unread": None,
    }  # fmt: skip
    shown = vitosms.shows("switches", "unset", "OffsetStartTage", "--yes")
    assert "Mo 30.11.: Es gehen 3 Mitteilungen ab statt 2." in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    "change",
    [
        ("switches", "set", "OffsetSuchTage", "1"), ("switches", "set", "MaxSMSTeile", "3"),
        ("switches", "unset", "OffsetStartTage"), ("jobs", "enable", "send"), ("jobs", "disable", "status"),
        ("jobs", "schedule", "status", "täglich 11:10"), ("jobs", "schedule", "send", "täglich 10:20"),
        ("jobs", "schedule", "prepare-reminders", "täglich 09:00"),
    ],
)  # fmt: skip
def test_nobody_is_asked_where_the_next_days_stay_the_same(vitosms: Vitosms, change: tuple[str, ...]) -> None:
    assert "Das ändert sich" not in vitosms.shows(*change)
    assert vitosms.told(*change, "--yes")["next_days"] is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("jobs", "disable", "send"), ["On Mon 23.11., 0 messages leave instead of 2."]),
        (("jobs", "disable", "prepare-birthdays"), ["On Mon 23.11., 1 message leaves instead of 2."]),
        (("jobs", "disable", "prepare-reminders"), ["No appointments are searched for any more."]),
        (("switches", "set", "TerminerinnerungSenden", "Nein"), ["No appointments are searched for any more."]),
        (("jobs", "schedule", "send", "Do 10:05"), ["On Mon 23.11., 0 messages leave instead of 2."]),
        (("jobs", "schedule", "prepare-reminders", "Mo 16:00"),
         ["On Mon 23.11., 1 message leaves instead of 2."]),
        (("switches", "set", "Versandfenster", "08:00-09:00"), ["On Mon 23.11., 0 messages leave instead of 2."]),
    ],
)  # fmt: skip
def test_whoever_changes_what_leaves_is_asked(vitosms: Vitosms, change: tuple[str, ...], expected: list[str]) -> None:
    before = saved()
    assert told_of(vitosms.asks(*change))[: len(expected)] == expected
    assert saved() == before


def test_a_day_is_named_only_if_its_messages_differ(vitosms: Vitosms) -> None:
    wiring().parameters.save(PRACTICE, "Schalter/Zeitzone", "Europa/Zürich")
    vitosms.shows("jobs", "disable", "send", "--yes")
    asked = told_of(vitosms.asks("switches", "unset", "Zeitzone"))
    assert asked
    assert [line for line in asked if "instead of" in line] == []


def test_days_alone_are_said_where_the_practice_database_cannot_be_read(stage: Stage, vitosms: Vitosms) -> None:
    _, database = stage
    wiring().parameters.save_database_url(PRACTICE, "sqlite:///none/none.db")
    asked = told_of(vitosms.asks("switches", "set", "OffsetStartTage", "2"))
    unchanged = vitosms.shows("jobs", "schedule", "send", "täglich 10:20")
    stopped = told_of(vitosms.asks("jobs", "disable", "send"))
    wiring().parameters.save_database_url(PRACTICE, database.url)
    assert asked[0] == "The run on Mon 23.11. 10:00 also searches for appointments on Wed 25.11."
    assert asked[-1] == stopped[-1] == "It is not known how many messages this means."
    assert "Das ändert sich" not in unchanged


def test_all_jobs_get_one_schedule_in_their_order(vitosms: Vitosms) -> None:
    document = vitosms.told("jobs", "schedule", "--all", "Mo-Fr", "09:00", "--yes")
    plans = {"prepare-reminders": "Mo-Fr 09:00", "prepare-birthdays": "Mo-Fr 09:00", "send": "Mo-Fr 09:05",
             "status": "Mo-Fr 09:10"}  # fmt: skip
    assert {one["job"]: one["schedule"] for one in document["jobs"]} == plans
    assert {job: saved()[name] for job, name in PLANS.items()} == plans
    assert (document["job"], document["schedule"], document["next_runs"]) == (None, None, [])
    shown = vitosms.shows("jobs", "schedule", "--all", "täglich alle 4 Stunden 8:00-18:00", "--yes")
    assert all(span in shown for span in ("08:00-18:00", "08:05-18:05", "08:10-18:10"))
    assert max(map(len, shown.splitlines())) <= 80


def test_times_alone_keep_the_days_of_each_job(vitosms: Vitosms) -> None:
    vitosms.shows("jobs", "schedule", "status", "Mo-Sa 10:10")
    vitosms.shows("jobs", "schedule", "--all", "16:00")
    assert {job: saved()[name] for job, name in PLANS.items()} == {
        "prepare-reminders": "täglich 16:00", "prepare-birthdays": "täglich 16:00", "send": "täglich 16:05",
        "status": "Mo-Sa 16:10",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--all", "16:05"), "can run at 16:00 or 16:15, not at 16:05"),
        (("--all", "manchmal"), "The schedule “manchmal” is not valid"),
        (("send",), "the argument SCHEDULE is missing"),
    ],
)
def test_nothing_is_stored_of_a_schedule_that_is_wrong(vitosms: Vitosms, given: tuple[str, ...], told: str) -> None:
    before = saved()
    assert told in vitosms.refuses("jobs", "schedule", *given)
    assert saved() == before


def failing(after: int, fails_again: bool = False) -> Callable[..., None]:
    """`ParameterStore.save` that AWS refuses after this number of calls: once, or always if `fails_again`."""
    save, count = ParameterStore.save, 0

    def refused(*given: Any) -> None:
        nonlocal count
        count += 1
        if count == after + 1 or (fails_again and count > after):
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate"}}, "PutParameter")
        save(*given)

    return refused


def test_all_schedules_or_none_are_stored(vitosms: Vitosms, monkeypatch: pytest.MonkeyPatch) -> None:
    vitosms.shows("jobs", "schedule", "prepare-reminders", "täglich 10:00")
    before = saved()
    monkeypatch.setattr(ParameterStore, "save", failing(after=2))
    told = vitosms.refuses("jobs", "schedule", "--all", "16:00")
    assert told == "AWS refuses PutParameter: ThrottlingException: Rate; nothing was changed"
    assert saved() == before


def test_what_cannot_be_taken_back_is_named(vitosms: Vitosms, monkeypatch: pytest.MonkeyPatch) -> None:
    vitosms.shows("jobs", "schedule", "prepare-reminders", "täglich 10:00")
    monkeypatch.setattr(ParameterStore, "save", failing(after=2, fails_again=True))
    told = vitosms.refuses("jobs", "schedule", "--all", "16:00")
    assert told.endswith("; only these are saved: prepare-reminders/Zeitplan, prepare-birthdays/Zeitplan")
    monkeypatch.undo()
    assert {name for name in PLANS.values() if saved().get(name, "").endswith("16:00")} == {
        PLANS["prepare-reminders"], PLANS["prepare-birthdays"]
    }  # fmt: skip


def test_every_command_accepts_yes(vitosms: Vitosms) -> None:
    for line in ("status", "jobs list", "switches check", "templates list", "jobs schedule status täglich 10:10",
                 f"templates set {SMS} [[Datum]],[[Uhrzeit]]", f"templates unset {SMS}", "calls", "calls --json",
                 "licences list"):  # fmt: skip
        vitosms.shows(*line.split(), "--yes")
    assert "no such option '--yess'" in vitosms.refuses("status", "--yess")
    assert words(vitosms.told("jobs", "disable", "status", "--yes")["warnings"]) != []

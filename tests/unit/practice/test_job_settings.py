"""Job settings of a practice: defaults, refused values with their reason, unknown names."""

from __future__ import annotations

import pytest

from chalicelib.practice.job_settings import JOB_PARAMETERS, check_job, read_jobs
from chalicelib.schedule.job import SCHEDULED, Job, job_label
from chalicelib.schedule.schedule import default_schedule, parse_schedule
from chalicelib.text import Text

REMINDERS, BIRTHDAYS, SEND, STATUS = SCHEDULED


def test_nothing_set_is_activated_at_the_default_times() -> None:
    settings = read_jobs({})
    assert settings.activated == dict.fromkeys(SCHEDULED, True)
    assert settings.schedules == {job: default_schedule(job) for job in SCHEDULED}
    assert settings.invalid == {}
    assert [settings.refusals(job) for job in Job] == [()] * len(Job)


@pytest.mark.parametrize(
    ("text", "activated"), [("Ja", True), ("Nein", False), (" ja ", True), ("NEIN\n", False), ("nein", False)]
)
def test_a_job_is_switched_on_and_off_separately(text: str, activated: bool) -> None:
    settings = read_jobs({"send/Aktiviert": text})
    assert settings.activated == {**dict.fromkeys(SCHEDULED, True), SEND: activated}
    assert not settings.invalid


def test_each_job_has_the_schedule_that_was_saved_for_it_on_its_own_grid() -> None:
    settings = read_jobs({f"{job}/Zeitplan": "Mo-Fr alle 2 Stunden 08:00-12:00" for job in SCHEDULED})
    starts = {job: settings.schedules[job].minutes[0] % 60 for job in SCHEDULED}
    assert starts == {REMINDERS: 0, BIRTHDAYS: 0, SEND: 5, STATUS: 10}


def test_the_summary_follows_send() -> None:
    settings = read_jobs({"send/Zeitplan": "Mo 09:05"})
    assert settings.schedule(Job.SUMMARY) == settings.schedule(Job.SEND) == parse_schedule("Mo 09:05", SEND)
    assert settings.schedule(Job.STATUS) == default_schedule(STATUS)
    assert read_jobs({"send/Zeitplan": "irgendwann"}).schedule(Job.SUMMARY) is None


@pytest.mark.parametrize("text", ["", " ", "Yes", "1", "Ja, bitte", "jein"])
def test_neither_ja_nor_nein_is_refused_for_that_job_only(text: str) -> None:
    settings = read_jobs({"status/Aktiviert": text}, "/vitosms/prod/praxis/Auftraege/")
    parameter = "/vitosms/prod/praxis/Auftraege/status/Aktiviert"
    wrong = Text("parameter.invalid", Text("parameter.yes_or_no"), parameter=parameter, value=text)
    assert settings.invalid == {"status/Aktiviert": wrong}
    assert settings.refusals(STATUS) == (wrong,)
    assert [settings.refusals(job) for job in Job if job is not STATUS] == [()] * (len(Job) - 1)
    assert STATUS not in settings.activated
    assert settings.schedules[STATUS] == default_schedule(STATUS)


def test_a_wrong_schedule_is_refused_with_what_is_allowed() -> None:
    settings = read_jobs({"prepare-reminders/Zeitplan": "täglich 10:07", "send/Aktiviert": "Nein"})
    reason = Text("schedule.no_tick", job_label(REMINDERS), first="10:00", second="10:15", given="10:07")
    why = Text("schedule.why", reason, at="10:00")
    parameter = "Auftraege/prepare-reminders/Zeitplan"
    wrong = Text("parameter.invalid_schedule", why, parameter=parameter, value="täglich 10:07")
    assert settings.refusals(REMINDERS) == (wrong,)
    assert settings.schedule(REMINDERS) is None
    assert settings.activated[REMINDERS]


def test_both_values_of_a_job_can_be_wrong() -> None:
    settings = read_jobs({"send/Zeitplan": "?", "send/Aktiviert": "?", "status/Zeitplan": "?"})
    assert (len(settings.refusals(SEND)), len(settings.refusals(STATUS))) == (2, 1)


@pytest.mark.parametrize(
    ("text", "shown"), [("x" * 60, "x" * 60), ("x" * 61, "x" * 57 + "…"), ("y" * 4000, "y" * 57 + "…")]
)
def test_a_long_value_is_cut(text: str, shown: str) -> None:
    for name in ("send/Zeitplan", "send/Aktiviert"):
        wrong = check_job(name, text, name)
        assert wrong is not None
        assert dict(wrong.values) == {"parameter": name, "value": shown}


@pytest.mark.parametrize("job", SCHEDULED)
def test_what_is_allowed_is_not_wrong(job: Job) -> None:
    assert check_job(f"{job}/Aktiviert", " NEIN", "p") is None
    assert check_job(f"{job}/Zeitplan", str(default_schedule(job)), "p") is None
    assert check_job(f"{job}/Zeitplan", "Nein", "p")
    assert check_job(f"{job}/Aktiviert", str(default_schedule(job)), "p")
    assert {f"{job}/Aktiviert", f"{job}/Zeitplan"} <= set(JOB_PARAMETERS)


@pytest.mark.parametrize("name", ["send/Zeitplann", "summary/Zeitplan", "Unsinn"])
def test_a_name_that_nobody_reads_changes_nothing(name: str) -> None:
    assert read_jobs({name: "täglich 10:05"}, "/p/") == read_jobs({})

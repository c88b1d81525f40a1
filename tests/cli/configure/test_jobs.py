"""`vitosms jobs` and `vitosms switches` on a running stage: what is shown, what is stored, what is refused."""

from collections.abc import Iterator

import pytest

from chalicelib.aws.queues import run_of
from chalicelib.practice.switches import SWITCHES
from chalicelib.schedule.job import SCHEDULED, Job, RunMessage
from chalicelib.text import LANGUAGES
from chalicelib.wiring import wiring
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.job_name import job_named
from infra.language import job_words, setting_words
from infra.local.clients import client
from infra.local.rehearsal import Rehearsal
from infra.translation import speak
from tests.cli.running import Vitosms, running, save_as_somebody_else, words
from tests.flow.build import PRACTICE, at

JOBS = ["prepare-reminders", "prepare-birthdays", "send", "status"]
WEEKEND = "Am Samstag und Sonntag wird aufbereitet, aber nicht gesendet"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with running(tmp_path_factory.mktemp("jobs")) as (rehearsed, _):
        rehearsed.play()
        yield rehearsed


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Iterator[Vitosms]:
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


def test_the_list_shows_plans_last_runs_and_next_runs(vitosms: Vitosms) -> None:
    document = vitosms.told("jobs", "list")
    assert [job["job"] for job in document["jobs"]] == JOBS
    assert document["jobs"][2] == {
        "job": "send", "activated": True, "schedule": "täglich 10:05",
        "last_run": {"started_at": "2026-11-23T10:05:00+01:00", "outcome": "done"},
        "next_run": "2026-11-24T10:05:00+01:00",
    }  # fmt: skip
    shown = vitosms.shows("jobs", "list")
    assert "Mitteilungen senden       ja          täglich" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_disabled_job_has_no_next_run_and_says_so_until_it_is_enabled(vitosms: Vitosms) -> None:
    document = vitosms.told("jobs", "disable", "Mitteilungen senden", "--yes")
    assert (document["activated"], document["next_runs"]) == (False, [])
    assert "Der Auftrag «Mitteilungen senden» ist nicht aktiviert." in words(document["warnings"])
    assert document["warnings"][0]["code"] == "blocked.not_activated"
    assert saved()["Auftraege/send/Aktiviert"] == "Nein"
    assert vitosms.told("jobs", "next", "send")["next_runs"] == {"send": []}
    assert "Mitteilungen senden       nein        täglich" in vitosms.shows("jobs", "list")
    assert vitosms.told("jobs", "enable", "send")["next_runs"][0] == "2026-11-24T10:05:00+01:00"


def test_a_saved_zeitplan_holds_at_once_for_what_is_shown(vitosms: Vitosms) -> None:
    """Before any Lambda has moved the job's record."""
    document = vitosms.told("jobs", "schedule", "send", "mo-fr 14.20")
    assert document["schedule"] == saved()["Auftraege/send/Zeitplan"] == "Mo-Fr 14:20"
    assert document["next_runs"] == [f"2026-11-{day}T14:20:00+01:00" for day in (23, 24, 25)]
    assert any(text.startswith(WEEKEND) for text in words(document["warnings"]))
    shown = vitosms.shows("jobs", "next", "send", "--count", "6").splitlines()
    assert [line.split()[-3:-1] for line in shown[-2:]] == [["Fr", "27.11.2026"], ["Mo", "30.11.2026"]]
    assert "14:20" in vitosms.shows("jobs", "list")


def test_a_zeitplan_needs_no_quotes(vitosms: Vitosms) -> None:
    document = vitosms.told("jobs", "schedule", "send", "täglich", "alle", "30", "Minuten", "8:00-18:00")
    assert document["schedule"] == saved()["Auftraege/send/Zeitplan"] == "täglich alle 30 Minuten 08:05-17:50"


def test_a_text_that_is_no_zeitplan_is_refused_and_nothing_is_stored(vitosms: Vitosms) -> None:
    before = saved()
    told = vitosms.refuses("jobs", "schedule", "send", "Mo-Fr 10:00")
    assert told.startswith("The schedule “Mo-Fr 10:00” is not valid: “Send messages” can run at 10:05")
    assert saved() == before


def test_an_invalid_value_that_was_saved_otherwise_is_named(vitosms: Vitosms) -> None:
    save_as_somebody_else("Auftraege/status/Zeitplan", "manchmal")
    document = vitosms.told("jobs", "list")
    assert (document["jobs"][3]["schedule"], document["jobs"][3]["next_run"]) == (None, None)
    assert "Auftraege/status/Zeitplan hat den Wert «manchmal»" in words(document["warnings"][0])
    assert "ungültig" in vitosms.shows("jobs", "list")


def test_run_queues_a_run_that_takes_place(vitosms: Vitosms, stage: Rehearsal) -> None:
    told = vitosms.shows("jobs", "run", "status")
    assert "Status aktualisieren (status) ist für Mo 23.11.2026 12:00 eingereiht" in told
    (message,) = client("sqs").receive_message(QueueUrl=wiring().settings.runs_queue, VisibilityTimeout=0)["Messages"]
    assert run_of(message["Body"]) == RunMessage(PRACTICE, Job.STATUS, at("12:00"), at("12:00"))
    stage.cloud.play(at("12:01"))
    assert [run["slot"] for run in stage.runs() if run["job"] == "status"][-1] == "2026-11-23T11:00:00.000000Z"


@pytest.mark.parametrize(
    ("text", "job"),
    [("send", Job.SEND), ("SEN", Job.SEND), ("mitteilungen", Job.SEND), ("prepare-b", Job.PREPARE_BIRTHDAYS),
     ("Geburtstagsglueckwuensche aufbereiten", Job.PREPARE_BIRTHDAYS), ("stat", Job.STATUS),
     ("terminerinnerungen", Job.PREPARE_REMINDERS)],
)  # fmt: skip
def test_a_job_is_named_by_a_prefix_of_either_name(text: str, job: Job) -> None:
    assert job_named(text) is job


@pytest.mark.parametrize("text", ["prepare", "", "s", "sends", "summary"])
def test_a_name_that_fits_no_job_or_several_is_refused_with_those_it_could_be(text: str) -> None:
    with pytest.raises(ArgumentError, match=r"prepare-reminders|send"):
        job_named(text)


def test_switches_show_value_default_and_what_is_wrong(vitosms: Vitosms) -> None:
    save_as_somebody_else("Schalter/OffsetSuchTage", "viele")
    by_name = {switch["name"]: switch for switch in vitosms.told("switches", "list")["switches"]}
    assert by_name["Sprache"] | {"meaning": "", "allowed": ""} == {
        "name": "Sprache", "value": "de", "default": "de", "own": False, "problem": None, "meaning": "", "allowed": "",
    }  # fmt: skip
    assert (by_name["TerminerinnerungSenden"]["value"], by_name["TerminerinnerungSenden"]["own"]) == ("Ja", True)
    assert "Erlaubt ist: eine ganze Zahl von 1 bis 31." in words(by_name["OffsetSuchTage"]["problem"])
    assert max(map(len, vitosms.shows("switches", "list").splitlines())) <= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_setting_and_a_job_have_a_label_and_below_it_the_stored_name(vitosms: Vitosms, language: str) -> None:
    code, switches, err = vitosms.run("switches", "list", lang=language)
    assert (code, err) == (0, "")
    code, jobs, err = vitosms.run("jobs", "list", lang=language)
    assert (code, err) == (0, "")
    lines = [line.rstrip() for line in (switches + jobs).splitlines()]
    assert max(map(len, lines)) <= 80
    speak(language)
    labels = {name: setting_words(name) for name in SWITCHES}
    labels |= {job.value: job_words(job).partition(" ")[0] for job in SCHEDULED}
    for name, label in labels.items():
        assert any(line.startswith(label) for line in lines), label
        assert label == name or any(line.startswith(f"  {name}") for line in lines), name


def test_whoever_lets_messages_leave_is_asked_before_it_is_done(vitosms: Vitosms) -> None:
    switch, off = "GeburtstagsglueckwuenscheSenden", "Nein"
    vitosms.shows("switches", "set", switch, off)
    asked = vitosms.asks("switches", "set", switch, "ja")
    assert "praxis will send birthday greetings from now on. Continue?" in asked
    assert wiring().parameters.saved(PRACTICE).switches[switch] == off
    vitosms.shows("switches", "set", switch, "Ja", "--yes")
    vitosms.shows("switches", "set", switch, " JA ")  # it does already
    assert "Send the waiting messages of praxis now?" in vitosms.asks("jobs", "run", "send")


def test_a_misspelt_switch_that_is_stored_can_be_deleted(vitosms: Vitosms) -> None:
    wiring().parameters.save(PRACTICE, "Schalter/OfsetSuchTage", "3")
    assert "OfsetSuchTage" in vitosms.shows("switches", "list")
    assert "einen Schalter dieses Namens gibt es nicht" in vitosms.shows("switches", "unset", "OfsetSuchTage")
    assert "did you mean OffsetSuchTage?" in vitosms.refuses("switches", "unset", "OfsetSuchTage")


def test_a_switch_is_set_and_unset_by_any_spelling(vitosms: Vitosms) -> None:
    assert "GeburtstagsglueckwuenscheSenden steht jetzt auf «Ja»" in vitosms.shows(
        "switches", "set", "geburtstagsglückwünschesenden", " ja ", "--yes"
    )
    assert saved()["Schalter/GeburtstagsglueckwuenscheSenden"] == "Ja"
    assert vitosms.told("switches", "unset", "Geburtstagsglückwünschesenden")["value"] == "Nein"
    assert saved()["Schalter/GeburtstagsglueckwuenscheSenden"] == "Nein", "it stays where people look"
    assert "hat schon den Standard «de»" in vitosms.shows("switches", "unset", "Sprache")


@pytest.mark.parametrize("value", ["-", "", " - "])
def test_a_switch_that_may_be_empty_is_emptied_by_a_dash(vitosms: Vitosms, value: str) -> None:
    vitosms.shows("switches", "set", "MeldungAn", "A@praxis.example ;b@praxis.example")
    assert saved()["Schalter/MeldungAn"] == "A@praxis.example, b@praxis.example"
    assert vitosms.told("switches", "set", "MeldungAn", value)["value"] == "-"
    own = {switch["name"]: switch["own"] for switch in vitosms.told("switches", "list")["switches"]}
    assert (saved()["Schalter/MeldungAn"], own["MeldungAn"]) == ("-", False)


def test_a_switch_that_makes_a_zeitplan_miss_days_says_so_when_it_is_set(vitosms: Vitosms) -> None:
    vitosms.shows("jobs", "schedule", "prepare-reminders", "Mo 10:00", "--yes")
    assert "mit OffsetSuchTage 7 wären alle Tage abgedeckt" in vitosms.shows("switches", "check").replace("\n", " ")
    assert vitosms.told("switches", "set", "OffsetSuchTage", "7", "--yes")["warnings"] == []
    assert "OffsetSuchTage 7 " in words(vitosms.told("switches", "set", "OffsetSuchTage", "6", "--yes")["warnings"][0])


def test_a_default_mandant_that_the_practice_database_does_not_have_is_stored_with_a_warning(vitosms: Vitosms) -> None:
    document = vitosms.told("switches", "set", "DefaultSMSMandant", "M7")
    assert words(document["warnings"]) == ["kein Mandant 'M7' in der Praxisdatenbank; vorhanden: M1"]
    assert saved()["Schalter/DefaultSMSMandant"] == "M7"
    for known in ("M1", "-"):  # nobody is no unknown Mandant
        assert vitosms.told("switches", "set", "DefaultSMSMandant", known)["warnings"] == []


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("OffsetSuchTage", "40"), "The parameter OffsetSuchTage has the value “40”. Allowed: a whole number from"),
        (("Sprach", "de"), "did you mean Sprache?"),
        (("Quatsch", "de"), "the settings are TerminerinnerungSenden"),
        (("Sprache", ""), "The parameter Sprache has the value “”. Allowed: de, fr, it or en"),
        (("DefaultSMSMandant", "{{x}}"), "the text must have 1 to 4096 characters, and no {{, which AWS refuses"),
    ],
)
def test_a_wrong_value_is_refused_before_it_is_stored(vitosms: Vitosms, args: tuple[str, str], told: str) -> None:
    before = saved()
    assert told in vitosms.refuses("switches", "set", *args)
    assert saved() == before


def test_check_finds_wrong_switches_jobs_and_templates(vitosms: Vitosms) -> None:
    assert vitosms.told("switches", "check") == {"practice": PRACTICE, "problems": {}, "remarks": [], "warnings": []}
    wrong = {"Schalter/Sprache": "dt", "Auftraege/send/Aktiviert": "vielleicht"}
    for name, value in wrong.items():
        save_as_somebody_else(name, value)
    wiring().parameters.save(PRACTICE, "Vorlagen/Geburtstag/SMS/de", "[[Quatsch]]")
    code, out, err = vitosms.run("switches", "check")
    wiring().parameters.forget(PRACTICE, "Vorlagen/Geburtstag/SMS/de")
    assert (code, err) == (1, "")
    assert "3 ungültige Werte" in out
    for part in ("«dt»", "«vielleicht»", "«Quatsch»"):
        assert part in out

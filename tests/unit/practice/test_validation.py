"""All parameters of a practice at once: problems to fix, by name, and advice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from chalicelib.practice.parameter_names import unknown_parameter
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.validation import ValidatedParameters, advice, with_saved_schedules
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from tests.builders.entries import NOW, at, job_record

TODAY = date(2026, 11, 23)
BOTH = {"TerminerinnerungSenden": "Ja", "GeburtstagsglueckwuenscheSenden": "Ja"}


def test_nothing_saved_is_in_order() -> None:
    checked = ValidatedParameters(SavedParameters())
    assert (checked.problems, checked.unknown) == ({}, {})


@pytest.mark.parametrize(
    ("saved", "name", "code", "values"),
    [
        (SavedParameters(switches={"Sprache": "rm"}), "Schalter/Sprache", "parameter.invalid", {"value": "rm"}),
        (SavedParameters(switches={"MeldungAn": "niemand"}),
         "Schalter/MeldungAn", "parameter.invalid", {"value": "niemand"}),
        (SavedParameters(jobs={"send/Aktiviert": "?"}),
         "Auftraege/send/Aktiviert", "parameter.invalid", {"value": "?"}),
        (SavedParameters(jobs={"status/Zeitplan": "nie"}),
         "Auftraege/status/Zeitplan", "parameter.invalid_schedule", {"value": "nie"}),
        (SavedParameters(templates={"Terminerinnerung/SMS/de": "Grüezi [[Vornahme]]"}),
         "Vorlagen/Terminerinnerung/SMS/de", "template.broken", {"template": "Terminerinnerung/SMS/de"}),
        (SavedParameters(templates={"Geburtstag/E-Mail-Text/fr": " "}), "Vorlagen/Geburtstag/E-Mail-Text/fr",
         "template.own_empty", {"template": "Geburtstag/E-Mail-Text/fr", "none": "-"}),
    ],
)  # fmt: skip
def test_a_wrong_value_is_one_problem_by_its_name(
    saved: SavedParameters, name: str, code: str, values: dict[str, str]
) -> None:
    checked = ValidatedParameters(replace(saved, path="/vitosms/prod/praxis/"))
    assert list(checked.problems) == [name]
    where = {} if name.startswith("Vorlagen") else {"parameter": f"/vitosms/prod/praxis/{name}"}
    assert checked.problems[name].code == code
    assert dict(checked.problems[name].values) == values | where
    assert checked.unknown == {}


def test_all_problems_are_reported_and_the_templates_by_name() -> None:
    broken = {"Terminerinnerung/SMS/it": "[[", "Geburtstag/SMS/de": "[% if %]", "Terminerinnerung/SMS/de": "gut"}
    checked = ValidatedParameters(SavedParameters({"Sprache": "?", "Zeitzone": "?"}, {"send/Zeitplan": "?"}, broken))
    assert list(checked.problems) == [
        "Schalter/Zeitzone", "Schalter/Sprache", "Auftraege/send/Zeitplan", "Vorlagen/Geburtstag/SMS/de",
        "Vorlagen/Terminerinnerung/SMS/it",
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["-", "Grüezi [[Vorname]]", "[% if Ort %][[Ort]][% endif %]"])
def test_a_template_that_is_none_or_can_be_read_is_no_problem(value: str) -> None:
    checked = ValidatedParameters(SavedParameters(templates={"Terminerinnerung/E-Mail-Betreff/en": value}))
    assert (checked.problems, checked.unknown) == ({}, {})
    assert checked.templates.own == {"Terminerinnerung/E-Mail-Betreff/en": value}


@pytest.mark.parametrize(
    ("templates", "switches", "remarks"),
    [
        ({}, {}, []),
        ({"Terminerinnerung/SMS/de": "[[Datum]] [[Uhrzeit]]"}, {}, []),
        ({"Terminerinnerung/SMS/de": "-", "Geburtstag/SMS/de": "[["}, {}, []),
        ({"Brief/SMS/de": "Impfung"}, {}, []),
        ({"Terminerinnerung/SMS/de": "[[Datum]]"}, {}, [("Terminerinnerung/SMS/de", "lint.missing")]),
        ({"Geburtstag/SMS/fr": "ça va"}, {}, [("Geburtstag/SMS/fr", "lint.outside_gsm7")]),
        ({"Geburtstag/SMS/fr": "ça va"}, {"UmschriftErlaubt": "Ja"}, []),
        ({"Geburtstag/SMS/fr": "ça va"}, {"UmschriftErlaubt": "?"}, [("Geburtstag/SMS/fr", "lint.outside_gsm7")]),
    ],
)
def test_what_the_linter_says_of_own_templates_is_a_remark_and_no_problem(
    templates: dict[str, str], switches: dict[str, str], remarks: list[tuple[str, str]]
) -> None:
    checked = ValidatedParameters(SavedParameters(switches, templates=templates))
    found = checked.template_remarks
    assert [text.code for text in found] == ["template.remark"] * len(remarks)
    assert [(dict(text.values)["template"], text.parts[0].code) for text in found] == remarks
    assert not [name for name in checked.problems if name.startswith("Vorlagen/Terminerinnerung")]


def test_a_name_that_nobody_reads_is_unknown_and_is_no_problem() -> None:
    saved = SavedParameters(
        {"Sprachen": "de"}, {"sned/Zeitplan": "?"}, {"Terminerinnerung/SMS/rm": "[[", "Brief/SMS/de": ""}, "/p/",
        ("Notiz", "Schalter"),
    )  # fmt: skip
    checked = ValidatedParameters(saved)
    assert checked.problems == {}
    names = ["Schalter/Sprachen", "Auftraege/sned/Zeitplan", "Vorlagen/Terminerinnerung/SMS/rm",
             "Vorlagen/Brief/SMS/de", "Notiz", "Schalter"]  # fmt: skip
    assert checked.unknown == {name: unknown_parameter(name, "/p/") for name in names}


UNSEARCHED = "advice.unsearched_by_days"
WEEKDAYS = {f"{job}/Zeitplan": f"Mo-Fr 10:{minute:02}" for job, minute in [("prepare-reminders", 0), ("send", 5)]}


@pytest.mark.parametrize(
    ("switches", "jobs", "expected"),
    [
        pytest.param(BOTH, {}, [], id="the defaults need no advice"),
        pytest.param(BOTH, {"prepare-reminders/Zeitplan": "Mo-Fr 10:00"}, [UNSEARCHED], id="days never searched"),
        pytest.param(
            {"TerminerinnerungSenden": "Nein", "GeburtstagsglueckwuenscheSenden": "Ja"},
            {"prepare-reminders/Zeitplan": "Mo-Fr 10:00"}, [], id="no advice on what is switched off",
        ),
        pytest.param(
            {"TerminerinnerungSenden": "Ja"}, {"prepare-birthdays/Zeitplan": "Mo 10:00"}, [],
            id="no advice on greetings that nobody switched on",
        ),
        pytest.param(
            BOTH, {"prepare-birthdays/Zeitplan": "Mo-Fr 10:00", "prepare-birthdays/Aktiviert": "Nein"}, [],
            id="no advice on a job that is not activated",
        ),
        pytest.param({}, {}, [], id="none while nothing is switched on"),
        pytest.param({}, {"send/Aktiviert": "Nein", **WEEKDAYS}, [], id="whatever the jobs"),
        pytest.param(
            {"TerminerinnerungSenden": "Ja"}, {"prepare-reminders/Aktiviert": "Nein"}, ["advice.nothing_to_send"],
            id="what is switched on is not prepared",
        ),
        pytest.param(BOTH, {"send/Aktiviert": "Nein"}, ["advice.send_disabled"], id="no sending"),
        pytest.param({"Versandfenster": "12:00-20:00", **BOTH}, {}, ["advice.before_window"], id="window"),
        pytest.param({**BOTH, "OffsetSuchTage": "3"}, WEEKDAYS, ["advice.unsent"], id="weekdays"),
        pytest.param({**BOTH, "OffsetSuchTage": "0"}, WEEKDAYS, [], id="none while a switch it needs is invalid"),
        pytest.param({**BOTH, "OffsetStartTage": "x"}, WEEKDAYS, [], id="nor here"),
        pytest.param({**BOTH, "Versandfenster": "x"}, WEEKDAYS, [], id="nor here, either"),
        pytest.param(BOTH, {**WEEKDAYS, "status/Zeitplan": "?"}, [], id="nor while a Zeitplan is"),
        pytest.param(
            {**BOTH, "Sprache": "?"}, {"prepare-reminders/Zeitplan": "Mo-Fr 10:00"}, [UNSEARCHED],
            id="another switch does not matter",
        ),
        pytest.param(
            {**BOTH, "TerminerinnerungSenden": "?"}, {"prepare-reminders/Zeitplan": "Mo-Fr 10:00"}, [],
            id="an invalid …Senden prepares nothing",
        ),
    ],
)  # fmt: skip
def test_advice(switches: dict[str, str], jobs: dict[str, str], expected: list[str]) -> None:
    found = advice(ValidatedParameters(SavedParameters(switches, jobs)), TODAY)
    assert [text.code for text in found] == expected


def with_saved(record: JobState, checked: ValidatedParameters, now: datetime) -> JobState:
    return with_saved_schedules({record.job: record}, checked, now)[record.job]


def test_a_job_follows_what_is_saved_and_stays_where_that_is_invalid() -> None:
    record = job_record(Job.SEND, slot=at("2026-11-24 10:05"), due=at("2026-11-24 10:05"), done=at("2026-11-23 10:05"))
    moved = with_saved(
        record, ValidatedParameters(SavedParameters({"Zeitzone": "UTC"}, {"send/Zeitplan": "täglich 16:05"})), NOW
    )
    assert (moved.due, moved.zone, moved.schedule) == (at("2026-11-23 17:05"), "UTC", "täglich 16:05")
    for saved in (
        SavedParameters(),
        SavedParameters({"Zeitzone": "Bern"}),
        SavedParameters({"Zeitzone": "UTC"}, {"send/Zeitplan": "?"}),
    ):
        assert with_saved(record, ValidatedParameters(saved), NOW) is record
    other = ValidatedParameters(
        SavedParameters({"Sprache": "?"}, {"status/Zeitplan": "?", "send/Zeitplan": "täglich 16:05"})
    )
    assert with_saved(record, other, NOW).schedule == "täglich 16:05"


def test_the_summary_moves_with_send() -> None:
    record = job_record(Job.SUMMARY, slot=at("2026-11-23 11:10"), due=at("2026-11-23 11:10"))
    moved = with_saved(record, ValidatedParameters(SavedParameters(jobs={"send/Zeitplan": "täglich 16:05"})), NOW)
    assert (moved.due, moved.schedule) == (at("2026-11-23 17:10"), "täglich 16:05")
    assert with_saved(record, ValidatedParameters(SavedParameters(jobs={"send/Zeitplan": "?"})), NOW) is record

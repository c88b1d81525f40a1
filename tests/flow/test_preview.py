"""A preview of a small practice: the effect of other settings, the runs, the order of payment."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.aws.stop_marks import by_operator
from chalicelib.planning.search_state import searches_of
from chalicelib.practice.practice import Practice
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.preview.result import PlannedOutcome, difference
from chalicelib.schedule.job import Job, job_label
from chalicelib.text import Text
from chalicelib.words.words import words_of
from tests.flow.fake_build import Day, Desk, at
from tests.flow.previews import planned_until, preview_on_fakes

UNPAID = Text("send.no_credits")


def two_patients(**parameters: str) -> Desk:
    """At 09:00: one with a mobile number and an address and two appointments tomorrow, one with a birthday today."""
    day = Day("2026-11-23 09:00")
    desk = day.practice(**parameters)
    desk.appointment("2026-11-24 09:00", EMail="p1@praxis.example", Vorname="Živa")
    another = {"TerminId": "T9", "Beginn": "2026-11-24 15:00:00"}
    desk.tables["Termin"].append(desk.tables["Termin"][0] | another)
    desk.patient(Geburtsdatum="1980-11-23")
    return desk


@pytest.mark.parametrize(
    ("values", "gains", "loses", "changes", "credits"),
    [
        pytest.param({"Schalter/Sprache": "de"}, 0, 0, 0, (5, 5), id="what is so already"),
        pytest.param({"Schalter/TerminerinnerungSenden": "Nein"}, 0, 2, 0, (5, 1), id="reminders off"),
        pytest.param({"Schalter/GeburtstagsglueckwuenscheSenden": "Nein"}, 0, 1, 0, (5, 4), id="greetings off"),
        pytest.param({"Schalter/BevorzugterKanal": "E-Mail"}, 0, 0, 2, (5, 3), id="another channel"),
        pytest.param({"Schalter/UmschriftErlaubt": "Ja"}, 0, 0, 2, (5, 3), id="a letter that SMS have not"),
        pytest.param({"Schalter/EineErinnerungProTag": "Ja"}, 0, 0, 2, (5, 4), id="one for all of a day"),
        pytest.param({"Auftraege/send/Zeitplan": "täglich 16:20"}, 0, 0, 3, (5, 5), id="another time"),
        pytest.param({"Auftraege/send/Aktiviert": "Nein"}, 0, 3, 0, (5, 0), id="nothing is sent"),
        pytest.param({"Schalter/OffsetStartTage": "2"}, 0, 2, 0, (5, 1), id="another day"),
        pytest.param({"Schalter/MaxSMSTeile": "1"}, 0, 2, 0, (5, 1), id="too long"),
        pytest.param({"Vorlagen/Geburtstag/SMS/de": "Alles Gute!"}, 0, 0, 1, (5, 5), id="another text"),
        pytest.param({"Vorlagen/Geburtstag/SMS/de": "-"}, 0, 1, 0, (5, 4), id="no text"),
        pytest.param({"Schalter/Versandfenster": "11:00-12:00"}, 0, 0, 3, (5, 5), id="it waits for the window"),
    ],
)
def test_what_another_setting_changes(
    values: dict[str, str], gains: int, loses: int, changes: int, credits: tuple[int, int]
) -> None:
    desk = two_patients()
    today, after = preview_on_fakes(desk), preview_on_fakes(desk, values=values)
    found = difference(today, after, None)
    assert (len(found.gains), len(found.loses), len(found.changes)) == (gains, loses, changes)
    assert (sum(today.costs().values()), sum(after.costs().values())) == credits
    back = difference(after, today, None)
    assert (len(back.gains), len(back.loses), len(back.changes)) == (loses, gains, changes)


def test_a_message_that_is_dropped_says_which_run_searches_its_day_or_why_none_does() -> None:
    desk = two_patients()
    today = preview_on_fakes(desk)
    for values, expected in [
        ({"Schalter/OffsetStartTage": "2"},
         "Kein Lauf sucht diesen Tag vor dem Beginn: Der Lauf vom Mo 23.11. 10:00 sucht die Termine vom Mi 25.11."),
        ({"Schalter/OffsetStartTage": "0"}, "Diesen Tag sucht der Lauf vom Di 24.11. 08:00"),
    ]:  # fmt: skip
        changes = (
            {"Auftraege/prepare-reminders/Zeitplan": "täglich 08:00", **values} if "0" in values.values() else values
        )
        parameters = desk.parts.parameters.saved(desk.name).with_values(changes)
        after = preview_on_fakes(desk, values=changes)
        searches = searches_of(Practice(desk.record, ValidatedParameters(parameters)), desk.cloud.world.now)
        reasons = {line.reason for line in difference(today, after, searches).loses if line.starts_at}
        assert [words_of("de").of(reason) for reason in reasons if reason] == [expected]


def test_a_greeting_that_is_dropped_says_that_the_run_is_on_another_day() -> None:
    desk = two_patients()
    today, after = (
        preview_on_fakes(desk, values=values) for values in ({}, {"Auftraege/prepare-birthdays/Zeitplan": "Di 10:00"})
    )
    (gone,) = difference(today, after, None).loses
    assert words_of("de").of(gone.reason or UNPAID) == "Der nächste Lauf sucht die Geburtstage eines anderen Tages."


def test_what_is_prepared_and_waits_is_sent_along_and_only_by_the_next_runs() -> None:
    desk = two_patients(send__Zeitplan="täglich 16:20")
    desk.cloud.play(at("2026-11-23 10:30"))
    preview = preview_on_fakes(desk)
    assert [(line.outcome, line.leaves) for line in preview.lines] == [
        (PlannedOutcome.MESSAGE, at("2026-11-23 16:20"))
    ] * 3
    later = preview_on_fakes(desk, day=date(2026, 11, 25))
    assert (later.runs[Job.PREPARE_REMINDERS].slot, list(later.lines)) == (at("2026-11-25 10:00"), [])


def test_a_day_without_a_run_is_reported() -> None:
    desk = two_patients(**{"prepare-reminders__Zeitplan": "Mo-Fr 10:00"})
    preview = preview_on_fakes(desk, (Job.PREPARE_REMINDERS,), date(2026, 11, 28))
    reason = Text("preview.no_run", job_label(Job.PREPARE_REMINDERS))
    assert (preview.runs, preview.blockers) == ({}, {Job.PREPARE_REMINDERS: [reason]})
    assert words_of("de").of(reason) == "Der Auftrag «Terminerinnerungen aufbereiten» läuft an diesem Tag nicht."


def test_a_stop_ends_and_so_does_not_hide_what_is_to_come() -> None:
    desk = two_patients()
    before = preview_on_fakes(desk)
    desk.parts.stops.stop(desk.name, by_operator("Umbau"))
    assert preview_on_fakes(desk) == before


def test_a_credit_that_lacks_leaves_the_last_in_pay_order() -> None:
    desk = two_patients()
    desk.top_up("M1", -9996, "spent")
    preview = preview_on_fakes(desk)
    assert [(line.outcome, line.reason) for line in preview.lines] == [
        (PlannedOutcome.MESSAGE, None), (PlannedOutcome.MESSAGE, None), (PlannedOutcome.WAITS, UNPAID),
    ]  # fmt: skip
    assert (dict(preview.balances), preview.costs()) == ({"M1": 4}, {"M1": 4})


def test_what_leaves_first_is_paid_first() -> None:
    desk = two_patients()
    desk.appointment("2026-11-25 09:00")
    desk.top_up("M1", -9995, "spent")
    desk.cloud.play(at("2026-11-23 10:04"))
    preview = preview_on_fakes(desk, (Job.PREPARE_REMINDERS,))  # of tomorrow; today's five credits wait
    assert [(line.leaves, line.reason) for line in preview.lines] == [
        (at("2026-11-23 10:05"), None), (at("2026-11-23 10:05"), None), (None, UNPAID), (at("2026-11-23 10:05"), None),
    ]  # fmt: skip


def test_the_days_ahead_go_on_over_the_change_of_the_clocks() -> None:
    day = Day("2026-10-24 09:00")
    desk = day.practice()
    for number in (25, 26, 27):
        desk.appointment(f"2026-10-{number} 09:00")
    planned, _ = planned_until(desk, date(2026, 10, 26))
    assert [message.leaves for message in planned] == [at(f"2026-10-{number} 10:05") for number in (24, 25, 26)]
    day.play("2026-10-26 12:00")
    assert [sent for sent, _ in desk.sent()] == [f"{message.leaves:%dT%H:%M}" for message in planned]

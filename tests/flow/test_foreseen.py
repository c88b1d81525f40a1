"""What a preview foresees is what the runs then do: practices of any kind, day by day, on the fakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.ahead import planned_messages
from chalicelib.entry import Entry, State
from chalicelib.forecast import Planned
from chalicelib.foreseen import Fate, Line, Preview, difference
from chalicelib.job import Job
from chalicelib.opt_outs import opt_outs_of
from chalicelib.preview import preview
from chalicelib.registered import Registered
from tests.flow.fake_build import Day, Desk, at

BOTH = (Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS)
UNPAID = "Guthaben fehlt"


def foreseen(
    desk: Desk, jobs: tuple[Job, ...] = BOTH, day: date | None = None, values: Mapping[str, str] | None = None
) -> Preview:
    """`values` are as if saved, by the name below the practice's path."""
    parts, now = desk.parts, desk.cloud.world.now
    practice = Registered(desk.record, parts.parameters.saved(desk.name).changed(values or {}))
    opt_outs, tariff = opt_outs_of(desk.record, parts.parameters), parts.parameters.tariff()
    with parts.open_database(f"mssql://{desk.name}") as database:
        return preview(jobs, day, practice, now, database, parts.store, tariff, opt_outs)


@dataclass(frozen=True)
class Appointment:
    """`who` is one of a few patients; `moves` is by how many days somebody moves it in the evening."""

    day: int
    hour: int
    who: int
    definitive: bool = True
    moves: int = 0
    again: bool = False  # the row is there twice


APPOINTMENTS = st.lists(
    st.builds(
        Appointment, st.integers(23, 27), st.integers(7, 19), st.integers(0, 4), st.integers(0, 5).map(bool),
        st.sampled_from([0, 0, 0, 1, 2]), st.integers(0, 7).map(lambda n: n == 0),
    ), max_size=12,
)  # fmt: skip
PATIENTS = st.lists(
    st.fixed_dictionaries({
        "mandant": st.sampled_from(["M1", "M1", "M2"]),
        "Mobiltelefon": st.sampled_from(["+41790000001", "+41790000001", None, "044 000 00 01"]),
        "EMail": st.sampled_from([None, "p@praxis.example"]),
        "Vorname": st.sampled_from(["Anna", "Živa", "X" * 90]),
        "Geburtsdatum": st.sampled_from([None, "1980-11-23", "1980-11-24", "2015-11-25"]),
        "Sterbedatum": st.sampled_from([None, None, None, "2026-11-01"]),
        "KeineMitteilungen": st.sampled_from([0, 0, 0, 1]),
    }), min_size=5, max_size=5,
)  # fmt: skip
SWITCHES = st.fixed_dictionaries({
    "Schalter__EineErinnerungProTag": st.sampled_from(["Ja", "Nein"]),
    "Schalter__ErinnerungBeiVerschiebung": st.sampled_from(["Ja", "Nein"]),
    "Schalter__BevorzugterKanal": st.sampled_from(["SMS", "E-Mail"]),
    "Schalter__MaxSMSTeile": st.sampled_from(["0", "2"]),
    "Schalter__OffsetStartTage": st.sampled_from(["0", "1", "2"]),
    "Schalter__OffsetSuchTage": st.sampled_from(["1", "2", "3"]),
    "Schalter__Versandfenster": st.sampled_from(["08:00-20:00", "08:00-20:00", "12:00-18:00", "08:00-09:00"]),
    "Schalter__GeburtstagsglueckwuenscheSenden": st.sampled_from(["Ja", "Ja", "Nein"]),
    "send__Zeitplan": st.sampled_from(["täglich 10:05", "täglich alle 2 Stunden 08:05-18:05", "Mo,Mi 09:35"]),
})  # fmt: skip


def practice(
    appointments: list[Appointment], patients: list[dict[str, Any]], parameters: dict[str, str], credits: int
) -> tuple[Day, Desk]:
    day = Day("2026-11-23 06:00")
    desk = day.practice(**parameters)
    desk.mandant("M2")
    desk.top_up("M2", credits)
    numbers = [desk.patient(**columns) for columns in patients]
    for n, one in enumerate(appointments):
        row: dict[str, object] = {
            "TerminId": f"T{n}",
            "PatientId": f"P{numbers[one.who]}",
            "Behandler": None,
            "Ort": None,
        }
        row |= {"Beginn": f"2026-11-{one.day} {one.hour:02}:00:00", "Besuchsgrund": None}
        row |= {"Status": "definitiv" if one.definitive else "provisorisch"}
        desk.tables["Termin"] += [row, dict(row)] if one.again else [row]
    return day, desk


def without_stamp(entries: list[Entry]) -> list[Entry]:
    return sorted((replace(one, stamp="") for one in entries), key=lambda one: one.key)


def leaving(line: Line) -> tuple[Any, ...]:
    covered = line.fate is Fate.COVERED
    return (line.key, line.leaves, covered, line.channel, line.parts, line.credits, line.subject, line.text)


def left(entry: Entry) -> tuple[Any, ...]:
    covered = entry.state is State.COVERED
    at = entry.moved_at if covered else entry.reserved_at
    return (entry.key, at, covered, entry.channel, entry.parts, entry.credits, entry.subject, entry.text)


def entries(desk: Desk) -> dict[str, Entry]:
    return dict(desk.parts.data.entries.get(desk.name, {}))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(APPOINTMENTS, PATIENTS, SWITCHES, st.sampled_from([0, 1, 3, 99]))
def test_every_run_does_what_was_foreseen(
    appointments: list[Appointment], patients: list[dict[str, Any]], parameters: dict[str, str], credits: int
) -> None:
    day, desk = practice(appointments, patients, parameters, credits)
    for number in (23, 24, 25):
        day.play(f"2026-11-{number} 09:58")
        told, apart = foreseen(desk), {job: foreseen(desk, (job,)) for job in BOTH}
        before = entries(desk)
        day.play(f"2026-11-{number} 10:01")
        written = [one for key, one in entries(desk).items() if one.slot == at(f"2026-11-{number} 10:00")]
        assert without_stamp(written) == without_stamp(list(told.entries))
        for job, alone in apart.items():
            if job in alone.runs:
                assert desk.runs(job)[-1][2]["skipped"] == dict(alone.skipped)
        assert entries(desk).keys() - before.keys() <= {line.key for line in told.lines}
        _the_day_goes_as_foreseen(day, desk, number)
        for row, one in zip(desk.tables["Termin"], appointments, strict=False):
            if one.moves and one.day == number + 1:
                row["Beginn"] = f"2026-11-{one.day + one.moves} {one.hour:02}:30:00"


def _the_day_goes_as_foreseen(day: Day, desk: Desk, number: int) -> None:
    told = foreseen(desk)
    evening = at(f"2026-11-{number} 19:00")
    day.play(f"2026-11-{number} 10:01:01")
    start, known = desk.cloud.world.now, entries(desk)
    day.play(f"2026-11-{number} 19:00")
    now = entries(desk)
    sent = [one for one in map(left, now.values()) if one[1] and start < one[1] < evening and one[0] in known]
    lines = [line for line in told.lines if line.leaves and line.leaves < evening and line.key in known]
    first = min((line.leaves for line in lines if line.leaves), default=None)
    assert sorted(map(leaving, lines), key=str) == sorted((one for one in sent if one[1] == first), key=str)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(APPOINTMENTS, PATIENTS, SWITCHES)
def test_the_days_ahead_take_what_was_planned_and_two_statements_say_so(
    appointments: list[Appointment], patients: list[dict[str, Any]], parameters: dict[str, str]
) -> None:
    day, desk = practice(appointments, patients, parameters, 99)
    day.play("2026-11-23 10:01")  # something waits already
    planned, asked = planned_until(desk, date(2026, 11, 26))
    assert [call for call in asked if call in QUESTIONS] == ["database.reminders", "database.birthdays"]
    day.play("2026-11-26 23:00")
    sent = [left(one) for one in entries(desk).values() if one.moved_at > at("2026-11-23 10:01")]
    assert Counter((one.leaves, one.credits) for one in planned) == Counter(
        (leaves, credits) for _, leaves, covered, _, _, credits, _, _ in sent if leaves and (credits or covered)
    )


QUESTIONS = {"database.reminders", "database.birthdays", "database.recheck"}


def planned_until(desk: Desk, end: date) -> tuple[list[Planned], list[str]]:
    """What leaves, and the calls that it took to know."""
    parts, now, start = desk.parts, desk.cloud.world.now, len(desk.cloud.world.calls)
    practice = Registered(desk.record, parts.parameters.saved(desk.name))
    opt_outs, tariff = opt_outs_of(desk.record, parts.parameters), parts.parameters.tariff()
    with parts.open_database(f"mssql://{desk.name}") as database:
        planned = planned_messages(practice, now, end, database, parts.store, tariff, opt_outs)
    return planned, desk.cloud.world.calls[start:]


def test_the_days_ahead_go_on_over_the_change_of_the_clocks() -> None:
    day = Day("2026-10-24 09:00")
    desk = day.practice()
    for number in (25, 26, 27):
        desk.appointment(f"2026-10-{number} 09:00")
    planned, _ = planned_until(desk, date(2026, 10, 26))
    assert [one.leaves for one in planned] == [at(f"2026-10-{number} 10:05") for number in (24, 25, 26)]
    day.play("2026-10-26 12:00")
    assert [sent for sent, _ in desk.sent()] == [f"{one.leaves:%dT%H:%M}" for one in planned]


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
    today, after = foreseen(desk), foreseen(desk, values=values)
    found = difference(today, after)
    assert (len(found.gains), len(found.loses), len(found.changes)) == (gains, loses, changes)
    assert (sum(today.costs().values()), sum(after.costs().values())) == credits
    back = difference(after, today)
    assert (len(back.gains), len(back.loses), len(back.changes)) == (loses, gains, changes)


def test_what_is_prepared_and_waits_is_sent_along_and_only_by_the_next_runs() -> None:
    desk = two_patients(send__Zeitplan="täglich 16:20")
    desk.cloud.play(at("2026-11-23 10:30"))
    told = foreseen(desk)
    assert [(line.fate, line.leaves) for line in told.lines] == [(Fate.MESSAGE, at("2026-11-23 16:20"))] * 3
    later = foreseen(desk, day=date(2026, 11, 25))
    assert (later.runs[Job.PREPARE_REMINDERS].slot, list(later.lines)) == (at("2026-11-25 10:00"), [])


def test_a_day_without_a_run_is_told() -> None:
    desk = two_patients(**{"prepare-reminders__Zeitplan": "Mo-Fr 10:00"})
    told = foreseen(desk, (Job.PREPARE_REMINDERS,), date(2026, 11, 28))
    sentence = "Der Auftrag «Terminerinnerungen aufbereiten» läuft an diesem Tag nicht."
    assert (told.runs, told.hindrances) == ({}, {Job.PREPARE_REMINDERS: [sentence]})


def test_a_stop_ends_and_so_does_not_hide_what_is_to_come() -> None:
    desk = two_patients()
    before = foreseen(desk)
    desk.parts.stops.stop(desk.name, "Umbau")
    assert foreseen(desk) == before


def test_a_credit_that_lacks_leaves_the_last_in_pay_order() -> None:
    desk = two_patients()
    desk.top_up("M1", -9996, "spent")
    told = foreseen(desk)
    assert [(line.fate, line.reason) for line in told.lines] == [
        (Fate.MESSAGE, None), (Fate.MESSAGE, None), (Fate.WAITS, UNPAID),
    ]  # fmt: skip
    assert (dict(told.balances), told.costs()) == ({"M1": 4}, {"M1": 4})


def test_what_leaves_first_is_paid_first() -> None:
    desk = two_patients()
    desk.appointment("2026-11-25 09:00")
    desk.top_up("M1", -9995, "spent")
    desk.cloud.play(at("2026-11-23 10:04"))
    told = foreseen(desk, (Job.PREPARE_REMINDERS,))  # of tomorrow; today's five credits wait
    assert [(line.leaves, line.reason) for line in told.lines] == [
        (at("2026-11-23 10:05"), None), (at("2026-11-23 10:05"), None), (None, UNPAID), (at("2026-11-23 10:05"), None),
    ]  # fmt: skip

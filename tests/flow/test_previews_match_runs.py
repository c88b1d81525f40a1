"""Previews are compared with the following runs: practices of any kind, day by day, on the fakes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.preview.result import PlannedOutcome, PreviewLine
from tests.flow.fake_build import Day, Desk, at
from tests.flow.previews import BOTH, planned_until, preview_on_fakes


@dataclass(frozen=True)
class Appointment:
    """`who` is one of a few patients; `moves` is the number of days by which it is rescheduled in the evening."""

    day: int
    hour: int
    who: int
    definitive: bool = True
    transitions: int = 0
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
    for n, appointment in enumerate(appointments):
        row: dict[str, object] = {
            "TerminId": f"T{n}",
            "PatientId": f"P{numbers[appointment.who]}",
            "Behandler": None,
            "Ort": None,
        }
        row |= {"Beginn": f"2026-11-{appointment.day} {appointment.hour:02}:00:00", "Besuchsgrund": None}
        row |= {"Status": "definitiv" if appointment.definitive else "provisorisch"}
        desk.tables["Termin"] += [row, dict(row)] if appointment.again else [row]
    return day, desk


def without_stamp(entries: list[Entry]) -> list[Entry]:
    return sorted((replace(entry, write_id="") for entry in entries), key=lambda entry: entry.key)


def leaving(line: PreviewLine) -> tuple[Any, ...]:
    covered = line.outcome is PlannedOutcome.COVERED
    return (line.key, line.leaves, covered, line.channel, line.parts, line.credits, line.subject, line.text)


def left(entry: Entry) -> tuple[Any, ...]:
    covered = entry.state is State.COVERED
    at = entry.changed_at if covered else entry.reserved_at
    return (entry.key, at, covered, entry.channel, entry.parts, entry.credits, entry.subject, entry.text)


def entries(desk: Desk) -> dict[str, Entry]:
    return dict(desk.parts.data.entries.get(desk.name, {}))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(APPOINTMENTS, PATIENTS, SWITCHES, st.sampled_from([0, 1, 3, 99]))
def test_every_run_does_what_the_preview_says(
    appointments: list[Appointment], patients: list[dict[str, Any]], parameters: dict[str, str], credits: int
) -> None:
    day, desk = practice(appointments, patients, parameters, credits)
    for number in (23, 24, 25):
        day.play(f"2026-11-{number} 09:58")
        preview, apart = preview_on_fakes(desk), {job: preview_on_fakes(desk, (job,)) for job in BOTH}
        before = entries(desk)
        day.play(f"2026-11-{number} 10:01")
        written = [entry for key, entry in entries(desk).items() if entry.slot == at(f"2026-11-{number} 10:00")]
        assert without_stamp(written) == without_stamp(list(preview.entries))
        for job, alone in apart.items():
            if job in alone.runs:
                assert desk.runs(job)[-1][2]["skipped"] == dict(alone.skipped)
        assert entries(desk).keys() - before.keys() <= {line.key for line in preview.lines}
        _play_and_compare(day, desk, number)
        for row, appointment in zip(desk.tables["Termin"], appointments, strict=False):
            if appointment.transitions and appointment.day == number + 1:
                row["Beginn"] = f"2026-11-{appointment.day + appointment.transitions} {appointment.hour:02}:30:00"


def _play_and_compare(day: Day, desk: Desk, number: int) -> None:
    preview = preview_on_fakes(desk)
    evening = at(f"2026-11-{number} 19:00")
    day.play(f"2026-11-{number} 10:01:01")
    start, known = desk.cloud.world.now, entries(desk)
    day.play(f"2026-11-{number} 19:00")
    now = entries(desk)
    sent = [
        sending
        for sending in map(left, now.values())
        if sending[1] and start < sending[1] < evening and sending[0] in known
    ]
    lines = [line for line in preview.lines if line.leaves and line.leaves < evening and line.key in known]
    first = min((line.leaves for line in lines if line.leaves), default=None)
    assert sorted(map(leaving, lines), key=str) == sorted((sending for sending in sent if sending[1] == first), key=str)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(APPOINTMENTS, PATIENTS, SWITCHES)
def test_the_days_ahead_take_what_was_planned_and_two_statements_say_so(
    appointments: list[Appointment], patients: list[dict[str, Any]], parameters: dict[str, str]
) -> None:
    day, desk = practice(appointments, patients, parameters, 99)
    day.play("2026-11-23 10:01")  # an entry waits already
    planned, calls = planned_until(desk, date(2026, 11, 26))
    assert [call for call in calls if call in QUESTIONS] == ["database.reminders", "database.birthdays"]
    day.play("2026-11-26 23:00")
    sent = [left(entry) for entry in entries(desk).values() if entry.changed_at > at("2026-11-23 10:01")]
    assert Counter((message.leaves, message.credits) for message in planned) == Counter(
        (leaves, credits) for _, leaves, covered, _, _, credits, _, _ in sent if leaves and (credits or covered)
    )


QUESTIONS = {"database.reminders", "database.birthdays", "database.recheck"}

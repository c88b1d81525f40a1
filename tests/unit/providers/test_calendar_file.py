"""The appointment for the patient's calendar: the right instant whatever the clocks do, one UID, and no secrets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from icalendar import Calendar

from chalicelib.entries.credits import Tariff
from chalicelib.entries.entry import Entry, back_to_prepared
from chalicelib.entries.states import State
from chalicelib.messages.placeholders import as_value
from chalicelib.planning.recheck import Reserve, recheck
from chalicelib.providers.calendar_file import NO_NAME, calendar_file
from chalicelib.rules.candidate import parse_row
from chalicelib.rules.rule_input import Stage
from chalicelib.text import Text
from tests.builders.entries import BEGINS, INSTANTS, NOW, SENDER, entry, minutes, practice, row

BY_MAIL = {"Terminerinnerung/E-Mail-Text/de": "[[Datum]] [[Uhrzeit]] [[Ort]]"}
ZONES = ("Europe/Zurich", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


def frozen(prepared: Entry | None = None, zone: str = "Europe/Zurich", *, now: datetime = NOW, **columns: Any) -> Entry:
    """An e-mail as `send` freezes it, for a row of the practice database."""
    candidate = parse_row(row(Mobiltelefon=None, **columns), ZoneInfo(zone))
    assert candidate.starts_at is not None
    day = candidate.starts_at.astimezone(ZoneInfo(zone)).date()
    searched = replace(prepared or entry(), searched_first=day, searched_end=day + timedelta(days=2))
    here = practice(Stage.SEND, now=now, templates=BY_MAIL, Zeitzone=zone, Versandfenster="00:00-24:00")
    decision = recheck(searched, candidate, here, Tariff(per_sms_part=1, per_email=1))
    assert isinstance(decision, Reserve)
    return decision.after


def event_of(made: Entry) -> Any:
    assert made.starts_at is not None
    calendar = Calendar.from_ical(calendar_file(made, made.starts_at))
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    (event,) = calendar.walk("VEVENT")
    assert not event.errors
    return event


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        pytest.param("2026-10-24 14:30", "2026-10-24T12:30Z", id="the day before the clocks go back"),
        pytest.param("2026-10-25 01:59", "2026-10-24T23:59Z", id="before the hour that comes twice"),
        pytest.param("2026-10-25 02:30", "2026-10-25T00:30Z", id="in it: the first time"),
        pytest.param("2026-10-25 03:00", "2026-10-25T02:00Z", id="after it"),
        pytest.param("2026-10-26 14:30", "2026-10-26T13:30Z", id="the day after"),
        pytest.param("2027-03-27 14:30", "2027-03-27T13:30Z", id="the day before the clocks go forward"),
        pytest.param("2027-03-28 01:59", "2027-03-28T00:59Z", id="before the hour that does not come"),
        pytest.param("2027-03-28 02:30", "2027-03-28T01:30Z", id="in it: as long after midnight as it says"),
        pytest.param("2027-03-28 03:00", "2027-03-28T01:00Z", id="after it"),
        pytest.param("2027-03-29 14:30", "2027-03-29T12:30Z", id="the day after, in summer"),
    ],
)
def test_the_instant_is_right_on_both_sides_of_both_changes(local: str, utc: str) -> None:
    instant = datetime.fromisoformat(utc)
    event = event_of(frozen(now=instant - timedelta(days=1), Beginn=local))
    assert (event["dtstart"].dt, event["dtend"].dt) == (instant, instant + minutes(30))
    assert event["dtstart"].to_ical() == f"{instant:%Y%m%dT%H%M%SZ}".encode()


@given(INSTANTS, st.sampled_from(ZONES))
def test_in_any_zone_the_calendar_shows_the_time_of_the_text(starts_at: datetime, zone: str) -> None:
    local = starts_at.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
    assume(local.hour or local.minute)
    made = frozen(zone=zone, now=starts_at - timedelta(hours=20), Beginn=f"{local:%Y-%m-%d %H:%M:%S}")
    event = event_of(made)
    assert event["dtstart"].dt == made.starts_at
    shown = event["dtstart"].dt.astimezone(ZoneInfo(zone))
    assert f"{shown:%d.%m.%Y %H:%M} 1. Stock" == made.text


def test_every_message_of_an_appointment_has_its_uid_and_each_a_later_sequence() -> None:
    first = frozen()
    moved = frozen(
        Beginn="2026-11-24 16:00",
        prepared=back_to_prepared(first, NOW, Text("deliver.too_late")),
        now=NOW + minutes(15),
    )
    told_again = replace(first, identity="other:T1", reserved_at=NOW + minutes(30))
    events = [event_of(made) for made in (first, moved, told_again)]
    assert [event["dtstart"].dt - BEGINS for event in events] == [minutes(0), minutes(90), minutes(0)]
    assert len({str(event["uid"]) for event in events}) == 1
    sequences = [event["sequence"] for event in events]
    assert sequences == sorted(set(sequences))
    assert sequences[-1] < 2**31


@given(INSTANTS, st.integers(60, 10**8))
def test_a_later_message_has_a_greater_sequence(at: datetime, seconds: int) -> None:
    made = entry(State.SENDING, sender=SENDER, reserved_at=at)
    later = replace(made, reserved_at=at + timedelta(seconds=seconds))
    assert event_of(made)["sequence"] < event_of(later)["sequence"]


@pytest.mark.parametrize("change", [{"appointment": "T2"}, {"practice": "praxis"}, {"sender": "praxis@example.com"}])
def test_a_uid_is_globally_unique(change: dict[str, Any]) -> None:
    made = entry(State.SENDING, sender=SENDER)
    uid, other = (str(event_of(one)["uid"]) for one in (made, replace(made, **change)))
    assert uid != other
    assert (uid, other.count("@")) == (f"{made.key}.{SENDER}", 1)


def test_an_appointment_without_a_time_takes_the_day() -> None:
    made = frozen(Beginn="2026-11-25 00:00:00")
    assert made.text == "25.11.2026  1. Stock"
    event = event_of(made)
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 11, 25), date(2026, 11, 26))
    assert event["dtstart"].to_ical() == b"20261125"


def test_it_names_practice_time_and_place_and_nothing_else() -> None:
    event = event_of(frozen())
    assert {name: str(event[name]) for name in ("summary", "location", "class")} == {
        "summary": "Praxis am Bach", "location": "1. Stock", "class": "PRIVATE",
    }  # fmt: skip
    assert str(event["organizer"]) == f"mailto:{SENDER}"
    assert event.keys() == {
        *("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "CLASS", "ORGANIZER"),
    }
    assert event["dtstamp"].dt == NOW


@pytest.mark.parametrize("secret", ["Muster", "Anna", "Kontrolle", "Beispiel", "P-1", "T-1", "praxis-am-bach"])
def test_it_names_no_patient_and_no_reason(secret: str) -> None:
    made = frozen(entry(identity="reminder:T-1", appointment="T-1"), PatientId="P-1", TerminId="T-1")
    assert made.starts_at is not None
    assert secret not in calendar_file(made, made.starts_at).decode()


@pytest.mark.parametrize(("language", "word"), [*NO_NAME.items(), (None, "Termin")])
def test_a_practice_without_a_name_is_an_appointment(language: str | None, word: str) -> None:
    event = event_of(entry(State.SENDING, sender=SENDER, language=language))
    assert (event["summary"], "location" in event) == (word, False)


@given(st.text(max_size=150), st.text(max_size=150))
def test_any_name_and_place_are_read_as_written(name: str, place: str) -> None:
    name, place = as_value(name), as_value(place)
    made = entry(State.SENDING, sender=SENDER, sender_name=name or None, place=place or None)
    event = event_of(made)
    assert (event["summary"], event.get("location", "")) == (name or "Termin", place)
    lines = calendar_file(made, BEGINS).split(b"\r\n")
    assert max(map(len, lines)) <= 75  # RFC 5545, in bytes

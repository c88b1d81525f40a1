"""Cleaning rows of the practice database, with any contents."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.kind import Kind
from chalicelib.rules.candidate import Payer, Signer, parse_date, parse_id, parse_local_time, parse_row, parse_text
from chalicelib.rules.rule import is_defect
from chalicelib.rules.rules import first_refusal
from chalicelib.text import Text
from tests.builders.entries import MOBILE, SENDER, ZURICH, at, birthday_child, candidate, row, rule_input

WORDS = ["reminder", "birthday", "2026-11-24 14:30", "2026-02-30 10:00", "0001-01-01 00:00", "9999-12-31 23:59", "Ja"]
hostile = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.decimals(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=70)
    | st.sampled_from(WORDS)
    | st.binary(max_size=70)
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.uuids()
)
rows = st.fixed_dictionaries({}, optional=dict.fromkeys(row(), hostile))


@given(rows)
def test_no_row_raises_whatever_it_holds(columns: dict[str, object]) -> None:
    found = parse_row(columns, ZURICH)
    assert found.unreadable is None or is_defect(found.unreadable)
    assert found.starts_at is None or found.starts_at.utcoffset() is not None
    assert found.unreadable is not None or found.kind is Kind.BIRTHDAY or found.starts_at is not None


@given(rows)
def test_every_row_gets_an_answer_from_the_rules(columns: dict[str, object]) -> None:
    refusal = first_refusal(rule_input(parse_row({**row(), **columns}, ZURICH)))
    assert refusal is None or refusal.reason


def test_a_start_that_the_clocks_skip_is_compared_as_a_message_names_it() -> None:
    found = parse_row({**row(), "Beginn": "2026-03-29 02:15:00"}, ZURICH)
    assert (found.starts_at, found.local_start) == (at("2026-03-29 03:15"), "2026-03-29T03:15")


def test_a_clean_row() -> None:
    found = candidate()
    assert (found.kind, found.appointment, found.patient) == (Kind.REMINDER, "T1", "P1")
    assert (found.starts_at, found.status, found.place) == (at("2026-11-24 14:30"), "definitiv", "1. Stock")
    assert (found.salutation, found.first_name, found.last_name) == ("Frau", "Anna", "Muster")
    assert (found.birthday, found.deceased, found.no_messages) == (date(1980, 11, 23), False, False)
    assert (found.mobile, found.language, found.unreadable) == (MOBILE, "de", None)
    assert found.payer == Payer(mandant="M1", found=True, by_default=False, name="Praxis am Bach", licence="L-1")
    assert found.signer == Signer(
        mandant="M1", found=True, of_appointment=False, name="Praxis am Bach", sms_sender="PraxisBach",
        email_sender=SENDER, phone="044 512 84 30",
    )  # fmt: skip


def test_a_birthday_has_no_appointment_even_where_the_row_has_one() -> None:
    found = birthday_child(TerminId="T1", Beginn="2026-11-24 14:30")
    assert (found.kind, found.appointment, found.starts_at) == (Kind.BIRTHDAY, None, None)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param("T1", "T1", id="text"),
        pytest.param(4711, "4711", id="a number"),
        pytest.param("a\x00b", None, id="a NUL, which would end the text of a statement"),
        pytest.param(UUID(int=1), "00000000-0000-0000-0000-000000000001", id="a uniqueidentifier"),
        pytest.param("x" * 64, "x" * 64, id="64 characters"),
        pytest.param("x" * 65, None, id="65 characters"),
        pytest.param(None, None, id="NULL"),
        pytest.param("  ", None, id="blank"),
        pytest.param(1.5, None, id="a float is no id"),
    ],
)
def test_identifier(raw: object, text: str | None) -> None:
    assert parse_id(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  Anna ", "Anna"),
        (" \t\n", None),
        (None, None),
        ("Zoë".encode(), "Zoë"),
        (b"Zo\xeb", "Zo\ufffd"),
        (12, "12"),
    ],
)
def test_text(raw: object, text: str | None) -> None:
    assert parse_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "local"),
    [
        pytest.param("2026-11-24 14:30:00", "2026-11-24 14:30", id="text"),
        pytest.param("2026-11-24T14:30", "2026-11-24 14:30", id="text with a T"),
        pytest.param("2026-11-24 14:30:00.1234567", "2026-11-24 14:30:00.123456", id="datetime2 as text"),
        pytest.param(datetime(2026, 11, 24, 14, 30), "2026-11-24 14:30", id="datetime2"),  # noqa: DTZ001
        pytest.param(datetime(2026, 11, 24, 14, 30, tzinfo=UTC), None, id="with a zone: not practice-local"),
        pytest.param("2026-11-24 14:30+01:00", None, id="text with an offset"),
        pytest.param("2026-11-24", None, id="a day without its time"),
        pytest.param(date(2026, 11, 24), None, id="a date"),
        pytest.param(time(14, 30), None, id="a time"),
        pytest.param("2026-02-30 10:00", None, id="an impossible date"),
        pytest.param("24.11.2026 14:30", None, id="another format"),
        pytest.param("0001-01-01 00:00", None, id="the year 1"),
        pytest.param(1_795_000_000, None, id="a number"),
        pytest.param(None, None, id="NULL"),
    ],
)
def test_begin(raw: object, local: str | None) -> None:
    assert parse_local_time(raw, ZURICH) == (at(local) if local else None)


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        pytest.param("2026-03-29 02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC), id="a time that does not exist"),
        pytest.param("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="twice: the first"),
    ],
)
def test_a_begin_in_the_night_of_the_clocks(raw: str, instant: datetime) -> None:
    assert parse_local_time(raw, ZURICH) == instant


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("1980-02-29", date(1980, 2, 29)),
        ("1980-02-29 00:00:00", date(1980, 2, 29)),
        (date(1980, 2, 29), date(1980, 2, 29)),
        (datetime(1980, 2, 29, 23, 59, tzinfo=timezone.max), date(1980, 2, 29)),
        ("1981-02-29", None),
        ("29.02.1980", None),
        ("", None),
        (None, None),
    ],
)
def test_birthday(raw: object, day: date | None) -> None:
    assert parse_date(raw) == day


@pytest.mark.parametrize(
    ("raw", "wishes_none"),
    [
        *[(no, False) for no in (None, 0, False, 0.0, "0", "", " ", "Nein", "false", "n", b"0")],
        *[(yes, True) for yes in (1, True, -1, "1", "Ja", "true", "x", b"\x01", "vielleicht", float("nan"))],
    ],
)
def test_what_is_neither_yes_nor_no_counts_as_no_messages(raw: object, wishes_none: bool) -> None:
    assert candidate(KeineMitteilungen=raw).no_messages is wishes_none


@pytest.mark.parametrize("raw", ["2026-01-01", date(2026, 1, 1), "", "unbekannt", 0, False])
def test_any_sterbedatum_but_null_counts(raw: object) -> None:
    assert candidate(Sterbedatum=raw).deceased


@pytest.mark.parametrize("raw", [1, True, "1", Decimal(1)])
def test_a_flag_of_the_query_is_read_from_both_engines(raw: object) -> None:
    assert candidate(PatientGefunden=raw).patient_found


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({"TerminId": None}, Text("defect.appointment_id")),
        ({"TerminId": "x" * 65}, Text("defect.appointment_id")),
        ({"Beginn": None}, Text("defect.start", appointment="T1")),
        ({"Beginn": "bald"}, Text("defect.start", appointment="T1")),
        ({"PatientId": "x" * 65}, Text("defect.patient_id_of_appointment", appointment="T1")),
        ({"PatientId": None}, None),  # the rule `patient` reports it
        ({"Geburtsdatum": "1980-02-30"}, None),  # irrelevant to a reminder
    ],
)
def test_an_appointment_that_cannot_be_read(changes: dict[str, Any], defect: Text | None) -> None:
    assert candidate(**changes).unreadable == defect


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({"PatientId": " "}, Text("defect.patient_id")),
        ({"Geburtsdatum": "1981-02-29"}, Text("defect.birthday", patient="P1")),
        ({}, None),
    ],
)
def test_a_patient_that_cannot_be_read(changes: dict[str, Any], defect: Text | None) -> None:
    assert birthday_child(**changes).unreadable == defect


def test_identity_is_the_appointment_or_the_patient_and_the_year() -> None:
    assert candidate().identity(date(2026, 12, 31)) == "reminder:T1"
    assert birthday_child().identity(date(2026, 12, 31)) == "birthday:P1:2026"

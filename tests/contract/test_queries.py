"""The queries: on a file, over SQL Server's protocol, and on a SQL Server if one is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from chalicelib.practice_db.database import open_practice_database
from tests.builders.practice_file import Tables, appointment, treatment
from tests.contract.doors import NAMES, Load, opened, plain

MONDAY, TUESDAY, PAYER = date(2026, 11, 23), date(2026, 11, 24), "Zahler"
COLUMNS = """Art TerminId Beginn Status Behandler Ort Besuchsgrund PatientId PatientGefunden Anrede Vorname
    Nachname Geburtsdatum Sterbedatum Mobiltelefon EMail Sprache KeineMitteilungen HatBehandlung MandantId
    MandantGefunden MandantName Lizenznummer AbsenderSMS AbsenderEMail MandantTelefon
    LetzteBehandlung LetzterTermin"""
Ask = Callable[..., list[dict[str, object]]]


@pytest.fixture(scope="module", params=NAMES)
def load(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    with opened(request.param, tmp_path_factory.mktemp("practices")) as load:
        yield load


@pytest.fixture
def ask(load: Load) -> Ask:
    """Run one query on a practice with these tables; by default the reminders of Monday."""

    def answer(
        tables: Tables, question: str = "reminders", *given: object, alone: bool = False, **named: object
    ) -> list[dict[str, object]]:
        with open_practice_database(load(tables)) as database:
            payer = () if alone else ("default",)
            rows = getattr(database, question)(*(given or (MONDAY, TUESDAY)), *payer, **named)
            return [plain(row) for row in rows]

    return answer


@pytest.mark.parametrize(
    ("treatments", "payer", "found", "treated"),
    [
        pytest.param([("1", "A", "2020-01-01"), ("2", "B", "2021-01-01")], "B", 1, 1, id="latest opened"),
        pytest.param([("9", "A", "2020-01-01"), ("1", "B", "2021-01-01")], "B", 1, 1, id="date before id"),
        pytest.param([("1", "A", "2021-01-01"), ("2", "B", "2021-01-01")], "B", 1, 1, id="tie: greatest id"),
        pytest.param([("10", "A", "2021-01-01"), ("9", "B", "2021-01-01")], "B", 1, 1, id="ids are text"),
        pytest.param([("9", "A", None), ("1", "B", "1990-01-01")], "B", 1, 1, id="NULL date is oldest"),
        pytest.param([("1", "A", None), ("2", "B", None)], "B", 1, 1, id="NULL dates tie"),
        pytest.param([], "default", 1, 0, id="no treatment: the default"),
        pytest.param([("1", None, "2021-01-01")], None, 0, 1, id="NULL Mandant: not the default"),
        pytest.param([("1", "A", "2020-01-01"), ("2", None, "2021-01-01")], None, 0, 1, id="nor an earlier one"),
        pytest.param([("1", "gone", "2021-01-01")], "gone", 0, 1, id="unknown Mandant"),
    ],
)
def test_the_latest_opened_treatment_decides_who_pays(
    ask: Ask, treatments: list[tuple[str, str, str]], payer: str, found: int, treated: int
) -> None:
    tables: Tables = {"Termin": [appointment()], "Behandlung": [treatment(*values) for values in treatments]}
    tables["Mandant"] = [{"MandantId": m, "Name": f"Praxis {m}"} for m in ("A", "B", "default")]
    [row] = ask(tables)
    assert (row["MandantId"], row["MandantGefunden"], row["HatBehandlung"]) == (payer, found, treated)
    assert row["MandantName"] == (f"Praxis {payer}" if found else None)


@pytest.mark.parametrize("time", ["00:00:00", "08:00:00", "23:59:59"])
def test_reminders_are_the_appointments_of_the_day(ask: Ask, time: str) -> None:
    starts_at = f"2026-11-23 {time}"
    assert [row["Beginn"] for row in ask({"Termin": [appointment(starts_at=starts_at)]})] == [starts_at]


@pytest.mark.parametrize("starts_at", ["2026-11-22 23:59:59", "2026-11-24 00:00:00", None])
def test_appointments_of_other_days_are_no_reminders(ask: Ask, starts_at: str | None) -> None:
    assert ask({"Termin": [appointment(starts_at=starts_at)]}) == []


@pytest.mark.parametrize(
    ("born", "month_days", "found"),
    [
        ("1980-02-28", ["02-28", "02-29"], True),
        ("1980-02-29", ["02-28", "02-29"], True),
        ("1980-02-29", ["02-28"], False),
        ("2002-12-28", ["02-28"], False),
        (None, ["02-29"], False),
        ("1980-02-29", [], False),
    ],
)
def test_birthdays_go_by_month_and_day(ask: Ask, born: str | None, month_days: list[str], found: bool) -> None:
    rows = ask({"Patient": [{"PatientId": "p", "Geburtsdatum": born}]}, "birthdays", month_days)
    assert [(r["Art"], r["PatientId"], r["TerminId"]) for r in rows] == [("birthday", "p", None)] * found


@pytest.mark.parametrize(
    ("opened", "starts_at", "since", "treated", "seen"),
    [
        pytest.param([], [], "2021-11-23", None, None, id="nothing"),
        pytest.param(["2020-01-01", "2019-01-01", None], [], "2021-11-23", "2020-01-01 00:00:00", None, id="treated"),
        pytest.param([], ["2022-01-01", "2024-05-06 07:08:09"], "2021-11-23", None, "2024-05-06 07:08:09", id="latest"),
        pytest.param([], ["2021-11-23 00:00:00"], "2021-11-23", None, "2021-11-23 00:00:00", id="on that day"),
        pytest.param([], ["2021-11-22 23:59:59", None], "2021-11-23", None, None, id="the day before"),
        pytest.param([], ["2027-01-01 08:00:00"], "2021-11-23", None, "2027-01-01 08:00:00", id="one that is ahead"),
        pytest.param(["2020-01-01"], ["2026-01-01 08:00:00"], None, "2020-01-01 00:00:00", None, id="not asked"),
    ],
)
def test_when_a_patient_with_a_birthday_was_there_last(
    ask: Ask, opened: list[str | None], starts_at: list[str | None], since: str | None, treated: str, seen: str
) -> None:
    tables: Tables = {
        "Patient": [{"PatientId": name, "Geburtsdatum": "1980-11-23"} for name in ("p", "q")],
        "Behandlung": [treatment(f"{n}", "A", day and f"{day} 00:00:00") for n, day in enumerate(opened)],
        "Termin": [appointment(n, begin and f"{begin} 00:00:00"[:19]) for n, begin in enumerate(starts_at)],
    }
    day = date.fromisoformat(since) if since else None
    questions: list[tuple[Any, ...]] = [("birthdays", ["11-23"]), ("recheck", [], ["p", "q"])]
    for question in questions:
        found = {row["PatientId"]: row for row in ask(tables, *question, active_since=day)}
        assert (found["p"]["LetzteBehandlung"], found["p"]["LetzterTermin"]) == (treated, seen)
        assert (found["q"]["LetzteBehandlung"], found["q"]["LetzterTermin"]) == (None, None)


def test_a_reminder_is_asked_for_no_other_appointment(ask: Ask) -> None:
    [row] = ask({"Termin": [appointment()]}, "recheck", ["t1"], [], active_since=MONDAY)
    assert (row["Beginn"], row["LetzterTermin"]) == ("2026-11-23 08:00:00", None)


def test_doubled_rows_never_multiply_a_message_and_the_one_that_forbids_it_wins(ask: Ask) -> None:
    alive: dict[str, object] = {"PatientId": "p", "Nachname": "A", "Geburtsdatum": "1980-11-23"}
    tables: Tables = {
        "Mandant": [{"MandantId": "A", "Lizenznummer": number} for number in ("L1", None, "L2")],
        "Patient": [alive, alive, {**alive, "Nachname": "Z", "Sterbedatum": "2020-01-01"}],
        "Behandlung": [treatment("1", "A", "2020-01-01")] * 3,
        "Termin": [appointment()],
    }
    questions: list[tuple[object, ...]] = [
        ("birthdays", ["11-23"]),
        ("recheck", ["t1"], []),
        ("recheck", [], ["p"]),
    ]
    for question in (("reminders",), *questions):
        [row] = ask(tables, *question)
        assert (row["Nachname"], row["Sterbedatum"], row["Lizenznummer"]) == ("Z", "2020-01-01", None)


def test_an_appointment_of_an_unknown_patient_still_has_its_row(ask: Ask) -> None:
    appointments = [{**appointment(2), "PatientId": "gone"}, appointment(1)]
    rows = ask({"Patient": [{"PatientId": "p", "Vorname": "Ü"}], "Termin": appointments})
    assert [(r["TerminId"], r["PatientGefunden"], r["Vorname"]) for r in rows] == [
        ("t1", 1, "Ü"),
        ("t2", 0, None),
    ]
    assert list(rows[0]) == COLUMNS.split()


def test_recheck_takes_a_thousand_ids_and_leaves_out_what_is_gone(ask: Ask) -> None:
    tables: Tables = {"Termin": [appointment(n) for n in range(9)], "Patient": [{"PatientId": "p8"}]}
    rows = ask(tables, "recheck", [f"t{n}" for n in range(7, 507)], [f"p{n}" for n in range(500)])
    assert [(r["Art"], r["TerminId"]) for r in rows] == [
        ("reminder", "t7"),
        ("reminder", "t8"),
        ("birthday", None),
    ]
    assert ask(tables, "recheck", [], []) == []


def test_a_patient_has_the_appointments_from_a_day_on_those_without_a_start_and_a_row(ask: Ask) -> None:
    times = ["2026-11-24 09:00:00", "2026-11-22 23:59:59", None, "2026-11-23 00:00:00"]
    tables: Tables = {
        "Termin": [appointment(n, starts_at) for n, starts_at in enumerate(times)]
        + [{**appointment(9), "PatientId": "q"}],
        "Patient": [{"PatientId": "p", "Vorname": "Ü", "Geburtsdatum": "1980-11-23"}, {"PatientId": "q"}],
    }
    rows = ask(tables, "patient", "p", MONDAY)
    assert [(row["Art"], row["TerminId"], row["Vorname"]) for row in rows] == [
        ("reminder", "t2", "Ü"),
        ("reminder", "t3", "Ü"),
        ("reminder", "t0", "Ü"),
        ("birthday", None, "Ü"),
    ]
    assert list(rows[0]) == COLUMNS.split()
    assert ask(tables, "patient", "gone", MONDAY) == []


TEXTS = ["Jürg Müller-Ängström", "D'Angelo", "N'ord", "50 % [sic] --x /* y */ :z %s", "👋 Grüezi", "Ž ž ć", "", " "]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_comes_unchanged_and_is_found_by_its_own_id(ask: Ask, text: str) -> None:
    tables: Tables = {
        "Patient": [{"PatientId": text or "p", "Vorname": text, "Geburtsdatum": "1980-11-23"}],
        "Termin": [{**appointment(), "TerminId": text or "t", "PatientId": text or "p", "Besuchsgrund": text}],
    }
    [row] = ask(tables, "recheck", [text or "t", "gone"], ["gone"])
    assert (row["TerminId"], row["Vorname"], row["Besuchsgrund"]) == (text or "t", text, text)
    assert [row["Vorname"] for row in ask(tables, "birthdays", ["11-23"])] == [text]


def test_flags_and_dates_have_one_meaning(ask: Ask) -> None:
    born = {"Geburtsdatum": "1912-02-29", "Sterbedatum": "2026-11-01"}
    tables: Tables = {"Termin": [appointment()], "Patient": [{"PatientId": "p", **born, "KeineMitteilungen": 1}]}
    [row] = ask(tables)
    assert (row["Geburtsdatum"], row["Sterbedatum"], row["KeineMitteilungen"]) == ("1912-02-29", "2026-11-01", 1)
    tables["Patient"] = [{"PatientId": "p", "KeineMitteilungen": 0}]
    [row] = ask(tables)
    assert (row["Geburtsdatum"], row["Sterbedatum"], row["KeineMitteilungen"]) == (None, None, 0)


@pytest.mark.parametrize("size", [0, 10, 3000])
def test_each_question_is_one_statement_whatever_its_size(load: Load, size: int) -> None:
    url, traced = load({"Termin": [appointment(n) for n in range(size)]}), list[str]()
    with open_practice_database(url, traced.append) as database:
        assert (len(list(database.reminders(MONDAY, TUESDAY, None))), len(traced)) == (size, 1)
        assert (list(database.birthdays(["11-23"], None)), len(traced)) == ([], 2)
        assert (list(database.recheck(["?"], ["?"], None)), len(traced)) == ([], 3)


def test_mandanten_are_listed_by_id(load: Load) -> None:
    mandanten: list[dict[str, object]] = [
        {"MandantId": name, "Name": f"Praxis {name}"} for name in ("b", "B", "10", "9")
    ]
    with open_practice_database(load({"Mandant": mandanten})) as database:
        assert [row["MandantId"] for row in database.mandanten()] == ["10", "9", "B", "b"]


def test_definitive_appointments_are_counted_by_the_database(ask: Ask) -> None:
    statuses = ["definitiv", "  DEFINITIV ", "Definitiv\r\n", "\tdefinitiv\u00a0", "definitiv?", "", None]
    days = ["2026-11-22 23:59:59", "2026-11-24 00:00:00", None]
    tables: Tables = {"Termin": [{**appointment(n), "Status": status} for n, status in enumerate(statuses)]}
    tables["Termin"] += [appointment(0), *[appointment(20 + n, day) for n, day in enumerate(days)]]
    rows = ask(tables, "definitive", MONDAY, TUESDAY, alone=True)
    expected = [("t0", 2), *[(f"t{n}", 1) for n in (1, 2, 3)]]
    assert [tuple(row.values()) for row in rows] == [(name, "2026-11-23 08:00:00", count) for name, count in expected]


def test_a_second_question_waits_until_the_first_is_answered(load: Load) -> None:
    with open_practice_database(load({"Termin": [appointment(n) for n in range(3)]})) as database:
        first = database.reminders(MONDAY, TUESDAY, None)
        next(first)
        with pytest.raises(AssertionError, match="one question at a time"):
            next(database.mandanten())
        assert len(list(first)) == 2
        assert list(database.mandanten()) == []

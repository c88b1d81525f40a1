"""The question `find`: on a file, over SQL Server's protocol, and on a SQL Server if one is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.practice_db.database import open_practice_database
from chalicelib.practice_db.statements import PHONES, TERMIN_MANDANT
from chalicelib.reports.find_patients import MOST_FOUND, wanted
from tests.builders.practice_file import Tables, practice_file
from tests.contract.doors import NAMES, Load, opened, plain
from tests.contract.sides import NOW as CLOCK
from tests.fakes.practice_database import COLUMNS, FakePracticeDatabase, tables_of
from tests.fakes.world import World

NOW = datetime(2026, 11, 23, 10, 5)  # noqa: DTZ001 - practice-local
PATIENTS = [
    ("P1", "Keller", "Anna", "1980-12-31", "079 000 00 01"),
    ("P2", "Meier-Keller", "Lena Maria", "2001-02-03", "+41 (0)79/000.00-02"),
    ("p3", "O'Brien", "Zoë", None, None),
    ("P4", "100% [Test]_\\", "Anna", "1980-12-31 00:00:00", "0041'79\u00a0000’00 04"),
    ("4711", None, None, None, None),
]
COLUMN = ("PatientId", "Nachname", "Vorname", "Geburtsdatum", "Mobiltelefon")
Ask = Callable[..., list[dict[str, object]]]


@pytest.fixture(scope="module", params=NAMES)
def load(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    with opened(request.param, tmp_path_factory.mktemp("practices")) as load:
        yield load


@pytest.fixture
def ask(load: Load) -> Ask:
    def answer(text: str, tables: Tables | None = None) -> list[dict[str, object]]:
        search = wanted(text)
        assert search is not None
        patients: Tables = {"Patient": [dict(zip(COLUMN, one, strict=True)) for one in PATIENTS]}
        for one in patients["Patient"]:
            one["Geburtsdatum"] = one["Geburtsdatum"] and str(one["Geburtsdatum"])[:10]
        with open_practice_database(load(tables or patients)) as database:
            rows = database.find(search.numbers, search.born, search.digits, search.words, NOW)
            return [plain(row) for row in rows]

    return answer


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Keller", ["P1", "P2"]),
        ("keller", ["P1", "P2"]),
        ("Anna Keller", ["P1"]),
        ("Keller, Anna", ["P1"]),
        ("Meier Keller Lena", ["P2"]),
        ("Meier-Keller", ["P2"]),
        ("O’Brien", ["p3"]),
        ("zoë", ["p3"]),
        ("Test", ["P4"]),
        ("[Te", None),
        ("[Tes", ["P4"]),  # a set of characters would find every name with one of them
        ("Tes]", []),
        ("K_ller", []),
        ("Ke%er", []),
        ("Anna Keller Maria Lena", []),
        ("31.12.1980", ["P4", "P1"]),
        ("1980-12-31", ["P4", "P1"]),
        ("P1", ["P1"]),
        ("p1", ["P1"]),
        ("P3", ["p3"]),
        ("4711", ["4711"]),
        ("0790000001", ["P1"]),
        ("+41 79 000 00 02", ["P2"]),
        ("079.000.00.04", ["P4"]),
        ("000 00 02", []),  # too few digits once its zeros are gone
        ("Nobody", []),
        ("'; DROP TABLE x; --", []),
    ],
)
def test_patients_are_found_by_what_a_person_knows(ask: Ask, text: str, found: list[str] | None) -> None:
    if found is None:
        assert wanted(text) is None
        return
    assert [row["PatientId"] for row in ask(text)] == found


def test_the_next_definitive_appointment_is_told(ask: Ask) -> None:
    def appointment(name: str, starts_at: str, status: str = "definitiv") -> dict[str, object]:
        return {"TerminId": name, "PatientId": "P1", "Beginn": starts_at, "Status": status}

    tables: Tables = {
        "Patient": [{"PatientId": "P1", "Nachname": "Keller"}],
        "Termin": [
            appointment("t1", "2026-11-23 10:04:59"),
            appointment("t2", "2026-11-24 08:00:00", "abgesagt"),
            appointment("t3", "2026-12-01 08:00:00"),
            appointment("t4", "2026-11-30 08:00:00", " Definitiv "),
        ],
    }
    (row,) = ask("Keller", tables)
    assert row["NaechsterTermin"] == "2026-11-30 08:00:00"


def test_a_patient_is_found_by_the_other_telephone_numbers_that_the_view_has(load: Load) -> None:
    tables: Tables = {
        "Patient": [
            {"PatientId": "P1", "TelefonPrivat": "044 000 00 01"},
            {"PatientId": "P2", "TelefonGeschaeft": "+41440000001"},
            {"PatientId": "P3", "Mobiltelefon": "044/000.00.01", "TelefonPrivat": "031 000 00 02"},
        ]
    }  # fmt: skip
    all_phones = frozenset(PHONES)
    with open_practice_database(load(tables, all_phones)) as database:
        assert [row["PatientId"] for row in database.find([], None, "440000001", (), NOW)] == ["P3"]
        database.optional_columns = all_phones
        rows = [plain(row) for row in database.find([], None, "440000001", (), NOW)]
    assert [row["PatientId"] for row in rows] == ["P1", "P2", "P3"]
    assert (rows[0]["TelefonPrivat"], rows[1]["TelefonGeschaeft"]) == ("044 000 00 01", "+41440000001")


def test_a_view_without_the_other_telephone_numbers_is_asked_once_more(load: Load) -> None:
    with open_practice_database(load({"Patient": [{"PatientId": "P1", "Mobiltelefon": "044 000 00 01"}]})) as database:
        database.optional_columns = frozenset(PHONES)
        assert [row["PatientId"] for row in database.find([], None, "440000001", (), NOW)] == ["P1"]
        assert database.optional_columns == frozenset()


@pytest.mark.parametrize(
    ("mandanten", "practitioners", "found"),
    [
        ([], [], ["P1", "P2", "P3"]),
        (["M1"], [], ["P1"]),
        (["M1", "M2"], [], ["P1", "P2"]),
        ([], ["dr. eins"], ["P1", "P3"]),
        (["M1"], ["dr. eins", "dr. zwei"], ["P1"]),
        (["M2"], ["dr. eins"], []),
    ],
)
def test_limits_leave_whom_one_of_each_has_treated_or_will_see(
    load: Load, tmp_path: Path, mandanten: list[str], practitioners: list[str], found: list[str]
) -> None:
    """On the fake too."""
    patients = [{"PatientId": f"P{n}", "Nachname": "Keller"} for n in (1, 2, 3)]
    treatments = [{"PatientId": f"P{n}", "BehandlungId": f"B{n}", "MandantId": f"M{n}"} for n in (1, 2)]
    doctors = {"P1": "Dr. Eins ", "P2": "Dr. Zwei", "P3": "DR. EINS"}
    seen = [{"PatientId": one, "TerminId": f"T{one}", "Behandler": name} for one, name in doctors.items()]
    tables: Tables = {"Patient": patients, "Behandlung": treatments, "Termin": seen}  # type: ignore[dict-item]
    asked = (["P1"], None, None, ["Keller"], NOW, mandanten, practitioners)
    with open_practice_database(load(tables)) as database:
        assert [row["PatientId"] for row in database.find(*asked)] == found
    practice_file(tmp_path / "p.db", tables)
    fake = FakePracticeDatabase(World(CLOCK), tables_of(tmp_path / "p.db"))
    assert [row["PatientId"] for row in fake.find(*asked)] == found


@pytest.mark.parametrize(
    ("mandanten", "practitioners", "next"),
    [
        ([], [], "07:00"),
        (["M1"], [], "09:00"),
        (["M2"], [], "08:00"),
        (["M1", "M2"], [], "07:00"),
        ([], ["dr. eins"], "09:00"),
        (["M2"], ["dr. eins", "dr. drei"], None),
    ],
)
def test_limits_tell_no_appointment_of_others(
    load: Load, tmp_path: Path, mandanten: list[str], practitioners: list[str], next: str | None
) -> None:
    """On the fake too. One without a Mandant may be of any who has treated the patient."""
    treatments = [{"PatientId": "P1", "BehandlungId": f"B{n}", "MandantId": f"M{n}"} for n in (1, 2)]
    told = (("07:00", None, "Dr. Drei"), ("08:00", "M2", "Dr. Zwei"), ("09:00", "M1", "Dr. Eins"))
    seen = [
        {"PatientId": "P1", "TerminId": f"T{time}", "Beginn": f"2026-11-24 {time}:00", "Status": "definitiv",
         "Behandler": name, "MandantId": mandant}
        for time, mandant, name in told
    ]  # fmt: skip
    tables: Tables = {"Patient": [{"PatientId": "P1"}], "Behandlung": treatments, "Termin": seen}  # type: ignore[dict-item]
    column, path = frozenset({TERMIN_MANDANT}), tmp_path / "p.db"
    fake = FakePracticeDatabase(
        World(CLOCK), tables_of(Path(practice_file(path, tables, optional_columns=column)[10:]))
    )
    with open_practice_database(load(tables, column)) as database:
        database.optional_columns = fake.optional_columns = column
        found = [list(one.find(["P1"], None, None, [], NOW, mandanten, practitioners)) for one in (database, fake)]
    starts = [str(row["NaechsterTermin"])[11:16] for rows in found for row in rows]
    assert starts == [next or "", next or ""]


def test_it_stops_one_after_those_that_are_shown(ask: Ask) -> None:
    tables: Tables = {"Patient": [{"PatientId": f"P{n:02}", "Nachname": "Keller"} for n in range(80)]}
    rows = ask("Keller", tables)
    assert [row["PatientId"] for row in rows] == [f"P{n:02}" for n in range(MOST_FOUND + 1)]


TEXTS = st.one_of(st.none(), st.text("aBé %_[]\\'’-.1", max_size=4))
NUMBERS = st.sampled_from([None, "", "079 000 00 01", "0041'79\u00a0000’00/01", "?"])
ROWS = st.lists(
    st.fixed_dictionaries({
        "PatientId": st.sampled_from(["p1", "P1", "a"]), "Nachname": TEXTS, "Vorname": TEXTS,
        "Geburtsdatum": st.sampled_from([None, "", "1980-11-23", "1980-11-23 00:00:00", "bald"]),
        **dict.fromkeys(("Mobiltelefon", "TelefonPrivat", "TelefonGeschaeft"), NUMBERS),
    }),
    max_size=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ROWS, st.lists(st.text("aBé%_[]\\'’", min_size=1, max_size=2), max_size=5), st.sets(st.sampled_from(PHONES)))
def test_the_fake_answers_alike(
    tmp_path_factory: pytest.TempPathFactory, rows: Tables, words: list[str], columns: set[str]
) -> None:
    appointment = dict.fromkeys(COLUMNS["Termin"])
    appointment |= {"TerminId": "t", "PatientId": "p1", "Beginn": "2026-11-24 08:00:00", "Status": "definitiv"}
    path = tmp_path_factory.mktemp("find") / "p.db"
    url = practice_file(path, {"Patient": rows, "Termin": [appointment]}, optional_columns=frozenset(PHONES))  # type: ignore[dict-item]
    asked = (["p1"], date(1980, 11, 23), "790000001", words, NOW)
    fake = FakePracticeDatabase(World(CLOCK), tables_of(path))
    with open_practice_database(url) as real:
        fake.optional_columns = real.optional_columns = frozenset(columns)
        by_name = [sorted(map(repr, database.find(*asked))) for database in (fake, real)]
    assert by_name[0] == by_name[1]

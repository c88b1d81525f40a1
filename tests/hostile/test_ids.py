"""Strange ids, the same in all views: each identifies its own rows, entry and books."""

import pytest

from tests.fakes.practice_database import Tables
from tests.hostile.practice import Played, add, another, check, check_good, good_tables, number, play, set_up

READABLE = (
    "a b", " a", "a ", "ä ö ü ß", "a/b", "../a", "a#b", "#", "'", '"', "'; --", "x" * 64, "ü" * 64, "p1", "t1", "m1",
    "entry", "M1#balance", "balance", "ledger#M1", "topup#rehearsal", "reminder:T1", "T1:2026", "P2:2026", "{}", "\\",
    "0", "00", "-1", "1e3", "NULL", "None", "😀", "\u202eab", "a\u200bb", "a\nb", "%s", "[[x]]", "*", "a:b:c",
)  # fmt: skip
UNREADABLE = ("", " ", "\t", "a\x00b", "x" * 65, "ü" * 65, None)
VIEWS = {"Mandant": "MandantId", "Patient": "PatientId", "Behandlung": "BehandlungId", "Termin": "TerminId"}
CASES = (len(READABLE) + len(UNREADABLE)) * len(VIEWS) + len(UNREADABLE) + 5


def renamed(tables: Tables, name: str, value: object, n: int = 0) -> None:
    """Give PX<n> this id in one column of all rows that contain it."""
    for row in another(tables, n).values():
        if name in row:
            row[name] = value


def states(played: Played) -> list[str]:
    """Of the entries of the others."""
    return sorted(
        e.state.value for e in played.entries.values() if e.identity not in ("reminder:T1", "birthday:P2:2026")
    )


def to_the_other(played: Played, n: int = 0) -> int:
    return sum(message.to == number(n) for message in played.messages)


@pytest.mark.parametrize("value", READABLE)
@pytest.mark.parametrize("name", VIEWS.values())
def test_a_readable_id_is_as_good_as_any_other(name: str, value: str) -> None:
    tables = good_tables()
    renamed(tables, name, value)
    played = play(set_up(tables))
    check(played)
    check_good(played)
    assert [outcome for outcome, _ in played.runs()] == ["done"] * 4
    assert to_the_other(played) == 2
    assert states(played) == ["delivered", "delivered"]


@pytest.mark.parametrize("value", UNREADABLE)
@pytest.mark.parametrize("name", VIEWS.values())
def test_an_unreadable_id_is_reported_and_hurts_nobody_else(name: str, value: str | None) -> None:
    tables = good_tables()
    renamed(tables, name, value)
    played = play(set_up(tables))
    check(played)
    check_good(played)
    assert to_the_other(played) == {"MandantId": 0, "PatientId": 0, "BehandlungId": 2, "TerminId": 1}[name]


@pytest.mark.parametrize("value", UNREADABLE)
def test_many_rows_without_a_readable_id_are_reported_and_hurt_nobody_else(value: str | None) -> None:
    tables = good_tables()
    for n in range(3):
        for name in ("TerminId", "PatientId"):
            renamed(tables, name, value, n)
    played = play(set_up(tables))
    check(played)
    check_good(played)


def test_duplicates_of_an_appointment_give_one_message() -> None:
    tables = good_tables()
    rows = another(tables)
    add(tables, "Termin", **rows["Termin"] | {"Beginn": "2026-11-24 11:00:00"})
    add(tables, "Termin", **rows["Termin"])
    played = play(set_up(tables))
    check(played)
    check_good(played)
    assert to_the_other(played) == 2
    assert "Die TerminId TX0 kommt mehrfach vor." in played.runs("prepare-reminders")[0][1]


def test_of_a_duplicated_patient_the_row_that_forbids_wins() -> None:
    tables = good_tables()
    rows = another(tables)
    add(tables, "Patient", **rows["Patient"] | {"Sterbedatum": "gestern"})
    played = play(set_up(tables))
    check(played)
    check_good(played)
    assert to_the_other(played) == 0


def test_of_a_duplicated_mandant_the_unlicensed_row_wins() -> None:
    tables = good_tables()
    rows = another(tables)
    add(tables, "Mandant", **rows["Mandant"] | {"Lizenznummer": None})
    played = play(set_up(tables))
    check(played)
    check_good(played)
    assert to_the_other(played) == 0


def test_orphans_are_reported_and_get_nothing() -> None:
    tables = good_tables()
    add(tables, "Termin", TerminId="TY", PatientId="gone", Beginn="2026-11-24 09:00:00", Status="definitiv")
    add(tables, "Behandlung", BehandlungId="BY", PatientId="gone", MandantId="gone", EroeffnetAm="2026-11-01")
    rows = another(tables)
    rows["Behandlung"]["MandantId"] = "gone"
    played = play(set_up(tables))
    check(played)
    check_good(played)
    assert to_the_other(played) == 0
    assert played.runs("prepare-reminders")[0] == ("with_errors", ["Den Patienten des Termins TY gibt es nicht."])


def test_ids_that_differ_in_case_only_are_different_people() -> None:
    tables = good_tables()
    for n, patient in enumerate(("px", "pX")):
        renamed(tables, "PatientId", patient, n)
    played = play(set_up(tables))
    check(played)
    check_good(played)
    assert (to_the_other(played, 0), to_the_other(played, 1)) == (2, 2)

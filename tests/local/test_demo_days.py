"""The two days of the generated practice: their dates, its credits, and its changes meanwhile."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta

import pytest

from chalicelib.messages.recipient import Address, Channel, choose_address
from infra.demo.practice import DemoPractice, write_demo_practice

ONE, TWO, AFTER = "2029-02-27", "2029-02-28", "2029-03-01"  # the two days of the demo, and the next


@pytest.fixture(scope="module", params=[1, 2, 77], ids="seed {}".format)
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DemoPractice:
    return write_demo_practice(tmp_path_factory.mktemp("demo") / "practice.sqlite", request.param)


@pytest.fixture
def database(demo: DemoPractice) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(demo.database)) as connection:
        yield connection


def reachable(mobile: object, email: object) -> bool:
    return isinstance(choose_address(mobile, email, Channel.SMS, True, True), Address)


def test_both_days_and_the_days_after_them_are_working_days(demo: DemoPractice) -> None:
    start, end = demo.start, demo.end
    assert [day.isoformat() for day in (start.date(), end.date())] == [ONE, TWO]
    days = [start.date() + timedelta(days=n) for n in range(3)]
    assert all(day.weekday() < 5 for day in days)
    assert date(2029, 2, 28) in days[:2]
    assert start.utcoffset() == end.utcoffset() == timedelta(hours=1)
    assert f"{start:%H:%M}" < "10:00"
    assert f"{end:%H:%M}" > "20:00"  # the default Versandfenster is closed


def test_the_poor_mandant_starts_above_the_threshold_and_runs_short_even_with_short_texts(
    demo: DemoPractice, database: sqlite3.Connection
) -> None:
    threshold = int(demo.switches["CreditMindestbestand"])
    needed = [due_reminders(database, day)["M2"] for day in (TWO, AFTER)]
    assert demo.topups["M2"] >= threshold
    assert demo.topups["M2"] - needed[0] < threshold
    assert sum(needed) > demo.topups["M2"]
    # The Mandant with many credits stays above it even with three parts per message, greetings included.
    rich = sum(due_reminders(database, day)["M1"] for day in (TWO, AFTER)) + 9
    assert demo.topups["M1"] - 3 * rich > threshold


def due_reminders(database: sqlite3.Connection, day: str) -> Counter[str]:
    """How many reminders of a day can be sent, by Mandant; without treatment the default pays."""
    rows = database.execute(
        """SELECT COALESCE((SELECT MandantId FROM Behandlung WHERE PatientId = p.PatientId
                            ORDER BY EroeffnetAm DESC, BehandlungId DESC LIMIT 1), 'M1'), Mobiltelefon, EMail
           FROM Termin JOIN Patient p USING (PatientId)
           WHERE date(Beginn) = ? AND lower(trim(Status)) = 'definitiv'
             AND Sterbedatum IS NULL AND KeineMitteilungen = 0""",
        (day,),
    )
    return Counter(str(payer) for payer, mobile, email in rows if reachable(mobile, email))


def test_each_change_lies_within_the_two_days_and_changes_one_row(
    demo: DemoPractice, database: sqlite3.Connection
) -> None:
    times = [change.at for change in demo.changes]
    assert times == sorted(times)
    assert demo.start < times[0]
    assert times[-1] < demo.end
    try:
        for change in demo.changes:
            assert database.execute(change.sql, change.parameters).rowcount == 1, change.description
    finally:
        database.rollback()


def test_between_prepare_and_send_somebody_cancels_moves_or_dies(
    demo: DemoPractice, database: sqlite3.Connection
) -> None:
    between = [c for c in demo.changes if "10:00" < f"{c.at:%H:%M}" < "10:05"]
    assert [(f"{c.at:%Y-%m-%d}", c.sql.split()[3]) for c in between] == [
        (ONE, "Status"),
        (ONE, "Beginn"),
        (TWO, "Sterbedatum"),
        (TWO, "Beginn"),
    ]
    transitions = [c.parameters for c in between if "Beginn" in c.sql]
    for (new, appointment), days in zip(transitions, (0, 7), strict=True):
        [(old,)] = database.execute("SELECT Beginn FROM Termin WHERE TerminId = ?", (appointment,))
        shift = datetime.fromisoformat(new) - datetime.fromisoformat(str(old))
        assert shift == (timedelta(days=days) or timedelta(hours=1))


def test_the_corrected_number_was_useless_and_is_needed_on_both_days(
    demo: DemoPractice, database: sqlite3.Connection
) -> None:
    [(new, patient)] = [c.parameters for c in demo.changes if "Mobiltelefon" in c.sql]
    [row] = database.execute("SELECT Mobiltelefon, EMail FROM Patient WHERE PatientId = ?", (patient,))
    assert not reachable(*row)
    assert reachable(new, None)
    days = database.execute("SELECT date(Beginn) FROM Termin WHERE PatientId = ? ORDER BY Beginn", (patient,))
    assert list(days) == [(TWO,), (AFTER,)]

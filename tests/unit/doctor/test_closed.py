"""The doctor's remarks on the closed days."""

from infra.doctor.closed import closed_days
from tests.unit.doctor.test_week import patient, shown, week


def told(value: str, *rows: dict[str, object]) -> list[object]:
    return [
        found for check, _, found in shown([*closed_days(week(*rows, Geschlossen=value))]) if check == "Geschlossen"
    ]


def test_closed_days_that_are_past_or_have_appointments_are_remarked() -> None:
    assert told("24.12.2025-03.01.2026") == ["alle geschlossenen Tage sind vorbei"]
    rows = (patient(1, Beginn="2026-11-24 10:00"), patient(2, Beginn="2026-11-25 10:00", Status="abgesagt"))
    assert told("24.11.2026-25.11.2026", *rows) == ["Termine an geschlossenen Tagen: Di 24.11.2026"]
    assert told("24.12.2026", *rows) == []
    assert told("", *rows) == []

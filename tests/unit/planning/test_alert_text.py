"""The words of an e-mail with alerts."""

from __future__ import annotations

import pytest

from chalicelib.planning.alerts import MOST_DETAILS, Alert, AlertKind, alert_mail

LOW = Alert(AlertKind.LOW_BALANCE, "Das Guthaben von Mandant M1 beträgt 7 Credits.", "low-balance#M1")
UNKNOWN = Alert(
    AlertKind.UNKNOWN, "Bei 2 Mitteilungen …", details=("Patient 7, Di 24.11. 14:30", "Patient 8, Di 24.11. 15:00")
)


def test_one_alert() -> None:
    assert alert_mail("praxis-am-bach", [LOW]) == (
        "vitosms praxis-am-bach: Guthaben tief",
        "Das Guthaben von Mandant M1 beträgt 7 Credits.\n\nPraxis praxis-am-bach\n",
    )


def test_several_alerts_of_a_run_are_one_mail_with_each_kind_once_in_its_subject() -> None:
    other = Alert(AlertKind.LOW_BALANCE, "Das Guthaben von Mandant M2 beträgt 0 Credits.")
    assert alert_mail("p", [LOW, UNKNOWN, other]) == (
        "vitosms p: Guthaben tief, Mitteilungen ungewiss",
        "Das Guthaben von Mandant M1 beträgt 7 Credits.\n\n"
        "Bei 2 Mitteilungen …\n  Patient 7, Di 24.11. 14:30\n  Patient 8, Di 24.11. 15:00\n\n"
        "Das Guthaben von Mandant M2 beträgt 0 Credits.\n\n"
        "Praxis p\n",
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (AlertKind.NO_CREDITS, "Guthaben fehlt"),
        (AlertKind.RUN_FAILED, "Auftrag fehlgeschlagen"),
        (AlertKind.MISSED, "Versand versäumt"),
        (AlertKind.STOPPED, "Versand angehalten"),
        (AlertKind.INVALID, "Ein Wert ist falsch"),
        (AlertKind.ADVICE, "Hinweis zum Zeitplan"),
        (AlertKind.DEAD_LETTER, "Auftrag abgebrochen"),
        (AlertKind.ERASED, "Meldung"),
    ],
)
def test_the_subject_names_the_kind_in_german(kind: AlertKind, words: str) -> None:
    assert alert_mail("p", [Alert(kind, "Text.")]) == (f"vitosms p: {words}", "Text.\n\nPraxis p\n")


@pytest.mark.parametrize(
    ("count", "last"), [(99, "  98"), (100, "  99"), (101, "  … und 1 weitere"), (350, "  … und 250 weitere")]
)
def test_so_many_details_are_told_and_the_rest_is_counted(count: int, last: str) -> None:
    _, text = alert_mail("p", [Alert(AlertKind.UNKNOWN, "Text.", details=tuple(str(n) for n in range(count)))])
    lines = text.split("\n\n")[0].split("\n")
    assert lines[0] == "Text."
    assert lines[1:101] == [f"  {n}" for n in range(min(count, MOST_DETAILS))]
    assert lines[-1] == last


def test_the_cause_is_not_told() -> None:
    assert "low-balance#" not in "".join(alert_mail("p", [LOW]))


def test_a_subject_is_no_longer_than_mail_programs_show() -> None:
    assert len(alert_mail("p" * 300, [LOW])[0]) == 200

"""The words of an e-mail with alerts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chalicelib.aws.alert_sender import MOST_DETAILS, alert_mail
from chalicelib.planning.alerts import Alert, AlertKind, unknown_text
from chalicelib.schedule.job import Job, job_label
from chalicelib.text import Text
from chalicelib.words.words import words_of
from tests.builders.entries import ZURICH, at

SLOT = at("2026-11-23 10:05").astimezone(ZURICH)
CLOSED, CLOSED_WORDS = Text("run.window_closed", window="08-20"), "Das Versandfenster 08-20 ist geschlossen."


def low(mandant: str, balance: int) -> Alert:
    said = Text("credits", count=balance), Text("alert.least_balance", least=100)
    return Alert(AlertKind.LOW_BALANCE, mandant, Text("alert.low_balance", *said, mandant=mandant))


def mail(practice: str, alerts: Sequence[Alert]) -> tuple[str, str]:
    return alert_mail(practice, alerts, "de")


LOW = low("M1", 7)
UNKNOWN = Alert(
    AlertKind.UNKNOWN, "", unknown_text(2),
    tuple(Text("fact.patient_at", patient=f"{n}", at=at(f"2026-11-24 14:{23 + n}").astimezone(ZURICH)) for n in (7, 8)),
)  # fmt: skip


def test_one_alert() -> None:
    assert mail("praxis-am-bach", [LOW]) == (
        "vitosms praxis-am-bach: Guthaben tief",
        "Das Guthaben des Mandanten M1 beträgt 7 Credits (Mindestbestand 100).\n\nPraxis praxis-am-bach\n",
    )


def test_several_alerts_of_a_run_are_one_mail_with_each_kind_once_in_its_subject() -> None:
    assert mail("p", [LOW, UNKNOWN, low("M2", 0)]) == (
        "vitosms p: Guthaben tief, Mitteilungen ungewiss",
        "Das Guthaben des Mandanten M1 beträgt 7 Credits (Mindestbestand 100).\n\n"
        "Bei 2 Mitteilungen ist unbekannt, ob sie versendet wurden (Anrufliste).\n"
        "  Patient 7, Di 24.11. 14:30\n  Patient 8, Di 24.11. 14:31\n\n"
        "Das Guthaben des Mandanten M2 beträgt 0 Credits (Mindestbestand 100).\n\n"
        "Praxis p\n",
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (AlertKind.NO_CREDITS, "Guthaben fehlt"),
        (AlertKind.RUN_FAILED, "Auftrag fehlgeschlagen"),
        (AlertKind.DELAYED, "Versand verzögert"),
        (AlertKind.MISSED, "Versand versäumt"),
        (AlertKind.STOPPED, "Versand angehalten"),
        (AlertKind.INVALID, "Ein Wert ist falsch"),
        (AlertKind.ADVICE, "Hinweis zum Zeitplan"),
        (AlertKind.SEARCH, "Terminerinnerungen geändert"),
        (AlertKind.DEAD_LETTER, "Auftrag abgebrochen"),
        (AlertKind.ERASED, "Meldung"),
    ],
)
def test_the_subject_names_the_kind_in_german(kind: AlertKind, words: str) -> None:
    assert mail("p", [Alert(kind, "", CLOSED)]) == (f"vitosms p: {words}", f"{CLOSED_WORDS}\n\nPraxis p\n")


@pytest.mark.parametrize(
    ("count", "last"), [(99, "  98"), (100, "  99"), (101, "  … und 1 weitere"), (350, "  … und 250 weitere")]
)
def test_so_many_details_are_told_and_the_rest_is_counted(count: int, last: str) -> None:
    details = tuple(Text("alert.mail_error", code=str(n)) for n in range(count))
    _, text = mail("p", [Alert(AlertKind.UNKNOWN, "", CLOSED, details)])
    lines = text.split("\n\n")[0].split("\n")
    assert lines[0] == CLOSED_WORDS
    assert lines[1:101] == [f"  {n}" for n in range(min(count, MOST_DETAILS))]
    assert lines[-1] == last


def test_the_cause_is_not_told() -> None:
    assert "low-balance#" not in "".join(mail("p", [LOW]))


def test_a_subject_is_no_longer_than_mail_programs_show() -> None:
    assert len(mail("p" * 300, [LOW])[0]) == 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (unknown_text(1), "Bei 1 Mitteilung ist unbekannt, ob sie versendet wurde (Anrufliste)."),
        (unknown_text(2), "Bei 2 Mitteilungen ist unbekannt, ob sie versendet wurden (Anrufliste)."),
        (
            Text("alert.missed", Text("alert.held", count=1), slot=SLOT),
            "Der Versand vom Mo 23.11. 10:05 wurde um mehr als sechs Stunden versäumt; "
            "1 Mitteilung ist zurückgehalten (Anrufliste).",
        ),
        (
            Text("alert.missed", Text("alert.held", count=2), slot=SLOT),
            "Der Versand vom Mo 23.11. 10:05 wurde um mehr als sechs Stunden versäumt; "
            "2 Mitteilungen sind zurückgehalten (Anrufliste).",
        ),
        (
            Text("alert.low_balance", Text("credits", count=1), Text("alert.least_balance", least=100), mandant="M1"),
            "Das Guthaben des Mandanten M1 beträgt 1 Credit (Mindestbestand 100).",
        ),
        (
            Text("alert.no_credits", Text("alert.waiting", count=1), mandant="M1"),
            "Guthaben fehlt beim Mandanten M1: 1 Mitteilung wartet auf Credits.",
        ),
        (
            Text("alert.no_credits", Text("alert.waiting", count=2), mandant="M1"),
            "Guthaben fehlt beim Mandanten M1: 2 Mitteilungen warten auf Credits.",
        ),
        (
            Text("alert.delayed"),
            "Mitteilungen gehen auch nach fünf Versuchen nicht hinaus; sie kommen zurück und werden später wieder "
            "versucht. Gemeldet wird das für alle Praxen zusammen nur einmal, und erst wieder, wenn es vorbei war.",
        ),
        (
            Text("alert.mail_refused", Text("alert.mail_error", code="MessageRejected")),
            "SES hat eine Meldung an MeldungAn der Praxis nicht angenommen (MessageRejected).",
        ),
        (Text("alert.check_failed", practice="p"), "Die Prüfung der Parameter von p ist fünfmal gescheitert."),
        (Text("alert.unreadable_run"), "In der Warteschlange der Läufe lag eine unlesbare Nachricht."),
        (Text("alert.unreadable_outbox"), "In der Warteschlange der Übergaben lag eine unlesbare Nachricht."),
        (
            Text("alert.dead_run", job_label(Job.SEND), Text("run.dead")),
            "«Mitteilungen senden»: Der Lauf ist fünfmal abgebrochen und wird nicht mehr wiederholt.",
        ),
        (Text("run.more_reasons", count=1), "… und 1 weitere."),
        (Text("run.more_reasons", count=480), "… und 480 weitere."),
    ],
)
def test_what_alerts_and_reasons_of_runs_say(text: Text, words: str) -> None:
    assert words_of("de").of(text) == words

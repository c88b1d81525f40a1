"""E-mails to people of a practice: one for all alerts of a run, never mistaken for a message to a patient."""

from collections.abc import Iterator

import pytest

from chalicelib.aws.alert_sender import MOST_RECIPIENTS, NotToldError
from chalicelib.planning.alerts import Alert, AlertKind, unknown_text
from chalicelib.text import Text
from infra.local.clients import client
from infra.local.networks.sent_message import SentMessage
from tests.contract.sides import NOW, RealSide, Side
from tests.contract.test_sending import networks

TO = ["empfang@beispiel.example", "leitung@beispiel.example"]
ALERTS = [
    Alert(AlertKind.LOW_BALANCE, "M1", Text("run.no_sender", mandant="M1")),
    Alert(AlertKind.UNKNOWN, "1", unknown_text(1), (Text("fact.patient_at", patient="P1", at=NOW),), operator=False),
]


@pytest.fixture(autouse=True)
def _verified(side: Side) -> Iterator[None]:
    """SES takes what the deployment's own address sends."""
    refuse(side, None)
    yield
    networks(side).notices.clear()


def refuse(side: Side, code: str | None) -> None:
    """Have SES refuse the sender of alerts, or take it."""
    if not isinstance(side, RealSide):
        side.parts.alerts.refuses = code  # type: ignore[attr-defined]
        return
    sender = side.parts.settings.alert_sender
    known = {identity["IdentityName"] for identity in client("sesv2").list_email_identities()["EmailIdentities"]}
    if code and sender in known:
        client("sesv2").delete_email_identity(EmailIdentity=sender)
    elif not code and sender not in known:
        client("sesv2").create_email_identity(EmailIdentity=sender)


def sent_mails(side: Side) -> list[tuple[str, str | None, str | None, str]]:
    notices: list[SentMessage] = networks(side).notices
    return [(notice.to, notice.sender, notice.subject, notice.text) for notice in notices]


def test_all_alerts_of_a_run_are_one_e_mail_with_their_details(side: Side) -> None:
    side.parts.alerts.notify_practice("praxis", ALERTS, TO, "de")
    assert sent_mails(side) == [
        (
            "empfang@beispiel.example, leitung@beispiel.example",
            side.parts.settings.alert_sender,
            "vitosms praxis: Guthaben tief, Mitteilungen ungewiss",
            "AbsenderSMS des Mandanten M1 ist nicht verwendbar; gesendet ohne Absender.\n\n"
            "Bei 1 Mitteilung ist unbekannt, ob sie versendet wurde (Anrufliste).\n  Patient P1, Mo 23.11. 09:00\n\n"
            "Praxis praxis\n",
        )
    ]
    assert networks(side).messages == []


@pytest.mark.parametrize(("alerts", "to"), [([], TO), (ALERTS, []), ([], [])])
def test_no_e_mail_leaves_without_alerts_or_without_people(side: Side, alerts: list[Alert], to: list[str]) -> None:
    side.parts.alerts.notify_practice("praxis", alerts, to, "de")
    assert sent_mails(side) == []


def test_a_text_is_sent_as_it_is_to_as_many_people_as_ses_takes(side: Side) -> None:
    people = [f"person-{n}@beispiel.example" for n in range(MOST_RECIPIENTS + 3)]
    side.parts.alerts.send_mail(people, "Tagesübersicht", "Bitte anrufen\n  «niemanden»\n")
    ((to, _, subject, text),) = sent_mails(side)
    assert to.split(", ") == people[:MOST_RECIPIENTS]
    assert (subject, text) == ("Tagesübersicht", "Bitte anrufen\n  «niemanden»\n")


def test_what_ses_refuses_is_reported_by_its_code_alone(side: Side) -> None:
    refuse(side, "MessageRejected")
    with pytest.raises(NotToldError) as raised:
        side.parts.alerts.notify_practice("praxis", ALERTS, TO, "de")
    assert raised.value.text == Text("alert.mail_error", code="MessageRejected")


def test_a_text_and_its_html_are_one_e_mail(side: Side) -> None:
    side.parts.alerts.send_mail(TO, "Tagesübersicht", "Text\n", "<p>Text</p>")
    (notice,) = networks(side).notices
    assert (notice.text, notice.html) == ("Text\n", "<p>Text</p>")


def test_no_value_of_a_practice_steers_an_e_mail(side: Side) -> None:
    side.parts.alerts.send_mail(TO, "P\x1b[2J", "T\u202e1\nzweite Zeile", "<p>\x9b1</p>")
    (notice,) = networks(side).notices
    assert (notice.subject, notice.text, notice.html) == ("P�[2J", "T�1\nzweite Zeile", "<p>�1</p>")

"""Alerts of the operator are in the operator's language; their data is the same in every language."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from chalicelib.aws.alert_sender import AlertSender, NotToldError
from chalicelib.jobs.dead_letters import UNKNOWN
from chalicelib.planning.alerts import ALL, Alert, AlertKind, unknown_text
from chalicelib.text import LANGUAGES, Text, text_of
from chalicelib.words.words import words_of

REFUSED = NotToldError("MessageRejected").text
ALERTS = [
    Alert(AlertKind.ALERT_MAIL, "", Text("alert.mail_refused", REFUSED), once=False),
    Alert(AlertKind.UNKNOWN, "M1", unknown_text(2)),
]


class Topic:
    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def publish(self, **asked: Any) -> None:
        self.published.append(asked)


def published(language: str, practice: str | Text) -> tuple[str, dict[str, Any]]:
    """Subject and message."""
    topic = Topic()
    AlertSender(topic, None, topic="arn", sender="a@b.example", language=language).notify_operator(practice, ALERTS)
    (asked,) = topic.published
    return asked["Subject"], json.loads(asked["Message"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("about", [ALL, UNKNOWN, Text("alert.tariff")])
def test_subject_and_texts_are_in_the_language_of_the_operator(about: Text, language: str) -> None:
    said = words_of(language).of
    subject, message = published(language, about)
    assert (subject, message["practice"]) == (f"vitosms: {said(about)}", said(about))
    assert [one["text"] for one in message["alerts"]] == [said(alert.text) for alert in ALERTS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_subjects_codes_and_a_practice_s_id_are_the_same_in_every_language(language: str) -> None:
    subject, message = published(language, "praxis-am-bach")
    assert (subject, message["practice"]) == ("vitosms: praxis-am-bach", "praxis-am-bach")
    assert [(one["kind"], one["subject"], text_of(one)) for one in message["alerts"]] == [
        (alert.kind, alert.subject, alert.text) for alert in ALERTS
    ]


class Mail:
    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_email(self, **asked: Any) -> None:
        self.sent.append(asked)


@pytest.mark.parametrize(("operator", "answers_to"), [("betrieb@firma.example", ["betrieb@firma.example"]), ("", [])])
def test_people_of_a_practice_answer_to_the_operator(operator: str, answers_to: list[str]) -> None:
    mail = Mail()
    alerts = AlertSender(None, mail, topic="arn", sender="a@b.example", language="de", reply_to=operator)
    alerts.send_mail(["empfang@praxis.example"], "Tagesübersicht", "Text", "<p>Text</p>")
    (asked,) = mail.sent
    assert (asked["FromEmailAddress"], asked["ReplyToAddresses"]) == ("a@b.example", answers_to)
    body = asked["Content"]["Simple"]["Body"]
    assert {name: part["Data"] for name, part in body.items()} == {"Text": "Text", "Html": "<p>Text</p>"}


class Away:
    """A service that is not reached, does not answer, or refuses."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def publish(self, **asked: Any) -> None:
        raise self.error

    send_email = publish


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConnectTimeoutError(endpoint_url="https://sns"), "ConnectTimeoutError"),
        (ReadTimeoutError(endpoint_url="https://sns"), "ReadTimeoutError"),
        (EndpointConnectionError(endpoint_url="https://sns"), "EndpointConnectionError"),
        (ClientError({"Error": {"Code": "Throttling"}}, "Publish"), "Throttling"),
    ],
)
def test_an_alert_that_is_not_taken_is_said_with_its_code(error: Exception, code: str) -> None:
    sender = AlertSender(Away(error), Away(error), topic="arn", sender="a@b.example", language="de")
    with pytest.raises(NotToldError) as operator:
        sender.notify_operator("praxis", ALERTS)
    with pytest.raises(NotToldError) as people:
        sender.notify_practice("praxis", ALERTS, ["empfang@praxis.example"], "de")
    assert operator.value.text == people.value.text == Text("alert.mail_error", code=code)

"""Send alerts: to the operator by an SNS topic, to the practice's people (MeldungAn) by SES. I/O."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.planning.alerts import Alert
from chalicelib.text import Text, TextError, harmless, text_data
from chalicelib.words.words import words_of

MOST_DETAILS = 100  # of an alert in an e-mail; the rest is counted
MOST_RECIPIENTS = 50  # «SendEmail», Amazon SES API v2 Reference: To, CC and BCC together


class NotToldError(TextError):
    """SNS or SES refused, or did not answer; `code` is the code of the error, or its name."""

    def __init__(self, code: str) -> None:
        super().__init__(Text("alert.mail_error", code=code))
        self.code = code


class AlertSender:
    """`sender` is an address of the deployment that SES has verified; `language` is the operator's.

    Answers to an e-mail go to `reply_to`; if it is empty, to the sender.
    """

    def __init__(self, topics: Any, mail: Any, *, topic: str, sender: str, language: str, reply_to: str = "") -> None:
        self._topics, self._mail, self._topic, self._sender = topics, mail, topic, sender
        self._language, self._reply_to = language, reply_to

    def notify_operator(self, practice: str | Text, alerts: Sequence[Alert]) -> None:
        """One notification for all alerts of a run; a text replaces the practice for alerts that belong to none.

        Raises NotToldError.
        """
        if not alerts:
            return
        words = words_of(self._language).of
        name = practice if isinstance(practice, str) else words(practice)
        shown = [
            {"kind": one.kind, "subject": one.subject, "text": words(one.text), **text_data(one.text)} for one in alerts
        ]
        message = harmless(json.dumps({"practice": name, "alerts": shown}, ensure_ascii=False, indent=1))
        with _told():
            self._topics.publish(TopicArn=self._topic, Subject=f"vitosms: {name}"[:100], Message=message)

    def notify_practice(self, practice: str, alerts: Sequence[Alert], to: Sequence[str], language: str) -> None:
        """Send one e-mail for all alerts of a run, in the practice's language; nothing if there is no address.

        Raises NotToldError.
        """
        if alerts and to:
            self.send_mail(to, *alert_mail(practice, alerts, language))

    def send_mail(self, to: Sequence[str], subject: str, text: str, html: str = "") -> None:
        """Send one e-mail to people of a practice, never to a patient: no tags, no receipts. Raises NotToldError.

        With `html`, SES makes both alternatives of one message.
        """
        bodies = {"Text": harmless(text), "Html": harmless(html)} if html else {"Text": harmless(text)}
        body = {name: {"Data": data, "Charset": "UTF-8"} for name, data in bodies.items()}
        with _told():
            self._mail.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": list(to[:MOST_RECIPIENTS])},
                ReplyToAddresses=[self._reply_to] if self._reply_to else [],
                Content={"Simple": {"Subject": {"Data": harmless(subject), "Charset": "UTF-8"}, "Body": body}},
            )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise NotToldError(error.response["Error"]["Code"]) from None
    except BotoCoreError as error:  # no way to the service, or no answer
        raise NotToldError(type(error).__name__) from None


def alert_mail(practice: str, alerts: Sequence[Alert], language: str) -> tuple[str, str]:
    """Subject and text of one e-mail for all alerts of a run."""
    words = words_of(language).of
    subjects = dict.fromkeys(words(alert.label) for alert in alerts)
    told = "\n\n".join("\n".join(map(words, _lines(alert))) for alert in alerts)
    closing = words(Text("alert.mail_from", practice=practice))
    subject = words(Text("alert.subject", practice=practice, kinds=", ".join(subjects)))
    return subject[:200], f"{told}\n\n{closing}\n"


def _lines(alert: Alert) -> Iterator[Text]:
    yield alert.text
    yield from (Text("alert.mail_detail", detail) for detail in alert.details[:MOST_DETAILS])
    if (rest := len(alert.details) - MOST_DETAILS) > 0:
        yield Text("alert.mail_detail", Text("alert.more_details", count=rest))

"""Decide the outcome of each message, and build the receipts of SNS and SES.

The formats are those that AWS documents: "Monitoring SMS activity" for the delivery logs of SNS,
"Contents of event data that Amazon SES publishes to Amazon SNS" for e-mail.
"""

import random
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.messages.sender_countries import country_without_name
from infra.local.networks.sent_message import SMS, SentMessage

PRICE_USD = 0.06  # of one SMS part; about the price in Switzerland
LIMIT_USD = 1000  # for the SMS of a month
_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_ESCAPED = frozenset("\f^{}\\[~]|€")
# Addresses of the mailbox simulator of SES
_AWAY = re.compile(r"ooto(\+[^@]*)?@simulator\.amazonses\.com")
_BOUNCES = re.compile(r"bounce(\+[^@]*)?@simulator\.amazonses\.com")
_ANNOYED = re.compile(r"complaint(\+[^@]*)?@simulator\.amazonses\.com")
ANSWERS_AFTER = timedelta(seconds=20)  # an automatic reply, after the delivery
# The carrier never got the message: it costs nothing.
_BLOCKED = ("Phone number is opted out", "Invalid phone number", "Blocked as spam by phone carrier")
# The carrier tried: it costs the usual price.
_TRIED = (
    "Phone is currently unreachable/unavailable",
    "Phone carrier has blocked this message",
    "Unknown error attempting to reach phone",
)


@dataclass(frozen=True)
class Fate:
    """`delay` is from acceptance to the receipt; `price_usd` is that of a part, None if the log has none."""

    delivered: bool
    delay: timedelta
    response: str
    price_usd: float | None


def fate(message: SentMessage, seed: int, failure_rate: float) -> Fate:
    """Choose the fate by the message, its time and the seed alone: the order of arrival has no effect.

    The delay is 5 to 240 seconds. Half of the SMS that fail are without a price. SNS sends none that costs more than
    it may; a carrier takes none with a name where names are refused.
    """
    dice = random.Random(f"{seed}|{message.at.isoformat()}|{message.channel}|{message.to}|{message.text}")
    delay = timedelta(milliseconds=dice.randint(5_000, 240_000))
    most = message.tags.get("AWS.SNS.SMS.MaxPrice")
    if message.channel == SMS and most and PRICE_USD * parts_of(message.text) > float(most):
        return Fate(False, delay, "This delivery would exceed max price", None)
    if message.channel == SMS and message.sender and country_without_name(message.to):
        return Fate(False, delay, "Phone carrier has blocked this message", PRICE_USD)
    if _BOUNCES.fullmatch(message.to):
        return Fate(False, delay, "Bounce", None)
    if dice.random() >= failure_rate:
        return Fate(True, delay, "Message has been accepted by phone", PRICE_USD)
    if dice.random() < 0.5:
        return Fate(False, delay, dice.choice(_BLOCKED), dice.choice((0.0, None)))
    return Fate(False, delay, dice.choice(_TRIED), PRICE_USD)


def withheld(end: Fate, response: str) -> Fate:
    """The fate of an SMS that SNS accepts and does not send because of the account, for which it says `response`."""
    return Fate(False, end.delay, response, None)


def delivery_log(message: SentMessage, end: Fate) -> dict[str, Any]:
    """The line about one SMS that SNS writes to CloudWatch Logs."""
    parts = parts_of(message.text)
    dwell = int(end.delay / timedelta(milliseconds=1))
    carrier = {"phoneCarrier": "Beispiel Mobil", "mnc": 1, "mcc": 228} if end.price_usd else {"mnc": 0, "mcc": 0}
    price = {} if end.price_usd is None else {"priceInUSD": round(end.price_usd * parts, 5)}
    return {
        "notification": {
            "messageId": message.message_id,
            "timestamp": f"{message.at:%Y-%m-%d %H:%M:%S}.{message.at.microsecond // 1000:03}",
        },
        "delivery": {
            **carrier,
            "numberOfMessageParts": parts,
            "destination": message.to,
            **price,
            "smsType": message.tags.get("AWS.SNS.SMS.SMSType", "Promotional"),
            "providerResponse": end.response,
            "dwellTimeMs": dwell // 4,
            "dwellTimeMsUntilDeviceAck": dwell,
        },
        "status": "SUCCESS" if end.delivered else "FAILURE",
    }


def parts_of(text: str) -> int:
    """The number of SMS parts: one of 160 GSM-7 units, else of 153; in UTF-16 of 70 units, else of 67."""
    if all(character in _GSM_7 or character in _GSM_7_ESCAPED for character in text):
        units, single, joined = sum(1 + (character in _GSM_7_ESCAPED) for character in text), 160, 153
    else:
        units, single, joined = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if units <= single else -(-units // joined)


def mail_sent(message: SentMessage, configuration_set: str) -> dict[str, Any]:
    """The Send event of SES: it has accepted the message."""
    return {"eventType": "Send", "mail": _mail(message, configuration_set), "send": {}}


def mail_ended(message: SentMessage, configuration_set: str, end: Fate) -> dict[str, Any]:
    """The Delivery or Bounce event of SES."""
    if end.delivered:
        delivery = {
            "timestamp": _iso(message.at + end.delay),
            "processingTimeMillis": int(end.delay / timedelta(milliseconds=1)),
            "recipients": [message.to],
            "smtpResponse": "250 2.6.0 Message received",
            "reportingMTA": "mta.example.com",
        }
        return {"eventType": "Delivery", "mail": _mail(message, configuration_set), "delivery": delivery}
    recipient = {
        "emailAddress": message.to,
        "action": "failed",
        "status": "5.1.1",
        "diagnosticCode": "smtp; 550 5.1.1 user unknown",
    }
    return _bounce(message, configuration_set, message.at + end.delay, "Permanent", recipient)


def is_away(message: SentMessage) -> bool:
    """Whether an automatic reply follows the delivery: to this address of the mailbox simulator of SES it does."""
    return _AWAY.fullmatch(message.to) is not None


def is_annoyed(message: SentMessage) -> bool:
    """Whether the reader reports the e-mail as spam: at this address of the mailbox simulator it happens."""
    return _ANNOYED.fullmatch(message.to) is not None


def mail_complained(message: SentMessage, configuration_set: str, when: datetime) -> dict[str, Any]:
    """The Complaint event of SES."""
    complaint = {
        "complainedRecipients": [{"emailAddress": message.to}],
        "timestamp": _iso(when),
        "complaintFeedbackType": "abuse",
        "feedbackId": f"{uuid.uuid5(uuid.NAMESPACE_OID, message.message_id)}-000000",
    }
    return {"eventType": "Complaint", "complaint": complaint, "mail": _mail(message, configuration_set)}


def mail_answered(message: SentMessage, configuration_set: str, when: datetime) -> dict[str, Any]:
    """The Bounce event that SES makes of an automatic reply: it has no DSN, hence no status."""
    recipient = {"emailAddress": message.to}
    return _bounce(message, configuration_set, when, "Transient", recipient)


def _bounce(
    message: SentMessage, configuration_set: str, when: datetime, kind: str, recipient: dict[str, str]
) -> dict[str, Any]:
    bounce = {
        "bounceType": kind,
        "bounceSubType": "General",
        "bouncedRecipients": [recipient],
        "timestamp": _iso(when),
        "feedbackId": f"{uuid.uuid5(uuid.NAMESPACE_OID, message.message_id)}-000000",
    }
    bounce |= {"reportingMTA": "dsn; mta.example.com"} if "status" in recipient else {}
    return {"eventType": "Bounce", "bounce": bounce, "mail": _mail(message, configuration_set)}


def _mail(message: SentMessage, configuration_set: str) -> dict[str, Any]:
    tags = {"ses:configuration-set": [configuration_set], **{k: [v] for k, v in message.tags.items()}}
    headers = {"From": message.sender or "", "To": message.to, "Subject": message.subject or ""}
    return {
        "timestamp": _iso(message.at),
        "source": message.sender,
        "sendingAccountId": "123456789012",
        "messageId": message.message_id,
        "destination": [message.to],
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "commonHeaders": {
            "from": [headers["From"]],
            "to": [message.to],
            "messageId": message.message_id,
            "subject": headers["Subject"],
        },
        "tags": tags,
    }


def _iso(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")

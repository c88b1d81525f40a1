"""Read messages from requests of boto3, and build the error answers of AWS."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

SMS = "SMS"
MAIL = "E-Mail"
_SERVER_ERRORS = {"InternalError": 500, "InternalFailure": 500, "ServiceUnavailable": 503}


@dataclass(frozen=True)
class ErrorAnswer:
    """An error answer of AWS. `status` is the HTTP status; None for the usual one of the code."""

    code: str
    message: str = ""
    status: int | None = None


@dataclass(frozen=True)
class SentMessage:
    """A message as it leaves for a patient, or for people of a practice.

    `at` is UTC; `sender` is the SenderID or the From address; `subject` is None for SMS; `tags` are the
    tags of an e-mail, or the attributes of an SMS besides the SenderID (by their names at AWS).
    `html` and `reply_to` are those of an e-mail to people of a practice.
    `region` is that to which the request went.
    `message_id` is the provider's, empty until it has accepted the message; `raw` is the whole e-mail if it was sent as
    raw content.
    """

    at: datetime
    channel: str
    to: str
    sender: str | None
    subject: str | None
    text: str
    message_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""
    html: str = ""
    reply_to: str = ""
    region: str = ""

    @property
    def attachments(self) -> list[str]:
        """The names of its attached files."""
        mime = email.message_from_bytes(self.raw, policy=email.policy.default)
        return [str(part.get_filename()) for part in mime.iter_attachments()]

    @property
    def is_notice(self) -> bool:
        """Whether it is an e-mail to people of a practice, and not a message to a patient."""
        return self.channel == MAIL and "entry" not in self.tags


def body_bytes(request: AWSPreparedRequest) -> bytes:
    """The body of a request, in any type that botocore uses."""
    body = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, (bytes, bytearray)) else body.read()


def error_answer(service: str, url: str, error: ErrorAnswer) -> AWSResponse:
    """The error answer in the protocol of the service: XML for "sns", JSON for the others."""
    from botocore.awsrequest import AWSResponse
    from moto.core.botocore_stubber import MockRawResponse  # slow to load, and commands need only the messages

    status = error.status or _SERVER_ERRORS.get(error.code, 400)
    if service != "sns":
        headers = {"x-amzn-ErrorType": error.code, "Content-Type": "application/json"}
        body = json.dumps({"__type": error.code, "message": error.message})
        return AWSResponse(url, status, headers, MockRawResponse(body))
    body = (
        '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error>'
        f"<Type>{'Receiver' if status >= 500 else 'Sender'}</Type><Code>{escape(error.code)}</Code>"
        f"<Message>{escape(error.message)}</Message></Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
    )
    return AWSResponse(url, status, {"Content-Type": "text/xml"}, MockRawResponse(body))


def message_id_of(answer: AWSResponse) -> str:
    """The id in the answer to an accepted Publish or SendEmail."""
    found = re.search(r'MessageId(?:>|": ?")([^<"]+)', answer.text)
    if found is None:
        raise ValueError(f"no message id in {answer.text}")
    return found[1]


def region_of(request: AWSPreparedRequest) -> str:
    """The region in the host of a request, such as `sns.eu-central-1.amazonaws.com`."""
    return str(urlsplit(request.url).hostname).split(".")[1]


def sms_of(body: bytes, at: datetime) -> SentMessage | None:
    """The SMS in a Publish request; None if it goes to a topic."""
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    if "PhoneNumber" not in fields:
        return None
    attributes = {
        name: fields.get(key.removesuffix("Name") + "Value.StringValue", "")
        for key, name in fields.items()
        if re.fullmatch(r"MessageAttributes\.entry\.\d+\.Name", key)
    }
    sender = attributes.pop("AWS.SNS.SMS.SenderID", None)
    text = fields.get("Message", "")
    return SentMessage(at, SMS, fields["PhoneNumber"], sender, None, text, tags=attributes)


def mail_of(request: Mapping[str, Any], at: datetime) -> SentMessage:
    """The e-mail in a SendEmail request, simple or raw, with its plain text."""
    content, raw, html = request["Content"], b"", ""
    sender = request.get("FromEmailAddress")
    if "Raw" in content:
        raw = base64.b64decode(content["Raw"]["Data"])
        author, subject, text = _read(raw)
        sender = sender or author
    else:
        simple = content["Simple"]
        subject, text = simple["Subject"]["Data"], simple["Body"].get("Text", {}).get("Data", "")
        html = simple["Body"].get("Html", {}).get("Data", "")
    to = ", ".join(request.get("Destination", {}).get("ToAddresses", []))
    tags = {tag["Name"]: tag["Value"] for tag in request.get("EmailTags", [])}
    reply_to = ", ".join(request.get("ReplyToAddresses", []))
    return SentMessage(at, MAIL, to, sender, subject, text, tags=tags, raw=raw, html=html, reply_to=reply_to)


@lru_cache(maxsize=256)  # the tests play the same day many times, and parsing takes longer than sending
def _read(raw: bytes) -> tuple[str, str, str]:
    """From, subject and plain text of an e-mail.

    Line ends are LF; the last one, which every text of an e-mail has, is removed.
    """
    mime = email.message_from_bytes(raw, policy=email.policy.default)
    part = mime.get_body(("plain",))
    text = str(part.get_content()) if part is not None else ""
    return str(mime["From"]), str(mime["Subject"]), text.replace("\r\n", "\n").removesuffix("\n")

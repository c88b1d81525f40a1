"""SNS and SES in memory: they accept messages, fail on demand, and later report each result, by seed.

The providers are the real ones; only their clients are fakes. The faults are in `infra/local/networks/networks.py`.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from infra.local.clients import REGION
from infra.local.networks.networks import AnswerLost, Fault
from infra.local.networks.sent_message import SMS, ErrorAnswer, SentMessage, mail_of
from tests.fakes.world import World

_STATUS = {"InternalError": 500, "InternalFailure": 500, "ServiceUnavailable": 503}
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_LONGEST = 1600


class FakeNetworks:
    """Both networks. `messages` holds the accepted ones; `on_request` may name a fault for a message."""

    def __init__(self, world: World, accepted: Callable[[SentMessage], None] = lambda message: None) -> None:
        self.messages: list[SentMessage] = []
        self.notices: list[SentMessage] = []
        self.on_request: Callable[[SentMessage], Fault | None] | None = None
        self._world, self._accepted = world, accepted
        self._scripted: deque[Fault] = deque()
        self._alike: Counter[str] = Counter()

    def fail_next(self, fault: Fault | str, times: int = 1) -> None:
        """Have the next `times` messages meet this fault; a text is an error code of AWS."""
        self._scripted.extend([ErrorAnswer(fault) if isinstance(fault, str) else fault] * times)

    def publish(self, *, PhoneNumber: str, Message: str, MessageAttributes: Mapping[str, Any]) -> dict[str, str]:  # noqa: N803
        """As boto3's sns.publish; one attempt, as the sending clients make."""
        attributes = {name: str(value["StringValue"]) for name, value in MessageAttributes.items()}
        sender = attributes.pop("AWS.SNS.SMS.SenderID", None)
        message = SentMessage(self._world.now, SMS, PhoneNumber, sender, None, Message, tags=attributes)
        return self._world.call("sms.send", lambda: self._take(message, "Publish"), attempts=1)

    def send_email(self, **request: Any) -> dict[str, str]:
        """As boto3's sesv2.send_email."""
        in_json = {"Raw": {"Data": b64encode(request["Content"]["Raw"]["Data"])}}
        message = mail_of({**request, "Content": in_json}, self._world.now)
        return self._world.call("mail.send", lambda: self._take(message, "SendEmail"), attempts=1)

    def _take(self, message: SentMessage, operation: str) -> dict[str, str]:
        fault = _wrong_shape(message) or self._fault(message)
        if isinstance(fault, ErrorAnswer):
            raise _client_error(fault, operation)
        if isinstance(fault, BaseException):
            raise fault
        taken = replace(message, message_id=self._id_of(message), region=REGION)
        self.messages.append(taken)
        self._accepted(taken)
        if isinstance(fault, AnswerLost):
            raise fault.error
        return {"MessageId": taken.message_id}

    def _id_of(self, message: SentMessage) -> str:
        """The same in every run: messages are sent in parallel, and arrive in any order."""
        content = f"{message.at.isoformat()}\n{message.to}\n{message.text}"
        self._alike[content] += 1
        content += f"\n{self._alike[content] - 1}"
        return hashlib.sha256(content.encode()).hexdigest()[:32]

    def _fault(self, message: SentMessage) -> Fault | None:
        if self._scripted:
            return self._scripted.popleft()
        return self.on_request(message) if self.on_request else None


def _client_error(fault: ErrorAnswer, operation: str) -> ClientError:
    status = fault.status or _STATUS.get(fault.code, 400)
    error = {"Code": fault.code, "Message": fault.message}
    return ClientError({"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}, operation)


def _wrong_shape(message: SentMessage) -> ErrorAnswer | None:
    """Refuse a message as SNS does immediately."""
    if message.channel != SMS:
        return None
    if not _NUMBER.fullmatch(message.to):
        return ErrorAnswer("InvalidParameter", f"Invalid parameter: PhoneNumber Reason: {message.to} is not valid")
    if not message.text:
        return ErrorAnswer("InvalidParameter", "Invalid parameter: Empty message")
    if len(message.text) > _LONGEST:
        return ErrorAnswer("InvalidParameter", "Invalid parameter: Message too long")
    return None

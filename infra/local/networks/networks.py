"""Play the networks behind SNS and SES: record the messages that they accept, and fail on demand."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from infra.local.networks import sent_message as wire
from infra.local.networks.sent_message import ErrorAnswer, SentMessage

_PHONE_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_MAX_SMS = 1600  # characters that SNS takes in one Publish


@dataclass(frozen=True)
class AnswerLost:
    """The message is accepted, and `error` is raised in place of the answer."""

    error: BaseException


class Aftermath(Enum):
    """The fate of an accepted message, instead of the one that its seed would choose."""

    NO_RECEIPT = "no receipt"
    BOUNCE = "bounced"
    REPLY = "delivered, and answered automatically"
    ACCOUNT_LIMIT = "No quota left for account"  # as SNS says it


Fault = ErrorAnswer | AnswerLost | BaseException
Scripted = Fault | Aftermath


class Networks:
    """The phone network and the mail network, at the point at which requests arrive.

    `messages` are the accepted messages to patients, in the order of arrival; messages that are sent in
    parallel arrive in any order. `notices` are the e-mails to people of a practice.

    `on_request` is called before each message and may return a fault: an ErrorAnswer is the answer; an
    exception is raised before the message is accepted, that of AnswerLost after.
    """

    def __init__(self, accepted: Callable[[SentMessage, str | None, Aftermath | None], None]) -> None:
        """`accepted` is called with each accepted message, the configuration set of an e-mail, what is to follow."""
        self.messages: list[SentMessage] = []
        self.notices: list[SentMessage] = []
        self.on_request: Callable[[SentMessage], Fault | None] | None = None
        self._accepted = accepted
        self._scripted: list[Mapping[str, Scripted]] = []  # by channel

    def fail_next(self, fault: Scripted | str, times: int = 1, channels: Sequence[str] = (wire.SMS, wire.MAIL)) -> None:
        """Let the next `times` messages of these channels fail with this fault; a text is an error code of AWS."""
        met: Scripted = ErrorAnswer(fault) if isinstance(fault, str) else fault
        self._scripted += [dict.fromkeys(channels, met)] * times

    def meet_next(self, faults: Mapping[str, Scripted], times: int) -> None:
        """Let just the next `times` messages of these channels meet the fault of their channel."""
        self._scripted = [faults] * times

    def take(
        self, operation: str, request: AWSPreparedRequest, moto: Callable[[], AWSResponse | None]
    ) -> AWSResponse | None:
        """Answer a Publish or a SendEmail; a Publish to a topic goes to moto."""
        message, configuration_set = _read(operation, wire.body_bytes(request))
        if message is None:
            return moto()
        if message.is_notice:
            self.notices.append(message)
            return moto()
        fault = _wrong_shape(message) or self._fault(message)
        if isinstance(fault, ErrorAnswer):
            return wire.error_answer(operation.split(".")[0], request.url, fault)
        if isinstance(fault, BaseException):
            raise fault
        answer = moto()
        if answer is not None and answer.status_code == 200:
            taken = replace(message, message_id=wire.message_id_of(answer), region=wire.region_of(request))
            self.messages.append(taken)
            self._accepted(taken, configuration_set, fault if isinstance(fault, Aftermath) else None)
        if isinstance(fault, AnswerLost):
            raise fault.error
        return answer

    def _fault(self, message: SentMessage) -> Scripted | None:
        for nth, faults in enumerate(self._scripted):
            if message.channel in faults:
                return self._scripted.pop(nth)[message.channel]
        return self.on_request(message) if self.on_request else None


def _read(operation: str, body: bytes) -> tuple[SentMessage | None, str | None]:
    now = datetime.now(UTC)
    if operation == "sns.Publish":
        return wire.sms_of(body, now), None
    request: Mapping[str, Any] = json.loads(body)
    return wire.mail_of(request, now), request.get("ConfigurationSetName")


def _wrong_shape(message: SentMessage) -> ErrorAnswer | None:
    """The error of SNS for an SMS that it refuses at once, and moto does not; None if it accepts it."""
    if message.channel != wire.SMS:
        return None
    if not _PHONE_NUMBER.fullmatch(message.to):
        reason = f"PhoneNumber Reason: {message.to} is not valid to publish to"
    elif not message.text:
        reason = "Empty message"
    elif len(message.text) > _MAX_SMS:
        reason = "Message too long"
    else:
        return None
    return ErrorAnswer("InvalidParameter", f"Invalid parameter: {reason}")

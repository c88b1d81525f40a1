"""Faults of the providers that a person asks for, by name."""

from collections.abc import Mapping

from botocore.exceptions import ReadTimeoutError

from infra.local.networks.networks import Aftermath, AnswerLost, Scripted
from infra.local.networks.sent_message import MAIL, SMS, ErrorAnswer
from infra.local.weather import ProviderTrouble

_UNANSWERED = AnswerLost(ReadTimeoutError(endpoint_url="local"))
FAULTS: Mapping[ProviderTrouble, Mapping[str, Scripted]] = {  # by channel
    ProviderTrouble.REFUSE: {
        SMS: ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber Reason: is not valid to publish to"),
        MAIL: ErrorAnswer("BadRequestException", "Illegal address"),
    },
    ProviderTrouble.SILENT: {SMS: Aftermath.NO_RECEIPT, MAIL: Aftermath.NO_RECEIPT},
    ProviderTrouble.TIMEOUT: {SMS: _UNANSWERED, MAIL: _UNANSWERED},
    ProviderTrouble.THROTTLE: {
        SMS: ErrorAnswer("Throttling", "Rate exceeded"),
        MAIL: ErrorAnswer("TooManyRequestsException", "Too many requests", 429),
    },
    ProviderTrouble.BOUNCE: {MAIL: Aftermath.BOUNCE},
    ProviderTrouble.OUT_OF_OFFICE: {MAIL: Aftermath.REPLY},
    ProviderTrouble.ACCOUNT_LIMIT: {SMS: Aftermath.ACCOUNT_LIMIT},
}

"""SMS by Amazon SNS. I/O: one request, never repeated by the client."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from chalicelib.entries.entry import Entry
from chalicelib.providers.errors import OutcomeOf, outcome_of_error
from chalicelib.providers.outcome import Accepted, Outcome, Refused
from chalicelib.text import Text

_OPTED_OUT = Refused(Text("carrier.refuses_opted_out"), opted_out=True)
_THROTTLES = frozenset({"Throttling", "ThrottlingException", "ThrottledException", "KMSThrottling", "TooManyRequests"})


def _bad_number(message: str) -> Refused | None:
    """SNS answers InvalidParameter for any parameter; only a message about the number is a refusal."""
    return Refused(Text("carrier.refuses_number")) if "PhoneNumber" in message else None


# «Publish», Errors, Amazon SNS API Reference; SNS raises codes, not classes
_REFUSALS: dict[str, OutcomeOf] = {
    "InvalidParameter": _bad_number,
    "InvalidParameterValue": _bad_number,
    "ParameterValueInvalid": _bad_number,
    "OptedOut": lambda message: _OPTED_OUT,
    "OptedOutException": lambda message: _OPTED_OUT,
}


class SmsProvider:
    """Sends SMS; `max_price` is the limit for one part in USD, as text: that of SNS is for all parts of a message."""

    def __init__(self, client: Any, max_price: str) -> None:
        self._client, self._max_price = client, max_price

    def send(self, entry: Entry) -> Outcome:
        """Publish the frozen text once; the client must have total_max_attempts=1."""
        try:
            answer = self._client.publish(
                PhoneNumber=entry.recipient, Message=entry.text, MessageAttributes=self._attributes(entry)
            )
        except Exception as error:  # every failure is an outcome, never a crash
            return outcome_of_error(error, _REFUSALS, _THROTTLES)
        return Accepted(answer["MessageId"])

    def _attributes(self, entry: Entry) -> dict[str, dict[str, str]]:
        attributes = {
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
            "AWS.SNS.SMS.MaxPrice": {
                "DataType": "Number",
                "StringValue": str(Decimal(self._max_price) * max(entry.parts, 1)),
            },
        }
        if entry.sender:
            attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": entry.sender}
        return attributes

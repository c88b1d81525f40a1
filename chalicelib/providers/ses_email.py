"""E-mail by Amazon SES. I/O: one request, never repeated by the client."""

from __future__ import annotations

from typing import Any

from chalicelib.entries.entry import Entry
from chalicelib.providers.errors import ReasonOf, outcome_of_error
from chalicelib.providers.mime import raw_mail
from chalicelib.providers.outcome import Accepted, Outcome
from chalicelib.text import Text

_THROTTLES = frozenset({"TooManyRequestsException", "Throttling", "ThrottlingException", "LimitExceededException"})
_ABOUT_THE_ADDRESS = ("address", "domain", "recipient", "local part")


def _bad_address(message: str) -> Text | None:
    """SES answers BadRequestException for any field; a message about the recipient's address is a refusal."""
    text = message.casefold()
    about = any(word in text for word in _ABOUT_THE_ADDRESS) and "from" not in text and "not verified" not in text
    return Text("carrier.refuses_address") if about else None


# «SendEmail», Errors, Amazon SES API v2 Reference
_REFUSALS: dict[str, ReasonOf] = {"BadRequestException": _bad_address, "InvalidParameterValue": _bad_address}


class EmailProvider:
    """Sends e-mails; the events of `configuration_set` come back as receipts."""

    def __init__(self, client: Any, configuration_set: str) -> None:
        self._client, self._configuration_set = client, configuration_set

    def send(self, entry: Entry) -> Outcome:
        """Send the frozen message once, tagged with practice, entry key and attempt."""
        raw = raw_mail(entry)
        tagged = {"practice": entry.practice, "entry": entry.key, "attempt": str(entry.attempt)}
        tags = [{"Name": name, "Value": value} for name, value in tagged.items()]
        try:
            answer = self._client.send_email(
                FromEmailAddress=entry.sender,
                Destination={"ToAddresses": [entry.recipient]},
                Content={"Raw": {"Data": raw}},
                EmailTags=tags,
                ConfigurationSetName=self._configuration_set,
            )
        except Exception as error:  # every failure is an outcome, never a crash
            return outcome_of_error(error, _REFUSALS, _THROTTLES)
        return Accepted(answer["MessageId"])

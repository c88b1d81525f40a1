"""E-mail by Amazon SES. I/O: one request, never repeated by the client."""

from __future__ import annotations

from functools import partial
from typing import Any

from chalicelib.entries.entry import Entry
from chalicelib.providers.errors import OutcomeOf, outcome_of_error
from chalicelib.providers.mime import raw_mail
from chalicelib.providers.outcome import Accepted, Doubtful, Misconfigured, Outcome, Refused
from chalicelib.text import Text

_THROTTLES = frozenset({"TooManyRequestsException", "Throttling", "ThrottlingException", "LimitExceededException"})
# The code decides first. Under one of these, SES says what is wrong in words, which may quote any address: so only how
# they begin decides. «Amazon SES email sending errors»; the parser of addresses is that of Jakarta Mail.
_IN_WORDS = ("BadRequestException", "InvalidParameterValue", "MessageRejected")
_THE_ADDRESS = (
    "address length is more than", "domain contains", "domain ends with", "domain literal", "domain starts with",
    "empty address", "extra route-addr", "illegal address", "illegal route-addr", "illegal semicolon",
    "illegal whitespace in address", "invalid domain name", "invalid email address", "invalid recipient address",
    "local address", "local part", "missing '", "missing domain", "missing final '@domain'", "missing local name",
    "quote not at end of local address",
)  # fmt: skip
_OUR_SETUP = (
    "configuration set", "duplicate header", "email address is not verified", "invalid from address",
    "message length is more than", "missing required header", "sending paused", "sending suspended",
)  # fmt: skip


def _in_words(code: str, message: str) -> Outcome:
    """An unknown text refuses one message: whether it is about all, those beside it tell."""
    words = message.strip().casefold()
    if words.startswith(_OUR_SETUP):
        return Misconfigured(code)
    return Refused(Text("carrier.refuses_address")) if words.startswith(_THE_ADDRESS) else Doubtful(code)


_REFUSALS: dict[str, OutcomeOf] = {code: partial(_in_words, code) for code in _IN_WORDS}


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

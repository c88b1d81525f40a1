"""The reasons why messages may not be sent at present. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.messages.recipient import Channel
from chalicelib.text import Text


@dataclass(frozen=True)
class Stops:
    """The reason why nothing is sent, and those why no SMS or e-mail is; None: they are sent.

    SMS are stopped for the deployment, e-mails for one practice. `untold`: the operator has to be told of the SMS yet.
    """

    everything: Text | None = None
    sms: Text | None = None
    emails: Text | None = None
    untold: bool = False

    def of(self, channel: str | None) -> Text | None:
        """The reason why no message of this channel is sent."""
        of_channel: dict[str | None, Text | None] = {Channel.SMS: self.sms, Channel.EMAIL: self.emails}
        return self.everything or of_channel.get(channel)

"""The reasons why messages may not be sent at present. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.messages.recipient import Channel
from chalicelib.text import Text


@dataclass(frozen=True)
class Stops:
    """The reason why nothing is sent, and the one why no SMS is; None: they are sent."""

    everything: Text | None = None
    sms: Text | None = None

    def of(self, channel: str | None) -> Text | None:
        """The reason why no message of this channel is sent."""
        return self.everything or (self.sms if channel == Channel.SMS else None)

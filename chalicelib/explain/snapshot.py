"""The state of a practice for the person who asks. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chalicelib.entries.credits import Tariff
from chalicelib.entries.deadlines import phoned_from
from chalicelib.entries.entry import Entry
from chalicelib.planning import outlook
from chalicelib.planning.compose import Message
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Suggestion, Text, moment_from


@dataclass(frozen=True)
class PracticeSnapshot:
    """The data that all messages of a practice share."""

    practice: Practice
    now: datetime  # UTC
    opt_outs: OptOuts = field(default_factory=OptOuts)
    runs: Sequence[Mapping[str, Any]] = ()  # lines of the job history
    stop: Text | None = None  # why all practices are stopped
    unread: Text | None = None  # why the practice database cannot be read
    balances: Mapping[str, int] = field(default_factory=dict)  # by Mandant, if they matter
    tariff: Tariff | None = None

    @property
    def today(self) -> date:
        return slot_day(self.now, self.practice.zone)

    def switch(self, name: str) -> Any:
        """Its value; None if it is invalid."""
        return self.practice.validated.switches.values.get(name)

    def blocked(self, job: Job) -> tuple[list[Text], list[Suggestion]]:
        """Return why a job would do nothing, and what to change."""
        found = list(outlook.blockers(self.practice, job))
        if job is Job.SEND and self.stop:
            found.append((Text("stop.deployment", self.stop), Suggestion("resume_all")))
        return [reason for reason, _ in found], [suggestion for _, suggestion in found]

    def to_phone_from(self, entry: Entry) -> list[Text]:
        """Return when an unconfirmed message goes on the call list, if it does."""
        since = phoned_from(entry, self.switch("UnbestaetigtAnrufen") or 0)
        if since is None or entry.expires_at <= self.now:
            return []
        return [Text("then.phoned_from", moment_from(self.now, since, self.practice.zone))]

    def cost(self, text: Message | None, mandant: str | None) -> tuple[int, int] | None:
        """The price of a message and the balance of its Mandant, in credits; None if one of them is unknown."""
        balance = self.balances.get(mandant or "")
        if text is None or self.tariff is None or balance is None:
            return None
        return self.tariff.price(text.channel, text.parts), balance

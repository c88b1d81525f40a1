"""What the rules may look at: one candidate, what is the same for every candidate of a run, and its entry. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from .candidate import Candidate
from .entry import Entry, Kind
from .licence import Licence
from .recipient import Address, Channel, NoAddress, choose_address, email_address
from .switches import Switches
from .templates import TemplateSet, language_of

KIND_NAMES = {Kind.REMINDER: "Terminerinnerung", Kind.BIRTHDAY: "Geburtstag"}


class Step(StrEnum):
    PREPARE = "prepare"
    SEND = "send"


@dataclass(frozen=True)
class Practice:
    """What is the same for every candidate of a run: the switches, licences, templates and days."""

    step: Step
    now: datetime  # aware
    today: date  # the slot's local date, whenever the run runs
    days: frozenset[date]  # local days that this run searches; empty in send
    switches: Switches
    licences: Mapping[str, Licence]
    templates: TemplateSet
    email_senders: frozenset[str]  # on the operator's list

    @property
    def zone(self) -> ZoneInfo:
        zone: ZoneInfo = self.switches["Zeitzone"]
        return zone


@dataclass(frozen=True)
class Question:
    """One candidate before the rules; `entry` is the one it already has, if any."""

    practice: Practice
    candidate: Candidate
    entry: Entry | None = None

    @property
    def kind_name(self) -> str:
        return KIND_NAMES[self.candidate.kind]

    @property
    def language(self) -> str:
        return language_of(self.candidate.language, self.practice.switches["Sprache"])

    @property
    def until(self) -> datetime:
        """The clock (UTC): a reminder's Beginn, a greeting's last moment in the Versandfenster of its day."""
        if self.candidate.begins is not None:
            return self.candidate.begins
        return greeting_ends(self.practice)

    def email_listed(self) -> bool:
        sender = self.candidate.payer.email_sender
        return isinstance(sender, str) and _sender(sender) in self.practice.email_senders

    def has_template(self, channel: Channel) -> bool:
        return self.practice.templates.available(self.kind_name, channel, self.language)

    def address(self) -> Address | NoAddress:
        return self._address

    @cached_property
    def _address(self) -> Address | NoAddress:
        return choose_address(
            self.candidate.mobile,
            self.candidate.email,
            self.practice.switches["BevorzugterKanal"],
            sms_possible=self.has_template(Channel.SMS),
            email_possible=self.has_template(Channel.EMAIL) and self.email_listed(),
        )


def greeting_ends(practice: Practice) -> datetime:
    """The last moment (UTC) at which a greeting of today may leave."""
    end: datetime = practice.switches["Versandfenster"].last_moment_on(practice.today, practice.zone)
    return end


@lru_cache(maxsize=256)  # a practice has a few senders and thousands of candidates
def _sender(raw: str) -> str | None:
    sender = email_address(raw)
    return sender.value.casefold() if isinstance(sender, Address) else None

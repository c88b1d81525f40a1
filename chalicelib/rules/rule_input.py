"""What the rules may look at: one candidate, what is the same for every candidate of a run, and its entry. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from chalicelib.entries.entry import Entry
from chalicelib.messages.birthday import years_before
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Address, Channel, NoAddress, choose_address, email_address
from chalicelib.messages.template_set import TemplateSet, language_of
from chalicelib.practice.licence import Licence
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.switches import Switches
from chalicelib.rules.candidate import Candidate

KIND_NAMES = {Kind.REMINDER: "Terminerinnerung", Kind.BIRTHDAY: "Geburtstag", Kind.RESCHEDULED: "Terminverschiebung"}


class Stage(StrEnum):
    PREPARE = "prepare"
    SEND = "send"


@dataclass(frozen=True)
class RuleContext:
    """What is the same for every candidate of a run: the switches, licences, templates and days."""

    stage: Stage
    now: datetime  # aware
    today: date  # the slot's local date, whenever the run runs
    days: frozenset[date]  # local days that this run searches; empty in send
    switches: Switches
    licences: Mapping[str, Licence]
    templates: TemplateSet
    email_senders: frozenset[str]  # on the operator's list
    opt_outs: OptOuts

    @cached_property
    def zone(self) -> ZoneInfo:
        zone: ZoneInfo = self.switches["Zeitzone"]
        return zone

    @cached_property
    def announces_rescheduling(self) -> bool:
        """Whether a moved appointment gets a message of its own."""
        wanted: bool = self.switches["ErinnerungBeiVerschiebung"]
        return wanted

    @property
    def active_since(self) -> date | None:
        """Greeted is who was there since this local day; None: everybody."""
        years: int = self.switches["GeburtstagInaktivJahre"]
        return years_before(self.today, years) if years else None

    def written(self, kind_name: str, language: str) -> frozenset[Channel]:
        """The channels for which there are templates; asked once in a run. Raises TemplateError."""
        asked, available = (kind_name, language), self.templates.available
        if asked not in self._written:
            self._written[asked] = frozenset(one for one in Channel if available(kind_name, one, language))
        return self._written[asked]

    @cached_property
    def _written(self) -> dict[tuple[str, str], frozenset[Channel]]:
        return {}

    @cached_property
    def closes(self) -> datetime:
        """When the Versandfenster, where it is open now, closes (UTC)."""
        closes: datetime = self.switches["Versandfenster"].next_close(self.now, self.zone)
        return closes


@dataclass(frozen=True)
class RuleInput:
    """One candidate before the rules; `entry` is the one it already has, if any.

    `known` is asked of a moved appointment in prepare: the Beginn that the patient knows, None while that changes.
    `others` are when (UTC) the patient's other appointments begin that the message stands for.
    """

    practice: RuleContext
    candidate: Candidate
    entry: Entry | None = None
    known_start: datetime | None = None
    other_starts: tuple[datetime, ...] = ()

    @property
    def kind_name(self) -> str:
        return KIND_NAMES[self.candidate.kind]

    @cached_property
    def language(self) -> str:
        return language_of(self.candidate.language, self.practice.switches["Sprache"])

    @property
    def expires_at(self) -> datetime:
        """The clock (UTC): a reminder's Beginn, a greeting's last moment in the Versandfenster of its day."""
        if self.candidate.starts_at is not None:
            return self.candidate.starts_at
        return greeting_ends(self.practice)

    def email_sender(self) -> str | None:
        """The payer's AbsenderEMail in the form to send from; None where it is no address."""
        return _sender(self.candidate.payer.email_sender)

    def email_listed(self) -> bool:
        sender = self.email_sender()
        return sender is not None and sender.casefold() in self.practice.email_senders

    @property
    def channels_with_template(self) -> frozenset[Channel]:
        """The channels for which there are templates. Raises TemplateError where one of any channel is broken."""
        return self.practice.written(self.kind_name, self.language)

    def address(self) -> Address | NoAddress:
        return self._address

    @cached_property
    def _address(self) -> Address | NoAddress:
        written = self.channels_with_template
        return choose_address(
            self.candidate.mobile,
            self.candidate.email,
            self.practice.switches["BevorzugterKanal"],
            sms_possible=Channel.SMS in written,
            email_possible=Channel.EMAIL in written and self.email_listed(),
            refusal=self.practice.opt_outs.refusal,
        )


def greeting_ends(practice: RuleContext) -> datetime:
    """The last moment (UTC) at which a greeting of today may leave."""
    end: datetime = practice.switches["Versandfenster"].end_on(practice.today, practice.zone)
    return end


@lru_cache(maxsize=256)  # a practice has a few senders and thousands of candidates
def _sender(raw: object) -> str | None:
    sender = email_address(raw)
    return sender.value if isinstance(sender, Address) else None

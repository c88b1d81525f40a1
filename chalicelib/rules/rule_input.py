"""The input of the rules: one candidate, its entry, and the practice at the time of asking. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from chalicelib.entries.entry import Entry, rescheduled_identity
from chalicelib.messages.birthday import years_before
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Address, Channel, NoAddress, choose_address, email_address, mobile_number
from chalicelib.messages.template_set import TemplateSet, language_of
from chalicelib.practice.opt_out import OptOut, OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import Licence
from chalicelib.practice.switches import Switches
from chalicelib.rules.candidate import Candidate
from chalicelib.schedule.time_zone import minute_in
from chalicelib.text import Text, moment_from

KIND_NAMES = {
    Kind.REMINDER: "Terminerinnerung", Kind.BIRTHDAY: "Geburtstag", Kind.RESCHEDULED: "Terminverschiebung",
    Kind.AGAIN: "Terminerinnerung",  # it names the start, which a move has not changed since
}  # fmt: skip


class Stage(StrEnum):
    PREPARE = "prepare"
    SEND = "send"


@dataclass(frozen=True)
class RuleContext:
    """A practice when the rules are evaluated, in a run or for a person; the same for all its candidates."""

    practice: Practice
    stage: Stage
    now: datetime  # aware
    today: date  # the slot's local date, whenever the run runs
    opt_outs: OptOuts
    days: frozenset[date] = frozenset()  # local days that are searched; empty in send

    @cached_property
    def switches(self) -> Switches:
        return self.practice.validated.switches

    @property
    def templates(self) -> TemplateSet:
        return self.practice.validated.templates

    @cached_property
    def licences(self) -> Mapping[str, Licence]:
        return self.practice.record.licences

    @cached_property
    def zone(self) -> ZoneInfo:
        zone: ZoneInfo = self.switches["Zeitzone"]
        return zone

    @cached_property
    def announces_rescheduling(self) -> bool:
        """Whether a rescheduled appointment gets a message of its own."""
        wanted: bool = self.switches["ErinnerungBeiVerschiebung"]
        return wanted

    @property
    def active_since(self) -> date | None:
        """The local day since which a patient must have been there to be greeted; None if all are greeted."""
        years: int = self.switches["GeburtstagInaktivJahre"]
        return years_before(self.today, years) if years else None

    def channels_with_template(self, kind_name: str, language: str) -> frozenset[Channel]:
        """The channels for which there are templates; read once. Raises TemplateError."""
        key, available = (kind_name, language), self.templates.available
        if key not in self._channels:
            self._channels[key] = frozenset(one for one in Channel if available(kind_name, one, language))
        return self._channels[key]

    @cached_property
    def _channels(self) -> dict[tuple[str, str], frozenset[Channel]]:
        return {}

    @cached_property
    def closes(self) -> datetime:
        """When (UTC) the sending window closes, if it is open now."""
        closes: datetime = self.switches["Versandfenster"].next_close(self.now, self.zone)
        return closes

    @property
    def greeting_ends(self) -> datetime:
        """The last moment (UTC) at which a greeting of today may leave."""
        end: datetime = self.switches["Versandfenster"].end_on(self.today, self.zone)
        return end

    def moment(self, instant: datetime | None) -> Text:
        """An instant, local; with the year unless it is the current one."""
        return moment_from(self.now, instant, self.zone) if instant else Text("fact.unknown_time")

    def known_moment(self, minute: str | None) -> Text:
        """A start that the patient knows (`local_minute`), as `moment` writes it."""
        return self.moment(minute_in(minute, self.zone) if minute else None)


@dataclass(frozen=True)
class RuleInput:
    """One candidate before the rules; `entry` is the one it already has, if any.

    For a rescheduled appointment in prepare, `known_start` is the start that the patient knows (`local_minute`), None
    while a message about another one is on its way, and `announcement` the number of the message about the current one.
    `other_starts` (UTC) are the patient's other appointments that the message covers.
    """

    context: RuleContext
    candidate: Candidate
    entry: Entry | None = None
    known_start: str | None = None
    announcement: int = 0
    other_starts: tuple[datetime, ...] = ()

    @property
    def identity(self) -> str:
        """Of the entry of this message, on the slot's local date."""
        if self.candidate.kind is Kind.RESCHEDULED:
            return rescheduled_identity(self.candidate.appointment or "", self.announcement)
        return self.candidate.identity(self.context.today)

    @property
    def kind_name(self) -> str:
        return KIND_NAMES[self.candidate.kind]

    @cached_property
    def language(self) -> str:
        return language_of(self.candidate.language, self.context.switches["Sprache"])

    @property
    def expires_at(self) -> datetime:
        """The deadline (UTC): a reminder's start, a greeting's last moment in the sending window of its day."""
        return self.candidate.starts_at or self.context.greeting_ends

    def email_sender(self) -> str | None:
        """The signer's AbsenderEMail in the form to send from; None if it is no address."""
        return _sender(self.candidate.signer.email_sender)

    def email_listed(self) -> bool:
        sender = self.email_sender()
        return sender is not None and sender.casefold() in self.context.practice.record.email_senders

    @property
    def channels_with_template(self) -> frozenset[Channel]:
        """The channels for which there are templates. Raises TemplateError if one of any channel is broken."""
        return self.context.channels_with_template(self.kind_name, self.language)

    @property
    def erased(self) -> OptOut | None:
        """The opt-out of a patient whose data was erased."""
        return self.context.opt_outs.of_patient(self.candidate.patient)

    @property
    def stopped(self) -> OptOut | None:
        """The stop of a patient to whom a person lets nothing be sent."""
        return self.context.opt_outs.stop_of(self.candidate.patient)

    @property
    def opted_out(self) -> list[tuple[Address, OptOut]]:
        """The patient's valid addresses that are opted out."""
        found = mobile_number(self.candidate.mobile), email_address(self.candidate.email)
        of = self.context.opt_outs.of
        return [(address, out) for address in found if isinstance(address, Address) and (out := of(address))]

    @cached_property
    def address(self) -> Address | NoAddress:
        channels = self.channels_with_template
        return choose_address(
            self.candidate.mobile,
            self.candidate.email,
            self.context.switches["BevorzugterKanal"],
            sms_possible=Channel.SMS in channels,
            email_possible=Channel.EMAIL in channels and self.email_listed(),
            refusal=self.context.opt_outs.refusal,
        )


@lru_cache(maxsize=256)  # a practice has a few senders and thousands of candidates
def _sender(raw: object) -> str | None:
    sender = email_address(raw)
    return sender.value if isinstance(sender, Address) else None

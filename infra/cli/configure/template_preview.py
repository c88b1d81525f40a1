"""The rows of a practice database as the messages that they would make. Read only, and streamed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.aws.parameter_store import ParameterError
from chalicelib.aws.practice_database import practice_database
from chalicelib.entries.credits import Tariff
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.messages.recipient import Address, Channel, NoAddress, email_address, mobile_number, sender_id
from chalicelib.messages.template import TemplateError
from chalicelib.messages.template_lint import Measured, parted, sample_values
from chalicelib.planning.compose import TooLongError, compose, text_of
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.rules.candidate import Candidate, parse_row
from chalicelib.rules.rule_input import RuleContext, RuleInput, Stage
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.documents import channel_code, text_document
from infra.language import said
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Deployment
    from chalicelib.practice.practice import Practice as Registered
    from chalicelib.practice_db.database import PracticeDatabase, Row

_AROUND = timedelta(days=90)  # appointments before and after today
_YEAR = [f"{date(2024, 1, 1) + timedelta(days=n):%m-%d}" for n in range(366)]  # of a leap year


@dataclass(frozen=True)
class Preview:
    """One message; `parts` are SMS parts, 0 for an e-mail; `problem` says why there is no message."""

    kind: Kind
    channel: Channel
    to: Address | NoAddress
    language: str
    sender: str | None = None
    subject: str | None = None
    text: str = ""
    parts: int = 0
    credits: int = 0
    problem: Text | None = None

    def document(self) -> dict[str, Any]:
        """Where no message can be made, `text` is empty; `no_address` says why there is none to send it to."""
        to = self.to
        return {
            "kind": self.kind, "channel": channel_code(self.channel),
            "to": to.value if isinstance(to, Address) else None,
            "no_address": text_document(to.reason) if isinstance(to, NoAddress) else None,
            "language": self.language, "sender": self.sender, "subject": self.subject, "text": self.text,
            "parts": self.parts, "credits": self.credits, "problem": text_document(self.problem),
        }  # fmt: skip


def measured(
    deployment: Deployment, found: Registered, words: tuple[str, ...]
) -> tuple[dict[str, Measured], Text | None]:
    """By template what the practice's rows make of it; and why they could not be read (all)."""
    counts: dict[str, Measured] = {}
    if found.validated.switches.invalid:
        return counts, Text("unread.wrong_switches")
    practice = _practice(deployment, found)
    try:
        with practice_database(found.record, deployment.clients) as database:
            for row in _rows(database, practice):
                candidate = parse_row(row, practice.zone)
                if not candidate.unreadable and not candidate.deceased:
                    _measure(RuleInput(practice, candidate), counts, words)
    except (PracticeDatabaseError, ParameterError) as error:
        return counts, Text("unread.templates", error.text)
    return counts, None


def previews(deployment: Deployment, found: Registered, patient: str | None, appointment: str | None) -> list[Preview]:
    """The greeting of a patient, or the reminder of an appointment, by SMS and by e-mail."""
    practice = _practice(deployment, found)
    payer = practice.switches["DefaultSMSMandant"]
    ids = ([appointment] if appointment is not None else [], [patient] if patient is not None else [])
    try:
        with practice_database(found.record, deployment.clients) as database:
            rows = list(database.recheck(*ids, payer))
    except ParameterError as error:
        raise ArgumentError(said(error.text)) from None
    if not rows:
        raise ArgumentError(
            tr("there is no appointment {appointment!r} in the practice database", appointment=appointment)
            if appointment is not None
            else tr("there is no patient {patient!r} in the practice database", patient=patient)
        )
    return _both(RuleInput(practice, parse_row(rows[0], practice.zone)), deployment.clients.parameters.tariff())


def sample(deployment: Deployment, found: Registered, language: str) -> list[Preview]:
    """Every kind for an invented patient, who has an appointment tomorrow."""
    practice, tariff = _practice(deployment, found), deployment.clients.parameters.tariff()
    kinds = (kind for kind in Kind if kind is not Kind.AGAIN)  # it has the text of a reminder
    return [one for kind in kinds for one in _both(RuleInput(practice, _invented(kind, language, practice)), tariff)]


def _practice(deployment: Deployment, found: Registered) -> RuleContext:
    if wrong := found.validated.switches.invalid:
        problem = said(next(iter(wrong.values())))
        raise ArgumentError(tr("a setting is invalid, see vitosms switches check: {problem}", problem=problem))
    today = slot_day(deployment.now, found.zone)
    return RuleContext(found, Stage.SEND, deployment.now, today, OptOuts())  # only the text matters here


def _rows(database: PracticeDatabase, practice: RuleContext) -> Iterator[Row]:
    payer = practice.switches["DefaultSMSMandant"]
    yield from database.reminders(practice.today - _AROUND, practice.today + _AROUND, payer)
    yield from database.birthdays(_YEAR, payer)


def _measure(rule_input: RuleInput, counts: dict[str, Measured], words: tuple[str, ...]) -> None:
    candidate = rule_input.candidate
    who = f"appointment:{candidate.appointment}" if candidate.appointment else f"patient:{candidate.patient}"
    signer = candidate.signer
    values = (candidate.place, candidate.practitioner, signer.name)
    senders = {"SMS": parted(sender_id(signer.sms_sender) or ""), "E-Mail-Text": as_value(signer.name)}
    for part in ("SMS", "E-Mail-Text"):
        try:
            _, text = text_of(rule_input, part)
        except TemplateError:  # the linter reports it, or the practice wants no template
            continue
        count = counts.setdefault(f"{rule_input.kind_name}/{part}/{rule_input.language}", Measured())
        count.add_values(f"{senders[part]}\n{text}", (*values, senders[part]), words)
        if part == "SMS":
            count.add_sms(text, who)


def _invented(kind: Kind, language: str, practice: RuleContext) -> Candidate:
    known = sample_values(language)
    row = {
        "Art": Kind.BIRTHDAY if kind is Kind.BIRTHDAY else Kind.REMINDER, "TerminId": "Beispiel",
        "PatientId": "Beispiel",
        "Beginn": f"{practice.today + timedelta(days=1):%F} 14:30:00", "Behandler": known["Behandler"],
        "Ort": known["Ort"], "Anrede": known["Anrede"], "Vorname": known["Vorname"], "Nachname": known["Nachname"],
        "Geburtsdatum": "1980-01-01", "Sprache": language, "MandantName": known["Praxis"],
        "MandantTelefon": known["Telefon"], "AbsenderSMS": "Praxis", "AbsenderEMail": "praxis@praxis.example",
        "Mobiltelefon": "079 000 00 00", "EMail": "beispiel@post.example",
    }  # fmt: skip
    return replace(parse_row(row, practice.zone), kind=kind)


def _both(rule_input: RuleInput, tariff: Tariff) -> list[Preview]:
    candidate = rule_input.candidate
    addresses = {Channel.SMS: mobile_number(candidate.mobile), Channel.EMAIL: email_address(candidate.email)}
    return [_preview(rule_input, channel, address, tariff) for channel, address in addresses.items()]


def _preview(rule_input: RuleInput, channel: Channel, address: Address | NoAddress, tariff: Tariff) -> Preview:
    kind = rule_input.candidate.kind
    try:
        message = compose(rule_input, address if isinstance(address, Address) else Address(channel, ""))
    except (TemplateError, TooLongError) as error:
        return Preview(kind, channel, address, rule_input.language, problem=error.text)
    price = tariff.price(channel, message.parts)
    return Preview(
        kind, channel, address, message.language, message.sender, message.subject, message.text, message.parts, price
    )

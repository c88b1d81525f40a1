"""The message as the patient reads it: text, sender, parts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.messages.birthday import age_on
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import Details, as_value, placeholders
from chalicelib.messages.recipient import Address, Channel, sender_id
from chalicelib.messages.sender_countries import country_without_name
from chalicelib.messages.sms import LONGEST_SMS, as_sms, sms_parts, transliterated, without_invisible
from chalicelib.messages.template import LONGEST_EMAIL, TemplateError
from chalicelib.messages.template_set import broken
from chalicelib.rules.rule_input import RuleInput
from chalicelib.text import Text, TextError


@dataclass(frozen=True)
class Message:
    """Frozen when the entry is reserved; `parts` are SMS parts, 0 for an e-mail."""

    channel: Channel
    recipient: str
    sender: str | None
    subject: str | None
    text: str
    language: str
    parts: int
    sender_name: str | None = None  # of an e-mail
    place: str | None = None  # of an e-mail whose text contains it


class TooLongError(TextError):
    """The text with this patient's values is longer than the provider or the practice allows."""


def compose(rule_input: RuleInput, address: Address) -> Message:
    """The message for an admitted candidate.

    Raises TemplateError if the template is missing, broken or renders blank; TooLongError.
    """
    if address.channel is Channel.EMAIL:
        return _email(rule_input, address)
    language, text = text_of(rule_input, "SMS")
    parts, most = sms_parts(text), rule_input.context.switches["MaxSMSTeile"]
    if len(text.encode()) > LONGEST_SMS:
        raise TooLongError(Text("sms.too_long", length=len(text), most=LONGEST_SMS))
    if most and parts > most:
        raise TooLongError(Text("sms.too_many_parts", parts=parts, most=most))
    named = country_without_name(address.value) is None
    sender = sender_id(rule_input.candidate.signer.sms_sender) if named else None
    return Message(Channel.SMS, address.value, sender, None, text, language, parts)


def text_of(rule_input: RuleInput, part: str) -> tuple[str, str]:
    """The language and the text of one part of a message, of any length. Raises TemplateError as `compose` does."""
    language, text = _part(rule_input, part)
    if part != "SMS":
        return language, text
    text = as_sms(text)
    return language, transliterated(text) if rule_input.context.switches["UmschriftErlaubt"] else text


def _email(rule_input: RuleInput, address: Address) -> Message:
    _, subject = _part(rule_input, "E-Mail-Betreff")
    language, text = _part(rule_input, "E-Mail-Text")
    if (length := len(text.encode())) > LONGEST_EMAIL:
        raise TooLongError(Text("email.too_long", length=length, most=LONGEST_EMAIL))
    sender, name = rule_input.email_sender(), as_value(rule_input.candidate.signer.name) or None
    place = as_value(rule_input.candidate.place)
    said = place if place and place in text else None  # the calendar file must not reveal more than the template
    subject = " ".join(without_invisible(subject).split())
    return Message(Channel.EMAIL, address.value, sender, subject, text, language, 0, name, said)


def _part(rule_input: RuleInput, part: str) -> tuple[str, str]:
    """The actual language of a part, and the part with the patient's values."""
    templates, kind = rule_input.context.templates, rule_input.kind_name
    template = templates.compiled(kind, part, rule_input.language)
    if template is None:
        raise TemplateError(Text("template.none", kind=kind, part=part, language=rule_input.language))
    language = templates.text_language(kind, part, rule_input.language)
    try:
        return language, template.render(_values(rule_input, part, language))
    except TemplateError as error:
        raise broken(f"{kind}/{part}/{rule_input.language}", error) from error


def _values(rule_input: RuleInput, part: str, language: str) -> dict[str, str]:
    candidate, time = rule_input.candidate, _time(rule_input)
    day = time.date() if isinstance(time, datetime) else time
    details = Details(
        salutation=candidate.salutation,
        first_name=candidate.first_name,
        last_name=candidate.last_name,
        practitioner=candidate.practitioner,
        place=candidate.place,
        practice_name=candidate.signer.name,
        phone=candidate.signer.phone,
    )
    return placeholders(
        details,
        time,
        language,
        others=[other.astimezone(rule_input.context.zone) for other in rule_input.other_starts],
        age=age_on(candidate.birthday, day) if candidate.birthday else None,
        long_date=part != "SMS",
    )


def _time(rule_input: RuleInput) -> datetime | date:
    if rule_input.candidate.kind is Kind.BIRTHDAY or rule_input.candidate.starts_at is None:
        return rule_input.context.today
    return rule_input.candidate.starts_at.astimezone(rule_input.context.zone)

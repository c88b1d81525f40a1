"""The rules about sending: whether the practice and the patient want it, the payer, the text, and the address.

Pure.
"""

from __future__ import annotations

from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.messages.recipient import Channel, NoAddress
from chalicelib.messages.template import TemplateError
from chalicelib.practice.opt_out import ERASED, STOPPED
from chalicelib.practice.record import licence_problem, normal_number
from chalicelib.practice.switches import ENABLING_SWITCHES
from chalicelib.rules.candidate import Payer, Signer
from chalicelib.rules.rule import Rule
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.text import Suggestion, Text, joined


def _switched_off(it: RuleInput) -> list[str]:
    return [name for name in ENABLING_SWITCHES[it.candidate.kind] if not it.context.switches[name]]


def _switched_on(it: RuleInput) -> Text | None:
    return next((Text("rule.switched_on.off", switch=name) for name in _switched_off(it)), None)


def _switched_on_fact(it: RuleInput) -> Text:
    names, switches = ENABLING_SWITCHES[it.candidate.kind], it.context.switches
    return joined("comma", [_stored(name, switches[name]) for name in names])


def _stored(name: str, yes: bool) -> Text:
    return Text("fact.stored", name=name, value="Ja" if yes else "Nein")


def switch_on(name: str) -> Suggestion:
    return Suggestion("switch_on", switch=name)


SWITCHED_ON = Rule(
    "switched_on", _switched_on, _switched_on_fact,
    lambda it: tuple(map(switch_on, _switched_off(it))) or Suggestion("nothing"),
    stages=frozenset({Stage.SEND}),
)  # fmt: skip


def _payer(it: RuleInput) -> Text | None:
    payer = it.candidate.payer
    if payer.mandant is None:
        return Text("rule.payer.no_default" if payer.by_default else "rule.payer.none")
    if payer.found:
        return None
    return Text("rule.payer.default_gone" if payer.by_default else "rule.payer.gone", mandant=payer.mandant)


def _payer_fact(it: RuleInput) -> Text:
    payer = it.candidate.payer
    if payer.mandant is None:
        return Text("fact.no_default_payer" if payer.by_default else "fact.no_payer")
    fact = Text("fact.default_payer" if payer.by_default else "fact.payer", mandant=_named(payer))
    if (signer := it.candidate.signer).mandant == payer.mandant:
        return fact
    return joined("comma", [fact, Text("fact.signer", mandant=_named(signer))])


def _named(mandant: Payer | Signer) -> str:
    return " ".join(filter(None, (as_value(mandant.mandant), as_value(mandant.name))))


PAYER = Rule(
    "payer", _payer, _payer_fact,
    lambda it: Suggestion("set_default_payer" if it.candidate.payer.by_default else "give_payer"),
)  # fmt: skip


def _licence(it: RuleInput) -> Text | None:
    return licence_problem(it.candidate.payer.licence, it.context.licences, it.context.today)


def _licence_fact(it: RuleInput) -> Text:
    number = normal_number(it.candidate.payer.licence)
    if number is None:
        return Text("fact.no_licence")
    licence = it.context.licences.get(number)
    if licence is None or licence.revoked:
        stand = [Text("fact.licence_revoked" if licence else "fact.licence_unregistered")]
    else:
        stand = [Text("fact.licence_from", first=licence.first)] if licence.first else []
        stand += [Text("fact.licence_until", last=licence.last) if licence.last else Text("fact.licence_unlimited")]
    return joined("comma", [Text("fact.licence", number=number), *stand])


def _licence_suggestion(it: RuleInput) -> Suggestion:
    payer = it.candidate.payer
    if number := normal_number(payer.licence):
        return Suggestion("renew_licence", number=number)
    return Suggestion("enter_licence", mandant=as_value(payer.mandant))


LICENCE = Rule("licence", _licence, _licence_fact, _licence_suggestion, needs=(PAYER,))


def _template(it: RuleInput) -> Text | None:
    try:
        if it.channels_with_template:  # reads all templates: a broken one fails closed
            return None
    except TemplateError as error:
        return Text("defect.template", error.text)
    return Text("rule.template.none", template=it.kind_name, language=it.language)


def _template_fact(it: RuleInput) -> Text:
    language = Text(f"language.{it.language}")
    try:
        channels = ", ".join(sorted(it.channels_with_template, reverse=True))
    except TemplateError:
        return Text("fact.template_broken", language, template=it.kind_name)
    if not channels:
        return Text("fact.no_template", language, template=it.kind_name)
    return Text("fact.template", language, template=it.kind_name, channels=channels)


def _template_suggestion(it: RuleInput) -> Suggestion:
    own = any(text.startswith(f"{it.kind_name}/") for text in it.context.templates.own)
    return Suggestion("correct_template" if own else "write_template", template=it.kind_name, language=it.language)


TEMPLATE = Rule("template", _template, _template_fact, _template_suggestion)


def _patient(it: RuleInput) -> Text | None:
    found, appointment = it.candidate.patient_found, it.candidate.appointment
    return None if found else Text("defect.patient", appointment=appointment or "–")


def _patient_fact(it: RuleInput) -> Text:
    candidate = it.candidate
    number = Text("fact.patient", patient=candidate.patient) if candidate.patient else Text("fact.no_patient_id")
    named = candidate.patient_found and candidate.full_name
    return Text("fact.patient_named", number, name=candidate.full_name) if named else number


PATIENT = Rule(
    "patient", _patient, _patient_fact,
    lambda it: Suggestion("assign_patient", appointment=it.candidate.appointment or it.candidate.patient),
)  # fmt: skip


def _stopped_fact(it: RuleInput) -> Text:
    if it.stopped is None:
        return Text("fact.not_stopped")
    return Text("fact.stopped", it.context.moment(it.stopped.at), by=it.stopped.by, reason=it.stopped.reason)


NOT_STOPPED = Rule(
    "not_stopped", lambda it: STOPPED if it.stopped else None, _stopped_fact,
    lambda it: Suggestion("release_patient", patient=it.candidate.patient), needs=(PATIENT,),
)  # fmt: skip


def _alive(it: RuleInput) -> Text | None:
    return Text("rule.alive.deceased") if it.candidate.deceased else None


ALIVE = Rule(
    "alive", _alive, lambda it: Text("fact.deceased" if it.candidate.deceased else "fact.not_deceased"),
    lambda _: Suggestion("correct_deceased"), needs=(PATIENT,),
)  # fmt: skip


def _wants_messages(it: RuleInput) -> Text | None:
    return ERASED if it.erased else Text("rule.wants_messages.none") if it.candidate.no_messages else None


def _wants_messages_fact(it: RuleInput) -> Text:
    wish = _stored("KeineMitteilungen", it.candidate.no_messages)
    return Text("fact.erased", wish, it.context.moment(it.erased.at)) if it.erased else wish


WANTS_MESSAGES = Rule(
    "wants_messages", _wants_messages, _wants_messages_fact,
    lambda it: Suggestion("opt_in_patient", patient=it.candidate.patient) if it.erased else Suggestion("correct_wish"),
    needs=(PATIENT,),
)  # fmt: skip


def _active(it: RuleInput) -> Text | None:
    since, seen = it.context.active_since, it.candidate.last_seen
    if since is None or (seen is not None and seen >= since):
        return None
    return Text("rule.active.not_since", since=since)


def _active_fact(it: RuleInput) -> Text:
    since, seen = it.context.active_since, it.candidate.last_seen
    if since is None:
        return Text("fact.all_are_active")
    return Text("fact.last_seen", seen=seen, since=since) if seen else Text("fact.never_seen", since=since)


ACTIVE = Rule(
    "active", _active, _active_fact, lambda _: Suggestion("greet_inactive"), frozenset({Kind.BIRTHDAY}),
    needs=(PATIENT,),
)  # fmt: skip


def _not_opted_out(it: RuleInput) -> Text | None:
    return it.address.reason if isinstance(it.address, NoAddress) and it.address.opted_out else None


def _not_opted_out_fact(it: RuleInput) -> Text:
    found = [
        Text(f"fact.opted_out.{out.source}", it.context.moment(out.at), address=to.value) for to, out in it.opted_out
    ]
    return joined("semicolon", found or [Text("fact.not_opted_out")])


NOT_OPTED_OUT = Rule(
    "not_opted_out", _not_opted_out, _not_opted_out_fact,
    lambda it: Suggestion("opt_in", address=next((address.value for address, _ in it.opted_out), "…")),
    needs=(PATIENT, TEMPLATE),
)  # fmt: skip


def _address(it: RuleInput) -> Text | None:
    return it.address.reason if isinstance(it.address, NoAddress) else None


def _address_fact(it: RuleInput) -> Text:
    mobile, email = as_value(it.candidate.mobile), as_value(it.candidate.email)
    mail = Text("fact.email", address=email) if email else Text("fact.no_email")
    facts = [
        Text("fact.mobile", number=mobile) if mobile else Text("fact.no_mobile"),
        mail if it.email_listed() else Text("fact.sender_unlisted", mail),
        Text("fact.preferred", channel=it.context.switches["BevorzugterKanal"]),
    ]
    return joined("semicolon", facts)


def _address_suggestion(it: RuleInput) -> Suggestion:
    only_mobile = Channel.EMAIL in it.channels_with_template and not it.email_listed()
    return Suggestion("enter_mobile" if only_mobile else "enter_address")


# Refuses a candidate without an address; a reminder still gets an entry if only this rule refuses.
ADDRESS = Rule("address", _address, _address_fact, _address_suggestion, needs=(NOT_OPTED_OUT,))

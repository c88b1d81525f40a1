"""The rules about sending: whether the practice and the patient want it, who pays, with which text, and where to.

Pure; German.
"""

from __future__ import annotations

from chalicelib.german import day_words
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.messages.recipient import Channel, NoAddress
from chalicelib.messages.template import TemplateError
from chalicelib.practice.opt_out import ERASED, Source
from chalicelib.practice.record import licence_problem, normal_number
from chalicelib.practice.switches import ENABLING_SWITCHES
from chalicelib.rules.rule import NOTHING, Rule
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.text import Text, literal

_LANGUAGES = {"de": "Deutsch", "fr": "Französisch", "it": "Italienisch", "en": "Englisch"}
_SOURCES = {
    Source.PERSON: "von der Praxis erfasst",
    Source.COMPLAINT: "als unerwünscht gemeldet",
    Source.CARRIER: "beim Netz abgemeldet",
    Source.BOUNCE: "Postfach nimmt nichts an",
    Source.ERASURE: "Daten gelöscht",
}
_OPT_IN = "Nur wenn der Patient wieder Mitteilungen will: vitosms optout remove"


def _switched_off(it: RuleInput) -> list[str]:
    return [name for name in ENABLING_SWITCHES[it.candidate.kind] if not it.context.switches[name]]


def _switched_on(it: RuleInput) -> Text | None:
    return next((Text("rule.switched_on.off", switch=name) for name in _switched_off(it)), None)


def _switched_on_fact(it: RuleInput) -> str:
    switches = it.context.switches
    return ", ".join(f"{name}: {'Ja' if switches[name] else 'Nein'}" for name in ENABLING_SWITCHES[it.candidate.kind])


def switch_on(name: str) -> str:
    return f"Den Schalter einschalten: vitosms switches set {name} Ja"


SWITCHED_ON = Rule(
    "switched_on", "Der Schalter zum Senden steht auf Ja.", "Das Senden ist ausgeschaltet",
    _switched_on, _switched_on_fact,
    lambda it: "; ".join(map(switch_on, _switched_off(it))) or f"{NOTHING}.",
    stages=frozenset({Stage.SEND}),
)  # fmt: skip


def _payer(it: RuleInput) -> Text | None:
    payer = it.candidate.payer
    if payer.mandant is None:
        return Text("rule.payer.no_default" if payer.by_default else "rule.payer.none")
    if payer.found:
        return None
    return Text("rule.payer.default_gone" if payer.by_default else "rule.payer.gone", mandant=payer.mandant)


def _payer_fact(it: RuleInput) -> str:
    payer = it.candidate.payer
    why = "DefaultSMSMandant, denn es gibt keine Behandlung" if payer.by_default else "letzte Behandlung"
    if payer.mandant is None:
        return f"kein Mandant ({why})"
    return f"Mandant {' '.join(filter(None, (as_value(payer.mandant), as_value(payer.name))))} ({why})"


PAYER = Rule(
    "payer", "Ein Mandant bezahlt.", "Kein Mandant, der bezahlt", _payer, _payer_fact,
    lambda it: "vitosms switches set DefaultSMSMandant MANDANTID (ein vorhandener Mandant), oder in der Praxissoftware"
    " beim Patienten eine Behandlung eröffnen."
    if it.candidate.payer.by_default
    else "In der Praxissoftware der zuletzt eröffneten Behandlung des Patienten einen vorhandenen Mandanten geben.",
)  # fmt: skip


def _licence(it: RuleInput) -> Text | None:
    return licence_problem(it.candidate.payer.licence, it.context.licences, it.context.today)


def _licence_fact(it: RuleInput) -> str:
    number = normal_number(it.candidate.payer.licence)
    if number is None:
        return "keine Lizenznummer"
    licence = it.context.licences.get(number)
    if licence is None:
        return f"Lizenznummer {number}, nicht registriert"
    first = f", gültig ab {licence.first:%d.%m.%Y}" if licence.first else ""
    last = f", gültig bis {licence.last:%d.%m.%Y}" if licence.last else ", unbefristet"
    return f"Lizenznummer {number}{', widerrufen' if licence.revoked else first + last}"


def _licence_suggestion(it: RuleInput) -> str:
    payer = it.candidate.payer
    if number := normal_number(payer.licence):
        return f"Die Lizenz erneuern; der Betreiber trägt sie ein: vitosms licences add {number} --to DATUM"
    return f"In der Praxissoftware beim Mandanten {as_value(payer.mandant)} die Lizenznummer erfassen."


LICENCE = Rule(
    "licence", "Der Mandant besitzt eine gültige Lizenznummer.", "Mandant ohne gültige Lizenz",
    _licence, _licence_fact, _licence_suggestion, needs=(PAYER,),
)  # fmt: skip


def _template(it: RuleInput) -> Text | None:
    try:
        if it.channels_with_template:  # all are read: a broken one fails closed
            return None
    except TemplateError as error:
        return Text("defect.template", literal(str(error)))
    return Text("rule.template.none", template=it.kind_name, language=it.language)


def _template_fact(it: RuleInput) -> str:
    try:
        channels = ", ".join(sorted(it.channels_with_template, reverse=True)) or "keine"
    except TemplateError:
        channels = "fehlerhaft"
    return f"{it.kind_name} auf {_LANGUAGES[it.language]}: {channels}"


def _template_suggestion(it: RuleInput) -> str:
    name = f"{it.kind_name}/…/{it.language}"
    if not any(text.startswith(f"{it.kind_name}/") for text in it.context.templates.own):
        return f"Eine Vorlage erfassen: vitosms templates set {name}"
    return f"Die Vorlage berichtigen («vitosms templates lint»), oder die eingebaute nehmen: templates unset {name}"


TEMPLATE = Rule(
    "template", "Eine Textvorlage ist erstellt.", "Keine Textvorlage", _template, _template_fact, _template_suggestion
)


def _patient(it: RuleInput) -> Text | None:
    found, appointment = it.candidate.patient_found, it.candidate.appointment
    return None if found else Text("defect.patient", appointment=appointment or "–")


def _patient_fact(it: RuleInput) -> str:
    candidate = it.candidate
    number = f"Patient {candidate.patient}" if candidate.patient else "keine PatientId"
    return f"{number}, {candidate.full_name}" if candidate.patient_found and candidate.full_name else number


PATIENT = Rule(
    "patient", "Der Patient ist vorhanden.", "Patient fehlt in der Praxisdatenbank",
    _patient, _patient_fact,
    lambda it: f"In der Praxissoftware dem Termin {it.candidate.appointment or it.candidate.patient} einen vorhandenen"
    " Patienten zuordnen; ist er dort vorhanden, prüft der Datenbankadministrator die Sicht vitosms.Patient.",
)  # fmt: skip


def _alive(it: RuleInput) -> Text | None:
    return Text("rule.alive.deceased") if it.candidate.deceased else None


ALIVE = Rule(
    "alive", "Beim Patienten ist kein Sterbedatum erfasst.", "Patient ist verstorben",
    _alive,
    lambda it: "Sterbedatum erfasst" if it.candidate.deceased else "kein Sterbedatum",
    lambda _: f"{NOTHING}; ist das Sterbedatum ein Irrtum, es in der Praxissoftware beim Patienten löschen.",
    needs=(PATIENT,),
)  # fmt: skip


def _wants_messages(it: RuleInput) -> Text | None:
    return ERASED if it.erased else Text("rule.wants_messages.none") if it.candidate.no_messages else None


def _wants_messages_fact(it: RuleInput) -> str:
    since = f"; Daten gelöscht am {it.context.moment(it.erased.at)}" if it.erased else ""
    return f"KeineMitteilungen: {'Ja' if it.candidate.no_messages else 'Nein'}{since}"


WANTS_MESSAGES = Rule(
    "wants_messages", "Der Patient wünscht Mitteilungen.", "Patient wünscht keine Mitteilungen",
    _wants_messages, _wants_messages_fact,
    lambda it: f"{_OPT_IN} --patient {it.candidate.patient}" if it.erased
    else f"{NOTHING}, wenn das sein Wunsch ist; sonst beim Patienten in der Praxissoftware «keine Mitteilungen» aus.",
    needs=(PATIENT,),
)  # fmt: skip


def _active(it: RuleInput) -> Text | None:
    since, seen = it.context.active_since, it.candidate.last_seen
    if since is None or (seen is not None and seen >= since):
        return None
    return Text("rule.active.not_since", since=since)


def _active_fact(it: RuleInput) -> str:
    since, seen = it.context.active_since, it.candidate.last_seen
    if since is None:
        return "GeburtstagInaktivJahre: 0, alle"
    return f"zuletzt da: {day_words(seen) if seen else 'nie'}; verlangt seit {day_words(since)}"


ACTIVE = Rule(
    "active", "Der Patient war in den letzten Jahren in der Praxis.", "Patient war seit Jahren nicht mehr da",
    _active, _active_fact,
    lambda _: "Sollen auch sie beglückwünscht werden: vitosms switches set GeburtstagInaktivJahre 0 (oder mehr Jahre)",
    frozenset({Kind.BIRTHDAY}), needs=(PATIENT,),
)  # fmt: skip


def _not_opted_out(it: RuleInput) -> Text | None:
    return it.address.reason if isinstance(it.address, NoAddress) and it.address.opted_out else None


def _not_opted_out_fact(it: RuleInput) -> str:
    found = [f"{to.value}: {_SOURCES[out.source]} am {it.context.moment(out.at)}" for to, out in it.opted_out]
    return "; ".join(found) or "keine Abmeldung"


NOT_OPTED_OUT = Rule(
    "not_opted_out", "Eine Adresse ist nicht abgemeldet.", "Mobilnummer oder E-Mail-Adresse ist abgemeldet",
    _not_opted_out, _not_opted_out_fact,
    lambda it: f"{_OPT_IN} {next((address.value for address, _ in it.opted_out), 'ADRESSE')}",
    needs=(PATIENT, TEMPLATE),
)  # fmt: skip


def _address(it: RuleInput) -> Text | None:
    return it.address.reason if isinstance(it.address, NoAddress) else None


def _address_fact(it: RuleInput) -> str:
    mobile, email = as_value(it.candidate.mobile) or "keines", as_value(it.candidate.email) or "keine"
    sender = "" if it.email_listed() else " (Absender nicht freigegeben)"
    return f"Mobiltelefon: {mobile}; E-Mail: {email}{sender}; bevorzugt {it.context.switches['BevorzugterKanal']}"


def _address_suggestion(it: RuleInput) -> str:
    text = "In der Praxissoftware beim Patienten eine gültige Mobiltelefonnummer"
    if Channel.EMAIL in it.channels_with_template and not it.email_listed():
        return f"{text} erfassen (E-Mail geht nicht: Der Absender des Mandanten ist nicht freigegeben)."
    return f"{text} oder E-Mail-Adresse erfassen, oder anrufen."


ADDRESS = Rule(  # its refusal alone still makes an entry for a reminder
    "address", "Der Patient hat eine Mobiltelefonnummer oder E-Mail-Adresse.", "Weder Mobilnummer noch E-Mail-Adresse",
    _address, _address_fact, _address_suggestion, needs=(NOT_OPTED_OUT,),
)  # fmt: skip

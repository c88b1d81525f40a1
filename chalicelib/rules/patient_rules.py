"""The rules about the patient: whether they may, want to and can be reached by a message. Pure; German."""

from __future__ import annotations

from chalicelib.german import day_words
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.messages.recipient import Channel, NoAddress
from chalicelib.practice.opt_out import ERASED, Source
from chalicelib.rules.practice_rules import TEMPLATE
from chalicelib.rules.rule import NOTHING, DataDefect, Rule
from chalicelib.rules.rule_input import RuleInput

_SOURCES = {
    Source.PERSON: "von der Praxis erfasst",
    Source.COMPLAINT: "als unerwünscht gemeldet",
    Source.CARRIER: "beim Netz abgemeldet",
    Source.BOUNCE: "Postfach nimmt nichts an",
    Source.ERASURE: "Daten gelöscht",
}
_OPT_IN = "Nur wenn der Patient wieder Mitteilungen will: vitosms optout remove"


def _patient(rule_input: RuleInput) -> str | None:
    if rule_input.candidate.patient_found:
        return None
    return DataDefect(f"Den Patienten des Termins {rule_input.candidate.appointment} gibt es nicht.")


def _patient_fact(rule_input: RuleInput) -> str:
    candidate = rule_input.candidate
    number = f"Patient {candidate.patient}" if candidate.patient else "keine PatientId"
    return ", ".join(filter(None, (number, candidate.full_name))) if candidate.patient_found else number


def _patient_suggestion(rule_input: RuleInput) -> str:
    which = rule_input.candidate.appointment or rule_input.candidate.patient
    return (
        f"In der Praxissoftware dem Termin {which} einen vorhandenen Patienten zuordnen; ist er dort vorhanden, prüft"
        " der Datenbankadministrator die Sicht vitosms.Patient."
    )


PATIENT = Rule(
    "patient", "Der Patient ist vorhanden.", "Patient fehlt in der Praxisdatenbank",
    _patient, _patient_fact, _patient_suggestion,
)  # fmt: skip


def _alive(rule_input: RuleInput) -> str | None:
    return "Beim Patienten ist ein Sterbedatum erfasst." if rule_input.candidate.deceased else None


ALIVE = Rule(
    "alive", "Beim Patienten ist kein Sterbedatum erfasst.", "Patient ist verstorben", _alive,
    lambda it: "Sterbedatum erfasst" if it.candidate.deceased else "kein Sterbedatum",
    lambda _: f"{NOTHING}; ist das Sterbedatum ein Irrtum, es in der Praxissoftware beim Patienten löschen.",
    needs=(PATIENT,),
)  # fmt: skip


def _wants_messages(rule_input: RuleInput) -> str | None:
    wish = "Der Patient wünscht keine Mitteilungen." if rule_input.candidate.no_messages else None
    return ERASED if rule_input.erased else wish


def _wants_messages_fact(rule_input: RuleInput) -> str:
    erased = rule_input.erased
    since = f"; Daten gelöscht am {rule_input.context.moment(erased.at)}" if erased else ""
    return f"KeineMitteilungen: {'Ja' if rule_input.candidate.no_messages else 'Nein'}{since}"


def _wants_messages_suggestion(rule_input: RuleInput) -> str:
    if rule_input.erased:
        return f"{_OPT_IN} --patient {rule_input.candidate.patient}"
    return f"{NOTHING}, wenn das sein Wunsch ist; sonst beim Patienten in der Praxissoftware «keine Mitteilungen» aus."


WANTS_MESSAGES = Rule(
    "wants_messages", "Der Patient wünscht Mitteilungen.", "Patient wünscht keine Mitteilungen",
    _wants_messages, _wants_messages_fact, _wants_messages_suggestion, needs=(PATIENT,),
)  # fmt: skip


def _active(rule_input: RuleInput) -> str | None:
    since, seen = rule_input.context.active_since, rule_input.candidate.last_seen
    if since is None or (seen is not None and seen >= since):
        return None
    return f"Der Patient hatte seit dem {since:%d.%m.%Y} keine Behandlung und keinen Termin (GeburtstagInaktivJahre)."


def _active_fact(rule_input: RuleInput) -> str:
    since, seen = rule_input.context.active_since, rule_input.candidate.last_seen
    if since is None:
        return "GeburtstagInaktivJahre: 0, alle"
    return f"zuletzt da: {day_words(seen) if seen else 'nie'}; verlangt seit {day_words(since)}"


ACTIVE = Rule(
    "active", "Der Patient war in den letzten Jahren in der Praxis.", "Patient war seit Jahren nicht mehr da",
    _active, _active_fact,
    lambda _: "Sollen auch sie beglückwünscht werden: vitosms switches set GeburtstagInaktivJahre 0 (oder mehr Jahre)",
    frozenset({Kind.BIRTHDAY}), needs=(PATIENT,),
)  # fmt: skip


def _not_opted_out(rule_input: RuleInput) -> str | None:
    address = rule_input.address
    return address.reason if isinstance(address, NoAddress) and address.opted_out else None


def _not_opted_out_fact(rule_input: RuleInput) -> str:
    moment = rule_input.context.moment
    found = [f"{to.value}: {_SOURCES[out.source]} am {moment(out.at)}" for to, out in rule_input.opted_out]
    return "; ".join(found) or "keine Abmeldung"


NOT_OPTED_OUT = Rule(
    "not_opted_out", "Eine Adresse ist nicht abgemeldet.", "Mobilnummer oder E-Mail-Adresse ist abgemeldet",
    _not_opted_out, _not_opted_out_fact,
    lambda it: f"{_OPT_IN} {next((address.value for address, _ in it.opted_out), 'ADRESSE')}",
    needs=(PATIENT, TEMPLATE),
)  # fmt: skip


def _address(rule_input: RuleInput) -> str | None:
    address = rule_input.address
    return address.reason if isinstance(address, NoAddress) else None


def _address_fact(rule_input: RuleInput) -> str:
    candidate, preferred = rule_input.candidate, rule_input.context.switches["BevorzugterKanal"]
    mobile, email = as_value(candidate.mobile) or "keines", as_value(candidate.email) or "keine"
    sender = "" if rule_input.email_listed() else " (Absender nicht freigegeben)"
    return f"Mobiltelefon: {mobile}; E-Mail: {email}{sender}; bevorzugt {preferred}"


def _address_suggestion(rule_input: RuleInput) -> str:
    text = "In der Praxissoftware beim Patienten eine gültige Mobiltelefonnummer"
    if Channel.EMAIL in rule_input.channels_with_template and not rule_input.email_listed():
        return f"{text} erfassen (E-Mail geht nicht: Der Absender des Mandanten ist nicht freigegeben)."
    return f"{text} oder E-Mail-Adresse erfassen, oder anrufen."


ADDRESS = Rule(  # its refusal alone still makes an entry for a reminder
    "address", "Der Patient hat eine Mobiltelefonnummer oder E-Mail-Adresse.", "Weder Mobilnummer noch E-Mail-Adresse",
    _address, _address_fact, _address_suggestion, needs=(NOT_OPTED_OUT,),
)  # fmt: skip

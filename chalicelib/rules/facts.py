"""What each rule of the table sees, in German, for whoever asks why. Pure.

These sentences name people, numbers and addresses: they are for the screen of whoever asks, and for no log.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta

from chalicelib.entries.labels import STATES
from chalicelib.german import day_words, moment_from
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.messages.recipient import Address, email_address, mobile_number
from chalicelib.messages.template import TemplateError
from chalicelib.practice.licence import normal_number
from chalicelib.practice.opt_out import Source
from chalicelib.practice.switches import ENABLING_SWITCHES
from chalicelib.rules.candidate import Candidate
from chalicelib.rules.rule_input import RuleInput, Stage

_SOURCES = {
    Source.PERSON: "von der Praxis erfasst",
    Source.COMPLAINT: "als unerwünscht gemeldet",
    Source.CARRIER: "beim Netz abgemeldet",
    Source.BOUNCE: "Postfach nimmt nichts an",
    Source.ERASURE: "Daten gelöscht",
}
_LANGUAGES = {"de": "Deutsch", "fr": "Französisch", "it": "Italienisch", "en": "Englisch"}


def fact_of(rule: str, question: RuleInput) -> str:
    """What the rule of this name sees of a candidate."""
    return FACTS[rule](question)


def yes_no(value: object) -> str:
    return "Ja" if value else "Nein"


def name_of(candidate: Candidate) -> str:
    """First and last name; empty where there is none."""
    return " ".join(filter(None, (as_value(candidate.first_name), as_value(candidate.last_name))))


def days_in_words(days: Collection[date]) -> str:
    """`Mi 28.02.2029`, or ranges of them."""
    ranges: list[tuple[date, date]] = []
    for day in sorted(days):
        if ranges and ranges[-1][1] + timedelta(days=1) == day:
            ranges[-1] = ranges[-1][0], day
        else:
            ranges.append((day, day))
    words = (day_words(a) if a == b else f"{day_words(a)} bis {day_words(b)}" for a, b in ranges)
    return ", ".join(words) or "keine Tage"


def _readable(question: RuleInput) -> str:
    candidate = question.candidate
    if candidate.kind is Kind.BIRTHDAY:
        return f"Patient {candidate.patient or 'ohne Nummer'}, {_born(candidate)}"
    return f"Termin {candidate.appointment or 'ohne Nummer'}, {_begins(question)}, Patient {candidate.patient or '–'}"


def _switched_on(question: RuleInput) -> str:
    switches = question.practice.switches
    return ", ".join(f"{name}: {yes_no(switches[name])}" for name in ENABLING_SWITCHES[question.candidate.kind])


def _definitive(question: RuleInput) -> str:
    status = question.candidate.status
    return f"Status «{as_value(status)}»" if status else "Status leer"


def _in_days(question: RuleInput) -> str:
    practice, entry = question.practice, question.entry
    if practice.stage is Stage.PREPARE:
        return f"{_begins(question)}; gesucht: {days_in_words(practice.days)}"
    if entry is None or entry.starts_at == question.candidate.starts_at:
        return f"{_begins(question)}, wie aufbereitet"
    return f"{_begins(question)}; aufbereitet für {_at(entry.starts_at, question)}"


def _moved(question: RuleInput) -> str:
    known = question.known_start or (question.entry.announced_start if question.entry else None)
    return f"{_begins(question)}; dem Patienten bekannt: {_at(known, question)}"


def _birthday(question: RuleInput) -> str:
    return f"{_born(question.candidate)}; gefragt am {day_words(question.practice.today)}"


def _ahead(question: RuleInput) -> str:
    until = _at(question.expires_at, question)
    asked = f"gefragt am {_at(question.practice.now, question)}"
    if question.candidate.kind is Kind.BIRTHDAY:
        return f"möglich bis {until}; {asked}"
    return f"{_begins(question)}; {asked}"


def _patient(question: RuleInput) -> str:
    candidate = question.candidate
    number = f"Patient {candidate.patient}" if candidate.patient else "keine PatientId"
    return ", ".join(filter(None, (number, name_of(candidate)))) if candidate.patient_found else number


def _alive(question: RuleInput) -> str:
    return "Sterbedatum erfasst" if question.candidate.deceased else "kein Sterbedatum"


def _wants_messages(question: RuleInput) -> str:
    erased = question.practice.opt_outs.of_patient(question.candidate.patient)
    told = f"; Daten gelöscht am {_at(erased.at, question)}" if erased else ""
    return f"KeineMitteilungen: {yes_no(question.candidate.no_messages)}{told}"


def _active(question: RuleInput) -> str:
    since, seen = question.practice.active_since, question.candidate.last_seen
    if since is None:
        return "GeburtstagInaktivJahre: 0, alle"
    return f"zuletzt da: {day_words(seen) if seen else 'nie'}; verlangt seit {day_words(since)}"


def _payer(question: RuleInput) -> str:
    payer = question.candidate.payer
    why = "DefaultSMSMandant, denn es gibt keine Behandlung" if payer.by_default else "letzte Behandlung"
    if payer.mandant is None:
        return f"kein Mandant ({why})"
    return f"Mandant {' '.join(filter(None, (as_value(payer.mandant), as_value(payer.name))))} ({why})"


def _licence(question: RuleInput) -> str:
    number = normal_number(question.candidate.payer.licence)
    if number is None:
        return "keine Lizenznummer"
    licence = question.practice.licences.get(number)
    if licence is None:
        return f"Lizenznummer {number}, nicht registriert"
    first = f", gültig ab {licence.first:%d.%m.%Y}" if licence.first else ""
    last = f", gültig bis {licence.last:%d.%m.%Y}" if licence.last else ", unbefristet"
    return f"Lizenznummer {number}{', widerrufen' if licence.revoked else first + last}"


def _template(question: RuleInput) -> str:
    what = f"{question.kind_name} auf {_LANGUAGES[question.language]}"
    try:
        channels = ", ".join(sorted(question.channels_with_template, reverse=True))
    except TemplateError:
        channels = "fehlerhaft"
    return f"{what}: {channels or 'keine'}"


def _once(question: RuleInput) -> str:
    entry = question.entry
    if entry is None:
        return "noch kein Eintrag"
    return f"Eintrag «{STATES[entry.state]}» seit {_at(entry.changed_at, question)}"


def _open_to_messages(question: RuleInput) -> str:
    opt_outs, found = question.practice.opt_outs, []
    for address in _valid(question.candidate):
        if out := opt_outs.of(address):
            found.append(f"{address.value}: {_SOURCES[out.source]} am {_at(out.at, question)}")
    return "; ".join(found) or "keine Abmeldung"


def _address(question: RuleInput) -> str:
    candidate, preferred = question.candidate, question.practice.switches["BevorzugterKanal"]
    mobile, email = as_value(candidate.mobile) or "keines", as_value(candidate.email) or "keine"
    sender = "" if question.email_listed() else " (Absender nicht freigegeben)"
    return f"Mobiltelefon: {mobile}; E-Mail: {email}{sender}; bevorzugt {preferred}"


def _valid(candidate: Candidate) -> Iterator[Address]:
    for found in (mobile_number(candidate.mobile), email_address(candidate.email)):
        if isinstance(found, Address):
            yield found


def _born(candidate: Candidate) -> str:
    return f"Geburtsdatum {candidate.birthday:%d.%m.%Y}" if candidate.birthday else "Geburtsdatum nicht lesbar"


def _begins(question: RuleInput) -> str:
    starts_at = question.candidate.starts_at
    return f"Beginn {_at(starts_at, question)}" if starts_at else "Beginn nicht lesbar"


def _at(instant: datetime | None, question: RuleInput) -> str:
    return moment_from(question.practice.now, instant, question.practice.zone) if instant else "unbekannt"


FACTS: dict[str, Callable[[RuleInput], str]] = {
    "lesbar": _readable,
    "eingeschaltet": _switched_on,
    "definitiv": _definitive,
    "suchtage": _in_days,
    "verschoben": _moved,
    "geburtstag": _birthday,
    "noch_bevorstehend": _ahead,
    "patient": _patient,
    "lebt": _alive,
    "wuenscht_mitteilungen": _wants_messages,
    "aktiv": _active,
    "mandant": _payer,
    "lizenz": _licence,
    "textvorlage": _template,
    "einmal": _once,
    "nicht_abgemeldet": _open_to_messages,
    "adresse": _address,
}

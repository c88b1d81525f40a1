"""Who gets a message: one table of rules. Pure.

Each rule has a name, a German sentence that holds where it passes, the kinds and steps in which it is asked, and a
check that returns None or, in German, why not. `prepare` decides by the table, `send` decides again, and both
explain by it; the first rule in table order that refuses is the reason (design, section 5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.entries.manual_decision import manual_refusal
from chalicelib.entries.states import REVIVABLE
from chalicelib.messages.birthday import is_birthday
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import NoAddress
from chalicelib.messages.template import TemplateError
from chalicelib.practice.licence import licence_problem
from chalicelib.practice.opt_out import ERASED
from chalicelib.practice.switches import ENABLING_SWITCHES
from chalicelib.rules.rule_input import RuleInput, Stage

READABLE = "lesbar"  # where it refuses, no other rule means anything


class DataDefect(str):
    """A reason that a person should mend, in the data or the settings; other reasons are simply so."""


@dataclass(frozen=True)
class Rule:
    name: str
    sentence: str  # German: what holds where the rule passes
    kinds: frozenset[Kind]
    stages: frozenset[Stage]
    check: Callable[[RuleInput], str | None]  # None: passed; else why not, in German
    needs: frozenset[str] = frozenset()  # rules that have to pass for this one to mean anything, beside `lesbar`


@dataclass(frozen=True)
class Refusal:
    rule: str
    reason: str  # German


class Result(StrEnum):
    PASSED = "passed"
    REFUSED = "refused"
    NOT_ASKED = "not asked"  # a rule that it needs has refused


@dataclass(frozen=True)
class RuleResult:
    """What one rule says of a candidate; `reason` is why it refuses, in German."""

    rule: Rule
    result: Result
    reason: str | None = None


ADDRESS = "adresse"  # the rule whose refusal alone still makes an entry for a reminder

_TOLD_ALREADY = {
    Kind.REMINDER: "Für diesen Termin ist eine Erinnerung schon versendet oder unterwegs.",
    Kind.BIRTHDAY: "Der Patient ist dieses Jahr schon beglückwünscht worden, oder es ist unterwegs.",
    Kind.RESCHEDULED: "Diese Verschiebung ist dem Patienten schon mitgeteilt worden, oder es ist unterwegs.",
}


def _readable(question: RuleInput) -> str | None:
    unreadable = question.candidate.unreadable
    return DataDefect(unreadable) if unreadable else None


def _switched_on(question: RuleInput) -> str | None:
    needed = ENABLING_SWITCHES[question.candidate.kind]
    off = next((switch for switch in needed if not question.practice.switches[switch]), None)
    return f"Der Schalter {off} steht auf Nein." if off else None


def _definitive(question: RuleInput) -> str | None:
    status = question.candidate.status
    if status is not None and status.casefold() == "definitiv":
        return None
    return "Der Terminstatus ist nicht «definitiv»." if status else "Der Terminstatus ist leer, nicht «definitiv»."


def _in_days(question: RuleInput) -> str | None:
    starts_at = question.candidate.starts_at
    assert starts_at is not None  # noqa: S101 - the rule `lesbar` comes first
    day = starts_at.astimezone(question.practice.zone).date()
    if question.practice.stage is Stage.PREPARE:
        return None if day in question.practice.days else "Der Termin liegt nicht in den gesuchten Tagen."
    entry = question.entry
    if entry is None or starts_at == entry.starts_at or entry.searched_first <= day < entry.searched_end:
        return None
    return f"Der Termin wurde auf den {day:%d.%m.%Y} verschoben."


def _moved(question: RuleInput) -> str | None:
    starts_at, entry = question.candidate.starts_at, question.entry
    if question.practice.stage is Stage.SEND:
        return None if entry is None or starts_at == entry.starts_at else "Der Termin wurde nochmals verschoben."
    if question.known_start is None:
        return "Eine Mitteilung über die vorige Verschiebung ist eben unterwegs."
    return "Diese Zeit ist dem Patienten schon mitgeteilt worden." if starts_at == question.known_start else None


def _ahead(question: RuleInput) -> str | None:
    if question.expires_at > question.practice.now:
        return None
    if question.candidate.kind is Kind.BIRTHDAY:
        return "Das Versandfenster des Geburtstags ist schon geschlossen."
    return "Der Termin hat schon begonnen."


def _birthday(question: RuleInput) -> str | None:
    birthday = question.candidate.birthday
    today = question.practice.now.astimezone(question.practice.zone).date()
    if question.practice.stage is Stage.PREPARE:
        today = question.practice.today
    if birthday is not None and is_birthday(birthday, today):
        return None
    return "Der Patient hat heute nicht Geburtstag."


def _patient_found(question: RuleInput) -> str | None:
    if question.candidate.patient_found:
        return None
    return DataDefect(f"Den Patienten des Termins {question.candidate.appointment} gibt es nicht.")


def _alive(question: RuleInput) -> str | None:
    return "Beim Patienten ist ein Sterbedatum erfasst." if question.candidate.deceased else None


def _wants_messages(question: RuleInput) -> str | None:
    wish = "Der Patient wünscht keine Mitteilungen." if question.candidate.no_messages else None
    return ERASED if question.practice.opt_outs.of_patient(question.candidate.patient) else wish


def _active(question: RuleInput) -> str | None:
    since, seen = question.practice.active_since, question.candidate.last_seen
    if since is None or (seen is not None and seen >= since):
        return None
    return f"Der Patient hatte seit dem {since:%d.%m.%Y} keine Behandlung und keinen Termin (GeburtstagInaktivJahre)."


def _payer(question: RuleInput) -> str | None:
    payer = question.candidate.payer
    if payer.mandant is None:
        if payer.by_default:
            return "Der Patient hat keine Behandlung, und DefaultSMSMandant ist nicht gesetzt."
        return "Die letzte Behandlung des Patienten hat keinen Mandanten."
    if payer.found:
        return None
    if payer.by_default:
        return f"Den Mandanten {payer.mandant} aus DefaultSMSMandant gibt es nicht."
    return f"Den Mandanten {payer.mandant} der letzten Behandlung gibt es nicht."


def _licence(question: RuleInput) -> str | None:
    return licence_problem(question.candidate.payer.licence, question.practice.licences, question.practice.today)


def _template(question: RuleInput) -> str | None:
    try:
        if question.channels_with_template:  # all are read: a broken one fails closed
            return None
    except TemplateError as error:
        return DataDefect(error)
    return f"Für {question.kind_name} gibt es keine Textvorlage ({question.language})."


def _open_to_messages(question: RuleInput) -> str | None:
    address = question.address()
    return address.reason if isinstance(address, NoAddress) and address.opted_out else None


def _address(question: RuleInput) -> str | None:
    address = question.address()
    return address.reason if isinstance(address, NoAddress) else None


def _once(question: RuleInput) -> str | None:
    if question.entry is None or question.entry.state in REVIVABLE:
        return manual_refusal(question.entry, question.candidate.starts_at)
    return _TOLD_ALREADY[question.candidate.kind]


_EVERY = frozenset(Kind)
_ONLY_REMINDER, _ONLY_BIRTHDAY, _ONLY_MOVED = (frozenset({kind}) for kind in Kind)
_APPOINTMENTS = _EVERY - _ONLY_BIRTHDAY
_ALWAYS, _ONLY_PREPARE, _ONLY_SEND = frozenset(Stage), frozenset({Stage.PREPARE}), frozenset({Stage.SEND})

_PATIENT, _PAYER, _WRITTEN, _OPEN = (
    frozenset(names) for names in ({"patient"}, {"mandant"}, {"patient", "textvorlage"}, {"nicht_abgemeldet"})
)

RULES = (
    Rule(READABLE, "Die Angaben sind lesbar.", _EVERY, _ALWAYS, _readable),
    Rule("eingeschaltet", "Der Schalter zum Senden steht auf Ja.", _EVERY, _ONLY_SEND, _switched_on),
    Rule("definitiv", "Der Terminstatus ist definitiv.", _APPOINTMENTS, _ALWAYS, _definitive),
    Rule("suchtage", "Der Termin liegt in den gesuchten Tagen.", _ONLY_REMINDER, _ALWAYS, _in_days),
    Rule("verschoben", "Der Patient kennt eine andere Zeit des Termins.", _ONLY_MOVED, _ALWAYS, _moved),
    Rule("geburtstag", "Der Patient hat heute Geburtstag.", _ONLY_BIRTHDAY, _ALWAYS, _birthday),
    Rule("noch_bevorstehend", "Der Zeitpunkt steht noch bevor.", _EVERY, _ALWAYS, _ahead),
    Rule("patient", "Der Patient ist vorhanden.", _EVERY, _ALWAYS, _patient_found),
    Rule("lebt", "Beim Patienten ist kein Sterbedatum erfasst.", _EVERY, _ALWAYS, _alive, _PATIENT),
    Rule("wuenscht_mitteilungen", "Der Patient wünscht Mitteilungen.", _EVERY, _ALWAYS, _wants_messages, _PATIENT),
    Rule("aktiv", "Der Patient war in den letzten Jahren in der Praxis.", _ONLY_BIRTHDAY, _ALWAYS, _active, _PATIENT),
    Rule("mandant", "Ein Mandant bezahlt.", _EVERY, _ALWAYS, _payer),
    Rule("lizenz", "Der Mandant besitzt eine gültige Lizenznummer.", _EVERY, _ALWAYS, _licence, _PAYER),
    Rule("textvorlage", "Eine Textvorlage ist erstellt.", _EVERY, _ALWAYS, _template),
    Rule("einmal", "Es ist noch keine Mitteilung versendet worden.", _EVERY, _ONLY_PREPARE, _once),
    Rule("nicht_abgemeldet", "Eine Adresse ist nicht abgemeldet.", _EVERY, _ALWAYS, _open_to_messages, _WRITTEN),
    Rule(ADDRESS, "Der Patient hat eine Mobiltelefonnummer oder E-Mail-Adresse.", _EVERY, _ALWAYS, _address, _OPEN),
)
_ASKED = {
    (kind, step): [one for one in RULES if kind in one.kinds and step in one.stages] for kind in Kind for step in Stage
}


def first_refusal(question: RuleInput) -> Refusal | None:
    """The first rule in table order that refuses, with its reason; None where all pass."""
    for rule in _ASKED[question.candidate.kind, question.practice.stage]:
        if (reason := rule.check(question)) is not None:
            return Refusal(rule.name, reason)
    return None


def evaluate_all(question: RuleInput) -> Iterator[RuleResult]:
    """What each rule that applies says, in table order: for whoever asks why; a run stops at the first refusal."""
    without: set[str] = set()  # rules that have refused, or mean nothing now
    for rule in RULES:
        if question.candidate.kind not in rule.kinds or question.practice.stage not in rule.stages:
            continue
        if without & {READABLE, *rule.needs}:
            verdict = RuleResult(rule, Result.NOT_ASKED)
        else:
            reason = rule.check(question)
            verdict = RuleResult(rule, Result.REFUSED if reason else Result.PASSED, reason)
        if verdict.result is not Result.PASSED:
            without.add(rule.name)
        yield verdict

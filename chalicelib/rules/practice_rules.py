"""The rules about the practice: whether it sends, who pays with which licence, and with which text. Pure; German."""

from __future__ import annotations

from chalicelib.messages.placeholders import as_value
from chalicelib.messages.template import TemplateError
from chalicelib.practice.licence import licence_problem, normal_number
from chalicelib.practice.switches import ENABLING_SWITCHES
from chalicelib.rules.rule import NOTHING, DataDefect, Rule
from chalicelib.rules.rule_input import RuleInput, Stage

_LANGUAGES = {"de": "Deutsch", "fr": "Französisch", "it": "Italienisch", "en": "Englisch"}


def _switched_on(rule_input: RuleInput) -> str | None:
    off = _switched_off(rule_input)
    return f"Der Schalter {off[0]} steht auf Nein." if off else None


def _switched_off(rule_input: RuleInput) -> list[str]:
    return [name for name in ENABLING_SWITCHES[rule_input.candidate.kind] if not rule_input.context.switches[name]]


def _switched_on_fact(rule_input: RuleInput) -> str:
    off, needed = _switched_off(rule_input), ENABLING_SWITCHES[rule_input.candidate.kind]
    return ", ".join(f"{name}: {'Nein' if name in off else 'Ja'}" for name in needed)


def switch_on(name: str) -> str:
    return f"Den Schalter einschalten: vitosms switches set {name} Ja"


SWITCHED_ON = Rule(
    "switched_on", "Der Schalter zum Senden steht auf Ja.", "Das Senden ist ausgeschaltet",
    _switched_on, _switched_on_fact,
    lambda it: "; ".join(map(switch_on, _switched_off(it))) or f"{NOTHING}.",
    stages=frozenset({Stage.SEND}),
)  # fmt: skip


def _payer(rule_input: RuleInput) -> str | None:
    payer = rule_input.candidate.payer
    if payer.mandant is None:
        if payer.by_default:
            return "Der Patient hat keine Behandlung, und DefaultSMSMandant ist nicht gesetzt."
        return "Die letzte Behandlung des Patienten hat keinen Mandanten."
    if payer.found:
        return None
    if payer.by_default:
        return f"Den Mandanten {payer.mandant} aus DefaultSMSMandant gibt es nicht."
    return f"Den Mandanten {payer.mandant} der letzten Behandlung gibt es nicht."


def _payer_fact(rule_input: RuleInput) -> str:
    payer = rule_input.candidate.payer
    why = "DefaultSMSMandant, denn es gibt keine Behandlung" if payer.by_default else "letzte Behandlung"
    if payer.mandant is None:
        return f"kein Mandant ({why})"
    return f"Mandant {' '.join(filter(None, (as_value(payer.mandant), as_value(payer.name))))} ({why})"


def _payer_suggestion(rule_input: RuleInput) -> str:
    if rule_input.candidate.payer.by_default:
        return (
            "vitosms switches set DefaultSMSMandant MANDANTID (ein vorhandener Mandant), oder in der Praxissoftware"
            " beim Patienten eine Behandlung eröffnen."
        )
    return "In der Praxissoftware der zuletzt eröffneten Behandlung des Patienten einen vorhandenen Mandanten geben."


PAYER = Rule(
    "payer", "Ein Mandant bezahlt.", "Kein Mandant, der bezahlt", _payer, _payer_fact, _payer_suggestion
)  # fmt: skip


def _licence(rule_input: RuleInput) -> str | None:
    context = rule_input.context
    return licence_problem(rule_input.candidate.payer.licence, context.licences, context.today)


def _licence_fact(rule_input: RuleInput) -> str:
    number = normal_number(rule_input.candidate.payer.licence)
    if number is None:
        return "keine Lizenznummer"
    licence = rule_input.context.licences.get(number)
    if licence is None:
        return f"Lizenznummer {number}, nicht registriert"
    first = f", gültig ab {licence.first:%d.%m.%Y}" if licence.first else ""
    last = f", gültig bis {licence.last:%d.%m.%Y}" if licence.last else ", unbefristet"
    return f"Lizenznummer {number}{', widerrufen' if licence.revoked else first + last}"


def _licence_suggestion(rule_input: RuleInput) -> str:
    payer = rule_input.candidate.payer
    number = normal_number(payer.licence)
    if number is None:
        return f"In der Praxissoftware beim Mandanten {as_value(payer.mandant)} die Lizenznummer erfassen."
    return f"Die Lizenz erneuern; der Betreiber trägt sie ein: vitosms licences add {number} --to DATUM"


LICENCE = Rule(
    "licence", "Der Mandant besitzt eine gültige Lizenznummer.", "Mandant ohne gültige Lizenz",
    _licence, _licence_fact, _licence_suggestion, needs=(PAYER,),
)  # fmt: skip


def _template(rule_input: RuleInput) -> str | None:
    try:
        if rule_input.channels_with_template:  # all are read: a broken one fails closed
            return None
    except TemplateError as error:
        return DataDefect(error)
    return f"Für {rule_input.kind_name} gibt es keine Textvorlage ({rule_input.language})."


def _template_fact(rule_input: RuleInput) -> str:
    try:
        channels = ", ".join(sorted(rule_input.channels_with_template, reverse=True)) or "keine"
    except TemplateError:
        channels = "fehlerhaft"
    return f"{rule_input.kind_name} auf {_LANGUAGES[rule_input.language]}: {channels}"


def _template_suggestion(rule_input: RuleInput) -> str:
    name = f"{rule_input.kind_name}/…/{rule_input.language}"
    if not any(text.startswith(f"{rule_input.kind_name}/") for text in rule_input.context.templates.own):
        return f"Eine Vorlage erfassen: vitosms templates set {name}"
    return f"Die Vorlage berichtigen («vitosms templates lint»), oder die eingebaute nehmen: templates unset {name}"


TEMPLATE = Rule(
    "template", "Eine Textvorlage ist erstellt.", "Keine Textvorlage", _template, _template_fact, _template_suggestion
)

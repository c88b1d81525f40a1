"""What to change where something stands in the way of a message: German, and concrete. Pure.

A field of the practice software, a switch, or the command of whoever operates the practice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.german import counted
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.messages.recipient import Address, Channel, email_address, mobile_number
from chalicelib.practice.licence import normal_number
from chalicelib.practice.practice import Practice
from chalicelib.practice.switches import ENABLING_SWITCHES, SWITCH_OF_JOB
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.schedule.job import Job

NOTHING = "Nichts zu ändern"
_OPTOUT = "vitosms optout remove"
# The rules whose remedy concerns this one appointment or greeting, and nothing that comes after it.
OF_ONE_MESSAGE = frozenset(
    {"lesbar", "definitiv", "suchtage", "verschoben", "geburtstag", "noch_bevorstehend", "einmal"}
)


def remedy_of(rule: str, question: RuleInput) -> str:
    """What to change where the rule of this name refuses."""
    return REMEDIES[rule](question)


def remedies_of_job(practice: Practice, job: Job, stop: str | None = None) -> Iterator[str]:
    """What to change where a job does nothing; `stop` is why the whole system is stopped."""
    checked = practice.validated
    if checked.jobs.refusals(job) or checked.switches.refusals(job):
        yield "Die genannten Parameter berichtigen; «vitosms switches check» zeigt sie alle."
    if not checked.jobs.activated.get(job, True):
        yield f"Den Auftrag einschalten: vitosms jobs enable {job}"
    if job in SWITCH_OF_JOB and checked.switches.values.get(SWITCH_OF_JOB[job]) is False:
        yield _switch(SWITCH_OF_JOB[job])
    if job is Job.SEND and practice.record.stopped:
        yield f"Ist die Ursache behoben: vitosms practice resume {practice.id}"
    if job is Job.SEND and stop:
        yield "Ist die Ursache behoben, gibt der Betreiber alles wieder frei: vitosms resume --all"


def remedy_of_waiting(entry: Entry, missing: int | None) -> str | None:
    """What to change where an entry waits, is held, unknown or did not arrive; `missing` are credits, if known."""
    name = entry.identity or entry.key
    match entry.state:
        case State.PREPARED if entry.held:
            return f"Soll die Mitteilung noch hinaus: vitosms queue release {name}"
        case State.PREPARED if missing:
            lacks = f"für diese Mitteilung fehlt {counted(missing, 'Credit', 'Credits')}"
            return f"Guthaben aufladen ({lacks}): vitosms credits topup {entry.mandant} ANZAHL --reference …"
        case State.NOT_SENDABLE if entry.reason and "SMS" in entry.reason and "Teile" in entry.reason:
            return "Die Vorlage kürzen, oder mehr Teile erlauben: vitosms switches set MaxSMSTeile …"
        case State.UNKNOWN:
            return f"Den Patienten fragen; danach: vitosms queue resolve {name} delivered (oder resend) --note …"
        case State.FAILED | State.REFUSED:
            return "Den Patienten anrufen, und seine Nummer oder E-Mail-Adresse in der Praxissoftware prüfen."
    return None


def _switch(name: str) -> str:
    return f"Den Schalter einschalten: vitosms switches set {name} Ja"


def _readable(question: RuleInput) -> str:
    candidate = question.candidate
    if candidate.kind is Kind.BIRTHDAY:
        what, view = f"beim Patienten {candidate.patient}", "vitosms.Patient"
    else:
        what, view = f"beim Termin {candidate.appointment or '(ohne Nummer)'}", "vitosms.Termin"
    asked = f"In der Praxissoftware {what} die genannte Angabe neu erfassen"
    return f"{asked}; ist sie dort richtig, prüft der Datenbankadministrator die Sicht {view}."


def _switched_on(question: RuleInput) -> str:
    off = [name for name in ENABLING_SWITCHES[question.candidate.kind] if not question.practice.switches[name]]
    return "; ".join(map(_switch, off)) or f"{NOTHING}."


def _definitive(question: RuleInput) -> str:
    which = question.candidate.appointment
    return f"Findet der Termin statt: in der Praxissoftware den Status des Termins {which} auf «definitiv» setzen."


def _in_days(question: RuleInput) -> str:
    if question.practice.stage is Stage.SEND:
        return f"{NOTHING}: Der Lauf, der den neuen Tag sucht, bereitet die Erinnerung wieder auf."
    return (
        "Soll dieser Tag gesucht werden: den Zeitplan (vitosms jobs schedule prepare-reminders …) oder die Suchtage"
        " ändern (vitosms switches set OffsetStartTage …, OffsetSuchTage …)."
    )


def _moved(question: RuleInput) -> str:
    if question.practice.stage is Stage.PREPARE and question.known_start is None:
        return f"{NOTHING}: Der nächste Lauf entscheidet."
    return f"{NOTHING}: Für jede neue Zeit gibt es eine Mitteilung, die der nächste Lauf aufbereitet."


def _birthday(question: RuleInput) -> str:
    return f"{NOTHING}, wenn das Geburtsdatum stimmt; sonst es in der Praxissoftware berichtigen."


def _ahead(question: RuleInput) -> str:
    if question.candidate.kind is Kind.BIRTHDAY:
        return "Für künftige Geburtstage: das Versandfenster oder die Zeitpläne ändern, sodass noch Zeit bleibt."
    return f"{NOTHING}: Der Zeitpunkt ist vorbei."


def _patient(question: RuleInput) -> str:
    which = question.candidate.appointment or question.candidate.patient
    asked = f"In der Praxissoftware dem Termin {which} einen vorhandenen Patienten zuordnen"
    return f"{asked}; ist er dort vorhanden, prüft der Datenbankadministrator die Sicht vitosms.Patient."


def _alive(question: RuleInput) -> str:
    return f"{NOTHING}; ist das Sterbedatum ein Irrtum, es in der Praxissoftware beim Patienten löschen."


def _wants_messages(question: RuleInput) -> str:
    if question.practice.opt_outs.of_patient(question.candidate.patient):
        return f"Nur wenn der Patient wieder Mitteilungen will: {_OPTOUT} --patient {question.candidate.patient}"
    return f"{NOTHING}, wenn das sein Wunsch ist; sonst beim Patienten in der Praxissoftware «keine Mitteilungen» aus."


def _active(question: RuleInput) -> str:
    return "Sollen auch sie beglückwünscht werden: vitosms switches set GeburtstagInaktivJahre 0 (oder mehr Jahre)"


def _payer(question: RuleInput) -> str:
    payer = question.candidate.payer
    if payer.by_default:
        return (
            "vitosms switches set DefaultSMSMandant MANDANTID (ein vorhandener Mandant), oder in der Praxissoftware"
            " beim Patienten eine Behandlung eröffnen."
        )
    return "In der Praxissoftware der zuletzt eröffneten Behandlung des Patienten einen vorhandenen Mandanten geben."


def _licence(question: RuleInput) -> str:
    payer = question.candidate.payer
    number = normal_number(payer.licence)
    if number is None:
        return f"In der Praxissoftware beim Mandanten {as_value(payer.mandant)} die Lizenznummer erfassen."
    return f"Die Lizenz erneuern; der Betreiber trägt sie ein: vitosms licences add {number} --to DATUM"


def _template(question: RuleInput) -> str:
    name = f"{question.kind_name}/…/{question.language}"
    broken = any(text.startswith(f"{question.kind_name}/") for text in question.practice.templates.own)
    if not broken:
        return f"Eine Vorlage erfassen: vitosms templates set {name}"
    return f"Die Vorlage berichtigen («vitosms templates lint»), oder die eingebaute nehmen: templates unset {name}"


def _once(question: RuleInput) -> str:
    if question.entry and question.entry.cancelled_manually:
        return f"Soll die Mitteilung doch hinaus: vitosms queue release {question.entry.identity}"
    return f"{NOTHING}: Keine Mitteilung geht zweimal hinaus."


def _open_to_messages(question: RuleInput) -> str:
    found = mobile_number(question.candidate.mobile), email_address(question.candidate.email)
    out = [one.value for one in found if isinstance(one, Address) and question.practice.opt_outs.of(one)]
    address = out[0] if out else "ADRESSE"
    return f"Nur wenn der Patient wieder Mitteilungen will: {_OPTOUT} {address}"


def _address(question: RuleInput) -> str:
    email_needs_sender = Channel.EMAIL in question.channels_with_template and not question.email_listed()
    text = "In der Praxissoftware beim Patienten eine gültige Mobiltelefonnummer"
    if email_needs_sender:
        return f"{text} erfassen (E-Mail geht nicht: Der Absender des Mandanten ist nicht freigegeben)."
    return f"{text} oder E-Mail-Adresse erfassen, oder anrufen."


REMEDIES: dict[str, Callable[[RuleInput], str]] = {
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

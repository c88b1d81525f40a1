"""The words in which a report speaks to a practice."""

from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.planning.report import RunOutcome

STATE_COLOURS = {
    State.DELIVERED: "green",
    State.SENT: "green",
    State.COVERED: "green",
    State.FAILED: "red",
    State.REFUSED: "red",
    State.UNKNOWN: "red",
    State.NOT_SENDABLE: "yellow",
    State.PREPARED: "yellow",
}
KINDS = {Kind.REMINDER: "Terminerinnerung", Kind.BIRTHDAY: "Geburtstag", Kind.RESCHEDULED: "Terminverschiebung"}
OUTCOME_COLOURS = {
    RunOutcome.DONE: "green",
    RunOutcome.WITH_ERRORS: "yellow",
    RunOutcome.FAILED: "red",
    RunOutcome.SKIPPED: "cyan",
    RunOutcome.MISSED: "magenta",
}
# What it means for a person that a rule of chalicelib/rules/rules.py refused, by the rule's name.
NOT_FULFILLED = {
    "lesbar": "Angaben in der Praxisdatenbank sind unlesbar",
    "eingeschaltet": "Das Senden ist ausgeschaltet",
    "definitiv": "Termin ist nicht definitiv (provisorisch, abgesagt oder ohne Status)",
    "suchtage": "Termin liegt an einem anderen Tag",
    "verschoben": "Die neue Zeit ist dem Patienten schon bekannt, oder eine Mitteilung ist unterwegs",
    "geburtstag": "Heute ist nicht der Geburtstag",
    "noch_bevorstehend": "Dafür ist es zu spät",
    "patient": "Patient fehlt in der Praxisdatenbank",
    "lebt": "Patient ist verstorben",
    "wuenscht_mitteilungen": "Patient wünscht keine Mitteilungen",
    "aktiv": "Patient war seit Jahren nicht mehr da",
    "mandant": "Kein Mandant, der bezahlt",
    "lizenz": "Mandant ohne gültige Lizenz",
    "textvorlage": "Keine Textvorlage",
    "einmal": "Mitteilung ist schon versendet oder unterwegs",
    "nicht_abgemeldet": "Mobilnummer oder E-Mail-Adresse ist abgemeldet",
    "adresse": "Weder Mobilnummer noch E-Mail-Adresse",
}

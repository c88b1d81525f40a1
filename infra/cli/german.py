"""The words in which a report speaks to a practice."""

from chalicelib.entry import Kind, State
from chalicelib.report import RunOutcome
from chalicelib.wording import as_value

STATE_COLOURS = {
    State.DELIVERED: "green",
    State.SENT: "green",
    State.FAILED: "red",
    State.REFUSED: "red",
    State.UNKNOWN: "red",
    State.NOT_SENDABLE: "yellow",
    State.PREPARED: "yellow",
}
KINDS = {Kind.REMINDER: "Terminerinnerung", Kind.BIRTHDAY: "Geburtstag"}
OUTCOME_COLOURS = {
    RunOutcome.DONE: "green",
    RunOutcome.WITH_ERRORS: "yellow",
    RunOutcome.FAILED: "red",
    RunOutcome.SKIPPED: "cyan",
    RunOutcome.MISSED: "magenta",
}
# What it means for a person that a rule of chalicelib/rules.py refused, by the rule's name.
NOT_FULFILLED = {
    "lesbar": "Angaben in der Praxisdatenbank sind unlesbar",
    "eingeschaltet": "Das Senden ist ausgeschaltet",
    "definitiv": "Termin ist nicht definitiv (provisorisch, abgesagt oder ohne Status)",
    "suchtage": "Termin liegt an einem anderen Tag",
    "geburtstag": "Heute ist nicht der Geburtstag",
    "noch_bevorstehend": "Dafür ist es zu spät",
    "patient": "Patient fehlt in der Praxisdatenbank",
    "lebt": "Patient ist verstorben",
    "wuenscht_mitteilungen": "Patient wünscht keine Mitteilungen",
    "mandant": "Kein Mandant, der bezahlt",
    "lizenz": "Mandant ohne gültige Lizenz",
    "textvorlage": "Keine Textvorlage",
    "einmal": "Mitteilung ist schon versendet oder unterwegs",
    "adresse": "Weder Mobilnummer noch E-Mail-Adresse",
}
# The words of SNS ("providerResponse" in "Amazon CloudWatch logs for SMS deliveries") and of SES bounces.
_CARRIERS_SAY = {
    "Blocked as spam by phone carrier": "vom Netz als Spam gesperrt",
    "Destination is on a blocked list": "Nummer ist gesperrt",
    "Invalid phone number": "Nummer ist ungültig",
    "Message body is invalid": "Text ist ungültig",
    "Phone carrier has blocked this message": "vom Netz gesperrt",
    "Phone carrier is currently unreachable/unavailable": "Netz nicht erreichbar",
    "Phone has blocked SMS": "Telefon nimmt keine SMS an",
    "Phone is on a blocked list": "Nummer ist gesperrt",
    "Phone is currently unreachable/unavailable": "Telefon nicht erreichbar",
    "Phone number is opted out": "Nummer ist vom SMS-Empfang abgemeldet",
    "This delivery would exceed max price": "SMS ist zu teuer",
    "Unknown error attempting to reach phone": "Telefon nicht erreicht",
    "Bounce Permanent General": "E-Mail-Adresse gibt es nicht",
}
# The parts of a sentence of chalicelib/recipient.py, short enough for a column.
_ADDRESSES = {
    "keine mobiltelefonnummer erfasst": "keine Mobilnummer",
    "die mobiltelefonnummer ist ungültig": "Mobilnummer ungültig",
    "die mobiltelefonnummer ist eine festnetznummer": "Festnetznummer",
    "die mobiltelefonnummer gehört zu keinem mobiltelefon": "kein Mobiltelefon",
    "keine e-mail-adresse erfasst": "keine E-Mail",
    "die e-mail-adresse ist ungültig": "E-Mail ungültig",
}


def reason_of(text: str | None) -> str:
    """An entry's reason in short, with what the carriers say in English translated where it is known."""
    head, colon, said = (text or "").partition(": ")
    short = "; ".join(_ADDRESSES.get(part.casefold(), part) for part in head.split("; "))
    return as_value(f"{short[:1].upper()}{short[1:]}{colon}{_CARRIERS_SAY.get(said, said)}")

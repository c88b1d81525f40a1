"""An entry's reason in a few German words, for columns and e-mails. Pure."""

from __future__ import annotations

from chalicelib.messages.placeholders import as_value
from chalicelib.text import Text
from chalicelib.words.words import german

# The words of SNS ("providerResponse" in "Amazon CloudWatch logs for SMS deliveries") and of SES bounces.
_PROVIDERS_SAY = {
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
# The parts of a sentence of `recipient.py`, short enough for a column.
_ADDRESSES = {
    "keine mobiltelefonnummer erfasst": "keine Mobilnummer",
    "die mobiltelefonnummer ist ungültig": "Mobilnummer ungültig",
    "die mobiltelefonnummer ist eine festnetznummer": "Festnetznummer",
    "die mobiltelefonnummer gehört zu keinem mobiltelefon": "kein Mobiltelefon",
    "keine e-mail-adresse erfasst": "keine E-Mail",
    "die e-mail-adresse ist ungültig": "E-Mail ungültig",
    "die mobiltelefonnummer ist abgemeldet": "Mobilnummer abgemeldet",
    "die e-mail-adresse ist abgemeldet": "E-Mail abgemeldet",
    "die e-mail-adresse ist unzustellbar": "E-Mail unzustellbar",
}


def sentence_of(text: Text | str | None) -> str | None:
    """An entry's reason, with the English words of the providers translated if known."""
    head, colon, said = (german(text) if isinstance(text, Text) else text or "").partition(": ")
    return as_value(f"{head}{colon}{_PROVIDERS_SAY.get(said, said)}") or None


def short_reason(text: Text | str | None) -> str:
    """An entry's reason in short, with the English words of the providers translated if known."""
    head, colon, said = (german(text) if isinstance(text, Text) else text or "").partition(": ")
    short = "; ".join(_ADDRESSES.get(part.casefold(), part) for part in head.split("; "))
    return as_value(f"{short[:1].upper()}{short[1:]}{colon}{_PROVIDERS_SAY.get(said, said)}")

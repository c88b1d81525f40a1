"""Errors of a practice database: a German sentence for the practice, an English detail for the log. Pure.

Numbers below 100 are SQLite's, those up to 20000 and above 40000 SQL Server's, the rest DB-Library's (FreeTDS). Texts
of drivers and servers may hold data and credentials: they are read here, and never passed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


class PracticeDatabaseError(Exception):
    """A German sentence; ``detail`` is English, for the log. Neither holds data, credentials or SQL.

    `dropped`: an open connection was lost. `passes`: a retry a quarter of an hour later may succeed.
    """

    def __init__(self, sentence: str, detail: str, dropped: bool = False, passes: bool = False) -> None:
        super().__init__(sentence)
        self.detail, self.dropped, self.passes = detail, dropped, passes


@dataclass(frozen=True)
class Cause:
    german: str
    english: str
    numbers: tuple[int, ...] = ()
    passes: bool = False  # a later retry may succeed

    def error(self, what: str = "", sentence: str = "") -> PracticeDatabaseError:
        """`what` is appended in the log: an exception type, a number; `sentence` replaces the cause's own."""
        detail = f"{self.english} ({what})" if what else self.english
        return PracticeDatabaseError(sentence or self.german, detail, dropped=self is LOST, passes=self.passes)


VIEWS = {  # of the contract: the only views and columns that an error may name
    "Mandant": "MandantId Name Lizenznummer AbsenderSMS AbsenderEMail Telefon",
    "Patient": "PatientId Anrede Vorname Nachname Geburtsdatum Sterbedatum Mobiltelefon EMail Sprache "
    "KeineMitteilungen",
    "Behandlung": "BehandlungId PatientId MandantId EroeffnetAm",
    "Termin": "TerminId PatientId Beginn Status Behandler Ort Besuchsgrund",
}

BAD_URL = Cause(
    "Die Adresse der Praxisdatenbank ist ungültig, sie muss mssql://… oder sqlite:///… lauten.",
    "malformed or unsupported database URL",
)
UNREACHABLE = Cause(
    "Die Praxisdatenbank ist nicht erreichbar, bitte Server und Port prüfen.", "no connection to the server",
    (20009, 20012, 20013, 40613, 40615), passes=True,
)  # fmt: skip
REFUSED = Cause(
    "Die Praxisdatenbank lehnt die Anmeldung ab, bitte Benutzer und Passwort prüfen.", "login failed",
    (18456, 18451, 18452, 18470, 18486, 18487, 18488),
)  # fmt: skip
NO_DATABASE = Cause(
    "Der Server der Praxisdatenbank hat keine Datenbank dieses Namens, oder das Konto darf sie nicht öffnen.",
    "database missing, or no right to open it", (911, 916, 4060, 4064),
)  # fmt: skip
NOT_READY = Cause(  # recovering, restoring, updating, paused, stopping; busy, also in Azure
    "Der Server der Praxisdatenbank ist noch nicht bereit oder überlastet.", "server not ready or too busy",
    (921, 922, 927, 6005, 17142, 18401, 701, 8645, 10928, 10929, 40197, 40501, 49918, 49919, 49920), passes=True,
)  # fmt: skip
NO_TLS = Cause(
    "Der Server der Praxisdatenbank bietet keine Verschlüsselung (TLS) an, unverschlüsselt wird nicht gelesen.",
    "the server refuses TLS",
)
TLS_FAILED = Cause(
    "Die verschlüsselte Verbindung (TLS) zur Praxisdatenbank kommt nicht zustande.", "TLS handshake failed"
)
CERTIFICATE = Cause(
    "Das Zertifikat der Praxisdatenbank ist ungültig oder stammt nicht von der hinterlegten Stelle.",
    "certificate not accepted",
)
EXPIRED = Cause("Das Zertifikat der Praxisdatenbank ist abgelaufen.", "certificate expired")
OTHER_NAME = Cause(
    "Das Zertifikat der Praxisdatenbank lautet auf einen anderen Server.", "certificate is for another host"
)
NO_CA_FILE = Cause(
    "Die Datei mit den Zertifikaten für die Praxisdatenbank (?ca=…) fehlt oder ist unlesbar.",
    "the file of ?ca= is missing or holds no certificate",
)
NO_VIEW = Cause(
    "Eine der Sichten vitosms der Praxisdatenbank fehlt, oder eine Tabelle dahinter.", "view missing or broken",
    (208, 4413),
)  # fmt: skip
DENIED = Cause(
    "Das Konto darf eine der Sichten vitosms der Praxisdatenbank nicht lesen.", "permission denied", (229, 230, 300),
)  # fmt: skip
NO_COLUMN = Cause(
    "In einer der Sichten vitosms der Praxisdatenbank, oder in einer Tabelle dahinter, fehlt eine Spalte.",
    "column missing", (207,),
)  # fmt: skip
WRONG_TYPE = Cause(
    "In einer der Sichten vitosms der Praxisdatenbank hat eine Spalte den falschen Typ.", "column of a wrong type",
    (206, 241, 242, 245, 257, 295, 402, 529, 8114, 8115, 8117),
)  # fmt: skip
COLLATION = Cause(
    "Die Schlüssel in den Sichten vitosms haben nicht alle dieselbe Sortierung.", "keys of different collations", (468,)
)
TIMEOUT = Cause("Die Praxisdatenbank hat nicht rechtzeitig geantwortet.", "timed out", (20003,), passes=True)
LOST = Cause(
    "Die Verbindung zur Praxisdatenbank ist abgebrochen.", "connection lost", (20004, 20006, 20017, 20047), passes=True,
)  # fmt: skip
LOCKED = Cause(
    "Die Praxisdatenbank ist durch ein anderes Programm gesperrt.",
    "locked by another program",
    (5, 6, 1205, 1222),
    passes=True,
)
NO_FILE = Cause(
    "Die Datei der Praxisdatenbank fehlt oder lässt sich nicht öffnen.", "file missing or not readable", (10, 14)
)
BROKEN_FILE = Cause(
    "Die Datei der Praxisdatenbank ist beschädigt oder keine SQLite-Datenbank.", "file damaged", (11, 26)
)
OTHER = Cause("Die Praxisdatenbank meldet einen unerwarteten Fehler.", "unexpected error")
_NUMBERED = (
    UNREACHABLE, REFUSED, NO_DATABASE, NOT_READY, NO_VIEW, DENIED, NO_COLUMN, WRONG_TYPE, COLLATION, TIMEOUT, LOST,
    LOCKED, NO_FILE, BROKEN_FILE,
)  # fmt: skip
_CHECK_SERVER = 20018  # DB-Library: «check messages from the SQL Server»
_FAILED = 20002  # DB-Library: the connection failed, perhaps because of TLS
_NET = (20003, 20009, 20004, 20006, 20017, 20047)  # the most specific first


def error_of(error: Exception) -> PracticeDatabaseError:
    """Translate a driver's exception into a sentence, with the view or column of the contract that it names."""
    if isinstance(error, PracticeDatabaseError):
        return error
    number, text = number_and_text(error)
    cause = cause_of(number)
    return cause.error(f"{type(error).__name__} {number}", _sentence(cause, number, text))


def cause_of(number: int) -> Cause:
    return next((cause for cause in _NUMBERED if number in cause.numbers), OTHER)


def number_and_text(error: Exception) -> tuple[int, str]:
    """Return the most specific number, 0 if there is none, and the driver's own text."""
    match error.args:
        case [[int(number), bytes(raw)]] | [int(number), bytes(raw)]:  # pymssql, on connecting and later
            text = raw.decode(errors="replace")
            return _trusted_number(number, text), text
        case [str(text)] if hasattr(error, "sqlite_errorcode"):
            # SQLite names missing things in words only; otherwise the low byte of its code is the primary code.
            missing = {"no such table": 208, "no such column": 207}.get(text.partition(":")[0])
            return missing or error.sqlite_errorcode & 0xFF, text
    return 0, ""


def _trusted_number(number: int, text: str) -> int:
    """Return pymssql's number if it can be trusted, otherwise the one that DB-Library wrote.

    On connecting, pymssql 2.3.9 keeps the most severe number that the process has ever seen, but a new text. So only a
    number whose message starts the text belongs to this failure.
    """
    written = {int(found) for found in re.findall(r"DB-Lib error message (\d+)", text)}
    if _CHECK_SERVER in written:
        return REFUSED.numbers[0] if text.startswith("DB-Lib") else number
    if known := [code for code in (*_NET, _FAILED) if code in written]:
        return known[0]
    return UNREACHABLE.numbers[0] if text.startswith("Unknown error") else number


def _sentence(cause: Cause, number: int, text: str) -> str:
    """Return the sentence, with the view or column of the contract that the driver's text names."""
    for word in re.findall(r"\w+", text):
        if word in VIEWS and cause is NO_VIEW:
            return f"Die Sicht vitosms.{word} der Praxisdatenbank fehlt."
        if word in VIEWS and cause is DENIED:
            return f"Das Konto darf die Sicht vitosms.{word} der Praxisdatenbank nicht lesen."
        if cause is NO_COLUMN and (views := [view for view in VIEWS if word in VIEWS[view].split()]):
            place = f"der Sicht vitosms.{views[0]}" if len(views) == 1 else "einer der Sichten vitosms"
            return f"In {place} der Praxisdatenbank fehlt die Spalte {word}."
    if cause is OTHER and number >= 100:
        return f"Die Praxisdatenbank meldet einen unerwarteten Fehler (Nummer {number})."
    return cause.german

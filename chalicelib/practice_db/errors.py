"""Errors of a practice database: a text for the practice, an English detail for the log. Pure.

Numbers below 100 are SQLite's, those up to 20000 SQL Server's, those above 40000 Azure SQL's, the rest DB-Library's
(FreeTDS). Microsoft's pages about them, the first one of many for the thousands:
https://learn.microsoft.com/en-us/sql/relational-databases/errors-events/database-engine-events-and-errors-0-to-999
https://learn.microsoft.com/en-us/azure/azure-sql/database/troubleshoot-common-errors-issues

Texts of drivers and servers may hold data and credentials: they are read here, and never passed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.text import Text, TextError


class PracticeDatabaseError(TextError):
    """``detail`` is English, for the log. Neither it nor the text holds data, credentials or SQL.

    `dropped`: an open connection was lost. `passes`: a retry a quarter of an hour later may succeed.
    """

    def __init__(self, text: Text, detail: str, dropped: bool = False, passes: bool = False) -> None:
        super().__init__(text)
        self.detail, self.dropped, self.passes = detail, dropped, passes


@dataclass(frozen=True)
class Cause:
    text: Text
    english: str
    numbers: tuple[int, ...] = ()
    passes: bool = False  # a later retry may succeed

    def error(self, what: str = "", text: Text | None = None) -> PracticeDatabaseError:
        """`what` is appended in the log: an exception type, a number; `text` replaces the cause's own."""
        detail = f"{self.english} ({what})" if what else self.english
        return PracticeDatabaseError(text or self.text, detail, dropped=self is LOST, passes=self.passes)


VIEWS = {  # of the contract: the only views and columns that an error may name
    "Mandant": "MandantId Name Lizenznummer AbsenderSMS AbsenderEMail Telefon",
    "Patient": "PatientId Anrede Vorname Nachname Geburtsdatum Sterbedatum Mobiltelefon EMail Sprache "
    "KeineMitteilungen",
    "Behandlung": "BehandlungId PatientId MandantId EroeffnetAm",
    "Termin": "TerminId PatientId Beginn Status Behandler Ort Besuchsgrund",
}

BAD_URL = Cause(Text("database.bad_url"), "malformed or unsupported database URL")
UNREACHABLE = Cause(
    Text("database.unreachable"), "no connection to the server", (20009, 20012, 20013, 40615, 40914), passes=True
)
REFUSED = Cause(Text("database.login_refused"), "login failed", (18456, 18452, 18470, 18486, 18487, 18488))
NO_DATABASE = Cause(Text("database.no_database"), "database missing, or no right to open it", (911, 916, 4060, 4064))
NOT_READY = Cause(  # starting, recovering, restoring, in transition, updating, paused, stopping; busy in Azure
    Text("database.not_ready"), "server or database not ready, or too busy",
    (615, 913, 921, 922, 927, 941, 952, 4221, 6005, 17142, 17187, 17197, 18401,
     10928, 10929, 40143, 40197, 40501, 40540, 40613, 42109, 49918, 49919, 49920), passes=True,
)  # fmt: skip
FULL = Cause(  # memory, locks, disk
    Text("database.full"), "server out of memory, locks or disk",
    (701, 802, 1101, 1104, 1105, 1204, 8645, 9002), passes=True,
)  # fmt: skip
MAINTENANCE = Cause(  # one user, or administrators only: usual during an update of the practice's software
    Text("database.maintenance"), "restricted to one user or to administrators", (923, 924, 18451, 18461), passes=True
)
OFFLINE = Cause(Text("database.offline"), "database offline", (942,), passes=True)
DAMAGED = Cause(Text("database.damaged"), "database suspect, or its files damaged", (605, 823, 824, 926, 945))
STANDBY = Cause(  # of an availability group or a mirror, and readable again after its work or a failover
    Text("database.standby"), "copy not readable at present", (955, 956, 976, 982, 983, 988), passes=True
)
MIRROR = Cause(Text("database.mirror"), "copy that is never readable", (954, 978))
NO_TLS = Cause(Text("database.no_tls"), "the server refuses TLS")
TLS_FAILED = Cause(Text("database.tls_failed"), "TLS handshake failed")
CERTIFICATE = Cause(Text("database.certificate_invalid"), "certificate not accepted")
EXPIRED = Cause(Text("database.certificate_expired"), "certificate expired")
OTHER_NAME = Cause(Text("database.certificate_of_other"), "certificate is for another host")
DEPLOYMENT = Cause(Text("database.deployment"), "no driver or no temporary file: a fault of the deployment")
NO_CA_FILE = Cause(Text("database.no_ca_file"), "the file of ?ca= is missing or holds no certificate")
NO_VIEW = Cause(Text("database.no_view"), "view missing or broken", (208, 4413))
DENIED = Cause(Text("database.denied"), "permission denied", (229, 230, 300))
NO_COLUMN = Cause(Text("database.no_column"), "column missing", (207,))
WRONG_TYPE = Cause(
    Text("database.wrong_type"), "column of a wrong type",
    (206, 241, 242, 244, 245, 248, 257, 295, 402, 529, 8114, 8115, 8117, 8169),
)  # fmt: skip
COLLATION = Cause(Text("database.collation"), "keys of different collations", (468,))
TIMEOUT = Cause(Text("database.timeout"), "timed out", (20003,), passes=True)
LOST = Cause(Text("database.lost"), "connection lost", (20004, 20006, 20017, 20047, 596), passes=True)  # 596: KILL
LOCKED = Cause(Text("database.locked"), "locked by another program", (5, 6, 1205, 1222), passes=True)
NO_FILE = Cause(Text("database.no_file"), "file missing or not readable", (10, 14))
BROKEN_FILE = Cause(Text("database.broken_file"), "file damaged", (11, 26))
OTHER = Cause(Text("database.other"), "unexpected error")
_NUMBERED = (
    UNREACHABLE, REFUSED, NO_DATABASE, NOT_READY, FULL, MAINTENANCE, OFFLINE, DAMAGED, STANDBY, MIRROR, NO_VIEW, DENIED,
    NO_COLUMN, WRONG_TYPE, COLLATION, TIMEOUT, LOST, LOCKED, NO_FILE, BROKEN_FILE,
)  # fmt: skip
CHECK_SERVER = 20018  # DB-Library: «check messages from the SQL Server», whose numbers the driver has not kept
FAILED = 20002  # DB-Library: the connection failed, perhaps because of TLS
_NET = (20003, 20009, 20004, 20006, 20017, 20047)  # the most specific first


def error_of(error: Exception) -> PracticeDatabaseError:
    """Translate a driver's exception into a text, with the view or column of the contract that it names."""
    if isinstance(error, PracticeDatabaseError):
        return error
    number, text = number_and_text(error)
    cause = cause_of(number)
    return cause.error(f"{type(error).__name__} {number}", more_specific(cause, number, text))


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

    On connecting, pymssql keeps the most severe number that the process has ever seen, but a new text. So only a number
    whose message starts the text belongs to this failure.
    """
    written = {int(found) for found in re.findall(r"DB-Lib error message (\d+)", text)}
    if CHECK_SERVER in written:
        return CHECK_SERVER if text.startswith("DB-Lib") else number
    if known := [code for code in (*_NET, FAILED) if code in written]:
        return known[0]
    return UNREACHABLE.numbers[0] if text.startswith("Unknown error") else number


def more_specific(cause: Cause, number: int, text: str) -> Text | None:
    """The text with the view or column of the contract that the driver's own names; None if it names none."""
    for word in re.findall(r"\w+", text):
        if word in VIEWS and cause is NO_VIEW:
            return Text("database.no_view.named", view=word)
        if word in VIEWS and cause is DENIED:
            return Text("database.denied.view", view=word)
        if cause is NO_COLUMN and (views := [view for view in VIEWS if word in VIEWS[view].split()]):
            if len(views) > 1:
                return Text("database.no_column.in_a_view", column=word)
            return Text("database.no_column.in_view", column=word, view=views[0])
    return Text("database.other.number", number=number) if cause is OTHER and number >= 100 else None

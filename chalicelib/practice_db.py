"""The practice database: three questions to the four views of the contract, one SQL statement each.

The contract is in ``infra/sql/``, the questions in ``chalicelib/sql/``. Rows come as the database holds them,
nothing cleaned: dates are text from SQLite, ``date`` and naive practice-local ``datetime`` from SQL Server.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote

Row = Mapping[str, object]
Ids = Sequence[str]

_BATCH = 500  # rows fetched at a time: bounds memory, whatever the size of the practice
_SQL_FOLDER = Path(__file__).parent / "sql"
_SQLITE_URL = re.compile(r"sqlite:///(?P<path>.+)")
_MSSQL_URL = re.compile(
    r"mssql://(?P<user>[^:@/?#]+):(?P<password>[^/?#]*)@(?P<server>[^:@/?#]+)(:(?P<port>[0-9]{1,5}))?"
    r"/(?P<database>[^/?#]+)(?P<plain>\?encryption=off)?"
)
_VIEWS = {  # of the contract: an error may name these views and columns, and nothing else
    "Mandant": "MandantId Name Lizenznummer AbsenderSMS AbsenderEMail Telefon",
    "Patient": "PatientId Anrede Vorname Nachname Geburtsdatum Sterbedatum Mobiltelefon EMail Sprache "
    "KeineMitteilungen",
    "Behandlung": "BehandlungId PatientId MandantId EroeffnetAm",
    "Termin": "TerminId PatientId Beginn Status Behandler Ort Besuchsgrund",
}
_BAD_URL = "Die Adresse der Praxisdatenbank ist ungültig, sie muss mssql://… oder sqlite:///… lauten."
_NO_VIEW = "Eine der Sichten vitosms der Praxisdatenbank fehlt oder ist nicht lesbar."
_NO_COLUMN = "In einer der Sichten vitosms der Praxisdatenbank fehlt eine Spalte oder sie ist nicht lesbar."
_REFUSED = "Die Praxisdatenbank lehnt die Anmeldung ab, bitte Benutzer, Passwort und Datenbank prüfen."
_OTHER = "Die Praxisdatenbank meldet einen unerwarteten Fehler."
# Below 100: SQLite. Then messages of SQL Server; from 20000 DB-Library (FreeTDS), from 40000 Azure SQL.
_CODES = {
    "Die Praxisdatenbank ist nicht erreichbar, bitte Server und Port prüfen.": (20009, 40613, 40615),
    _REFUSED: (916, 4060, 4064, 18452, 18456, 18470, 18486, 18487, 18488),
    _NO_VIEW: (208, 229, 4413),
    _NO_COLUMN: (207, 230),
    "Die Schlüssel in den Sichten vitosms haben nicht alle dieselbe Sortierung.": (468,),
    "Die Praxisdatenbank hat nicht rechtzeitig geantwortet.": (20003,),
    "Die Verbindung zur Praxisdatenbank ist abgebrochen.": (20004, 20006, 20017, 20047),
    "Die Praxisdatenbank ist durch ein anderes Programm gesperrt.": (5, 6, 1205, 1222),
    "Die Datei der Praxisdatenbank fehlt oder lässt sich nicht öffnen.": (10, 14),
    "Die Datei der Praxisdatenbank ist beschädigt oder keine SQLite-Datenbank.": (11, 26),
}


class PracticeDatabaseError(Exception):
    """One German sentence; ``detail`` is English, for the log. Neither holds data, credentials or SQL."""

    def __init__(self, sentence: str, detail: str) -> None:
        super().__init__(sentence)
        self.detail = detail


class PracticeDatabase:
    """One connection, for one thread and one question at a time; closed by ``with``.

    Each question is a lazy iterator: its only statement runs when the first row is asked for, and rows are
    fetched as they are read. Errors (PracticeDatabaseError) are raised while iterating.
    """

    def __init__(self, connection: Any, placeholder: str, trace: Callable[[str], None]) -> None:
        self._connection, self._placeholder, self._trace = connection, placeholder, trace

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):  # nothing is lost: the service only reads
            self._connection.close()

    def reminders(self, first: date, end: date, default_mandant: str | None) -> Iterator[Row]:
        """Appointments of any status that begin on the local days [first, end), by Beginn and TerminId."""
        days = {"first": first.isoformat(), "end": end.isoformat()}
        return self._rows(("reminders", "candidates"), {**days, "default_mandant": default_mandant})

    def birthdays(self, month_days: Sequence[str], default_mandant: str | None) -> Iterator[Row]:
        """Patients born on one of the ``MM-DD``, by PatientId."""
        return self._rows(("birthdays", "candidates"), {"default_mandant": default_mandant}, month_days=month_days)

    def recheck(self, appointment_ids: Ids, patient_ids: Ids, default_mandant: str | None) -> Iterator[Row]:
        """The rows of up to 1,000 ids as they are now: appointments first; what is gone has no row."""
        ids = {"appointment_ids": appointment_ids, "patient_ids": patient_ids}
        return self._rows(("recheck", "candidates"), {"default_mandant": default_mandant}, **ids)

    def mandanten(self) -> Iterator[Row]:
        """All Mandanten, by MandantId: for whoever sets a practice up, not for the jobs."""
        return self._rows(("mandanten",), {})

    def _rows(self, names: tuple[str, ...], values: Mapping[str, str | None], **lists: Sequence[str]) -> Iterator[Row]:
        sql, listed = _expanded(_statement(names), lists)
        sql = re.sub(r":([a-z]\w*)", self._placeholder, sql)
        self._trace(sql)
        with _in_german(), closing(self._connection.cursor()) as cursor:
            cursor.execute(sql, {**values, **listed})
            columns = [column[0] for column in cursor.description]
            while batch := cursor.fetchmany(_BATCH):
                for record in batch:
                    yield dict(zip(columns, record, strict=True))


def open_practice_database(url: str, trace: Callable[[str], None] = lambda sql: None) -> PracticeDatabase:
    """Connect to ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``mssql://user:pass@host:1433/db``.

    Credentials are percent-encoded; ``?encryption=off`` is for servers that cannot encrypt. ``trace`` gets
    each statement, without its values, as it is executed. Raises PracticeDatabaseError.
    """
    if sqlite := _SQLITE_URL.fullmatch(url.strip()):
        return PracticeDatabase(_connect_sqlite(Path(sqlite["path"])), r":\1", trace)
    if mssql := _MSSQL_URL.fullmatch(url.strip()):
        return PracticeDatabase(_connect_mssql(mssql), r"%(\1)s", trace)
    raise PracticeDatabaseError(_BAD_URL, "malformed or unsupported database URL")


def is_database_url(url: str) -> bool:
    """Whether `open_practice_database` knows this form of URL; nothing is connected to."""
    return bool(_SQLITE_URL.fullmatch(url.strip()) or _MSSQL_URL.fullmatch(url.strip()))


def _statement(names: tuple[str, ...]) -> str:
    """The packaged SQL of these files, one after the other, without comments: a value must never land in one."""
    texts = [(_SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8") for name in names]
    return re.sub(r"(?m)^ *--.*\n", "", "".join(texts))


def _expanded(sql: str, lists: Mapping[str, Ids]) -> tuple[str, dict[str, str]]:
    """Write a list parameter ``(:ids)`` as ``(:ids_0, :ids_1)``, an empty one as ``(NULL)``."""
    values: dict[str, str] = {}
    for name, items in lists.items():
        numbered = {f"{name}_{n}": item for n, item in enumerate(items)}
        sql = sql.replace(f"(:{name})", f"({', '.join(f':{key}' for key in numbered) or 'NULL'})")
        values |= numbered
    return sql, values


@contextmanager
def _in_german() -> Iterator[None]:
    """Translate what a driver raises. Its exception is dropped, for its text may hold personal data."""
    try:
        yield
    except Exception as error:
        number, text = _number_and_text(error)
        cause = next((sentence for sentence, numbers in _CODES.items() if number in numbers), _OTHER)
        raise PracticeDatabaseError(_with_name(cause, text), f"{type(error).__name__} {number}") from None


def _number_and_text(error: Exception) -> tuple[int, str]:
    match error.args:
        case [[int(number), bytes(raw)]] | [int(number), bytes(raw)]:  # pymssql, on connecting and later
            # A query that times out is reported as the dead connection (20047) that it leaves behind.
            timed_out = number == 20047 and b"message 20003" in raw
            return 20003 if timed_out else number, raw.decode(errors="replace")
        case [str(text)] if isinstance(error, sqlite3.Error):
            # SQLite tells in words only what is missing; else the low byte of its code is the primary code.
            missing = {"no such table": 208, "no such column": 207}.get(text.partition(":")[0])
            return missing or getattr(error, "sqlite_errorcode", 0) & 0xFF, text
    return 0, ""


def _with_name(cause: str, text: str) -> str:
    """The sentence, with the view or column that the driver's text names if it is one of the contract."""
    for word in re.findall(r"\w+", text):
        if cause is _NO_VIEW and word in _VIEWS:
            return f"Die Sicht vitosms.{word} der Praxisdatenbank fehlt oder ist nicht lesbar."
        if cause is _NO_COLUMN and (views := [view for view in _VIEWS if word in _VIEWS[view].split()]):
            place = f"der Sicht vitosms.{views[0]}" if len(views) == 1 else "einer der Sichten vitosms"
            return f"In {place} der Praxisdatenbank fehlt die Spalte {word} oder sie ist nicht lesbar."
    return cause


@_in_german()
def _connect_sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, uri=True)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    with ExitStack() as on_failure:
        on_failure.callback(connection.close)
        connection.execute("ATTACH ? AS vitosms", (f"{path.absolute().as_uri()}?mode=ro",))
        on_failure.pop_all()
    return connection


@_in_german()
def _connect_mssql(url: re.Match[str]) -> Any:
    import pymssql  # here, because only a practice on SQL Server needs the driver

    login: dict[str, Any] = {name: unquote(url[name]) for name in ("server", "user", "password", "database")}
    connection = pymssql.connect(
        **login,
        port=url["port"] or "1433",
        encryption="off" if url["plain"] else "require",
        login_timeout=10,  # seconds
        timeout=60,
        tds_version="7.4",
        autocommit=True,
        appname="vitosms",
    )
    # A German-language server would read '2026-11-22' as year-day-month where a view still has datetime.
    with closing(connection.cursor()) as cursor:
        cursor.execute("SET DATEFORMAT ymd")
    return connection

"""A read-only connection to a SQL Server, encrypted and with time limits. I/O.

pymssql obeys its argument `encryption` from 2.4.3 on. 2.3.9 ignores it: it uses TLS for the login only, and sends even
that in the clear if the server has none. FreeTDS then obeys only its configuration file, as always for a `ca` file, and
only an environment variable of the process can name that: such connections are opened one at a time.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from chalicelib.practice_db.errors import (
    CHECK_SERVER,
    DEPLOYMENT,
    FAILED,
    LOST,
    NO_CA_FILE,
    OTHER,
    REFUSED,
    TLS_FAILED,
    UNREACHABLE,
    WRONG_TYPE,
    PracticeDatabaseError,
    cause_of,
    more_specific,
    number_and_text,
)
from chalicelib.practice_db.fresh_login import number_of_login
from chalicelib.practice_db.tls_probe import tls_of
from chalicelib.practice_db.url import SqlServer
from chalicelib.text import Text

LOGIN_SECONDS = 10
ANSWER_SECONDS = 60  # between two packets of an answer; the run Lambda has 300
READ_SECONDS = 120  # in total for the answers on one connection
_OPENING = (4060, 4064, *REFUSED.numbers[:1])  # of a login; what is wrong with the database they do not say
_OBEYS_ENCRYPTION = (2, 4, 3)  # pymssql
_SESSION = (
    # SQL Server's own clients set these, DB-Library does not. Without them views over computed columns fail.
    "SET ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, ARITHABORT, CONCAT_NULL_YIELDS_NULL, QUOTED_IDENTIFIER ON;",
    # A German-language server would read '2026-11-22' as year-day-month where a view still has datetime.
    "SET DATEFORMAT ymd;",
    # Wait at most half a minute for committed rows; in a deadlock the practice's own work continues.
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;",
    "SET LOCK_TIMEOUT 30000;",
    "SET DEADLOCK_PRIORITY LOW;",
    "SET TEXTSIZE 2147483647;",
)
_IS_DATETIME, _IS_NUMBER, _IS_TEXT = 4, 3, 1  # type codes of pymssql; date and datetime2 have another
_ALLOWED = {  # type to expect, codes to refuse: with text or datetime the queries would silently find nobody
    "Geburtsdatum": ("date", {_IS_DATETIME, _IS_NUMBER, _IS_TEXT}),
    "Beginn": ("datetime2", {_IS_NUMBER, _IS_TEXT}),
    "KeineMitteilungen": ("bit", {_IS_DATETIME, _IS_TEXT}),
}
_connecting = Lock()


def connect(address: SqlServer) -> Any:
    """Open a pymssql connection for one thread. Raises PracticeDatabaseError.

    The time limits, and FREETDSCONF while connecting, apply to the whole process.
    """
    if address.ca is not None and not _has_certificate(Path(address.ca)):
        raise NO_CA_FILE.error()
    try:
        return login(address, address.database)
    except Exception as error:
        raise _connection_error(address, error) from None


def seconds() -> float:
    """Return the time of a clock for READ_SECONDS."""
    return monotonic()


def wrong_type(description: Sequence[tuple[Any, ...]]) -> PracticeDatabaseError | None:
    """Return an error if a column of the result has a type that breaks the queries, otherwise None."""
    for name, code, *_ in description:
        agreed, refused = _ALLOWED.get(name, ("", set[int]()))
        if code in refused:
            view = "Termin" if name == "Beginn" else "Patient"
            return WRONG_TYPE.error(name, Text("database.wrong_type.column", view=view, column=name, agreed=agreed))
    return None


def login(address: SqlServer, database: str) -> Any:
    """Open a connection to a database of the server. Raises PracticeDatabaseError and the driver's errors."""
    try:
        import pymssql  # only a practice on SQL Server needs the driver
    except ImportError as error:
        raise DEPLOYMENT.error(type(error).__name__) from None

    settings: dict[str, Any] = {"encryption": "require" if address.encrypted else "off"}
    obeys = tuple(map(int, vars(pymssql)["__version__"].split("."))) >= _OBEYS_ENCRYPTION
    certificate = {"ca file": address.ca, "check certificate hostname": "yes"} if address.ca else {}
    with _settings_file(certificate if obeys else {**settings, **certificate}):
        return pymssql.connect(
            **(settings if obeys else {}),
            server=address.server,
            port=str(address.port),
            user=address.user,
            password=address.password,
            database=database,
            login_timeout=LOGIN_SECONDS,
            timeout=ANSWER_SECONDS,
            tds_version="7.4",
            autocommit=True,
            appname="vitosms",
            conn_properties=" ".join(_SESSION),
        )


@contextmanager
def _settings_file(settings: Mapping[str, str]) -> Iterator[None]:
    """Provide FreeTDS's configuration file with these settings while connecting, if there are any; no secret is one."""
    with ExitStack() as stack:
        stack.enter_context(_connecting)  # the file of one connection would be that of all
        if not settings:
            yield
            return
        try:
            file = stack.enter_context(tempfile.NamedTemporaryFile("w", prefix="freetds-", suffix=".conf"))
            file.writelines(["[global]\n", *(f"{name} = {value}\n" for name, value in settings.items())])
            file.flush()
        except OSError as error:
            raise DEPLOYMENT.error(f"{type(error).__name__} {error.errno}") from None
        before = os.environ.get("FREETDSCONF")
        os.environ["FREETDSCONF"] = file.name
        try:
            yield
        finally:
            if before is None:
                del os.environ["FREETDSCONF"]
            else:
                os.environ["FREETDSCONF"] = before


def _connection_error(address: SqlServer, error: Exception) -> PracticeDatabaseError:
    """Return the driver's reason, or what probes find where that does not say enough."""
    if isinstance(error, PracticeDatabaseError):
        return error
    number, text = number_and_text(error)
    if number == CHECK_SERVER:
        number = number_of_login(address)
    if number in _OPENING:
        number = _refused_by_database(address) or number
    cause = cause_of(number)
    if number == FAILED or cause is LOST:
        cause = TLS_FAILED if number == FAILED else LOST
        problem = tls_of(address.server, address.port, address.ca).problem
        if problem is UNREACHABLE or (problem and address.encrypted):
            cause = problem
    elif number == 0 and type(error).__module__.startswith("pymssql"):
        cause = UNREACHABLE
    return cause.error(f"{type(error).__name__} {number}", more_specific(cause, number, text))


def _refused_by_database(address: SqlServer) -> int | None:
    """Return the number that says why the database is not open, None if it is the login that is refused.

    The login is tried on master, which is open to all: the numbers of an open connection can be trusted.
    """
    try:
        with closing(login(address, "master")) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f"USE [{address.database.replace(']', ']]')}]")
    except Exception as error:
        number, _ = number_and_text(error)
        return None if cause_of(number) in (REFUSED, OTHER) else number
    return LOST.numbers[0]  # it opens by now


def _has_certificate(path: Path) -> bool:
    try:
        return "-----BEGIN CERTIFICATE-----" in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False

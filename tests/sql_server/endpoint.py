"""A SQL Server on loopback, as seen on the wire: arriving statements are executed on SQLite.

pysqlbridge speaks the protocol, so that pymssql, FreeTDS, their quoting, decoding and errors are the real ones. Tests
can make a login, TLS, a right or a row fail, or the server fall silent.
"""

from __future__ import annotations

import re
import socket
import socketserver
import sqlite3
import struct
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

from pysqlbridge.tds.connection import Connection, ConnectionState
from pysqlbridge.tds.packet import PacketStatus, PacketType, build_message, build_packet, parse_header
from pysqlbridge.tds.prelogin import Encryption
from pysqlbridge.tds.result import Column, Query, QueryError, QueryResult, col_metadata, row
from pysqlbridge.tds.token import error_response

from tests.sql_server.catalog import attach_catalog
from tests.sql_server.certificates import certificate
from tests.sql_server.columns import CONTRACT, VarChar, columns_of
from tests.sql_server.statements import as_sql_server, exact_names, without_n
from tests.sql_server.troubles import FATAL, REFUSED_DATABASE, Trouble, login_refusal

USER, PASSWORD, DATABASE = "vitosms_leser", "ge:heim/1 ü", "praxis"


class SqlServer:
    """Used by `with`. Each of the `troubles` strikes one of the next answers to queries; a lasting one is put back."""

    def __init__(self, database: Path, encryption: Encryption = Encryption.REQUIRED) -> None:
        self.encryption, self.certificate = encryption, certificate()
        self.file, self.types, self.text = database, dict(CONTRACT), "nvarchar"  # of columns without a type
        self.silent = False  # accepts, but never answers
        self.state: int | None = None  # the error of opening the database, such as 942; None: it is open
        self.login_errors: tuple[int, ...] = REFUSED_DATABASE  # while it is not, in this order
        self.refuses: int | None = None  # the error of every login, such as 18401
        self.apart = False  # whether each error of a login is an answer of its own
        self.granted: set[tuple[str, str]] = set()  # beyond reading the views, as in catalog.py
        self.collation = "Latin1_General_100_BIN2"  # of the keys
        self.exact = False  # whether names are distinguished by the case of letters
        self.denied: tuple[str, ...] = ()  # views without the right to read them
        self.pause = 0.0  # seconds after every 4 KB of an answer
        self.troubles: list[Trouble] = []
        self.lasting: Trouble | None = None
        self.in_code_pages: set[str] = set()  # names of columns that were sent as varchar
        self.statements: list[str] = []
        self.programs: list[str] = []  # application names, by login
        self.encrypted_logins: list[bool] = []  # whether all that followed was encrypted too
        self.closing = threading.Event()

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Client)
        self._server.endpoint = self
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, options: str = "", host: str = "127.0.0.1", **login: str) -> str:
        """Its address for `open_practice_database`; `login` replaces user, password or database."""
        parts = {"user": USER, "password": PASSWORD, "database": DATABASE} | login
        user, password, database = (quote(parts[name], safe="") for name in ("user", "password", "database"))
        return f"mssql://{user}:{password}@{host}:{self.port}/{database}{options}"

    def questions(self) -> list[str]:
        """The statements that read, without those that set up a session."""
        return [sql for sql in self.statements if not re.match(r"(?i)\s*(SET|USE)\b", sql)]

    def next_trouble(self) -> Trouble | None:
        return self.troubles.pop(0) if self.troubles else self.lasting


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    endpoint: SqlServer


class _Client(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        endpoint = self.server.endpoint
        if endpoint.silent:
            endpoint.closing.wait()
            return
        session = _Session(endpoint)
        try:
            while session.state is not ConnectionState.FAILED and (data := self.request.recv(65536)):
                for response in session.receive(data):
                    for start in range(0, len(response), 4096):
                        self.request.sendall(response[start : start + 4096])
                        endpoint.closing.wait(endpoint.pause)
                if session.broken:
                    self._break(session.broken)
                if session.broken or session.ends:
                    return
        except Exception:  # noqa: S110 - the client has gone, or rejects the certificate: a server continues
            pass

    def _break(self, how: str) -> None:
        if how == "hang":
            self.server.endpoint.closing.wait()
        elif how == "reset":
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.close()


class _OneLogin:
    configured = True

    def admits(self, user: str, password: str) -> bool:
        return (user, password) == (USER, PASSWORD)


class _Session(Connection):  # type: ignore[misc]
    """One login. It knows its database, and can end in the middle of an answer."""

    def __init__(self, endpoint: SqlServer) -> None:
        super().__init__(endpoint.certificate, query_handler=self._ask, database=DATABASE, logins=_OneLogin())
        self._endpoint, self._file = endpoint, None
        self.broken: str = ""
        self.ends = False  # after this answer

    def _negotiate_encryption(self, requested: Encryption | None) -> Encryption:
        if self._endpoint.encryption is Encryption.REQUIRED:
            return Encryption.ON
        return self._endpoint.encryption

    def _finish_login(self, responses: list[bytes]) -> None:
        assert self._login is not None
        self._endpoint.programs.append(self._login.app_name)
        self._endpoint.encrypted_logins.append(self.session_encrypted)
        database, endpoint = self._login.database, self._endpoint
        opens = database in ("", "master") or (database == DATABASE and endpoint.state is None)
        if endpoint.refuses is None and opens:
            super()._finish_login(responses)
            return
        numbers = endpoint.login_errors if endpoint.refuses is None else (endpoint.refuses,)
        self._send(responses, login_refusal(numbers, endpoint.apart))
        self._state = ConnectionState.FAILED

    def _send(self, responses: list[bytes], payload: bytes, packet_id: int = 1) -> None:
        if not self.broken:
            super()._send(responses, payload, packet_id)
            return
        packets = build_message(PacketType.TABULAR_RESULT, payload, spid=self._spid) if payload else []
        started = b"".join(_not_the_last(packet) for packet in packets)
        if started:
            responses.append(self._tunnel.wrap(started) if self._session_encrypted else started)

    def _ask(self, query: Query) -> QueryResult | _Started:
        sql = query.sql
        self._endpoint.statements.append(sql)
        if sql.startswith("SET "):
            return QueryResult([], [])
        if use := re.fullmatch(r"(?i)use \[(.*)\]", sql):
            if use[1] not in ("master", DATABASE):
                raise QueryError(f"Database '{use[1]}' does not exist.", number=911)
            if use[1] == DATABASE and self._endpoint.state is not None:
                raise QueryError(f"Database '{use[1]}' cannot be opened.", number=self._endpoint.state, severity=14)
            return QueryResult([], [])
        trouble = self._endpoint.next_trouble()
        names, rows = self._execute(sql)
        columns = columns_of(names, self._endpoint.types, self._endpoint.text, sql)
        self._endpoint.in_code_pages |= {column.name for column in columns if isinstance(column.type, VarChar)}
        if trouble is None:
            return QueryResult(columns, rows)
        return _Started(self, columns, rows[: trouble.after_rows], trouble)

    def _execute(self, sql: str) -> tuple[list[str], list[list[object]]]:
        for view in self._endpoint.denied:
            if f"vitosms.{view}" in sql:
                denied = f"The SELECT permission was denied on the object '{view}', database '{DATABASE}'"
                raise QueryError(f"{denied}, schema 'vitosms'.", number=229, severity=14)
        with closing(self._sqlite()) as connection:
            if self._endpoint.exact:
                exact_names(connection, sql)
            try:
                cursor = connection.execute(without_n(sql))
                return [column[0] for column in cursor.description], [list(record) for record in cursor]
            except sqlite3.Error as error:
                raise as_sql_server(error) from None

    def _sqlite(self) -> sqlite3.Connection:
        """Opened anew: a practice's file may be replaced between two runs."""
        connection = sqlite3.connect(":memory:", uri=True)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        endpoint = self._endpoint
        connection.execute("ATTACH ? AS vitosms", (f"{endpoint.file.absolute().as_uri()}?mode=ro",))
        attach_catalog(connection, endpoint.types, endpoint.text, endpoint.collation, endpoint.granted)
        return connection


@dataclass(frozen=True)
class _Started:
    """An answer that begins and breaks."""

    session: _Session
    columns: list[Column]
    rows: list[list[object]]
    trouble: Trouble

    def encode(self, tds_version: int, server: str = "") -> bytes:
        then = self.trouble.then
        started = col_metadata(self.columns, tds_version) + b"".join(row(self.columns, record) for record in self.rows)
        if isinstance(then, QueryError):
            self.session.ends = then.severity >= FATAL
            return bytes(started + error_response(then.number, str(then), severity=then.severity))
        self.session.broken = then
        return started if self.trouble.after_rows else b""


def _not_the_last(packet: bytes) -> bytes:
    """The same packet, marked as one of a message that continues."""
    header = parse_header(packet)
    numbers = {"spid": header.spid, "packet_id": header.packet_id}
    return bytes(build_packet(header.type, packet[8:], status=PacketStatus.NORMAL, **numbers))

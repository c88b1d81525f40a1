"""Parse the secret URL of a practice database. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlencode

_CANARY_URL = re.compile(r"canary://\?(?P<options>[^#]+)")
_SQLITE_URL = re.compile(r"sqlite:///(?P<path>.+)")
_MSSQL_URL = re.compile(
    r"mssql://(?P<user>[^:@/?#]+):(?P<password>[^/?#]*)@(?P<server>[\w.-]+)(:(?P<port>[0-9]{1,5}))?"
    r"/(?P<database>[^/?#]+)(\?(?P<options>[^#]*))?"
)


@dataclass(frozen=True)
class SqliteFile:
    path: str


@dataclass(frozen=True)
class SqlServer:
    """A SQL Server and a login.

    `ca` is the path of a PEM file that must have signed the server's certificate, which must name the server. Without
    it the connection is encrypted, but the server is not verified.
    """

    server: str
    port: int
    user: str = field(repr=False)
    password: str = field(repr=False)
    database: str
    encrypted: bool = True
    ca: str | None = None


@dataclass(frozen=True)
class Canary:
    """The test practice in memory; its one patient is the operator.

    `to` is an e-mail address or a mobile number, `sender` the AbsenderEMail of its Mandant.
    """

    to: str
    sender: str | None = None

    @property
    def url(self) -> str:
        options = {"to": self.to} if self.sender is None else {"to": self.to, "from": self.sender}
        return f"canary://?{urlencode(options)}"


Address = SqliteFile | SqlServer | Canary


def address_of(url: str) -> Address | None:
    """Parse a URL; None if its form is unknown."""
    if sqlite := _SQLITE_URL.fullmatch(url.strip()):
        return SqliteFile(sqlite["path"])
    if mssql := _MSSQL_URL.fullmatch(url.strip()):
        return _sql_server(mssql)
    if canary := _CANARY_URL.fullmatch(url.strip()):
        return _canary(canary["options"])
    return None


def _sql_server(url: re.Match[str]) -> SqlServer | None:
    user, password, database = (unquote(url[name]) for name in ("user", "password", "database"))
    server, port = url["server"], int(url["port"] or 1433)
    match parse_qsl(url["options"] or "", keep_blank_values=True):
        case []:
            return SqlServer(server, port, user, password, database)
        case [("encryption", "off")]:
            return SqlServer(server, port, user, password, database, encrypted=False)
        case [("ca", path)] if path.startswith("/") and path.isprintable():
            return SqlServer(server, port, user, password, database, ca=path)
    return None


def _canary(options: str) -> Canary | None:
    match parse_qsl(options):  # leaves out empty values
        case [("to", to)]:
            return Canary(to)
        case [("to", to), ("from", sender)] | [("from", sender), ("to", to)]:
            return Canary(to, sender)
    return None

"""Logging in to a SQL Server through the real driver: encryption, certificates, the session, and what is refused."""

from __future__ import annotations

import os
import socket
import ssl
import sys
from pathlib import Path

import pytest
from pysqlbridge.certificate import Certificate, server_context
from pysqlbridge.tds import connection
from pysqlbridge.tds.prelogin import Encryption

from chalicelib.practice_db import sql_server
from chalicelib.practice_db.errors import (
    CERTIFICATE,
    EXPIRED,
    NO_CA_FILE,
    NO_DATABASE,
    NO_TLS,
    OTHER_NAME,
    REFUSED,
    TLS_FAILED,
    UNREACHABLE,
    Cause,
)
from tests.sql_server.certificates import certificate
from tests.sql_server.endpoint import SqlServer
from tests.sql_server.reading import failure, read


def test_a_session_is_encrypted_named_and_set_up_in_one_batch(server: SqlServer) -> None:
    assert len(read(server.url())) == 1200
    assert (server.programs, server.encrypted_logins) == (["vitosms"], [True])
    setup, use, question = server.statements
    assert setup.startswith("SET ANSI_NULLS, ANSI_PADDING")
    for part in ("SET DATEFORMAT ymd;", "ISOLATION LEVEL READ COMMITTED;", "LOCK_TIMEOUT 30000;", "PRIORITY LOW;"):
        assert part in setup
    assert use == "use [praxis]"
    assert question.startswith("WITH Wanted AS")
    assert "--" not in question


def test_without_encryption_only_where_the_address_says_so(server: SqlServer) -> None:
    server.encryption = Encryption.OFF  # the server lets the client decide
    read(server.url("?encryption=off"))
    assert server.encrypted_logins == [False]


def test_a_user_s_own_freetds_settings_change_nothing(
    server: SqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".freetds.conf").write_text("[global]\nencryption = off\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("FREETDSCONF", str(tmp_path / ".freetds.conf"))
    read(server.url())
    assert server.encrypted_logins == [True]
    assert os.environ["FREETDSCONF"] == str(tmp_path / ".freetds.conf")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the driver of Python 3.11 obeys the file alone")
def test_a_driver_that_obeys_its_argument_needs_no_file(
    server: SqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "freetds.conf").write_text("[global]\nencryption = off\n")
    monkeypatch.setenv("FREETDSCONF", str(tmp_path / "freetds.conf"))
    monkeypatch.setattr(sql_server, "tempfile", None)
    read(server.url())
    server.encryption = Encryption.OFF  # the server lets the client decide
    read(server.url("?encryption=off"))
    assert server.encrypted_logins == [True, False]


def test_a_server_without_tls_never_sees_the_login(server: SqlServer) -> None:
    server.encryption = Encryption.NOT_SUPPORTED
    assert failure(server.url()).text == NO_TLS.text
    assert (server.programs, server.statements) == ([], [])


def test_a_server_with_a_newer_tls_than_the_drivers_is_not_reported_to_have_none(
    server: SqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_new(certificate: Certificate) -> ssl.SSLContext:
        context: ssl.SSLContext = server_context(certificate)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_3
        return context

    monkeypatch.setattr(connection, "server_context", too_new)
    assert failure(server.url()).text == TLS_FAILED.text


def test_a_certificate_is_held_to_its_authority_and_to_the_server_s_name(server: SqlServer, tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_bytes(server.certificate.cert_pem)
    assert len(read(server.url(f"?ca={ca}"))) == 1200


@pytest.mark.parametrize(
    ("host", "days", "trusted", "cause"),
    [
        ("127.0.0.1", 31, False, CERTIFICATE),
        ("sql.example", 30, True, OTHER_NAME),
        ("127.0.0.1", -1, True, EXPIRED),
    ],
)
def test_a_wrong_certificate_is_reported_with_its_problem(
    server: SqlServer, tmp_path: Path, host: str, days: int, trusted: bool, cause: Cause
) -> None:
    server.certificate, ca = certificate(host, days), tmp_path / "ca.pem"
    ca.write_bytes((server.certificate if trusted else certificate()).cert_pem)
    assert failure(server.url(f"?ca={ca}")).text == cause.text
    assert (server.programs, server.statements) == ([], [])


def test_a_missing_or_empty_file_of_certificates_is_reported(server: SqlServer, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    for name in ("missing.pem", "empty.pem"):
        assert failure(server.url(f"?ca={tmp_path}/{name}")).text == NO_CA_FILE.text


def test_login_database_and_server_are_distinguished_in_any_order(server: SqlServer) -> None:
    """One process, as a warm Lambda: pymssql remembers the number of an earlier failure."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = str(closed.getsockname()[1])
    down = server.url().replace(f":{server.port}/", f":{port}/")
    urls = {
        REFUSED: server.url(password="falsch geheim"),  # noqa: S106 - it is wrong
        NO_DATABASE: server.url(database="geheim]"),
        UNREACHABLE: down,
    }
    order = [UNREACHABLE, REFUSED, NO_DATABASE, UNREACHABLE, NO_DATABASE, REFUSED, UNREACHABLE]
    assert [failure(urls[cause]).text for cause in order] == [cause.text for cause in order]
    assert failure(server.url(host="no..host")).text == UNREACHABLE.text

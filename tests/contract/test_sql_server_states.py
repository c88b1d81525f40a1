"""A server that is up while its database, its login or what is before it is not: in a fresh process, and in a used one.

A used process stands for a warm Lambda. pymssql keeps the number of the most severe refusal that it has ever seen.
"""

from __future__ import annotations

import socket
import struct
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from pysqlbridge.tds.result import QueryError

from chalicelib.practice_db.errors import (
    DAMAGED,
    DEPLOYMENT,
    FULL,
    LOST,
    MAINTENANCE,
    MIRROR,
    NO_DATABASE,
    NOT_READY,
    OFFLINE,
    REFUSED,
    STANDBY,
    UNREACHABLE,
    Cause,
)
from chalicelib.practice_db.sql_server import login
from chalicelib.practice_db.url import SqlServer as Address
from chalicelib.practice_db.url import address_of
from tests.sql_server.alone import Failure, failure_alone
from tests.sql_server.endpoint import SqlServer
from tests.sql_server.reading import failure, read
from tests.sql_server.troubles import Trouble

STATES = [(922, NOT_READY), (924, MAINTENANCE), (926, DAMAGED), (942, OFFLINE), (954, MIRROR), (976, STANDBY)]


@pytest.mark.parametrize("apart", [False, True])
def test_a_fresh_process_learns_why_a_database_is_not_open(server: SqlServer, apart: bool) -> None:
    """The driver says 18456 or 4060 there, by how the server sends the two."""
    server.state, server.apart = 922, apart
    assert failure_alone(server.url()) == Failure.of(NOT_READY)
    assert len(server.programs) == 2


def test_a_fresh_process_tells_a_wrong_password_from_a_closed_database(server: SqlServer) -> None:
    server.state = 942
    wrong = server.url(password="falsch geheim")  # noqa: S106 - it is wrong
    assert failure_alone(wrong) == Failure.of(REFUSED)


@pytest.fixture
def used(server: SqlServer) -> SqlServer:
    """This process has met a refused login."""
    address = address_of(server.url(password="falsch geheim"))  # noqa: S106 - it is wrong
    assert isinstance(address, Address)
    with pytest.raises(Exception, match=r"18456|20018"):
        login(address, address.database)
    return server


@pytest.mark.parametrize(("number", "cause"), STATES)
def test_each_state_of_a_database_has_its_sentence(used: SqlServer, number: int, cause: Cause) -> None:
    used.state = number
    assert Failure.of(failure(used.url())) == Failure.of(cause)


@pytest.mark.parametrize("order", [(18456, 4060), (4060,), (18456,)])
def test_the_order_of_a_refusal_does_not_matter(used: SqlServer, order: tuple[int, ...]) -> None:
    used.state, used.login_errors = 924, order
    assert Failure.of(failure(used.url())) == Failure.of(MAINTENANCE)
    assert failure(used.url(database="geheim")).text == NO_DATABASE.text


@pytest.mark.parametrize(
    ("number", "cause"), [(18401, NOT_READY), (40613, NOT_READY), (18461, MAINTENANCE), (40615, UNREACHABLE)]
)
def test_a_server_that_takes_no_login_for_a_while_is_no_wrong_password(
    used: SqlServer, number: int, cause: Cause
) -> None:
    """In a used process, whose driver has kept only an earlier number: another process tells this one's."""
    used.refuses = number
    assert Failure.of(failure(used.url())) == Failure.of(cause)


def test_a_database_that_opens_again_at_once_is_read(used: SqlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal of a moment: by the time of the probe it is over."""
    states = iter([922])
    monkeypatch.setattr(SqlServer, "state", property(lambda server: next(states, None)), raising=False)
    assert len(read(used.url())) == 1200


def test_a_login_without_the_right_to_start_a_process_is_told_as_refused(
    used: SqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    used.refuses = 18456
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert Failure.of(failure(used.url())) == Failure.of(REFUSED)


@contextmanager
def forwarder(how: str) -> Iterator[str]:
    """The address of one whose server has stopped: it accepts, and ends without an answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    if how != "at once":
                        client.recv(4096)
                    if how == "resets":
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    if how == "speaks HTTP":
                        client.sendall(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")

        Thread(target=serve, daemon=True).start()
        yield f"mssql://geheim:geheim@127.0.0.1:{listener.getsockname()[1]}/praxis"


@pytest.mark.parametrize("options", ["", "?encryption=off"])
@pytest.mark.parametrize("how", ["at once", "after the question", "resets", "speaks HTTP"])
def test_an_end_before_any_answer_is_a_server_that_is_not_reached(how: str, options: str) -> None:
    with forwarder(how) as url:
        assert Failure.of(failure(url + options)) == Failure.of(UNREACHABLE)


def test_a_fresh_process_knows_a_forwarder_without_its_server() -> None:
    with forwarder("after the question") as url:
        assert failure_alone(url) == Failure.of(UNREACHABLE)


@pytest.mark.parametrize("rows", [0, 1100])
def test_a_killed_session_is_a_lost_connection(server: SqlServer, rows: int) -> None:
    """KILL: the error 596 of a severity that ends the connection. Before the first row the question is put again."""
    server.lasting = Trouble(rows, QueryError("The session is in the kill state. geheim", number=596, severity=21))
    assert failure(server.url(), rows=rows // 500 * 500).text == LOST.text
    assert len(server.programs) == (1 if rows else 2)


def test_a_session_that_is_killed_once_is_replaced(server: SqlServer) -> None:
    server.troubles = [Trouble(0, QueryError("geheim", number=596, severity=21))]
    assert len(read(server.url())) == 1200


@pytest.mark.parametrize(("number", "severity"), [(1204, 19), (802, 17), (1105, 17), (701, 17)])
def test_a_full_server_is_asked_again_later(server: SqlServer, number: int, severity: int) -> None:
    server.lasting = Trouble(1100, QueryError("geheim", number=number, severity=severity))
    assert Failure.of(failure(server.url(), rows=1000)) == Failure.of(FULL)


def test_a_database_that_closes_among_the_rows_is_told_as_closed(server: SqlServer) -> None:
    """ALTER DATABASE … WITH ROLLBACK IMMEDIATE, then the next statement."""
    server.lasting = Trouble(0, QueryError("geheim", number=942, severity=14))
    assert Failure.of(failure(server.url())) == Failure.of(OFFLINE)


def test_a_damaged_page_ends_the_connection_and_is_no_lost_one(server: SqlServer) -> None:
    server.lasting = Trouble(500, QueryError("geheim", number=824, severity=24))
    assert Failure.of(failure(server.url(), rows=500)) == Failure.of(DAMAGED)


def test_a_driver_that_cannot_be_imported_is_a_fault_of_the_deployment(
    server: SqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymssql", None)
    error = failure(server.url())
    assert Failure.of(error) == Failure.of(DEPLOYMENT)
    assert error.detail.endswith("(ModuleNotFoundError)")


@pytest.mark.parametrize("folder", ["/nowhere", "/dev/null"])
def test_no_temporary_folder_is_a_fault_of_the_deployment(
    server: SqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (tmp_path / "ca.pem").write_bytes(server.certificate.cert_pem)  # every driver needs a file for it
    monkeypatch.setattr(tempfile, "tempdir", folder)
    error = failure(server.url(f"?ca={tmp_path}/ca.pem"))
    assert Failure.of(error) == Failure.of(DEPLOYMENT)
    assert "Error " in error.detail
    assert server.programs == []

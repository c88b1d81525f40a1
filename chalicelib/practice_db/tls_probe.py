"""Probe a SQL Server for TLS without logging in, to learn why a connection failed, which FreeTDS does not say. I/O.

MS-TDS carries the handshake in its own packets: PRELOGIN (2.2.6.5) requests encryption, and TLS records follow as
payloads of the same packet type.
"""

from __future__ import annotations

import socket
import ssl
import struct
from dataclasses import dataclass

from chalicelib.practice_db.errors import (
    CERTIFICATE,
    EXPIRED,
    NO_CA_FILE,
    NO_TLS,
    OTHER_NAME,
    TLS_FAILED,
    UNREACHABLE,
    Cause,
)

_SECONDS = 5.0  # for each answer
_PRELOGIN = 0x12  # packet type
_LAST = 0x01  # packet status: end of message
_VERSION, _ENCRYPTION, _END = 0x00, 0x01, 0xFF  # options of PRELOGIN
_ON, _NOT_SUPPORTED = 0x01, 0x02
_EXPIRED, _OTHER_HOST, _OTHER_ADDRESS = 10, 62, 64  # X509_V_ERR_… of OpenSSL


@dataclass(frozen=True)
class Tls:
    """The result of a probe.

    `problem` is None if TLS works; `version` is like TLSv1.2; `until` is the end of a checked certificate, as OpenSSL
    writes it.
    """

    problem: Cause | None
    version: str | None = None
    until: str | None = None


def tls_of(server: str, port: int, ca: str | None) -> Tls:
    """Shake hands with the server and hang up; check the certificate if there is a `ca` file. Never raises."""
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError:  # includes ssl's own errors
        return Tls(NO_CA_FILE)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # the driver speaks nothing newer
    try:
        if ca is None:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection((server, port), timeout=_SECONDS) as connection:
            encryption = _encryption_answer(connection)
            return Tls(NO_TLS) if encryption == _NOT_SUPPORTED else _shake_hands(connection, context, server)
    except ssl.SSLCertVerificationError as error:
        causes = {_EXPIRED: EXPIRED, _OTHER_HOST: OTHER_NAME, _OTHER_ADDRESS: OTHER_NAME}
        return Tls(causes.get(error.verify_code, CERTIFICATE))
    except ssl.SSLError:
        return Tls(TLS_FAILED)
    # An impossible name such as a..b is a UnicodeError; a forwarder without its server ends before any answer.
    except (OSError, EOFError, UnicodeError):
        return Tls(UNREACHABLE)


def _shake_hands(connection: socket.socket, context: ssl.SSLContext, server: str) -> Tls:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_hostname=server)
    while True:
        try:
            session.do_handshake()
        except ssl.SSLWantReadError:
            try:
                _send(connection, outgoing.read())
                incoming.write(_receive(connection))
            except (EOFError, ConnectionError):  # the server itself hangs up
                return Tls(TLS_FAILED)
            continue
        certificate = session.getpeercert() or {}
        return Tls(None, session.version(), str(certificate["notAfter"]) if "notAfter" in certificate else None)


def _encryption_answer(connection: socket.socket) -> int:
    """Request encryption and return the server's answer, one byte; 2 is «not supported»."""
    table = struct.pack(">BHHBHHB", _VERSION, 11, 6, _ENCRYPTION, 17, 1, _END)
    _send(connection, table + bytes(6) + bytes([_ON]))
    answer = _receive(connection)
    for place in range(0, len(answer) - 5, 5):
        option, offset, _ = struct.unpack_from(">BHH", answer, place)
        if option == _ENCRYPTION and offset < len(answer):
            return int(answer[offset])
        if option == _END:
            break
    return _NOT_SUPPORTED


def _send(connection: socket.socket, payload: bytes) -> None:
    if payload:
        connection.sendall(struct.pack(">BBHHBB", _PRELOGIN, _LAST, 8 + len(payload), 0, 1, 0) + payload)


def _receive(connection: socket.socket) -> bytes:
    """Return the payload of one message, which may span several packets."""
    payload, status = b"", 0
    while not status & _LAST:
        _, status, length = struct.unpack(">BBH", _exactly(connection, 8)[:4])
        payload += _exactly(connection, length - 8)
    return payload


def _exactly(connection: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = connection.recv(size - len(found))
        if not part:
            raise EOFError
        found += part
    return found

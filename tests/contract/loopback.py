"""A provider's endpoint on this machine: a real connection, with every way to fail."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from infra.local.networks.sent_message import ErrorAnswer, error_answer

_ACCEPTED = {
    "sns": "<PublishResponse><PublishResult><MessageId>an id</MessageId></PublishResult></PublishResponse>",
    "email": '{"MessageId": "an id"}',
}
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Fate(Enum):
    """The trouble that a request meets."""

    SILENCE = "no answer, ever"
    RESET = "the connection is reset"
    ACCEPTED_ONCE = "accepted; the next one on the same connection meets a reset"
    ACCEPTED_AND_CLOSED = "accepted; then the kept-alive connection is closed"


class Endpoint(ThreadingHTTPServer):
    """Notes the service of each request ("sns", "email"); every request meets the same `fate`."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, fate: Fate | ErrorAnswer) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.fate, self.requests, self.over = fate, list[str](), threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Connection(BaseHTTPRequestHandler):
    server: Endpoint
    protocol_version = "HTTP/1.1"
    answered = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        service = "email" if self.path.startswith("/v2/email/") else "sns"
        self.server.requests.append(service)
        fate = self.server.fate
        if isinstance(fate, ErrorAnswer):
            refused = error_answer("sns" if service == "sns" else "sesv2", self.server.url, fate)
            self._answer(refused.status_code, refused.content, dict(refused.headers))
        elif fate is Fate.SILENCE:
            self.server.over.wait()
        elif fate is Fate.RESET or self.answered:
            self._reset()
        else:
            self._answer(200, _ACCEPTED[service].encode(), {})
            self.close_connection = fate is Fate.ACCEPTED_AND_CLOSED

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.answered += 1
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.connection.close()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        return None


@contextmanager
def listening(fate: Fate | ErrorAnswer) -> Iterator[Endpoint]:
    """An endpoint that is there until the block ends."""
    with Endpoint(fate) as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield endpoint
        finally:
            endpoint.over.set()
            endpoint.shutdown()
            thread.join()

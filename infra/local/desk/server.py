"""Serve the desk on a port of 127.0.0.1, a thread for each connection: browsers open some that stay silent.

Requests to the Lambda and to moto come one at a time, in step with those to the local cloud. The provider's endpoint
for tokens is beside that: the Lambda asks it while it runs.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chalice import Chalice

from chalicelib.wiring import wiring
from infra.local.cloud import LocalCloud
from infra.local.desk.gateway import MOST_BYTES, ApiGateway
from infra.local.desk.http import HttpAnswer, HttpRequest, redirect
from infra.local.desk.login import PATH, Login
from infra.local.desk.people import role_of
from infra.local.desk.user_pool import UserPool
from infra.local.server import HOST
from infra.translation import tr

PORT = 8470
_PART, _DRAINED = 65_536, 100_000_000  # bytes
_POLL = 0.05  # seconds until its end is noticed
_SILENCE = 60  # seconds until an idle connection is closed
_FROM_OUTPUTS = {
    "VITOSMS_DESK_URL": "DeskUrl",
    "VITOSMS_USER_POOL": "UserPoolId",
    "VITOSMS_DESK_CLIENT": "DeskClientId",
    "VITOSMS_LOGIN_URL": "LoginUrl",
}
_LEFT_OUT = {"content-length", "transfer-encoding", "connection", "date"}


class DeskServer(ThreadingHTTPServer):
    """Listens on a port of 127.0.0.1, 0 for any free one. Raises OSError if it is taken."""

    daemon_threads = True
    request_queue_size = 128
    gateway: ApiGateway
    login: Login
    pool: UserPool

    def __init__(self, port: int) -> None:
        super().__init__((HOST, port), _Handler)

    @contextmanager
    def serving(self, app: Chalice, cloud: LocalCloud) -> Iterator[None]:
        """Answer requests until the block ends. The environment names the desk and its pool until `cloud` closes."""
        platform = cloud.platform
        with platform.alone:
            self.pool = UserPool(os.environ["VITOSMS_STAGE"], self.url)
            os.environ.update({variable: self.pool.outputs[name] for variable, name in _FROM_OUTPUTS.items()})
            wiring.cache_clear()
        self.gateway = ApiGateway(app, platform)
        self.login = Login(self.pool, cloud.clock.now, platform.alone, role_of)
        thread = threading.Thread(target=self.serve_forever, args=[_POLL], name="desk")
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            thread.join()

    @property
    def url(self) -> str:
        """The beginning of every URL of the desk; no slash at its end."""
        return f"http://{HOST}:{self.server_address[1]}"

    def answer(self, request: HttpRequest) -> HttpAnswer | None:
        """Answer a request; None if it is to stay without an answer."""
        name, _, port = request.headers.get("host", "").partition(":")
        if name == "localhost" and request.method == "GET":  # cookies and sign-in know one name only
            return redirect(f"http://{HOST}:{port}{request.target}")
        if name != HOST:  # web pages reach this port by another name
            return HttpAnswer(403, (("Content-Type", "text/plain"),), b"a desk of this machine, for this machine\n")
        if request.path.startswith(f"{PATH}/"):
            return self.login.answer(request)
        return self.gateway.answer(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print the error in one line, unless the client has disconnected."""
        error = sys.exception()
        if not isinstance(error, (ConnectionError, TimeoutError)):
            told = tr("a request failed: {error}", error=type(error).__name__)
            print(f"vitosms: {told}", file=sys.stderr, flush=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _SILENCE
    disable_nagle_algorithm = True
    wbufsize = 65536  # one packet where the answer is short
    server: DeskServer

    def _take(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            return self._refuse(411)
        if int(length) > MOST_BYTES:
            self._drain(min(int(length), _DRAINED))
            return self._refuse(413)
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.answer(HttpRequest(self.command, self.path, headers, self.rfile.read(int(length))))
        if answer is None:
            self.close_connection = True
            self.connection.recv(1)  # until the client gives up
        else:
            self._send(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = _take  # noqa: N815  http.server's names

    def _drain(self, length: int) -> None:
        """Read on, since a client reads no answer while it writes."""
        while length > 0 and self.rfile.read(min(length, _PART)):
            length -= _PART

    def _refuse(self, status: int) -> None:
        """Answer without having read the body, which would be taken for the next request."""
        self.close_connection = True
        self._send(HttpAnswer(status, (("Connection", "close"),)))

    def _send(self, answer: HttpAnswer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in _LEFT_OUT:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else answer.body)

    def log_message(self, *args: Any) -> None:
        """Print nothing."""

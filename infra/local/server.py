"""Serve the local cloud over HTTP: for boto3, the AWS command and `vitosms` in other processes of this machine.

One request after the other, since moto loses updates when threads call it at once. The consequences of a request,
such as a saved parameter or a queued run, happen as soon as it is answered. The clock moves only on request.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from moto.core.models import botocore_stubber
from moto.ses.models import SESBackend

from infra.local import control
from infra.local.cloud import LocalCloud
from infra.local.http_request import NotSignedError, service_request
from infra.translation import tr

HOST = "127.0.0.1"
_SILENCE = 5  # seconds that a silent client may block the others
_NAMES = {HOST, "localhost"}  # web pages reach this port by another name, and are refused
_LEFT_OUT = {"content-length", "transfer-encoding", "connection"}


class CloudServer(TCPServer):
    """Listens on a port of 127.0.0.1, 0 for any free one. Raises OSError if it is taken."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.cloud: LocalCloud

    @property
    def url(self) -> str:
        """The URL for clients."""
        return f"http://{HOST}:{self.server_address[1]}"

    def serve(self, cloud: LocalCloud) -> None:
        """Answer requests until KeyboardInterrupt. SES accepts e-mails of any sender meanwhile."""
        self.cloud = cloud
        with _any_sender():
            cloud.settle()
            self.serve_forever()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print the error in one line, unless the client has disconnected."""
        error = sys.exception()
        if not isinstance(error, (ConnectionError, TimeoutError)):
            told = tr("a request failed: {error}", error=type(error).__name__)
            print(f"vitosms: {told}", file=sys.stderr, flush=True)


@contextmanager
def _any_sender() -> Iterator[None]:
    with patch.object(SESBackend, "_is_verified_address", lambda backend, source: True):
        yield


class _Handler(BaseHTTPRequestHandler):
    timeout = _SILENCE
    server: CloudServer

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Host", "").rpartition(":")[0] not in _NAMES:
            self._answer_json(403, {"error": "this is a cloud of this machine, for this machine"})
            return
        with self.server.cloud.platform.alone:
            if self.path.startswith("/_vitosms/"):
                self._control(urlsplit(self.path).path.removeprefix("/_vitosms/"), body)
            else:
                self._aws(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _take  # noqa: N815  the names are http.server's

    def _control(self, name: str, body: bytes) -> None:
        try:
            answer = control.answer(self.server.cloud, self.command, name, _document(body))
        except ValueError as error:
            return self._answer_json(400, {"error": str(error)})
        if answer is None:
            return self._answer_json(404, {"error": f"there is no {self.command} {name}"})
        self._answer_json(200, answer)

    def _aws(self, body: bytes) -> None:
        try:
            asked = service_request(self.command, self.path, self.headers, body, self.server.cloud.regions)
        except NotSignedError:
            return self._answer_json(403, {"error": "this is vitosms' local cloud; it answers signed requests to AWS"})
        try:  # through the gateway, as the requests of clients in this process
            answer: Any = botocore_stubber(f"before-send.{asked.service}.{asked.action}", asked.request)
        except NotImplementedError:
            return self._answer_json(501, {"__type": "NotImplemented", "message": f"{asked.service}.{asked.action}"})
        self._answer(answer.status_code, answer.headers, answer.content)
        self.server.cloud.settle()

    def _answer_json(self, status: int, document: control.Document) -> None:
        self._answer(status, {"Content-Type": "application/json"}, json.dumps(document, ensure_ascii=False).encode())

    def _answer(self, status: int, headers: Any, body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in _LEFT_OUT:
                self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def log_message(self, *args: Any) -> None:
        """Print nothing."""


def _document(body: bytes) -> control.Document:
    """The JSON document in the body; empty without one. Raises ValueError if it is anything else."""
    document = json.loads(body or b"{}")
    if not isinstance(document, dict):
        raise ValueError("the body is to be a document")
    return document

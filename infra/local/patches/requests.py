"""Leave out what moto does anew for each request. Its answers stay the same.

- The URLs of all services are put together, and searched for that of the request. Here those in use are, once.
- werkzeug takes a request apart, builds it anew, and looks for a form and for files in a body that is JSON.
- The account of a key is searched in all accounts. The local cloud has one.
- Each of the 52 letters of a request id is drawn alone, and a set of backends is looked up in a list of all.
- Each value of an answer in XML is sought under up to eight names, worked out anew. Here once for each kind of value.
- A pattern for log lines is read anew for each line.
- The first table of an account gets a key for its encryption, which takes as long as all the rest of a new cloud.
"""

import io
import re
import string
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, lru_cache
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

import moto.core.responses
import moto.kms.models
import moto.logs.models
from botocore.awsrequest import AWSPreparedRequest
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.request import Request, environ_key_for_header, normalize_request
from moto.core.responses import BaseResponse
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker
from moto.core.utils import utcnow
from moto.logs.utils import EventMessageFilter
from moto.moto_api._internal.moto_random import MotoRandom
from moto.utilities.utils import get_partition
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from infra.local.clients import ACCOUNT

_Method = Callable[[Request, str, Any], Any]


@contextmanager
def applied(services: list[tuple[str, Any]]) -> Iterator[None]:
    """Apply all of them until the block ends, for `services` in use: name and pattern of their hosts."""
    with ExitStack() as stack:
        for target, name, replacement in (
            (BotocoreStubber, "process_request", _process(BotocoreStubber.process_request, services)),
            (BaseResponse, "setup_class", _setup(BaseResponse.setup_class)),
            (BackendDict, "_create_account_specific_backend", _create(BackendDict._create_account_specific_backend)),
            (MotoRandom, "get_random_string", _random_string),
            (XFormedAttributePicker, "get_possible_keys", _keys(XFormedAttributePicker.get_possible_keys)),
            (moto.logs.models, "EventMessageFilter", cache(EventMessageFilter)),
            (moto.kms.models, "generate_private_key", _private_key),
        ):
            stack.enter_context(patch.object(target, name, replacement))
        yield


_private_key = cache(getattr(moto.kms.models, "generate_private_key"))  # noqa: B009  moto has no types here


def _keys(moto_keys: Callable[..., Iterator[str]]) -> Callable[..., Iterator[str]]:
    def get_possible_keys(picker: XFormedAttributePicker, context: AttributePickerContext) -> Iterator[str]:
        known: dict[Any, tuple[str, ...]] = context.shape.__dict__.setdefault("possible_keys", {})
        case = (tuple(picker.alias_providers), type(context.obj), context.key)
        if case not in known:
            known[case] = tuple(moto_keys(picker, context))
        return iter(known[case])

    return get_possible_keys


def _process(moto_process: Callable[..., Any], services: list[tuple[str, Any]]) -> Callable[..., Any]:
    @lru_cache(1000)  # some URLs name what they are about
    def answering(url: str) -> tuple[list[Any], _Method | None]:
        """The backends whose host it is, up to that whose path it is; the method of the latter."""
        met: list[Any] = []
        for service, pattern in services:
            if pattern.match(url):
                met.append(get_backend(service))  # type: ignore[call-overload]
                for path, method in _home(met[-1]).urls.items():
                    if re.match(path, url):
                        return met, method
        return met, None

    def process_request(stubber: BotocoreStubber, sent: AWSPreparedRequest) -> Any:
        met, method = answering(sent.url.partition("?")[0])
        if method is None:
            return moto_process(stubber, sent)
        for backends in met:
            _home(backends)  # moto forgets, at its end, only what was looked up
        request = _request(sent)
        try:
            return method(request, request.raw_url, request.headers)
        except HTTPException as error:
            return error.code, error.get_headers(), error.get_body()

    return process_request


def _home(backends: Any) -> Any:
    """The backend in which moto looks up the paths of a service."""
    regions = backends[ACCOUNT]
    return regions["us-east-1" if "us-east-1" in regions else "aws"]


def _request(sent: AWSPreparedRequest) -> Request:
    """The request as it would come from a server."""
    url, body = urlsplit(sent.url), sent.body or b""
    if not isinstance(body, (bytes, str)):
        return normalize_request(sent)
    body = body.encode() if isinstance(body, str) else body
    environ: dict[str, Any] = {
        "REQUEST_METHOD": sent.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(url.path, "latin-1"),
        "QUERY_STRING": url.query,
        "REQUEST_URI": url.path,
        "RAW_URI": url.path,
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": url.netloc,
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
    }
    for name, value in sent.headers.items():
        environ[_environ_key(name)] = value.decode() if isinstance(value, bytes) else value
    return Request({**environ, "CONTENT_LENGTH": str(len(body))})


_environ_key = cache(environ_key_for_header)


def _setup(moto_setup: Callable[..., None]) -> Callable[..., None]:
    def setup_class(response: Any, request: Request, full_url: str, headers: Any, *options: Any, **named: Any) -> None:
        if not str(request.content_type).startswith("application/x-amz-json"):
            return moto_setup(response, request, full_url, headers, *options, **named)
        response.is_werkzeug_request = False
        response.normalized_request = request
        response.uri, response.parsed_url = full_url, urlsplit(full_url)
        response.method, response.path, response.raw_path = request.method, request.path, request.raw_path
        response.headers = request.headers
        response.raw_body = request.get_data()
        response.body = response.raw_body.decode()
        response.form_data, response.uri_match = {}, {}
        response.data = response.querystring = {}
        response.region = response.get_region_from_url(request, full_url)
        response.partition = get_partition(response.region)
        response.access_key, response.current_account = response.get_access_key(), ACCOUNT
        response.response_headers = {"server": "amazon.com", "date": http_date(utcnow())}
        if response.automated_parameter_parsing:
            response.parse_parameters(request)

    return setup_class


def _create(moto_create: Callable[..., None]) -> Callable[..., None]:
    def create(backends: BackendDict[Any], account: str) -> None:
        instances: list[Any] = getattr(backends, "_instances")  # noqa: B009  generic, says mypy
        known = any(one is backends for one in instances)
        if not (known and dict.__contains__(backends, account)):
            moto_create(backends, account)

    return create


def _random_string(random: MotoRandom, length: int = 20, include_digits: bool = True, lower_case: bool = False) -> str:
    drawn = "".join(random.choices(string.ascii_letters + string.digits * include_digits, k=length))
    return drawn.lower() if lower_case else drawn

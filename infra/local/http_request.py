"""Turn a request to AWS over HTTP into that of a client in this process."""

import re
from dataclasses import dataclass
from email.message import Message
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from moto.core.request import normalize_request
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound

from infra.local.clients import REGION

_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([a-z0-9-]+)/aws4_request")
_HOSTS = {"sesv2": "email", "ses": "email"}  # for the others, the name of the service


class NotSignedError(Exception):
    """The request has no signature of a client of AWS."""


@dataclass(frozen=True)
class ServiceRequest:
    """`service` is that of the client ("ssm"), `action` the operation ("PutParameter")."""

    service: str
    action: str
    request: AWSPreparedRequest


def service_request(method: str, path: str, headers: Message, body: bytes) -> ServiceRequest:
    """The request of a client in the local cloud's only region, for a request of any region.

    `path` includes the query. The signature names the service; it is not checked. Raises NotSignedError.
    """
    scope = _SCOPE.search(headers.get("Authorization", ""))
    if scope is None:
        raise NotSignedError
    service = "sesv2" if scope[1] == "ses" and path.startswith("/v2/") else scope[1]
    url = f"https://{_HOSTS.get(service, service)}.{REGION}.amazonaws.com{path}"
    own = Message()
    for name, value in headers.items():
        if name.lower() != "host":  # moto reads the region from it
            own[name] = value
    request = AWSPreparedRequest(method, url, own, body, False)
    return ServiceRequest(service, _action(service, request, headers, body), request)


def _action(service: str, request: AWSPreparedRequest, headers: Message, body: bytes) -> str:
    """The operation, from a header, a form field, or method and path, by the protocol of the service."""
    if target := headers.get("X-Amz-Target"):
        return target.rpartition(".")[2]
    form = body.decode(errors="replace") if "form" in headers.get("Content-Type", "") else urlsplit(request.url).query
    if action := parse_qs(form).get("Action"):
        return str(action[0])
    try:
        return str(get_service_router(service).match(normalize_request(request))[0].name)
    except (NotFound, ValueError):
        return "Unknown"

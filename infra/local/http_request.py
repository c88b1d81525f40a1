"""Turn a request to AWS over HTTP into that of a client in this process."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from email.message import Message
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from moto.core.request import normalize_request
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound

from infra.local.clients import REGION

_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/([^/]+)/([a-z0-9-]+)/aws4_request")
_HOSTS = {"sesv2": "email", "ses": "email"}  # for the others, the name of the service


class NotSignedError(Exception):
    """The request has no signature of a client of AWS."""


@dataclass(frozen=True)
class ServiceRequest:
    """`service` is that of the client ("ssm"), `action` the operation ("PutParameter")."""

    service: str
    action: str
    request: AWSPreparedRequest


def service_request(
    method: str, path: str, headers: Message, body: bytes, regions: Collection[str] = (REGION,)
) -> ServiceRequest:
    """The request of a client in one of the local cloud's `regions`; in its own one for a request of any other.

    `path` includes the query. The signature names service and region; it is not checked. Raises NotSignedError.
    """
    scope = _SCOPE.search(headers.get("Authorization", ""))
    if scope is None:
        raise NotSignedError
    region, signed = scope.groups()
    service = "sesv2" if signed == "ses" and path.startswith("/v2/") else signed
    url = f"https://{_HOSTS.get(service, service)}.{region if region in regions else REGION}.amazonaws.com{path}"
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

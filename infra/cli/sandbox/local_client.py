"""How the commands `vitosms local …` ask a running local cloud."""

import json
import os
import urllib.error
import urllib.request
from typing import Any

from infra.cli.core.arguments import ArgumentError, refused
from infra.cli.core.output import Document
from infra.cli.core.stage import is_loopback
from infra.translation import tr

PORT = 4599


def ask(action: str, document: Document | None = None) -> Document:
    """The answer to an action, `document` being what it needs. A refusal, or no local cloud, is an ArgumentError."""
    url = os.environ.get("AWS_ENDPOINT_URL") or f"http://127.0.0.1:{PORT}"
    if not is_loopback(url):
        raise refused("AWS_ENDPOINT_URL", url, tr("a local cloud runs on this machine"))
    body = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(f"{url.rstrip('/')}/_vitosms/{action}", body)  # noqa: S310
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310  a play takes as long as it takes
            told: Document = json.load(answer)
            return told
    except urllib.error.HTTPError as error:
        raise ArgumentError(_reason(error) or _nobody(url)) from None
    except (OSError, ValueError):
        raise ArgumentError(_nobody(url)) from None


def _reason(error: urllib.error.HTTPError) -> str | None:
    try:
        told: dict[str, Any] = json.load(error)
        return tr("the local cloud refuses: {reason}", reason=told["error"])
    except (ValueError, KeyError, TypeError):
        return None


def _nobody(url: str) -> str:
    return tr(
        "no local cloud runs at {url}; start one with vitosms local up, or set AWS_ENDPOINT_URL to its address", url=url
    )

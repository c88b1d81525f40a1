"""The platform's own boto3 clients. The app builds its own; only its calls are counted."""

from functools import cache
from typing import Any

import boto3
import moto.core  # noqa: F401  must be loaded before a client is made, or the client would reach AWS

REGION = "eu-central-1"
ACCOUNT = "123456789012"


@cache
def _session() -> Any:
    return boto3.Session("local", "local", region_name=REGION)


@cache
def client(service: str, region: str = REGION) -> Any:
    """A client of moto, made once in this process; it holds no data of moto."""
    return _session().client(service, region)

"""boto3 clients that are made once in this process: making one takes longer than a quiet day of a practice."""

import os
from typing import Any

import boto3
from botocore.config import Config

_make = boto3.client
_made: dict[tuple[object, ...], Any] = {}


def client(service: str, config: Config | None = None, **options: Any) -> Any:
    """As boto3.client; the same one again for the same options and environment. It holds no data of moto."""
    environment = (pair for pair in os.environ.items() if pair[0].startswith("AWS_"))
    configured = repr(config and sorted(vars(config).items()))
    key = (service, configured, *sorted(options.items()), *sorted(environment))
    if key not in _made:
        _made[key] = _make(service, config=config, **options)
    return _made[key]

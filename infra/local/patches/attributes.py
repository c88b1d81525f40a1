"""Pass an attribute value of DynamoDB on as it is: {"S": "…"} is the same to botocore, in JSON, and to moto.

botocore checks it and builds it anew by the model of its ten kinds, moto reads it by the same model, and writes it,
and botocore reads it again. Here that is left to values that hold others, and to those of a wrong kind.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import botocore.parsers
import botocore.serialize
import botocore.validate
import moto.core.parse
from moto.core.serialize import BaseJSONSerializer

_PLAIN = {"S": str, "N": str, "BOOL": bool, "NULL": bool}


@contextmanager
def applied() -> Iterator[None]:
    """Apply it until the block ends."""
    reading, writing = "_handle_structure", "_serialize_type_structure"
    with ExitStack() as stack:
        for target, name, instead in (
            (botocore.validate.ParamValidator, "_validate_structure", _validate),
            (botocore.serialize.JSONSerializer, writing, _write),
            (moto.core.parse.BaseJSONParser, "_parse_structure", _read),
            (BaseJSONSerializer, writing, _write),
            (botocore.parsers.BaseJSONParser, reading, _read),
        ):
            stack.enter_context(patch.object(target, name, instead(getattr(target, name))))
        yield


def _is_plain(value: Any, shape: Any) -> bool:
    if shape.name != "AttributeValue" or not isinstance(value, dict) or len(value) != 1:
        return False
    ((kind, content),) = value.items()
    return type(content) is _PLAIN.get(kind)


def _validate(validate: Callable[..., None]) -> Callable[..., None]:
    def validate_structure(validator: Any, value: Any, shape: Any, errors: Any, name: str) -> None:
        if not _is_plain(value, shape):
            validate(validator, value, shape, errors, name)

    return validate_structure


def _write(write: Callable[..., None]) -> Callable[..., None]:
    def write_structure(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if _is_plain(value, shape):
            serialized[key] = value
        else:
            write(serializer, serialized, value, shape, key)

    return write_structure


def _read(read: Callable[..., Any]) -> Callable[..., Any]:
    def read_structure(parser: Any, shape: Any, value: Any) -> Any:
        return value if _is_plain(value, shape) else read(parser, shape, value)

    return read_structure

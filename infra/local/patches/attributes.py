"""Pass an attribute value of DynamoDB on unchanged: {"S": "…"} is the same to botocore, in JSON, and to moto.

- botocore checks it and builds it anew by the model of its ten kinds, moto reads it by the same model, and writes it,
  and botocore reads it again. Here that is left to values of a wrong kind, and in part to those that hold others.
- An item is copied value by value, and built anew for the attributes of an index. Here values are shared.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import botocore.parsers
import botocore.serialize
import botocore.validate
import moto.core.parse
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models.dynamo_type import DynamoType, Item

_PLAIN = {"S": str, "N": str, "BOOL": bool, "NULL": bool}
_NEVER_CHANGED = {*_PLAIN, "B"}  # an update replaces such a value


@contextmanager
def applied() -> Iterator[None]:
    """Apply it until the block ends."""
    reading, writing = "_handle_structure", "_serialize_type_structure"
    with ExitStack() as stack:
        for target, name, instead in (
            (botocore.validate.ParamValidator, "_validate_structure", _validate),
            (botocore.serialize.JSONSerializer, writing, _write),
            (moto.core.parse.BaseJSONParser, "_parse_structure", _read),
            (BaseJSONSerializer, writing, _serialize),
            (botocore.parsers.BaseJSONParser, reading, _read),
            (Item, "project", _project),
            (DynamoType, "__deepcopy__", _copy),
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


def _serialize(moto_serialize: Callable[..., None]) -> Callable[..., None]:
    def serialize_structure(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and value is not None:
            serialized[key] = value if _is_plain(value, shape) else attribute(value)
        else:
            moto_serialize(serializer, serialized, value, shape, key)

    return serialize_structure


def attribute(value: Any) -> dict[str, Any]:
    """An attribute value as DynamoDB writes it; `value` may hold moto's own types at any depth."""
    ((kind, content),) = (value.to_json() if isinstance(value, DynamoType) else value).items()
    if kind == "M":
        content = {name: attribute(member) for name, member in content.items()}
    elif kind == "L":
        content = [attribute(member) for member in content]
    elif kind == "B":
        content = _base64(content)
    elif kind == "BS":
        content = [_base64(member) for member in content]
    return {kind: content}


def _base64(content: bytes | str) -> str:
    return base64.b64encode(content).decode() if isinstance(content, bytes) else content


def _project(moto_project: Callable[..., Item]) -> Callable[..., Item]:
    def project(item: Item, paths: list[list[str]]) -> Item:
        if any(len(path) > 1 or "[" in path[0] for path in paths):
            return moto_project(item, paths)
        projected = Item(item.hash_key, item.range_key, dict[str, Any]())
        dict.update(projected.attrs, {name: item.attrs[name] for (name,) in paths if name in item.attrs})
        return projected

    return project


def _copy(moto_copy: Callable[..., DynamoType]) -> Callable[..., DynamoType]:
    def copy_value(value: DynamoType, memo: dict[int, Any]) -> DynamoType:
        return value if value.type in _NEVER_CHANGED else moto_copy(value, memo)

    return copy_value

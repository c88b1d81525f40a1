"""Pass an attribute value of DynamoDB on unchanged: {"S": "…"} is the same to botocore, in JSON, and to moto.

- botocore checks it and builds it anew by the model of its ten kinds, moto reads it by the same model, and writes it,
  and botocore reads it again. Here that is left to values of a wrong kind, and in part to those that hold others.
- So is an item: a map of which every value is such a value.
- An item is copied value by value, and built anew for the attributes of an index. Here values are shared.
- A value is asked what kind it is up to seven times, to compare two texts.
"""

import base64
import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import botocore.parsers
import botocore.serialize
import botocore.validate
import moto.core.parse
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb import responses
from moto.dynamodb.models.dynamo_type import DynamoType, Item

_PLAIN = {"S": str, "N": str, "BOOL": bool, "NULL": bool}
_NEVER_CHANGED = {*_PLAIN, "B"}  # an update replaces such a value
_Check = Callable[[Any, Any], bool]
_Replace = Callable[[Callable[..., Any]], Callable[..., Any]]


@contextmanager
def applied() -> Iterator[None]:
    """Apply it until the block ends."""
    validator, moto_parser = botocore.validate.ParamValidator, moto.core.parse.BaseJSONParser
    serializer, parser = botocore.serialize.JSONSerializer, botocore.parsers.BaseJSONParser
    with ExitStack() as stack:
        for target, name, instead in (
            (validator, "_validate_structure", _validate(_is_plain)),
            (validator, "_validate_map", _validate(_is_plain_item)),
            (serializer, "_serialize_type_structure", _write(_is_plain)),
            (serializer, "_serialize_type_map", _write(_is_plain_item)),
            (moto_parser, "_parse_structure", _read(_is_plain)),
            (moto_parser, "_parse_map", _read(_is_plain_item)),
            (responses, "dynamo_to_dict", _expand),
            (BaseJSONSerializer, "_serialize_type_structure", _serialize),
            (BaseJSONSerializer, "_serialize_type_map", _serialize_map),
            (parser, "_handle_structure", _read(_is_plain)),
            (parser, "_handle_map", _read(_is_plain_item)),
            (Item, "project", _project),
            (Item, "__deepcopy__", _copy_item),
            (DynamoType, "__deepcopy__", _copy),
            (DynamoType, "cast_value", _cast),
        ):
            stack.enter_context(patch.object(target, name, instead(getattr(target, name))))
        yield


def _is_plain(value: Any, shape: Any) -> bool:
    return shape.name == "AttributeValue" and _is_json(value)


def _is_plain_item(value: Any, shape: Any) -> bool:
    return shape.value.name == "AttributeValue" and type(value) is dict and all(map(_is_json, value.values()))


def _is_json(value: Any) -> bool:
    """Whether JSON can hold it, as do all values but those with bytes, and whether it is right."""
    if type(value) is not dict or len(value) != 1:
        return False
    ((kind, content),) = value.items()
    if kind == "M":
        return type(content) is dict and all(map(_is_json, content.values()))
    if kind == "L":
        return type(content) is list and all(map(_is_json, content))
    return type(content) is _PLAIN.get(kind)


def _validate(passes: _Check) -> _Replace:
    def instead(validate: Callable[..., None]) -> Callable[..., None]:
        def validated(validator: Any, value: Any, shape: Any, errors: Any, name: str) -> None:
            if not passes(value, shape):
                validate(validator, value, shape, errors, name)

        return validated

    return instead


def _write(passes: _Check) -> _Replace:
    def instead(write: Callable[..., None]) -> Callable[..., None]:
        def written(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
            if passes(value, shape):
                serialized[key] = value
            else:
                write(serializer, serialized, value, shape, key)

        return written

    return instead


def _read(passes: _Check) -> _Replace:
    def instead(read: Callable[..., Any]) -> Callable[..., Any]:
        return lambda parser, shape, value: value if passes(value, shape) else read(parser, shape, value)

    return instead


def _expand(moto_expand: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def expand(result: Any) -> Any:
        """The result with items as dicts; `attribute` writes the values that moto would have expanded here."""
        if isinstance(result, DynamoType):
            return result
        if isinstance(result, dict):
            return {name: held if type(held) is str else expand(held) for name, held in result.items()}
        if isinstance(result, list):
            return [expand(held) for held in result]
        if isinstance(result, Item):
            return result.to_json()
        return moto_expand(result)

    return expand


def _serialize(moto_serialize: Callable[..., None]) -> Callable[..., None]:
    def serialize_structure(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and value is not None:
            serialized[key] = value if _is_plain(value, shape) else attribute(value)
        else:
            moto_serialize(serializer, serialized, value, shape, key)

    return serialize_structure


def _serialize_map(moto_serialize: Callable[..., None]) -> Callable[..., None]:
    def serialize_map(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.value.name == "AttributeValue":
            serialized[key] = value if _is_plain_item(value, shape) else {n: attribute(v) for n, v in value.items()}
        else:
            moto_serialize(serializer, serialized, value, shape, key)

    return serialize_map


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


def _copy_item(_: Callable[..., Item]) -> Callable[..., Item]:
    def copy_item(item: Item, memo: dict[int, Any]) -> Item:
        copied = Item(item.hash_key, item.range_key, dict[str, Any]())
        changed = {name: copy.deepcopy(held) for name, held in item.attrs.items() if held.type not in _NEVER_CHANGED}
        dict.update(copied.attrs, {**item.attrs, **changed})
        return copied

    return copy_item


def _cast(moto_cast: Any) -> Any:
    return property(lambda value: value.value if value.type == "S" else moto_cast.__get__(value))


def _copy(moto_copy: Callable[..., DynamoType]) -> Callable[..., DynamoType]:
    def copy_value(value: DynamoType, memo: dict[int, Any]) -> DynamoType:
        return value if value.type in _NEVER_CHANGED else moto_copy(value, memo)

    return copy_value

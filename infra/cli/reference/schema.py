"""JSON Schema (draft 2020-12) from small parts. What has a meaning is described; what is not named is not allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]
MAY_BE_MISSING = "may be missing"  # a mark that `record` takes off


def string(meaning: str = "") -> Schema:
    return _described({"type": "string"}, meaning)


def integer(meaning: str = "") -> Schema:
    return _described({"type": "integer"}, meaning)


def number(meaning: str = "") -> Schema:
    return _described({"type": "number"}, meaning)


def boolean(meaning: str = "") -> Schema:
    return _described({"type": "boolean"}, meaning)


def time(meaning: str = "") -> Schema:
    """ISO 8601 with offset."""
    return _described({"type": "string", "format": "date-time"}, meaning)


def day(meaning: str = "") -> Schema:
    return _described({"type": "string", "format": "date"}, meaning)


def one_of(names: Iterable[str], meaning: str = "") -> Schema:
    return _described({"enum": [str(name) for name in names]}, meaning)


def constant(value: object, meaning: str = "") -> Schema:
    return _described({"const": value}, meaning)


def shared(name: str, meaning: str = "") -> Schema:
    """One of SHARED."""
    return _described({"$ref": f"#/$defs/{name}"}, meaning)


def text(meaning: str = "") -> Schema:
    return shared("text", meaning)


def sentence(meaning: str = "") -> Schema:
    """A text, or what the command says itself."""
    return shared("sentence", meaning)


def or_null(schema: Schema) -> Schema:
    """Null too."""
    kept = {name: schema[name] for name in ("description", MAY_BE_MISSING) if name in schema}
    bare = {name: value for name, value in schema.items() if name not in kept}
    return {"anyOf": [bare, {"type": "null"}], **kept}


def optional(schema: Schema) -> Schema:
    """A key that is left out where it has nothing to say."""
    return {**schema, MAY_BE_MISSING: True}


def list_of(schema: Schema, meaning: str = "") -> Schema:
    return _described({"type": "array", "items": schema}, meaning)


def by_name(schema: Schema, meaning: str = "", names: Iterable[str] = ()) -> Schema:
    """An object whose keys are data, such as ids; `names` are all that there can be."""
    known = {"propertyNames": {"enum": [str(name) for name in names]}} if names else {}
    return _described({"type": "object", **known, "additionalProperties": schema}, meaning)


def record(keys: Mapping[str, Schema], meaning: str = "") -> Schema:
    """An object with exactly these keys."""
    plain = {name: {key: value for key, value in one.items() if key != MAY_BE_MISSING} for name, one in keys.items()}
    required = [name for name, one in keys.items() if MAY_BE_MISSING not in one]
    made = {"type": "object", "additionalProperties": False, "required": required, "properties": plain}
    return _described(made, meaning)


def records(keys: Mapping[str, Schema], meaning: str = "") -> Schema:
    return list_of(record(keys), meaning)


def _described(schema: Schema, meaning: str) -> Schema:
    return {**schema, "description": meaning} if meaning else schema

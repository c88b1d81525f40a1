"""The schema of each document, and docs/reference/json.md, which has them all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.cli.core.commands import SECTIONS
from infra.cli.core.output import SCHEMA_VERSION
from infra.cli.reference import (
    ahead,
    configure,
    daily,
    machine,
    money_and_data,
    operate,
    parts,
    patient_stops,
    people,
    queue,
)
from infra.cli.reference.schema import Schema, record

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "json.md"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MODULES = (daily, patient_stops, ahead, queue, configure, people, money_and_data, operate, machine)
_KEYS = {name: keys for module in _MODULES for name, (_, keys) in module.DOCUMENTS.items()}
_ABOUT = {name: about for module in _MODULES for name, (about, _) in module.DOCUMENTS.items()}
_KEYS["canary remove"], _ABOUT["canary remove"] = _KEYS["practice remove"], "The test practice that was removed."
_WIDTH = 120
_HEADING = f"""\
# JSON documents

<!-- Made by `python -m infra.cli.reference` from infra/cli/reference. -->

Every command prints one JSON document with `--json`. This page describes them; at its end are the same schemas
[for programs](#for-programs).

- The first key is `schema_version`: {SCHEMA_VERSION}. It increases when a key is removed or changes
  its meaning; a new key does not change it.
- Keys and enumerated values are English, in the words of the [glossary](../glossary.md). Names that a practice
  knows are the same in every language: settings, templates, schedules, the columns of its database.
- Times are ISO 8601 with offset, mostly of the practice's zone; days are ISO dates; credits are whole numbers.
- Messages of the program are [texts](#text): a code for programs, and words for people. Compare codes: words change.
  Only a [sentence](#sentence) of the command itself has no code.
- Every key is present, with null if it has no value, unless its type says that it may be missing.
"""
_FOR_PROGRAMS = """\
## For programs

JSON Schema, draft 2020-12. The schema of `vitosms queue list --json` is `#/$defs/queue list`.

<details><summary>All schemas</summary>

```json"""


def names() -> list[str]:
    """The commands with a document, in the order of the help."""
    order = [name for section in SECTIONS.values() for name in section]
    return sorted(_KEYS, key=lambda name: order.index(name.split()[0]))


def schemas() -> Schema:
    """All of them, as one JSON Schema: that of a command is `#/$defs/queue list`."""
    documents = {name: record({"schema_version": parts.VERSION, **_KEYS[name]}, _ABOUT[name]) for name in names()}
    return {"$schema": DIALECT, "$defs": {**parts.SHARED, **documents}}


def page() -> str:
    """The page in Markdown."""
    found = schemas()["$defs"]
    blocks = [_HEADING, "## Parts of several documents\n"]
    blocks += [f"### {name}\n\n{_table(found[name])}" for name in parts.SHARED]
    blocks += [f"## vitosms {name}\n\n{_table(found[name])}" for name in names()]
    return "\n".join([*blocks, f"{_FOR_PROGRAMS}\n{_fitting(schemas())}\n```\n\n</details>\n"])


def schemas_of(text: str) -> Schema:
    """The names that a page has."""
    found: Schema = json.loads(text.partition("```json\n")[2].partition("```")[0])
    return found


def _fitting(value: Any, indent: str = "") -> str:
    """JSON with as much on a line as fits."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + len(indent) <= _WIDTH or not isinstance(value, dict | list):
        return line
    below = f"{indent} "
    if isinstance(value, list):
        return "[\n" + ",\n".join(f"{below}{_fitting(one, below)}" for one in value) + f"\n{indent}]"
    pairs = (f"{below}{json.dumps(name)}: {_fitting(one, below)}" for name, one in value.items())
    return "{\n" + ",\n".join(pairs) + f"\n{indent}}}"


def _table(schema: Schema) -> str:
    if "enum" in schema:
        return f"{schema['description']} One of {_kind(schema)}.\n"
    rows = "\n".join(f"| {key} | {kind} | {meaning} |" for key, kind, meaning in _rows(schema, ""))
    return f"{schema['description']}\n\n| key | type | meaning |\n| --- | --- | --- |\n{rows}\n"


def _rows(schema: Schema, above: str) -> Iterator[tuple[str, str, str]]:
    """A row for each key, with the keys above it."""
    for name, one in schema.get("properties", {}).items():
        missing = "" if name in schema["required"] else "; may be missing"
        yield f"`{above}{name}`", f"{_kind(one)}{missing}", one.get("description", "")
        yield from _below(one, f"{above}{name}")


def _below(schema: Schema, path: str) -> Iterator[tuple[str, str, str]]:
    if "anyOf" in schema and _is_null(schema["anyOf"][-1]):
        yield from _below(schema["anyOf"][0], path)
    elif "items" in schema:
        yield from _below(schema["items"], f"{path}[]")
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from _below(schema["additionalProperties"], f"{path}.*")
    else:
        yield from _rows(schema, f"{path}.")


def _kind(schema: Schema) -> str:
    match schema:
        case {"$ref": name}:
            found = str(name).rpartition("/")[2]
            return f"[{found}](#{found})"
        case {"const": value}:
            return f"`{json.dumps(value)}`"
        case {"enum": names}:
            return ", ".join(f"`{name}`" for name in names)
        case {"anyOf": several}:
            return " or ".join("null" if _is_null(one) else _kind(one) for one in several)
        case {"type": "array", "items": items}:
            return f"list of: {_kind(items)}"
        case {"additionalProperties": dict() as values}:
            return f"object by name, each: {_kind(values)}"
        case {"format": "date-time"}:
            return "time"
        case {"format": "date"}:
            return "day"
        case {"type": list() as kinds}:
            return " or ".join(kinds)
    return str(schema["type"])


def _is_null(schema: Schema) -> bool:
    return schema == {"type": "null"}

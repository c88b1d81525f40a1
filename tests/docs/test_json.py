"""docs/reference/json.md is up to date with its generator, and describes the document of every command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.core import TyperCommand, TyperGroup

from infra.cli.core.commands import COMMANDS, loaded
from infra.cli.reference import page, parts
from infra.cli.reference.page import PAGE, schemas, schemas_of

WORD = re.compile(r"[a-z]+(_[a-z]+)*")


def commands_with_documents() -> set[str]:
    """Return the commands that take `--json`."""

    def found(command: TyperCommand | TyperGroup, path: str) -> Iterator[str]:
        if any("--json" in parameter.opts for parameter in command.params):
            yield path
        for name, one in getattr(command, "commands", {}).items():
            yield from found(one, f"{path} {name}")

    return {path for name in COMMANDS for path in found(loaded(name), name)}


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """The schemas of objects with known keys in a schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for one in schema:
            yield from objects(one)


def test_the_page_is_what_is_made_of_the_schemas() -> None:
    assert PAGE.read_text(encoding="utf-8") == page.page(), "python -m infra.cli.reference writes it"
    assert schemas_of(page.page()) == schemas()


def test_every_command_that_prints_a_document_has_a_schema() -> None:
    assert set(page.names()) == commands_with_documents()
    assert len(page.names()) > 50
    assert not set(page.names()) & parts.SHARED.keys(), "one would stand for the other"


def test_the_schemas_are_schemas() -> None:
    Draft202012Validator.check_schema(schemas())


def test_a_key_that_is_not_documented_is_refused() -> None:
    assert [one for one in objects(schemas()) if one.get("additionalProperties") is not False] == []


def test_keys_are_words_in_lower_case() -> None:
    names = {name for one in objects(schemas()) for name in one["properties"]}
    assert {name for name in names if not WORD.fullmatch(name)} == set()


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"practice": "p", "template": "Terminerinnerung/SMS/de"}, None),
        ({"practice": "p", "template": "Terminerinnerung/SMS/de", "more": 1}, "'more' was unexpected"),
        ({"practice": "p"}, "'template' is a required property"),
        ({"practice": "p", "template": "Gruss"}, "'Gruss' is not one of"),
    ],
)
def test_what_is_wrong_in_a_document_is_found(document: dict[str, Any], said: str | None) -> None:
    whole = {**schemas(), "$ref": "#/$defs/templates unset"}
    found = [one.message for one in Draft202012Validator(whole).iter_errors({"schema_version": 2, **document})]
    assert len(found) == (said is not None)
    assert said is None or said in found[0]

"""Holds every JSON document that the command makes in a test to its schema in docs/reference/json.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

from infra.cli.core import output
from infra.cli.core.output import Document

validated: set[str] = set()  # commands whose document was checked in this process
wrong: list[str] = []  # since the last test


@cache
def validator_of(name: str) -> Any:
    """Return the validator of a command's document, such as `queue list`, by the schemas of the page."""
    from jsonschema import Draft202012Validator

    from infra.cli.reference.page import PAGE, schemas_of

    schemas = schemas_of(PAGE.read_text(encoding="utf-8"))
    return Draft202012Validator({**schemas, "$ref": f"#/$defs/{name}"}, format_checker=_formats())


def validate(name: str, text: str) -> None:
    """Check a document as it is printed; errors are kept until the test ends, because the command hides exceptions."""
    from jsonschema.exceptions import best_match

    found = best_match(validator_of(name).iter_errors(json.loads(text)))
    if found is not None:
        wrong.append(f"vitosms {name} --json: {found.json_path}: {found.message}")
    validated.add(name)


def hold() -> None:
    """Hold documents from now on. Each command imports `answer` and `json_text` when it is loaded, which is later."""
    answer, json_text = output.answer, output.json_text

    def held_answer(as_json: bool, document: Document, *shown: Any) -> None:
        if document and not as_json:
            held_text(document)
        answer(as_json, document, *shown)

    def held_text(document: Document) -> str:
        text = json_text(document)
        if name := _command():
            validate(name, text)
        return text

    output.answer, output.json_text = held_answer, held_text


def _command() -> str:
    """The command that runs, such as `queue list`; empty if none does."""
    from typer._click.globals import get_current_context

    context = get_current_context(silent=True)
    return context.command_path.removeprefix("vitosms").strip() if context else ""


@cache
def _formats() -> Any:
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())
    checks: dict[str, Callable[[Any], bool]] = {
        "date-time": lambda one: not isinstance(one, str) or datetime.fromisoformat(one).tzinfo is not None,
        "date": lambda one: not isinstance(one, str) or date.fromisoformat(one).isoformat() == one,
    }
    for name, check in checks.items():
        checker.checks(name, raises=ValueError)(check)
    return checker

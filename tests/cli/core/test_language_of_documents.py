"""The keys and the codes of documents are English, for programs."""

import re
from collections.abc import Iterator
from typing import Any

from chalicelib.practice.parameter_names import PARAMETERS
from chalicelib.practice.switches import SWITCHES
from infra.cli.reference.page import schemas
from tests.cli.core.test_one_language import foreign

NAMES_OF_A_PRACTICE = {*SWITCHES, *(name.partition("/")[2] for name in PARAMETERS), *PARAMETERS}
ALSO_ENGLISH = {"agenda", "charge", "definitive", "question"}  # words of other languages, too


def coded(schema: Any) -> Iterator[str]:
    """The keys and the enumerated values of a schema."""
    if isinstance(schema, list):
        for one in schema:
            yield from coded(one)
    if isinstance(schema, dict):
        yield from (str(one) for one in schema.get("enum", ()))
        yield from schema.get("properties", ())
        for one in schema.values():
            yield from coded(one)


def test_keys_and_enumerated_values_are_english_codes() -> None:
    found = set(coded(schemas()["$defs"])) - NAMES_OF_A_PRACTICE
    assert sorted(one for one in found if not re.fullmatch(r"[a-z]+([_-][a-z0-9]+)*", one)) == []
    words = " ".join(re.split("[_-]", " ".join(sorted(found))))
    assert set(foreign(words, "en")) - ALSO_ENGLISH == set()

"""Documents are in English for programs: the same in every language of the people who read them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.practice.parameter_names import PARAMETERS
from chalicelib.practice.switches import SWITCHES
from infra.cli.reference.page import schemas
from tests.cli.core.test_every_document import PLAYED, PREPARED, asked_of
from tests.cli.core.test_one_language import foreign
from tests.cli.daily.test_resolve import unknown
from tests.cli.running import Vitosms, running
from tests.flow.build import at

NAMES_OF_A_PRACTICE = {*SWITCHES, *(name.partition("/")[2] for name in PARAMETERS), *PARAMETERS}
ALSO_ENGLISH = {"agenda", "charge", "definitive", "question"}  # words of other languages, too
MADE_ANEW = {"write_id", "message_id", "hash", "seconds", "charge", "sort_key", "retained_key"}  # in each process


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


def for_programs(document: Any, path: str = "") -> Iterator[tuple[str, object]]:
    """Its values by place, without the words for people."""
    if isinstance(document, dict):
        for name, one in document.items():
            if not (name == "text" and isinstance(one, str)) and name not in MADE_ANEW:
                yield from for_programs(one, f"{path}.{name}")
    elif isinstance(document, list):
        for number, one in enumerate(document):
            yield from for_programs(one, f"{path}[{number}]")
    else:
        yield path, document


@pytest.fixture
def vitosms(capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def documents(language: str, vitosms: Vitosms, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The documents of the commands in turn, by command."""
    found: dict[str, Any] = {}
    folder.mkdir()
    with running(folder) as (stage, database):
        for module in ("local", "local_trouble"):
            monkeypatch.setattr(f"infra.cli.sandbox.{module}.ask", asked_of(stage))
        database.run("INSERT INTO Mandant (MandantId, Name) VALUES ('M2', 'Praxis Zwei')")
        for place, line in enumerate(["local play --to 10:02", *PREPARED, "@", *PLAYED]):
            if line == "@":
                stage.cloud.play(at("10:31"))
                unknown(stage, database, "T9")
                continue
            _, out, _ = vitosms.run(*line.split(), "--json", lang=language)
            found[f"{place} {line}"] = dict(for_programs(json.loads(out)))
    return found


def test_documents_are_the_same_in_every_language_but_for_words(
    vitosms: Vitosms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    german, french = (documents(one, vitosms, tmp_path / one, monkeypatch) for one in ("de", "fr"))
    different = {
        (line, path): (value, french[line].get(path))
        for line, values in german.items()
        for path, value in values.items()
        if french[line].get(path) != value
    }
    assert different == {}

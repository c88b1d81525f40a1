"""A running stage for the commands: a played day of a small practice, and the command as a person calls it."""

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from infra.cli import main
from infra.local.clients import client
from infra.local.rehearsal import Rehearsal
from tests.flow.build import BORN_TODAY, PRACTICE, TOMORROW_9, Database, at, opened


class Vitosms:
    """`vitosms …`, in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, *args: str, lang: str = "de") -> tuple[int, str, str]:
        """The exit code, stdout, stderr."""
        self._capsys.readouterr()
        code = main.run([f"--lang={lang}", *args])
        return (code, *self._capsys.readouterr())

    def shows(self, *args: str) -> str:
        """Return the output of a command, which must succeed."""
        code, out, err = self.run(*args)
        assert (code, err) == (0, "")
        return out

    def told(self, *args: str) -> Any:
        """Its JSON document, which begins with its version."""
        document = json.loads(self.shows(*args, "--json"))
        assert next(iter(document)) == "schema_version"
        return {name: value for name, value in document.items() if name != "schema_version"}

    def asks(self, *args: str) -> str:
        """Return the question, in English, and the message after no answer; nothing is changed."""
        with patch("sys.stdin", io.StringIO()):
            code, out, err = self.run(*args, lang="en")
        assert (code, out, "nothing was changed" in err) == (3, "", True)
        return err

    def refuses(self, *args: str, lang: str = "en") -> str:
        """Return the one line, in English, that refuses a command."""
        code, out, err = self.run(*args, lang=lang)
        assert (code, out, err.count("\n")) == (2, "", 1)
        return err.removeprefix("vitosms: ").rstrip("\n")


def save_as_somebody_else(name: str, value: str) -> None:
    """Save a parameter of the practice anew, without the pattern that refuses a wrong value."""
    ssm, path = client("ssm"), f"/vitosms/local/{PRACTICE}/{name}"
    ssm.delete_parameters(Names=[path])
    ssm.put_parameter(Name=path, Value=value, Type="String")


def words(said: Any) -> Any:
    """The words of a text in a document, of several, or none."""
    return [one["text"] for one in said] if isinstance(said, list) else said and said["text"]


@contextmanager
def running(folder: Path, columns: Iterable[str] = (), **options: Any) -> Iterator[tuple[Rehearsal, Database]]:
    """A practice at 09:55: two appointments tomorrow (a mobile number, none) and a birthday today; not yet played.

    `columns` are optional columns of its views, such as `Patient.TelefonPrivat`.
    """
    database = Database(folder / "praxis.db")
    for view, _, column in (name.partition(".") for name in columns):
        database.run(f"ALTER TABLE {view} ADD COLUMN {column} TEXT")
    database.patient(TOMORROW_9)
    database.patient("2026-11-24 10:00:00", Mobiltelefon=None)
    database.patient(Geburtsdatum=BORN_TODAY)
    with (
        patch.dict("os.environ", {"COLUMNS": "80"}),
        opened(database, until=at("12:00"), **options) as rehearsed,
    ):
        yield rehearsed, database


# Packages that take long to load: half of them as long as boto3 or longer.
HEAVY = (
    *("babel", "boto3", "cfnlint", "chalice", "email_validator", "flask", "icalendar", "jinja2", "moto"),
    *("phonenumbers", "pydantic", "pymssql", "pytest", "rich", "samtranslator", "sqlite3", "time_machine"),
)
# The code of a new process that prints, last, which of these it has loaded.
LISTING = f"""
import atexit, sys
atexit.register(lambda: print("\\n", *(name for name in {HEAVY!r} if name in sys.modules)))
{{code}}
"""

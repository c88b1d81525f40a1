"""Read a practice database in a process of its own, in which the driver remembers nothing, and say how it failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Self

from chalicelib.practice_db.database import open_practice_database
from chalicelib.practice_db.errors import Cause, PracticeDatabaseError

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Failure:
    """The code of a text, and whether a later retry may succeed."""

    code: str
    passes: bool

    @classmethod
    def of(cls, error: PracticeDatabaseError | Cause) -> Self:
        return cls(error.text.code, error.passes)


def failure_alone(url: str, **environment: str) -> Failure | None:
    """The failure of reading one day; None if there is none."""
    path = os.pathsep.join([str(ROOT), *sys.path])
    done = subprocess.run(  # noqa: S603 - this module
        [sys.executable, "-m", __name__], input=url, text=True, check=True, stdout=subprocess.PIPE, timeout=300,
        env={**os.environ, "PYTHONPATH": path, **environment},
    )  # fmt: skip
    found = json.loads(done.stdout)
    return Failure(**found) if found else None


def _main() -> None:
    found = None
    try:
        with open_practice_database(sys.stdin.read()) as database:
            list(database.reminders(date(2026, 11, 23), date(2026, 11, 24), None))
    except PracticeDatabaseError as error:
        found = asdict(Failure.of(error))
    print(json.dumps(found))


if __name__ == "__main__":
    _main()

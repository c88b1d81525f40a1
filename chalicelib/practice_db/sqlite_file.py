"""A read-only connection to an SQLite file of the contract. I/O."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any


def connect(path: Path) -> Any:
    """Attach the file under the name of the schema. Raises the driver's errors."""
    import sqlite3

    connection = sqlite3.connect(":memory:", isolation_level=None, uri=True)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    with ExitStack() as on_failure:
        on_failure.callback(connection.close)
        connection.execute("ATTACH ? AS vitosms", (f"{path.absolute().as_uri()}?mode=ro",))
        on_failure.pop_all()
    return connection

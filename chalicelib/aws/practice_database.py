"""The practice database, opened with the optional columns that its views are known to have. I/O."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from chalicelib.aws.deployment import Clients
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice_db import raw_columns
from chalicelib.practice_db.database import PracticeDatabase


@contextmanager
def unwatched_database(record: PracticeRecord, clients: Clients, url: str = "") -> Iterator[PracticeDatabase]:
    """Open it by its stored URL, unless `url` is given. Raises PracticeDatabaseError and ParameterError."""
    url = url or clients.parameters.database_url(record.practice)
    with clients.open_database(url) as database:
        database.optional_columns = record.optional_columns
        yield database


@contextmanager
def practice_database(record: PracticeRecord, clients: Clients, url: str = "") -> Iterator[PracticeDatabase]:
    """Open it, and store which optional columns it turns out to have. Raises as `unwatched_database` does."""
    with unwatched_database(record, clients, url) as database:
        try:
            yield database
        finally:
            store_columns(record, database.optional_columns, clients)


def find_columns(record: PracticeRecord, clients: Clients, today: date) -> frozenset[str]:
    """Ask which optional columns the views have now. Raises PracticeDatabaseError and ParameterError."""
    with clients.open_database(clients.parameters.database_url(record.practice)) as database:
        return raw_columns.find_columns(database, today)


def store_columns(record: PracticeRecord, columns: frozenset[str], clients: Clients) -> None:
    """Store which optional columns the views have, if others are stored."""
    if columns != record.optional_columns:
        clients.practices.set_optional_columns(record.practice, columns)

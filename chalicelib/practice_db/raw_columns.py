"""Whether the raw columns of the views answer as the agreed ones do; only then they are used."""

from __future__ import annotations

from datetime import date, timedelta

from chalicelib.practice_db.database import PracticeDatabase, Row
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.practice_db.statements import DAY, KEYS, OPTIONAL_COLUMNS

_DAYS = 7
_IDS = 100


def find_columns(database: PracticeDatabase, today: date) -> frozenset[str]:
    """Ask the views for their optional columns, and use them; a raw one if it finds the appointments of a week.

    The week begins `today`, roughly. A raw column that finds fewer would lose reminders without a word. Raises
    PracticeDatabaseError.
    """
    there = database.columns()
    agreed = database.optional_columns = OPTIONAL_COLUMNS & there
    groups = [group for group in (DAY, KEYS) if group <= there]
    rows = list(database.reminders(today, today + timedelta(days=_DAYS), None)) if groups else []
    trusted = [group for group in groups if rows and _found_alike(database, group, today, rows)]
    database.optional_columns = agreed.union(*trusted)
    return database.optional_columns


def _found_alike(database: PracticeDatabase, raw: frozenset[str], today: date, rows: list[Row]) -> bool:
    """Ask day by day, and for ids, with these raw columns."""
    agreed, database.optional_columns = database.optional_columns, database.optional_columns | raw
    database.raw_columns_must_do = True
    days = [today + timedelta(days=day) for day in range(_DAYS)]
    some = rows[:_IDS]
    try:
        by_day = [row for day in days for row in database.reminders(day, day + timedelta(days=1), None)]
        return by_day == rows and some == list(database.recheck([str(row["TerminId"]) for row in some], [], None))
    except PracticeDatabaseError:
        return False
    finally:
        database.optional_columns, database.raw_columns_must_do = agreed, False

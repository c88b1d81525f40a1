"""The nightly check of a practice: its parameters, and the optional columns of its views."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.aws.parameter_store import ParameterError
from chalicelib.aws.practice_database import find_columns, store_columns
from chalicelib.jobs.apply_parameters import apply_parameters
from chalicelib.jobs.ports import JobPorts
from chalicelib.practice.practice import Practice
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.practice_db.statements import RAW_COLUMNS


def check_practice(practice: str, ports: JobPorts) -> Practice | None:
    """Apply the saved parameters, and store the columns that the views have got since; None if it is not there.

    A column that is gone stays stored until a run misses it, and says so in the job history; a raw one is not missed.
    """
    checked = apply_parameters(practice, ports)
    record = ports.practices.record(practice)
    if checked is None or record is None or record.removed is not None:
        return None
    with suppress(PracticeDatabaseError, ParameterError):  # the next run fails, and says so
        found = find_columns(record, ports, ports.clock().date())
        store_columns(record, record.optional_columns - RAW_COLUMNS | found, ports)
    return Practice(record, checked)

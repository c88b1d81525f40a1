"""Jobs in the table, and what is due at a tick. I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws.job_items import job_item, job_item_key, job_of, job_update
from chalicelib.aws.table import Table
from chalicelib.schedule.instants import instant_text
from chalicelib.schedule.job import Job, Tick
from chalicelib.schedule.job_state import JobState

_TRIES = 5  # at a job item that dispatch advances at the same time


@dataclass(frozen=True)
class Due:
    """The content of the index `due` at a tick: jobs, and the entries and charge batches for the sweep."""

    jobs: tuple[JobState, ...]
    entries: tuple[tuple[str, str], ...] = ()  # (practice, entry key)
    charges: tuple[tuple[str, str], ...] = ()  # of charge batches: the keys (pk, sk) in the table


class JobStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, tick: Tick, now: datetime) -> Due:
        """Everything due by `now`: one query, however many practices have nothing due."""
        condition = "due_pk = :tick AND due_sk <= :now"
        values = {":tick": tick.value, ":now": instant_text(now)}
        found = list(self._table.query(condition, values, index="due"))
        jobs = [job_of(item) for item in found if item["sk"].startswith("job#")]
        entries = [item["pk"].split("#", 1) for item in found if item["sk"] == "entry"]
        charges = tuple((item["pk"], item["sk"]) for item in found if item["sk"].startswith("charge#"))
        return Due(tuple(jobs), tuple((practice, key) for practice, key in entries), charges)

    def add(self, job: JobState) -> None:
        """Add a job to the practice; an existing one stays unchanged."""
        self._table.write({"Put": {"Item": job_item(job), "ConditionExpression": "attribute_not_exists(pk)"}})

    def drop(self, practice: str, job: Job) -> None:
        """Delete a job that the practice no longer has."""
        self._table.write({"Delete": {"Key": job_item_key(practice, job)}})

    def save(self, before: JobState, after: JobState) -> bool:
        """Write a job; False if its due time, schedule or zone is not the one that was read."""
        return self._table.write(job_update(before, after)) is None

    def reopen_slot(self, practice: str, job: Job, tick: datetime, slot: datetime | None = None) -> bool:
        """Let a slot of `send` or `status` (None: its last one) go on at a tick, unless the job is due then anyway.

        A send slot goes on during its own local day only. Returns whether the job is due by that tick.
        """
        for _ in range(_TRIES):
            item = self._table.get(job_item_key(practice, job))
            if item is None:
                break
            record = job_of(item)
            after = record.with_open_slot(tick, slot)
            if after == record or self.save(record, after):
                return after.due <= tick
        return False

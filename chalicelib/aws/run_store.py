"""The claims of runs in the table: each run is done once, by the worker that holds its lease. I/O."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from chalicelib.aws.items import Item
from chalicelib.aws.job_store import job_as_read, job_update, run_failed, run_item_key
from chalicelib.aws.table import CancelledError, Table
from chalicelib.schedule.job import Job, RunMessage
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.time_zone import instant_of, instant_text

LEASE = timedelta(minutes=6)  # longer than the run Lambda's five minutes: its worker is dead by then
_RUN_TTL = timedelta(days=30)


JobSlot = tuple[Job, datetime]


class LeaseHeldError(Exception):
    """Another worker has a valid lease on this run."""


class RunStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def entries_written(self, practice: str, runs: Sequence[JobSlot], now: datetime) -> dict[JobSlot, int] | None:
        """How many entries each of these runs wrote; None while a worker has a valid lease on one of them."""
        by_key = {run_item_key(practice, job, slot)["pk"]: (job, slot) for job, slot in runs}
        items = self._table.get_many([run_item_key(practice, job, slot) for job, slot in runs])
        if any(item["lease"] >= instant_text(now) for item in items):
            return None
        return {by_key[item["pk"]]: item.get("wrote", 0) for item in items}

    def claim(self, run: RunMessage, owner: str, now: datetime) -> bool:
        """Take the run's lease; False if the run is done. Raises LeaseHeldError while another worker has it."""
        claim = {
            "Update": {
                "Key": run_item_key(run.practice, run.job, run.slot),
                "UpdateExpression": "SET lease = :until, #owner = :owner, #ttl = :ttl",
                "ConditionExpression": "attribute_not_exists(pk) OR ((lease < :now OR #owner = :owner) AND "
                "(attribute_not_exists(done) OR done < :tick))",
                "ExpressionAttributeNames": {"#owner": "owner", "#ttl": "ttl"},
                "ExpressionAttributeValues": {
                    ":until": instant_text(now + LEASE),
                    ":owner": owner,
                    ":now": instant_text(now),
                    ":tick": instant_text(run.tick),
                    ":ttl": int((now + _RUN_TTL).timestamp()),
                },
            }
        }
        held = self._table.write(claim)
        if held is None:
            return True
        if "done" in held and instant_of(held["done"]) >= run.tick:
            return False
        raise LeaseHeldError(f"{run.job} of {run.practice}: leased until {held.get('lease')}")

    def release(self, run: RunMessage, owner: str, started: datetime) -> None:
        """Release the lease of a run that failed, so that a repeated message can take it immediately."""
        end = _end_of_run(run, owner, "SET lease = :past", {":past": ""})
        try:
            self._table.transact([end, run_failed(run.practice, run.job, started)])
        except CancelledError:  # there is no such job, or another worker has the lease
            self._table.write(end)

    def finish(
        self,
        run: RunMessage,
        owner: str,
        job_after: Callable[[JobState], JobState],
        wrote: int = 0,
        seen: JobState | None = None,
    ) -> None:
        """End the run; in the same transaction, `job_after` replaces its job. `wrote` is its number of new entries.

        `seen` is the job as the run has read it: unless it has changed since, it is not read again.
        """
        values = {":past": "", ":tick": instant_text(run.tick), ":wrote": wrote}
        end = _end_of_run(run, owner, "SET lease = :past, done = :tick, wrote = :wrote", values)
        for job in job_as_read(self._table, run.practice, run.job, seen):
            try:
                self._table.transact([end, job_update(job, job_after(job), whole=True)])
            except CancelledError as cancelled:
                if cancelled.reasons[0].code == "ConditionalCheckFailed":
                    return  # the lease was taken over: the other worker ends the run
            else:
                return
        self._table.write(end)


def _end_of_run(run: RunMessage, owner: str, update: str, values: Item) -> Item:
    return {
        "Update": {
            "Key": run_item_key(run.practice, run.job, run.slot),
            "UpdateExpression": update,
            "ConditionExpression": "#owner = :owner",
            "ExpressionAttributeNames": {"#owner": "owner"},
            "ExpressionAttributeValues": {**values, ":owner": owner},
        }
    }

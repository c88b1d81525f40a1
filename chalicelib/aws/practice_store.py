"""Practices in the table: their jobs and due times, run claims, licences, stop marks and alerts raised. I/O."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.aws.items import Item
from chalicelib.aws.practice_items import (
    PRACTICES,
    alert_item_key,
    job_item,
    job_item_key,
    job_of,
    licence_item,
    licence_item_key,
    opt_out_item,
    opt_out_item_key,
    practice_item,
    practice_item_key,
    practice_of,
    run_item_key,
)
from chalicelib.aws.table import WRITE, CancelledError, Table
from chalicelib.practice.licence import Licence
from chalicelib.practice.opt_out import OptOut, Source
from chalicelib.practice.record import PracticeRecord
from chalicelib.schedule.instants import instant_of, instant_text
from chalicelib.schedule.job import Job, Tick
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.run import RunMessage

LEASE = timedelta(minutes=6)  # longer than the run Lambda's five minutes (design, section 8)
_RUN_TTL = timedelta(days=30)
_TRIES = 5  # at a job item that dispatch moves at the same time
_AS_READ = ("due_sk", "zone", "schedule")  # of a job item: what its next time depends on


@dataclass(frozen=True)
class Due:
    """What a tick finds in the index `due`: jobs, and which entries and blocks the sweep has to look at."""

    jobs: tuple[JobState, ...]
    entries: tuple[tuple[str, str], ...] = ()  # (practice, entry key)
    charges: tuple[tuple[str, str], ...] = ()  # of blocks: the keys (pk, sk) in the table


class LeaseHeldError(Exception):
    """Another worker is on this run, and its lease is alive."""


class PracticeStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, practice: str) -> PracticeRecord | None:
        """Everything under the practice's own key in one query; None where there is no such practice."""
        items = self._table.query("pk = :practice", {":practice": practice})
        return practice_of(practice, list(items))

    def due(self, tick: Tick, now: datetime) -> Due:
        """What is due by `now`: one query, whatever the number of practices that are not."""
        condition = "due_pk = :tick AND due_sk <= :now"
        values = {":tick": tick.value, ":now": instant_text(now)}
        found = list(self._table.query(condition, values, index="due"))
        jobs = [job_of(item) for item in found if item["sk"].startswith("job#")]
        entries = [item["pk"].split("#", 1) for item in found if item["sk"] == "entry"]
        charges = tuple((item["pk"], item["sk"]) for item in found if item["sk"].startswith("charge#"))
        return Due(tuple(jobs), tuple((practice, key) for practice, key in entries), charges)

    def add(self, practice: str, email_senders: Sequence[str], jobs: Sequence[JobState]) -> None:
        """Register a practice with its jobs; what is there already is replaced."""
        own = practice_item(practice, email_senders)
        self._table.transact([{"Put": {"Item": own}}] + [{"Put": {"Item": job_item(job)}} for job in jobs])

    def ids(self) -> list[str]:
        """The ids of all practices, sorted."""
        items = self._table.query("open_pk = :all", {":all": PRACTICES}, index="groups")
        return [item["pk"] for item in items]

    def remove(self, practice: str, jobs: Sequence[Job], at: datetime) -> None:
        """Mark a practice as removed from `at` (UTC) on, and forget these jobs of it."""
        mark = {
            "Update": {
                "Key": practice_item_key(practice),
                "UpdateExpression": "SET removed = if_not_exists(removed, :at)",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": {":at": instant_text(at)},
            }
        }
        self._table.transact([mark] + [{"Delete": {"Key": job_item_key(practice, job)}} for job in jobs])

    def forget(self, record: PracticeRecord) -> None:
        """Delete what is left of a removed practice: itself, its jobs, licences, alerts and opt-outs; no ledger."""
        keys = [practice_item_key(record.practice)]
        keys += [job_item_key(record.practice, job) for job in record.jobs]
        keys += [licence_item_key(record.practice, number) for number in record.licences]
        keys += [alert_item_key(record.practice, cause) for cause in record.alerts]
        keys += [opt_out_item_key(record.practice, hash) for hash in record.opt_outs]
        for start in range(0, len(keys), WRITE):
            self._table.transact([{"Delete": {"Key": key}} for key in keys[start : start + WRITE]])

    def add_licence(self, practice: str, licence: Licence) -> None:
        self._table.write({"Put": {"Item": licence_item(practice, licence)}})

    def add_opt_out(self, practice: str, opt_out: OptOut) -> bool:
        """Note an opt-out; one that is there stays, with its source and time, but that a wish replaces a bounce.

        Returns whether it was written.
        """
        put: Item = {"Item": opt_out_item(practice, opt_out), "ConditionExpression": "attribute_not_exists(pk)"}
        if opt_out.source is not Source.BOUNCE:
            put["ConditionExpression"] += " OR #source = :bounce"
            put |= {"ExpressionAttributeNames": {"#source": "source"}}
            put |= {"ExpressionAttributeValues": {":bounce": Source.BOUNCE.value}}
        return self._table.write({"Put": put}) is None

    def drop_opt_out(self, practice: str, hash: str) -> None:
        """Forget an opt-out; only a person may."""
        self._table.write({"Delete": {"Key": opt_out_item_key(practice, hash)}})

    def add_job(self, job: JobState) -> None:
        """A job that the practice has from now on; one that is there already stays as it is."""
        self._table.write({"Put": {"Item": job_item(job), "ConditionExpression": "attribute_not_exists(pk)"}})

    def drop_job(self, practice: str, job: Job) -> None:
        """A job that the practice does not have any more."""
        self._table.write({"Delete": {"Key": job_item_key(practice, job)}})

    def save_job(self, before: JobState, after: JobState) -> bool:
        """Write a job as it is to be; False where its due time, Zeitplan or zone is not the one that was read."""
        return self._table.write(_job_update(before, after)) is None

    def reopen_slot(self, practice: str, job: Job, tick: datetime, slot: datetime | None = None) -> bool:
        """Let a slot of `send` or `status` (None: its last one) go on at a tick, unless the job is due by itself then.

        A send slot goes on during its own local day only. Returns whether the job is due by that tick.
        """
        for _ in range(_TRIES):
            item = self._table.get(job_item_key(practice, job))
            if item is None:
                break
            record = job_of(item)
            after = record.with_open_slot(tick, slot)
            if after == record or self.save_job(record, after):
                return after.due <= tick
        return False

    def is_running(self, practice: str, runs: Sequence[tuple[Job, datetime]], now: datetime) -> bool:
        """Whether a worker is on one of these runs (job and slot) and its lease is alive."""
        items = self._table.get_many([run_item_key(practice, job, slot) for job, slot in runs])
        return any(item["lease"] >= instant_text(now) for item in items)

    def claim_run(self, run: RunMessage, owner: str, now: datetime) -> bool:
        """Take the run's lease; False where the run is done. Raises LeaseHeldError while another has it."""
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

    def release_run(self, run: RunMessage, owner: str) -> None:
        """Give the lease back undone, so that a repeated message may take it at once."""
        self._table.write(_end_of_run(run, owner, "SET lease = :past", {":past": ""}))

    def finish_run(self, run: RunMessage, owner: str, job_after: Callable[[JobState], JobState]) -> None:
        """End the run and, in the same transaction, move its job from what it is to what `job_after` says."""
        end = _end_of_run(run, owner, "SET lease = :past, done = :tick", {":past": "", ":tick": instant_text(run.tick)})
        for _ in range(_TRIES):
            item = self._table.get(job_item_key(run.practice, run.job))
            if item is None:
                break
            job = job_of(item)
            try:
                self._table.transact([end, _job_update(job, job_after(job))])
            except CancelledError as cancelled:
                if cancelled.reasons[0].code == "ConditionalCheckFailed":
                    return  # the lease was taken over: the other worker ends the run
            else:
                return
        self._table.write(end)

    def raise_alert(self, practice: str, cause: str, at: datetime) -> bool:
        """Note that an alert was told; False where it was before, and its cause is not over."""
        item = {**alert_item_key(practice, cause), "at": instant_text(at)}
        return self._table.write({"Put": {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}) is None

    def end_alert(self, record: PracticeRecord, cause: str) -> None:
        """The cause is over: the next time it is alerted again."""
        if cause in record.alerts:
            self._table.write({"Delete": {"Key": alert_item_key(record.practice, cause)}})


def _job_update(before: JobState, after: JobState) -> Item:
    """Only what changes is written: what the index `due` shows of a job is not all of it."""
    old, new = job_item(before), job_item(after)
    changed = {name: value for name, value in new.items() if old.get(name) != value or name == "due_sk"}
    gone = [name for name in old if name not in new]
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in changed)
    expression += " REMOVE " + ", ".join(f"#{name}" for name in gone) if gone else ""
    return {
        "Update": {
            "Key": job_item_key(before.practice, before.job),
            "UpdateExpression": expression,
            "ConditionExpression": _is_as_read(old),
            "ExpressionAttributeNames": {f"#{name}": name for name in (*changed, *gone, *_AS_READ)},
            "ExpressionAttributeValues": {f":{name}": value for name, value in changed.items()}
            | {f":read_{name}": old[name] for name in _AS_READ if name in old},
        }
    }


def _is_as_read(job: Item) -> str:
    return " AND ".join(
        f"#{name} = :read_{name}" if name in job else f"attribute_not_exists(#{name})" for name in _AS_READ
    )


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

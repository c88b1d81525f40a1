"""Jobs and their runs as items of the table, and the work due at a tick. I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from chalicelib.aws.items import Item, Key
from chalicelib.aws.table import Table
from chalicelib.planning.run_report import RunOutcome
from chalicelib.schedule.job import TICK_OF, Job, Tick
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.search import Search, SearchPlan
from chalicelib.schedule.time_zone import instant_of, instant_text

_AS_READ = ("due_pk", "due_sk", "zone", "schedule")  # of a job item: whether and when it is due depends on these
_WHOLE = (*_AS_READ, "job_slot", "searched", "done", "started", "outcome")


def job_item_key(practice: str, job: Job) -> Key:
    return {"pk": practice, "sk": f"job#{job}"}


def run_item_key(practice: str, job: Job, slot: datetime) -> Key:
    return {"pk": f"{practice}#run#{job}#{instant_text(slot)}", "sk": "run"}


def job_item(record: JobState) -> Item:
    item: Item = job_item_key(record.practice, record.job)
    item |= {"due_pk": TICK_OF[record.job].value, "due_sk": instant_text(record.due)}
    item |= {"job_slot": instant_text(record.slot), "zone": record.zone}
    item |= {"schedule": record.schedule} if record.schedule else {}
    item |= {"searched": _search_item(record.search)} if record.search else {}
    item |= {"started": instant_text(record.started), "outcome": record.outcome} if record.started else {}
    return item | ({"done": instant_text(record.done)} if record.done else {})


def _search_item(search: Search) -> Item:
    item: Item = {"slot": instant_text(search.slot), "plan": asdict(search.plan), "covered": _days_item(search.covered)}
    item |= {"dropped": _days_item(search.dropped)} if search.dropped else {}
    return item | ({"since": instant_text(search.since)} if search.since else {})


def _days_item(days: Mapping[date, datetime]) -> Item:
    return {f"{day}": instant_text(slot) for day, slot in days.items()}


def _days_of(item: Mapping[str, Any]) -> dict[date, datetime]:
    return {date.fromisoformat(day): instant_of(slot) for day, slot in item.items()}


def _search_of(item: Mapping[str, Any]) -> Search:
    plan = item["plan"]
    plan = SearchPlan(plan["schedule"], plan["zone"], int(plan["offset"]), int(plan["days"]))
    return Search(
        slot=instant_of(item["slot"]),
        plan=plan,
        covered=_days_of(item["covered"]),
        dropped=_days_of(item.get("dropped", {})),
        since=instant_of(item["since"]) if "since" in item else None,
    )


def job_of(item: Mapping[str, Any]) -> JobState:
    return JobState(
        practice=item["pk"],
        job=Job(item["sk"].removeprefix("job#")),
        slot=instant_of(item["job_slot"]),
        due=instant_of(item["due_sk"]),
        zone=item["zone"],
        done=instant_of(item["done"]) if "done" in item else None,
        schedule=item.get("schedule", ""),
        search=_search_of(item["searched"]) if "searched" in item else None,
        started=instant_of(item["started"]) if "started" in item else None,
        outcome=item.get("outcome", ""),
    )


def job_update(before: JobState, after: JobState, whole: bool = False) -> Item:
    """Only changed attributes are written: the index `due` does not show the whole job.

    The condition is that it is due as in `before`, or (`whole`) that nothing has changed since.
    """
    old, new = job_item(before), job_item(after)
    changed = {name: value for name, value in new.items() if old.get(name) != value or name == "due_sk"}
    gone = [name for name in old if name not in new]
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in changed)
    expression += " REMOVE " + ", ".join(f"#{name}" for name in gone) if gone else ""
    read = _WHOLE if whole else (*_AS_READ, "searched") if "searched" in changed else _AS_READ
    return {
        "Update": {
            "Key": job_item_key(before.practice, before.job),
            "UpdateExpression": expression,
            "ConditionExpression": _is_as_read(old, read),
            "ExpressionAttributeNames": {f"#{name}": name for name in (*changed, *gone, *read)},
            "ExpressionAttributeValues": {f":{name}": value for name, value in changed.items()}
            | {f":read_{name}": old[name] for name in read if name in old},
        }
    }


def job_rests(practice: str, job: Job) -> Item:
    """The write that takes a job out of the index `due`; the rest of its state stays. Fails if there is no such job."""
    own = {"Key": job_item_key(practice, job), "ConditionExpression": "attribute_exists(pk)"}
    return {"Update": {**own, "UpdateExpression": "REMOVE due_pk"}}


def job_is_due(item: Item) -> Item:
    """The write that puts a resting job back into the index."""
    job = job_of(item)
    own = {"Key": job_item_key(job.practice, job.job), "ConditionExpression": "attribute_exists(pk)"}
    values = {":tick": TICK_OF[job.job].value}
    return {"Update": {**own, "UpdateExpression": "SET due_pk = :tick", "ExpressionAttributeValues": values}}


def is_resting(item: Mapping[str, Any]) -> bool:
    """Whether it is a job of a removed practice: no tick finds it."""
    return item["sk"].startswith("job#") and "due_pk" not in item


def _is_as_read(job: Item, names: Sequence[str]) -> str:
    return " AND ".join(
        f"#{name} = :read_{name}" if name in job else f"attribute_not_exists(#{name})" for name in names
    )


def run_failed(practice: str, job: Job, started: datetime) -> Item:
    """The write that notes a run without any other effect on its job. Fails if there is no such job."""
    own = {"Key": job_item_key(practice, job), "ConditionExpression": "attribute_exists(pk)"}
    values = {":started": instant_text(started), ":failed": RunOutcome.FAILED.value}
    return {
        "Update": {
            **own,
            "UpdateExpression": "SET started = :started, outcome = :failed",
            "ExpressionAttributeValues": values,
        }
    }


_TRIES = 5  # at a job item that dispatch advances at the same time


def job_as_read(table: Table, practice: str, job: Job, seen: JobState | None = None) -> Iterator[JobState]:
    """A job for a write on condition that it is unchanged: as seen before, which saves a call, then as read now."""
    if seen is not None:
        yield seen
    for _ in range(_TRIES):
        item = table.get(job_item_key(practice, job))
        if item is None or is_resting(item):
            return
        yield job_of(item)


@dataclass(frozen=True)
class Due:
    """The index `due` at a tick: jobs, and entries and charge batches for the sweep."""

    jobs: tuple[JobState, ...]
    entries: tuple[tuple[str, str], ...] = ()  # (practice, entry key)
    charges: tuple[tuple[str, str], ...] = ()  # of charge batches: the keys (pk, sk) in the table


class JobStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, tick: Tick, now: datetime) -> Due:
        """Everything due by `now`: one query, whatever the number of practices."""
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
        """Write a job; False if its due time, schedule or zone has changed since it was read."""
        return self._table.write(job_update(before, after)) is None

    def reopen_slot(self, practice: str, job: Job, tick: datetime, slot: datetime | None = None) -> bool:
        """Let a slot of `send` or `status` (None: the latest) continue at a tick, unless the job is due then anyway.

        A send slot continues only during its own local day. Returns whether the job is due by that tick.
        """
        after = self._change(practice, job, lambda record: record.with_open_slot(tick, slot))
        return after is not None and after.due <= tick

    def begin_search(self, practice: str, slot: datetime, days: frozenset[date]) -> None:
        """Note that a run of this slot (UTC) is about to search these days by another plan."""
        self._change(practice, Job.PREPARE_REMINDERS, lambda record: record.searching(slot, days))

    def search_again(self, practice: str, slot: datetime, days: frozenset[date] = frozenset()) -> None:
        """Let the reminder job search again some days, and all that it has searched since the day of a slot (UTC)."""
        self._change(practice, Job.PREPARE_REMINDERS, lambda record: record.searching_again(slot, days))

    def note_failed(self, practice: str, job: Job, started: datetime) -> None:
        """Note that a run that never ended counts as failed, if the practice still has the job."""
        self._table.write(run_failed(practice, job, started))

    def _change(self, practice: str, job: Job, change: Callable[[JobState], JobState]) -> JobState | None:
        """Return the changed job; None if there is none, or others change it all the time."""
        for record in job_as_read(self._table, practice, job):
            after = change(record)
            if after == record or self.save(record, after):
                return after
        return None

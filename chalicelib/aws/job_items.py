"""Jobs and their runs as items of the table, and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.aws.items import Item, Key
from chalicelib.schedule.instants import instant_of, instant_text
from chalicelib.schedule.job import TICK_OF, Job
from chalicelib.schedule.job_state import JobState

_AS_READ = ("due_sk", "zone", "schedule")  # of a job item: what its next time depends on


def job_item_key(practice: str, job: Job) -> Key:
    return {"pk": practice, "sk": f"job#{job}"}


def run_item_key(practice: str, job: Job, slot: datetime) -> Key:
    return {"pk": f"{practice}#run#{job}#{instant_text(slot)}", "sk": "run"}


def job_item(record: JobState) -> Item:
    item: Item = job_item_key(record.practice, record.job)
    item |= {"due_pk": TICK_OF[record.job].value, "due_sk": instant_text(record.due)}
    item |= {"job_slot": instant_text(record.slot), "zone": record.zone}
    item |= {"schedule": record.schedule} if record.schedule else {}
    return item | ({"done": instant_text(record.done)} if record.done else {})


def job_of(item: Mapping[str, Any]) -> JobState:
    return JobState(
        practice=item["pk"],
        job=Job(item["sk"].removeprefix("job#")),
        slot=instant_of(item["job_slot"]),
        due=instant_of(item["due_sk"]),
        zone=item["zone"],
        done=instant_of(item["done"]) if "done" in item else None,
        schedule=item.get("schedule", ""),
    )


def job_update(before: JobState, after: JobState) -> Item:
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

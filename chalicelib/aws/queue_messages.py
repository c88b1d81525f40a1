"""The messages of the queues: references, never personal data. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from chalicelib.schedule.instants import instant_of, instant_text
from chalicelib.schedule.job import Job
from chalicelib.schedule.run import RunMessage


@dataclass(frozen=True)
class CheckMessage:
    """Have a practice's parameters checked; in the runs queue by night."""

    practice: str


@dataclass(frozen=True)
class OutboxMessage:
    """References to up to ten entries of one practice."""

    practice: str
    keys: tuple[str, ...]


def run_body(run: RunMessage) -> str:
    times = {"slot": instant_text(run.slot), "tick": instant_text(run.tick)}
    return json.dumps({"practice": run.practice, "job": run.job, **times})


def run_of(body: str) -> RunMessage:
    """A runs message; ValueError, KeyError or TypeError where it is not one."""
    values = json.loads(body)
    return RunMessage(values["practice"], Job(values["job"]), instant_of(values["slot"]), instant_of(values["tick"]))


def check_body(check: CheckMessage) -> str:
    return json.dumps({"check": check.practice})


def message_of(body: str) -> RunMessage | CheckMessage:
    """Any message of the runs queue; ValueError, KeyError or TypeError for anything else."""
    values = json.loads(body)
    return CheckMessage(str(values["check"])) if "check" in values else run_of(body)


def outbox_body(message: OutboxMessage) -> str:
    return json.dumps({"practice": message.practice, "entries": list(message.keys)})


def outbox_of(body: str) -> OutboxMessage:
    """An outbox message; ValueError, KeyError or TypeError where it is not one."""
    values = json.loads(body)
    return OutboxMessage(values["practice"], tuple(values["entries"]))

"""A practice's record in the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.practice.licence import Licence
from chalicelib.practice.opt_out import OptOut
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState


@dataclass(frozen=True)
class PracticeRecord:
    """The items under `pk` = the practice; entries, balances, ledger, runs and e-mail events have keys of their own."""

    practice: str
    email_senders: frozenset[str] = frozenset()  # lower case, listed by the operator
    stopped: str | None = None  # the stop mark's reason, German
    removed: datetime | None = None  # since when (UTC) only its receipts are collected
    jobs: Mapping[Job, JobState] = field(default_factory=dict)
    licences: Mapping[str, Licence] = field(default_factory=dict)
    alerts: frozenset[str] = frozenset()  # causes raised and not yet over
    opt_outs: Mapping[str, OptOut] = field(default_factory=dict)  # by hash

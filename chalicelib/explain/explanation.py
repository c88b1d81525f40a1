"""The explanation of one message as data: its verdict, its past and future, and suggested changes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.entries.states import State
from chalicelib.explain.message import Answers, ExplainedMessage, answers_of
from chalicelib.explain.timeline import TimelineEvent, timeline_of
from chalicelib.explain.verdict import PLANNED, Verdict, verdict_on
from chalicelib.planning.alerts import last_run_failed
from chalicelib.schedule.job import Job, job_label
from chalicelib.text import Text


@dataclass(frozen=True)
class Explanation:
    message: ExplainedMessage
    answers: Answers
    verdict: Verdict
    timeline: tuple[TimelineEvent, ...]
    remarks: tuple[Text, ...]


def explain_message(message: ExplainedMessage, lines: Sequence[Mapping[str, Any]]) -> Explanation:
    """Explain a message by its data and its lines in the logs; state what cannot be known."""
    answers, timeline = answers_of(message), timeline_of(message.entry, lines)
    left_out = timeline[-1] if timeline and timeline[-1].rule else None  # nothing has happened since
    verdict = verdict_on(message, answers, left_out)
    verdict = replace(verdict, suggestions=tuple(dict.fromkeys(verdict.suggestions)))
    return Explanation(message, answers, verdict, timeline, tuple(_remarks(message, answers, verdict)))


def _remarks(message: ExplainedMessage, answers: Answers, verdict: Verdict) -> Iterator[Text]:
    snapshot = message.snapshot
    if snapshot.unread:
        yield Text("remark.unread", snapshot.unread)
    elif message.candidate is None:
        yield Text(f"remark.gone.{message.kind}")
    if message.entry is not None and message.entry.anonymised:
        yield Text("remark.anonymised")
    for job in (message.job, Job.SEND):
        if last_run_failed(job, message.practice.record.alerts):
            yield Text("remark.run_failed", job_label(job))
    if answers.unwritable:
        yield Text("remark.unwritable", answers.unwritable)
    elif answers.text and message.candidate and verdict.state in (PLANNED, State.PREPARED):
        payer = message.candidate.payer.mandant or ""
        if cost := snapshot.cost(answers.text, payer):
            price, balance = cost
            yield Text("remark.cost", Text("credits", count=price), mandant=payer, balance=balance)

"""The explanation of one appointment or birthday, as data."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from chalicelib.entries.credits import Tariff
from chalicelib.explain.explanation import Explanation, explain_message
from chalicelib.explain.message import ExplainedMessage
from chalicelib.explain.snapshot import PracticeSnapshot
from chalicelib.messages.kind import Kind
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import Licence, PracticeRecord
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.job_state import new_jobs
from chalicelib.text import Suggestion, Text, text_data
from tests.builders.entries import PRACTICE, SENDER, ZURICH, at, birthday_child, candidate

MONDAY_EARLY, MONDAY_LATE = at("2026-11-23 09:00"), at("2026-11-23 18:00")


def told(now: datetime = MONDAY_EARLY, *, kind: Kind = Kind.REMINDER, gone: bool = False, **asked: Any) -> Explanation:
    """Explain Tuesday's appointment on Monday, after all jobs have run.

    `asked` may have `row_`, `saved`, `jobs` and `record`, which change the row, the parameters and the practice;
    `before` and `covering` of the message, and its `lines` in the logs; all others are of the snapshot.
    """
    row_, saved, jobs, record = (asked.pop(name, {}) for name in ("row_", "saved", "jobs", "record"))
    one = birthday_child(**row_) if kind is Kind.BIRTHDAY else candidate(**row_)
    switches = {"TerminerinnerungSenden": "Ja", "GeburtstagsglueckwuenscheSenden": "Ja", **saved}
    own = Practice(PracticeRecord(PRACTICE), ValidatedParameters(SavedParameters(switches, jobs, {})))
    made = new_jobs(PRACTICE, own.validated.jobs.schedules, "Europe/Zurich", now)
    known: dict[str, Any] = {"email_senders": frozenset({SENDER}), "licences": {"L-1": Licence("L-1")}}
    known |= {"jobs": {job.job: job for job in made}, **record}
    about = {"entry": asked.pop("before", None), "covering": asked.pop("covering", None)}
    lines = asked.pop("lines", ())
    day = one.starts_at.astimezone(ZURICH).date() if one.starts_at else None
    day = date(2026, 11, 23) if kind is Kind.BIRTHDAY else day
    whole = PracticeSnapshot(
        Practice(PracticeRecord(PRACTICE, **known), own.validated), now, tariff=Tariff(1, 1), **asked
    )
    identity = "birthday:P1:2026" if kind is Kind.BIRTHDAY else "reminder:T1"
    return explain_message(ExplainedMessage(whole, kind, identity, day, None if gone else one, **about), lines)


def said(one: Explanation) -> list[Text | Suggestion | None]:
    verdict = one.verdict
    return [verdict.headline, verdict.reason, *verdict.then, *verdict.suggestions, *one.remarks]


def by_rule(one: Explanation, name: str) -> set[Text | Suggestion]:
    """Return the reason and the suggestion of a rule that refuses."""
    refused = next(answer for answer in [*one.answers.prepare, *one.answers.send] if answer.rule.name == name)
    assert refused.reason is not None
    return {refused.reason, *refused.suggestions}


def missing(one: Explanation, expected: list[Text | Suggestion | str]) -> list[Text | Suggestion | str]:
    """Return the expected texts that are missing; a name is that of a rule."""
    parts = {part for it in said(one) if isinstance(it, Text) for part in it.parts}
    wanted = [(it, by_rule(one, it) if isinstance(it, str) else {it}) for it in expected]
    return [it for it, all_of in wanted if not all_of <= parts | set(said(one))]


def moment(local: str) -> Text:
    return Text("moment", at=at(local))


EMPTY = Text("rule.definitive.empty")
LEFT_OUT = {"at": "2026-11-23T09:00:00Z", "key": "K", "rule": "definitive", "reason": text_data(EMPTY)}

"""The lines of the job history and of the activity log: codes and values for programs, and a sentence for people.

Each has the local time, the name of its job and a `text` in the language of the practice, and no personal data: what a
query of CloudWatch Logs shows can be read without this program. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.planning.alerts import Alert
from chalicelib.planning.run_report import Activity, LeftOut, RunReport, event_label
from chalicelib.practice.reader import Reader
from chalicelib.providers.outcome import Accepted, Outcome
from chalicelib.schedule.job import job_label
from chalicelib.schedule.time_zone import instant_text
from chalicelib.text import Text, joined, text_data
from chalicelib.words.words import words_of


def run_line(report: RunReport, reader: Reader) -> dict[str, Any]:
    """A run as a line of the job history, with the days if it searches any, and how long a server took to answer."""
    days: dict[str, Any] = {"days": [f"{day}" for day in sorted(report.days)]} if report.days else {}
    asked = {"question_ms": report.question_ms} if report.question_ms else {}
    words = words_of(reader.language).of
    return {
        "job": report.job,
        "slot": instant_text(report.slot),
        "start": instant_text(report.start),
        "seconds": report.seconds,
        **asked,
        "outcome": report.outcome,
        **days,
        "counts": dict(report.counts),
        "skipped": dict(report.skipped),
        "reasons": [{**text_data(reason), "text": words(reason)} for reason in report.reasons],
        "local": _local(report.start, reader),
        "name": words(job_label(report.job)),
        "text": words(_run_text(report)),
    }


def activity_line(activity: Activity | LeftOut, reader: Reader) -> dict[str, Any]:
    """A transition as a line, without None; for a skipped candidate the rule instead of states."""
    line: dict[str, Any] = {"at": instant_text(activity.at), "entry": activity.identity or None, "key": activity.key}
    if isinstance(activity, LeftOut):
        line["rule"] = activity.rule
        what = Text("event.left_out")
    else:
        line |= {"from": activity.source, "to": activity.target, "by": activity.by}
        what = event_label(activity.source, activity.target, activity.by)
    said = Text(f"log.{activity.identity.partition(':')[0] or 'message'}", what)
    if activity.reason:
        line["reason"] = text_data(activity.reason)
        said = Text("log.because", said, activity.reason)
    line |= _readable(activity.at, said, reader)
    return {name: value for name, value in line.items() if value is not None}


def alert_line(alert: Alert, at: datetime, reader: Reader) -> dict[str, Any]:
    about = {"at": instant_text(at), "alert": alert.kind, "subject": alert.subject, **text_data(alert.text)}
    return {**about, **_readable(at, alert.text, reader)}


def accepted_line(entry: Entry, message_id: str) -> dict[str, str]:
    """The line that deliver prints when a provider has accepted a message, before it stores that."""
    line = {"practice": entry.practice, "key": entry.key, "from": State.SENDING.value, "to": State.SENT.value}
    return {**line, "outcome": Accepted.__name__, "message_id": message_id}


def delivered_lines(
    activities: Sequence[Activity], outcomes: Sequence[tuple[str, Outcome]]
) -> Iterator[dict[str, str]]:
    """The other lines that deliver prints, of what was not accepted: keys and states, nothing that names a patient."""
    words = {key: type(outcome).__name__ for key, outcome in outcomes}
    for activity in activities:
        said, source = words.get(activity.key, ""), activity.source or ""
        if said != Accepted.__name__:
            yield {"key": activity.key, "from": source, "to": activity.target, "outcome": said}


def _readable(at: datetime, said: Text, reader: Reader) -> dict[str, Any]:
    words = words_of(reader.language).of
    name = {"name": words(job_label(reader.job))} if reader.job else {}
    return {"local": _local(at, reader), **name, "text": words(said)}


def _local(at: datetime, reader: Reader) -> str:
    return at.astimezone(reader.zone).isoformat(" ", "seconds")


def _run_text(report: RunReport) -> Text:
    """The run in one sentence: its outcome, what it did, and the first reason."""
    counts = [
        Text("log.count", Text(f"state.{name}") if name in set(State) else Text(f"count.{name}"), number=number)
        for name, number in report.counts.items()
        if number
    ]
    details = [*([joined("comma", counts)] if counts else []), *report.reasons[:1]]
    outcome = Text(f"outcome.{report.outcome}")
    return Text("log.run", outcome, joined("semicolon", details)) if details else outcome

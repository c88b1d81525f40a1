"""The explanation of one message as data: why there is one or none, what happened, what will, what to change. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.entries.states import State
from chalicelib.explain.message import Answers, ExplainedMessage, answers_of
from chalicelib.explain.timeline import TimelineEvent, timeline_of
from chalicelib.explain.verdict import PLANNED, Verdict, verdict_without_entry
from chalicelib.explain.verdict_with_entry import verdict_for_entry
from chalicelib.german import counted, number
from chalicelib.messages.kind import Kind
from chalicelib.planning.alerts import last_run_failed
from chalicelib.planning.compose import Message
from chalicelib.schedule.job import GERMAN, Job


@dataclass(frozen=True)
class Explanation:
    """All sentences are German."""

    message: ExplainedMessage
    answers: Answers
    verdict: Verdict
    timeline: tuple[TimelineEvent, ...]
    remarks: tuple[str, ...]

    @property
    def text(self) -> Message | None:
        """The message as it would be now, if it is not frozen in the entry."""
        entry = self.message.entry
        return self.answers.text if entry is None or entry.text is None else None


def explain_message(message: ExplainedMessage) -> Explanation:
    """Explain a message; what cannot be known is stated."""
    answers, timeline = answers_of(message), timeline_of(message.entry, message.lines)
    if message.entry is not None:
        verdict = verdict_for_entry(message, message.entry, answers)
    else:  # a run left it out if nothing has happened since
        left_out = timeline[-1] if timeline and timeline[-1].rule else None
        verdict = verdict_without_entry(message, answers, left_out)
    return Explanation(message, answers, verdict, timeline, tuple(_remarks(message, answers, verdict)))


def _remarks(message: ExplainedMessage, answers: Answers, verdict: Verdict) -> Iterator[str]:
    snapshot = message.snapshot
    if snapshot.unread:
        yield f"Die Praxis-Datenbank kann nicht gelesen werden: {snapshot.unread}"
    elif message.candidate is None:
        gone = "Den Patienten" if message.kind is Kind.BIRTHDAY else "Den Termin"
        yield f"{gone} gibt es in der Praxis-Datenbank nicht mehr."
    if message.entry is not None and message.entry.anonymised:
        yield "Die Personendaten dieses Eintrags sind gelöscht; geblieben sind Stand und Zeiten."
    for job in (message.job, Job.SEND):
        if last_run_failed(job, message.practice.record.alerts):
            yield f"Der letzte Lauf von «{GERMAN[job]}» ist fehlgeschlagen; vitosms history --errors sagt, weshalb."
    if answers.unwritable:
        yield f"So kann die Mitteilung nicht geschrieben werden: {answers.unwritable}"
    elif answers.text and message.candidate and verdict.state in (PLANNED, State.PREPARED):
        payer = message.candidate.payer.mandant
        if cost := snapshot.cost(answers.text, payer):
            price, balance = cost
            yield f"Sie kostet {counted(price, 'Credit', 'Credits')}; Mandant {payer} hat {number(balance)}."

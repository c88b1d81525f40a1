"""The daily summary as an e-mail: patient numbers and times; names only if the practice wants them.

It produces its own words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import ACCEPTED, State
from chalicelib.messages.placeholders import as_value
from chalicelib.reports.call_list import Call
from chalicelib.reports.reconciliation import Column, Misinformed, Reconciliation, column_label
from chalicelib.schedule.job import Job, job_label
from chalicelib.text import Text, joined
from chalicelib.words.words import Words, words_of

MOST_CALLS = 100
_OUTCOMES = {"summary.delivered": State.DELIVERED, "summary.underway": State.SENT, "summary.failed": State.FAILED}
_NOT_SENT = {"summary.refused": State.REFUSED, "summary.unknown": State.UNKNOWN}


@dataclass(frozen=True)
class DailySummary:
    """The day of a practice; `now` is aware, `language` that of the practice's people."""

    practice: str
    language: str
    day: date
    now: datetime
    zone: ZoneInfo
    charged: Sequence[Entry]  # on the day
    waiting: Sequence[Entry]  # prepared, or charged and not accepted by a provider yet
    calls: Sequence[Call]
    balances: Mapping[str, int]  # credits by Mandant
    stopped: Text | None  # the reason of a stop mark
    closing: Reconciliation | None  # None if the practice database could not be read
    unread: Text | None = None  # the reason
    failed: Sequence[Job] = ()  # prepare jobs whose last run failed
    names: bool = False  # NamenInMeldungen: the names of patients beside their numbers


def summary_text(one: DailySummary) -> tuple[str, str]:
    """Subject and text of the e-mail."""
    words, closing = words_of(one.language), one.closing
    counts = Counter(entry.state for entry in one.charged)
    sent = sum(counts[state] for state in ACCEPTED)
    delivered = Text("summary.delivered", count=counts[State.DELIVERED])
    calls = Text("summary.calls", count=len(one.calls))
    blocks = [
        [Text("summary.practice", practice=one.practice, day=one.day)],
        [Text("blocked.stopped", one.stopped)] if one.stopped else [],
        list(_not_searched(one.failed, closing)),
        _block(Text("summary.messages"), _messages(sent, counts, one.waiting)),
        _block(Text("summary.credits"), _credits(one.charged, one.balances)),
        *(_closed(closing, one) if closing else ()),
        _block(Text("summary.to_phone", at=one.now.astimezone(one.zone)), _calls(one, words)),
        [Text("summary.unread", one.unread)] if one.unread else [],
    ]
    subject = Text("summary.subject", Text("summary.sent", count=sent), delivered, calls, day=one.day)
    return words.of(subject), "\n\n".join("\n".join(map(words.of, block)) for block in blocks if block) + "\n"


def _not_searched(failed: Iterable[Job], closing: Reconciliation | None) -> Iterator[Text]:
    for job in failed:
        on_the_list = closing is not None and job is Job.PREPARE_REMINDERS
        yield Text("summary.search_failed.listed" if on_the_list else "summary.search_failed", job_label(job))


def _block(title: Text, lines: Iterable[Text]) -> list[Text]:
    told = [Text("summary.line", line) for line in lines]
    return [title, *told] if told else []


def _messages(sent: int, counts: Counter[State], waiting: Sequence[Entry]) -> Iterator[Text]:
    yield Text("summary.sent", count=sent) if sent else Text("summary.nothing_sent")
    for code, state in _OUTCOMES.items():
        if count := counts[state]:
            yield Text("summary.line", Text(code, count=count))
    for code, state in _NOT_SENT.items():
        if count := counts[state]:
            yield Text(code, count=count)
    if held := sum(entry.held for entry in waiting):
        yield Text("summary.held", count=held)
    for reason, count in Counter(entry.reason for entry in waiting if not entry.held).most_common(5):
        because = [reason] if reason else []
        yield Text("summary.waiting.because" if because else "summary.waiting", *because, count=count)


def _credits(charged: Iterable[Entry], balances: Mapping[str, int]) -> Iterator[Text]:
    spent: Counter[str] = Counter()
    for entry in charged:
        spent[entry.mandant or ""] += entry.credits
    for mandant, balance in sorted(balances.items()):
        yield Text("summary.mandant", mandant=mandant, spent=spent[mandant], balance=balance)


def _closed(closing: Reconciliation, one: DailySummary) -> Iterator[list[Text]]:
    days = [Text("summary.day", day=day) for day in closing.days]
    yield _block(Text("summary.closing", joined("comma", days)), _columns(closing)) if days else []
    yield _block(Text("summary.misinformed"), (_told(told, one) for told in closing.misinformed[:MOST_CALLS]))


def _columns(closing: Reconciliation) -> Iterator[Text]:
    yield Text("summary.appointments", count=closing.total)
    for column in Column:
        number, done = closing.counts[column], closing.phoned if column is Column.TO_PHONE else 0
        counted = Text("summary.column", column_label(column), number=number)
        if number:
            yield Text("summary.line", Text("summary.column.done", counted, number=done) if done else counted)
    if not closing.adds_up:
        yield Text("summary.unaccounted", names=", ".join(closing.unaccounted)[:200])


def _told(told: Misinformed, one: DailySummary) -> Text:
    now = Text("summary.now", at=told.starts_at.astimezone(one.zone)) if told.starts_at else told.reason
    return Text("summary.told", _patient(told, one), now, at=told.announced_start.astimezone(one.zone))


def _patient(of: Call | Misinformed, one: DailySummary) -> Text:
    if one.names and of.name:
        return Text("summary.patient.named", patient=of.patient, name=of.name)
    return Text("summary.patient", patient=of.patient)


def _calls(one: DailySummary, words: Words) -> Iterator[Text]:
    if not one.calls:
        yield Text("summary.calls.unknown" if one.failed and not one.closing else "summary.calls.none")
    for call in one.calls[:MOST_CALLS]:
        at, reason = call.starts_at.astimezone(one.zone), as_value(words.short(call.reason))
        yield Text("summary.call", _patient(call, one), at=at, reason=reason)
    if len(one.calls) > MOST_CALLS:
        yield Text("summary.calls.more", count=len(one.calls) - MOST_CALLS)

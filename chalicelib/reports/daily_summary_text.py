"""The daily summary as an e-mail: patient numbers and times; names only if the practice wants them.

It produces its own words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.entries.credits import is_below
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import ACCEPTED, State, state_label
from chalicelib.messages.placeholders import as_value
from chalicelib.messages.recipient import Channel
from chalicelib.reports.call_columns import CallColumn, call_texts
from chalicelib.reports.call_list import Call
from chalicelib.reports.mail_html import Block, as_html, as_text
from chalicelib.reports.reconciliation import Column, Misinformed, Reconciliation, column_label
from chalicelib.reports.sent_messages import sent_messages
from chalicelib.schedule.job import Job, job_label
from chalicelib.text import STEERING, Text, joined
from chalicelib.words.words import Words, number, words_of

MOST_CALLS = 100
MOST_SENT = 300
_OUTCOMES = {"summary.delivered": State.DELIVERED, "summary.underway": State.SENT, "summary.failed": State.FAILED}
_FIRST_LINE = (CallColumn.START, CallColumn.NAME, CallColumn.PATIENT, CallColumn.REASON)
_DETAILS = [column for column in CallColumn if column not in _FIRST_LINE]
_NOT_SENT = {"summary.refused": State.REFUSED, "summary.unknown": State.UNKNOWN}


@dataclass(frozen=True)
class DailySummary:
    """The day of a practice; `now` is aware, `language` that of the practice's people."""

    practice: str
    language: str
    day: date
    now: datetime
    zone: ZoneInfo
    charged: Sequence[Entry]  # on the day, and since `since`
    waiting: Sequence[Entry]  # prepared, or charged and not accepted by a provider yet
    calls: Sequence[Call]
    balances: Mapping[str, int]  # credits by Mandant
    stopped: Text | None  # what a stop mark says
    reconciled: Reconciliation | None  # None if the practice database could not be read
    unread: Text | None = None  # the reason
    failed: Sequence[Job] = ()  # prepare jobs whose last run failed
    names: Mapping[str, str] | None = None  # of the patients of `charged`, by number; None without NamenInMeldungen
    since: date | None = None  # the first of the closed days just before, which it tells too
    least_balance: int = 0  # below it, a balance is low
    running_out: Collection[str] = ()  # Mandanten whose balance will not last to the next working day


def summary_mail(one: DailySummary) -> tuple[str, str, str]:
    """Subject, text and HTML of the e-mail: first whom to phone, last what was sent."""
    words, reconciled = words_of(one.language), one.reconciled
    counts = Counter(entry.state for entry in one.charged)
    sent = sum(counts[state] for state in ACCEPTED)
    delivered = Text("summary.delivered", count=counts[State.DELIVERED])
    calls = Text("summary.calls", count=len(one.calls))
    head = [Text("summary.practice", practice=one.practice, day=one.day), *_since(one)]
    blocks = [
        _block(words, None, head),
        _block(words, None, [one.stopped] if one.stopped else [], urgent=True),
        _block(words, None, _not_searched(one.failed, reconciled), urgent=True),
        _calls(one, words),
        _block(words, None, [Text("summary.unread", one.unread)] if one.unread else [], urgent=True),
        *([_misinformed(reconciled, one, words)] if reconciled else []),
        _block(words, Text("summary.messages"), _messages(sent, counts, one.waiting)),
        _credits(one, words),
        *([_daily_check(reconciled, words)] if reconciled and reconciled.days else []),
        _sent(one, words),
    ]
    told = [block for block in blocks if block.lines]
    subject = words.of(Text("summary.subject", Text("summary.sent", count=sent), delivered, calls, day=one.day))
    return subject, as_text(told), as_html(one.language, subject, told)


def _since(one: DailySummary) -> list[Text]:
    return [Text("summary.since", day=one.since)] if one.since and one.since < one.day else []


def _not_searched(failed: Iterable[Job], reconciled: Reconciliation | None) -> Iterator[Text]:
    for job in failed:
        on_the_list = reconciled is not None and job is Job.PREPARE_REMINDERS
        yield Text("summary.search_failed.listed" if on_the_list else "summary.search_failed", job_label(job))


def _block(
    words: Words,
    title: Text | None,
    lines: Iterable[Text],
    rows: Sequence[Sequence[str]] = (),
    heads: Sequence[str] = (),
    urgent: bool = False,
) -> Block:
    """A block whose first lines are the `rows` in HTML; empty, also without its title, if it has no lines."""
    texts = [words.of(Text("summary.line", line) if title else line) for line in lines]
    table = [[words.of(Text(f"summary.head.{head}")) for head in heads], *rows] if rows else []
    return Block(words.of(title) if title and texts else "", texts, table, texts[len(rows) :], urgent)


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


def _credits(one: DailySummary, words: Words) -> Block:
    spent: Counter[str] = Counter()
    for entry in one.charged:
        spent[entry.mandant or ""] += entry.credits
    left = sorted(one.balances.items())
    marks = {name: list(_balance_marks(name, balance, one)) for name, balance in left}
    lines = [Text("summary.mandant", mandant=name, spent=spent[name], balance=balance) for name, balance in left]
    marked = [
        Text("summary.mandant.marked", line, joined("comma", marks[name])) if marks[name] else line
        for line, (name, _) in zip(lines, left, strict=True)
    ]
    rows = [
        (as_value(name), number(spent[name]), "\n".join([number(balance), *map(words.of, marks[name])]))
        for name, balance in left
    ]
    return _block(words, Text("summary.credits"), marked, rows, ("mandant", "spent", "balance"))


def _balance_marks(mandant: str, balance: int, one: DailySummary) -> Iterator[Text]:
    if is_below(balance, one.least_balance):
        yield Text("summary.low")
    if mandant in one.running_out:
        yield Text("summary.runs_out")


def _misinformed(reconciled: Reconciliation, one: DailySummary, words: Words) -> Block:
    found = reconciled.misinformed[:MOST_CALLS]
    ahead = [(told, told.starts_at.astimezone(one.zone) if told.starts_at else None) for told in found]
    now = [Text("summary.now", at=at) if at else told.reason for told, at in ahead]
    lines = [
        Text("summary.told", _patient(told, one), then, at=told.announced_start.astimezone(one.zone))
        for told, then in zip(found, now, strict=True)
    ]
    rows = [
        (_who(told, one), _in_two_lines(told.announced_start.astimezone(one.zone), words),
         _in_two_lines(at, words) if at else words.of(told.reason))
        for told, at in ahead
    ]  # fmt: skip
    return _block(words, Text("summary.misinformed"), lines, rows, ("patient", "announced", "now"))


def _daily_check(reconciled: Reconciliation, words: Words) -> Block:
    days = [Text("summary.day", day=day) for day in reconciled.days]
    return _block(words, Text("summary.daily_check", joined("comma", days)), _columns(reconciled))


def _columns(reconciled: Reconciliation) -> Iterator[Text]:
    yield Text("summary.appointments", count=reconciled.total)
    for column in Column:
        count, done = reconciled.counts[column], reconciled.phoned.total() if column is Column.TO_PHONE else 0
        counted = Text("summary.column", column_label(column), number=count)
        if count:
            yield Text("summary.line", Text("summary.column.done", counted, number=done) if done else counted)
    for outcome, count in reconciled.phoned.items():
        yield Text("summary.line", Text("summary.line", Text("summary.column", outcome, number=count)))
    if not reconciled.adds_up:
        yield Text("summary.unaccounted", names=", ".join(reconciled.unaccounted)[:200])


def _name(of: Call | Misinformed | Entry, one: DailySummary) -> str:
    """The name, if the practice wants it and it is known."""
    if one.names is None:
        return ""
    return one.names.get(of.patient, "") if isinstance(of, Entry) else of.name


def _patient(of: Call | Misinformed | Entry, one: DailySummary) -> Text:
    if name := _name(of, one):
        return Text("summary.patient.named", patient=as_value(of.patient), name=name)
    return Text("summary.patient", patient=as_value(of.patient))


def _who(of: Call | Misinformed | Entry, one: DailySummary) -> str:
    """The cell of a patient: the number, and the name below it."""
    return "\n".join(filter(None, (as_value(of.patient), _name(of, one))))


def _in_two_lines(at: datetime, words: Words) -> str:
    """The day, and the time below it: narrow enough for a phone."""
    return "\n".join(words.moment(at).rsplit(" ", 1))


def _calls(one: DailySummary, words: Words) -> Block:
    lines, rows = list[Text](), list[tuple[str, ...]]()
    for call in one.calls[:MOST_CALLS]:
        at, reason = call.starts_at.astimezone(one.zone), " ".join(STEERING.sub("", words.short(call.reason)).split())
        found = call_texts(call, one.zone, one.names is not None)
        details = [Text("call.detail", column.label, found[column]) for column in _DETAILS if column in found]
        line = Text("summary.call", _patient(call, one), at=at, reason=reason)
        lines.append(Text("summary.call.details", line, joined("semicolon", details)) if details else line)
        rows.append((_who(call, one), _in_two_lines(at, words), "\n".join([reason, *map(words.of, details)])))
    if not lines:
        lines = [Text("summary.calls.unknown" if one.failed and not one.reconciled else "summary.calls.none")]
    if len(one.calls) > MOST_CALLS:
        lines.append(Text("summary.calls.more", count=len(one.calls) - MOST_CALLS))
    title = Text("summary.to_phone", at=one.now.astimezone(one.zone))
    return _block(words, title, lines, rows, ("patient", "appointment", "reason"))


def _sent(one: DailySummary, words: Words) -> Block:
    """The messages that left, by patient."""
    sent = sent_messages(one.charged)
    shown = [
        (entry, (entry.claimed_at or entry.changed_at).astimezone(one.zone), Text(f"channel.{_channel(entry)}"))
        for entry in sent[:MOST_SENT]
    ]
    lines = [
        Text("summary.sent_line", _patient(entry, one), channel, state_label(entry.state), at=at)
        for entry, at, channel in shown
    ]
    rows = [
        (_who(entry, one), f"{at:%H:%M}", words.of(channel), words.of(state_label(entry.state)))
        for entry, at, channel in shown
    ]
    if len(sent) > MOST_SENT:
        lines.append(Text("summary.sent.more", count=len(sent) - MOST_SENT))
    return _block(words, Text("summary.sent_to"), lines, rows, ("patient", "time", "channel", "state"))


def _channel(entry: Entry) -> str:
    return "email" if entry.channel == Channel.EMAIL else "sms"

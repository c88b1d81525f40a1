"""The words of the daily summary, in German; patient numbers and times, never names. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.german import counted, day_words, moment, number
from chalicelib.reports.call_list import Call
from chalicelib.reports.reconciliation import Column, Misinformed, Reconciliation
from chalicelib.schedule.job import GERMAN, Job

MOST_CALLS = 100
_UNDERWAY = frozenset({State.RESERVED, State.SENDING, State.SENT})
_OUTCOMES = {
    "zugestellt": frozenset({State.DELIVERED}),
    "unterwegs, noch ohne Bestätigung": _UNDERWAY,
    "nicht zugestellt": frozenset({State.FAILED}),
    "vom Anbieter abgelehnt": frozenset({State.REFUSED}),
    "ungewiss, ob versendet": frozenset({State.UNKNOWN}),
}


@dataclass(frozen=True)
class DailySummary:
    """The day of a practice; `now` is aware."""

    practice: str
    day: date
    now: datetime
    zone: ZoneInfo
    sent: Sequence[Entry]  # charged on the day
    waiting: Sequence[Entry]  # prepared
    calls: Sequence[Call]
    balances: Mapping[str, int]  # credits by Mandant
    stopped: str | None  # German reason of a stop mark
    closing: Reconciliation | None  # None if the practice database could not be read
    unread: str | None = None  # the German sentence why
    failed: Sequence[Job] = ()  # prepare jobs whose last run failed


def summary_text(one: DailySummary) -> tuple[str, str]:
    """Subject and text of the e-mail."""
    counts, day, closing = Counter(entry.state for entry in one.sent), day_words(one.day), one.closing
    subject = (
        f"Tagesübersicht {day}: {number(len(one.sent))} versendet, {number(counts[State.DELIVERED])} zugestellt, "
        f"{counted(len(one.calls), 'Anruf', 'Anrufe')}"
    )
    calls = _calls(one.calls, one.zone, unknown=bool(one.failed) and not closing)
    unread = f"{one.unread} Die Anrufliste ist darum nicht abgeglichen, und es gibt keinen Tagesabschluss."
    blocks = [
        f"Praxis {one.practice}, {day}",
        f"Der Versand ist angehalten: {one.stopped}" if one.stopped else "",
        "\n".join(_not_searched(one.failed, closing)),
        _block("Mitteilungen", _messages(one.sent, one.waiting, counts)),
        _block("Credits je Mandant", _credits(one.sent, one.balances)),
        *(_closed(closing, one.zone) if closing else ()),
        _block(f"Bitte anrufen (Stand {moment(one.now, one.zone)})", calls),
        unread if one.unread else "",
    ]
    return subject, "\n\n".join(block for block in blocks if block) + "\n"


def _not_searched(failed: Sequence[Job], closing: Reconciliation | None) -> Iterator[str]:
    for job in failed:
        on_the_list = closing is not None and job is Job.PREPARE_REMINDERS
        missing = "Wer darum keine Erinnerung erhielt, steht auf der Anrufliste."
        unknown = "Wen es nicht gefunden hat, steht nicht auf der Anrufliste."
        yield f"Achtung: «{GERMAN[job]}» ist fehlgeschlagen. {missing if on_the_list else unknown}"


def _block(title: str, lines: Iterator[str]) -> str:
    told = list(lines)
    return "\n".join([title, *(f"  {line}" for line in told)]) if told else ""


def _messages(sent: Sequence[Entry], waiting: Sequence[Entry], counts: Counter[State]) -> Iterator[str]:
    yield f"{number(len(sent))} versendet" if sent else "keine versendet"
    for words, states in _OUTCOMES.items():
        count = sum(counts[state] for state in states)
        if count:
            yield f"  {number(count)} {words}"
    held = sum(entry.held for entry in waiting)
    if held:
        yield f"{number(held)} zurückgehalten, weil ihr Versand versäumt wurde"
    for reason, count in Counter(entry.reason for entry in waiting if not entry.held).most_common(5):
        yield f"{number(count)} {'wartet' if count == 1 else 'warten'}" + (
            f": {reason}" if reason else " auf den nächsten Versand"
        )


def _credits(sent: Sequence[Entry], balances: Mapping[str, int]) -> Iterator[str]:
    spent: Counter[str] = Counter()
    for entry in sent:
        spent[entry.mandant or ""] += entry.credits
    for mandant, balance in sorted(balances.items()):
        yield f"Mandant {mandant}: {number(spent[mandant])} verbraucht, Guthaben {number(balance)}"


def _closed(closing: Reconciliation, zone: ZoneInfo) -> Iterator[str]:
    days = ", ".join(day_words(day) for day in closing.days)
    yield _block(f"Tagesabschluss: definitive Termine vom {days}", _columns(closing)) if days else ""
    yield _block("Achtung: Diese Patienten kennen eine Zeit, die nicht mehr gilt", _astray(closing.misinformed, zone))


def _columns(closing: Reconciliation) -> Iterator[str]:
    yield counted(closing.total, "Termin", "Termine")
    for standing in Column:
        count, done = closing.counts[standing], closing.phoned if standing is Column.TO_PHONE else 0
        if count:
            yield f"  {number(count)} {standing}" + (f", davon {number(done)} erledigt" if done else "")
    if not closing.adds_up:
        yield f"Achtung: Die Zahlen gehen nicht auf ({', '.join(closing.unaccounted)[:200]})."


def _astray(found: Sequence[Misinformed], zone: ZoneInfo) -> Iterator[str]:
    for one in found[:MOST_CALLS]:
        now = f"jetzt {moment(one.starts_at, zone)}" if one.starts_at else one.reason
        yield f"Patient {one.patient}: mitgeteilt {moment(one.announced_start, zone)}, {now}"


def _calls(calls: Sequence[Call], zone: ZoneInfo, unknown: bool) -> Iterator[str]:
    if not calls:
        yield "nicht bekannt" if unknown else "niemanden"
    for one in calls[:MOST_CALLS]:
        yield f"Patient {one.patient}, Termin {moment(one.starts_at, zone)}: {one.reason}"
    if len(calls) > MOST_CALLS:
        yield f"… und {number(len(calls) - MOST_CALLS)} weitere (vitosms calls)"

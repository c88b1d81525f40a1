"""The words of the daily summary, in German; patient numbers and times, never names. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from .call_list import why_to_phone
from .entry import Entry, State
from .german import counted, day_words, moment, number
from .job import GERMAN, Job

MOST_CALLS = 100
_UNDERWAY = frozenset({State.RESERVED, State.SENDING, State.SENT})
_OUTCOMES = {
    "zugestellt": frozenset({State.DELIVERED}),
    "unterwegs, noch ohne Bestätigung": _UNDERWAY,
    "nicht zugestellt": frozenset({State.FAILED}),
    "vom Anbieter abgelehnt": frozenset({State.REFUSED}),
    "ungewiss, ob versendet": frozenset({State.UNKNOWN}),
}


def summary_text(
    *,
    practice: str,
    day: date,
    zone: ZoneInfo,
    sent: Sequence[Entry],
    waiting: Sequence[Entry],
    calls: Sequence[Entry],
    balances: Mapping[str, int],
    stopped: str | None,
    unsent: str,
    failed: Sequence[Job] = (),
) -> tuple[str, str]:
    """Subject and text. `sent` are the entries that were charged on the day, `waiting` those that are prepared.

    `unsent` is what is known of why messages did not leave; `failed` are the prepare jobs whose last run failed.
    """
    counts = Counter(entry.state for entry in sent)
    delivered = counts[State.DELIVERED]
    subject = (
        f"Tagesübersicht {day_words(day)}: {number(len(sent))} versendet, {number(delivered)} zugestellt, "
        f"{counted(len(calls), 'Anruf', 'Anrufe')}"
    )
    blocks = [
        f"Praxis {practice}, {day_words(day)}",
        f"Der Versand ist angehalten: {stopped}" if stopped else "",
        "\n".join(_not_searched(failed)),
        _block("Mitteilungen", _messages(sent, waiting, counts)),
        _block("Credits je Mandant", _credits(sent, balances)),
        _block("Bitte anrufen", _calls(calls, unsent, zone) if calls or not failed else iter(["nicht bekannt"])),
    ]
    return subject, "\n\n".join(block for block in blocks if block) + "\n"


def _not_searched(failed: Sequence[Job]) -> Iterator[str]:
    for job in failed:
        yield f"Achtung: «{GERMAN[job]}» ist fehlgeschlagen. Wen es nicht gefunden hat, steht nicht auf der Anrufliste."


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


def _calls(calls: Sequence[Entry], unsent: str, zone: ZoneInfo) -> Iterator[str]:
    if not calls:
        yield "niemanden"
    for entry in calls[:MOST_CALLS]:
        yield f"Patient {entry.patient}, Termin {moment(entry.until, zone)}: {why_to_phone(entry, unsent)}"
    if len(calls) > MOST_CALLS:
        yield f"… und {number(len(calls) - MOST_CALLS)} weitere (vitosms calls)"

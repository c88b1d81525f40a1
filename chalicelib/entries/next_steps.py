"""The next steps of an entry: what happens to it, and the commands that a person may use. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualDecision, may_be_released
from chalicelib.entries.states import ARROWS, State
from chalicelib.messages.recipient import Channel

_NOTHING = "Nichts mehr."
_PHONE = "Nichts mehr; bis zum Termin steht er auf der Anrufliste."
_NEXT = {
    State.PREPARED: "Der nächste Versandlauf prüft die Angaben nochmals und sendet.",
    State.RESERVED: "Wird innert einer halben Stunde gesendet, sonst mit Erstattung zurückgestellt.",
    State.SENDING: "Der Anbieter wird eben gefragt; bleibt die Antwort zehn Minuten aus, ist der Eintrag ungewiss.",
    State.SENT: "Wartet auf die Zustellbestätigung des Anbieters, höchstens sieben Tage.",
    State.UNKNOWN: "Eine Zustellbestätigung klärt es, oder die Praxis fragt den Patienten.",
    State.FAILED: _PHONE,
    State.REFUSED: _PHONE,
    State.CANCELLED: "Nichts, solange der Grund besteht; ein späterer Aufbereitungslauf kann ihn wieder aufnehmen.",
    State.NOT_SENDABLE: "Ein späterer Aufbereitungslauf nimmt ihn auf, sobald der Grund behoben ist; sonst anrufen.",
    State.COVERED: "Nichts, solange die Mitteilung zum ersten Termin des Tages steht; sonst wird er selbst gesendet.",
}


@dataclass(frozen=True)
class NextSteps:
    """`next` is German; `may_become` are the states that its transitions allow."""

    next: str
    may_become: tuple[State, ...]
    commands: tuple[str, ...]


def next_steps(entry: Entry, now: datetime) -> NextSteps:
    """`now` is aware."""
    over = entry.expires_at <= now
    targets = {target for pairs in ARROWS.values() for source, target in pairs if source is entry.state}
    if entry.cancelled_manually:
        targets = {State.PREPARED}
    elif entry.state is State.DELIVERED and entry.channel == Channel.SMS:
        targets = set()  # only an e-mail bounces afterwards
    final = entry.anonymised or (over and entry.state in (State.CANCELLED, State.EXPIRED))
    may_become = tuple(state for state in State if state in targets and not final)
    return NextSteps(_next(entry, over), may_become, tuple(_commands(entry, over)))


def _next(entry: Entry, over: bool) -> str:
    if entry.anonymised:
        return "Nichts: Die Personendaten sind gelöscht, er verhindert nur noch eine zweite Mitteilung."
    if over and (entry.cancelled_manually or entry.state in (State.CANCELLED, State.NOT_SENDABLE, State.COVERED)):
        return _NOTHING
    if entry.cancelled_manually:
        return "Nichts, bis jemand ihn freigibt: Von Hand Storniertes nimmt kein Lauf wieder auf."
    if entry.held:
        return "Kein Versandlauf nimmt ihn, bis jemand ihn freigibt; sonst verfällt er."
    return _NEXT.get(entry.state, _NOTHING)


def _commands(entry: Entry, over: bool) -> Iterator[str]:
    name = entry.identity or entry.key
    if may_be_released(entry) and not over:
        yield f"vitosms queue release {name}"
    if entry.state in (State.PREPARED, State.RESERVED):
        yield f"vitosms queue cancel {name} --reason TEXT"
    if entry.state is State.UNKNOWN:
        yield f"vitosms queue resolve {name} {ManualDecision.DELIVERED} --note TEXT"
        if not over and not entry.anonymised:
            yield f"vitosms queue resolve {name} {ManualDecision.RESEND} --note TEXT"

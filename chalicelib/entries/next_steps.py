"""The next steps of an entry: what happens to it, and the commands that a person may use. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualDecision, may_be_released
from chalicelib.entries.states import ARROWS, State
from chalicelib.messages.recipient import Channel

_NEXT = {
    State.PREPARED: "Der nächste Versandlauf prüft die Angaben nochmals und sendet.",
    State.RESERVED: "Wird innert einer halben Stunde gesendet, sonst mit Erstattung zurückgestellt.",
    State.SENDING: "Der Anbieter wird eben gefragt; bleibt die Antwort zehn Minuten aus, ist der Eintrag ungewiss.",
    State.SENT: "Wartet auf die Zustellbestätigung des Anbieters, höchstens sieben Tage.",
    State.UNKNOWN: "Eine Zustellbestätigung klärt es, oder die Praxis fragt den Patienten.",
    State.DELIVERED: "Nichts mehr.",
    State.FAILED: "Nichts mehr; bis zum Termin steht er auf der Anrufliste.",
    State.UNCONFIRMED: "Nichts mehr.",
    State.REFUSED: "Nichts mehr; bis zum Termin steht er auf der Anrufliste.",
    State.CANCELLED: "Nichts, solange der Grund besteht; ein späterer Aufbereitungslauf kann ihn wieder aufnehmen.",
    State.EXPIRED: "Nichts mehr.",
    State.NOT_SENDABLE: "Ein späterer Aufbereitungslauf nimmt ihn auf, sobald der Grund behoben ist; sonst anrufen.",
    State.COVERED: "Nichts, solange die Mitteilung zum ersten Termin des Tages steht; sonst wird er selbst gesendet.",
}
_HELD = "Kein Versandlauf nimmt ihn, bis jemand ihn freigibt; sonst verfällt er."
_CANCELLED_MANUALLY = "Nichts, bis jemand ihn freigibt: Von Hand Storniertes nimmt kein Lauf wieder auf."
_ANONYMISED = "Nichts: Die Personendaten sind gelöscht, er verhindert nur noch eine zweite Mitteilung."


@dataclass(frozen=True)
class NextSteps:
    """`next` is German; `may_become` are the states that its transitions allow."""

    next: str
    may_become: tuple[State, ...]
    commands: tuple[str, ...]


def next_steps(entry: Entry, now: datetime) -> NextSteps:
    """`now` is aware."""
    targets = {target for pairs in ARROWS.values() for source, target in pairs if source is entry.state}
    if entry.state is State.DELIVERED and entry.channel == Channel.SMS:
        targets = set()  # only an e-mail bounces afterwards
    if entry.cancelled_manually:
        targets = {State.PREPARED}
    final = entry.anonymised or (entry.expires_at <= now and entry.state in (State.CANCELLED, State.EXPIRED))
    may_become = tuple(state for state in State if state in targets and not final)
    return NextSteps(_next(entry, now), may_become, tuple(_commands(entry, now)))


def _next(entry: Entry, now: datetime) -> str:
    if entry.anonymised:
        return _ANONYMISED
    if entry.cancelled_manually:
        return _CANCELLED_MANUALLY if entry.expires_at > now else "Nichts mehr."
    if entry.state in (State.CANCELLED, State.NOT_SENDABLE, State.COVERED) and entry.expires_at <= now:
        return "Nichts mehr."
    return _HELD if entry.held else _NEXT[entry.state]


def _commands(entry: Entry, now: datetime) -> list[str]:
    name = entry.identity or entry.key
    found = []
    if may_be_released(entry) and entry.expires_at > now:
        found.append(f"vitosms queue release {name}")
    if entry.state in (State.PREPARED, State.RESERVED):
        found.append(f"vitosms queue cancel {name} --reason TEXT")
    if entry.state is State.UNKNOWN:
        found.append(f"vitosms queue resolve {name} {ManualDecision.DELIVERED} --note TEXT")
        if entry.expires_at > now and not entry.anonymised:
            found.append(f"vitosms queue resolve {name} {ManualDecision.RESEND} --note TEXT")
    return found

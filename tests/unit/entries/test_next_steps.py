"""What happens to an entry next, and what a person may do about it."""

import pytest

from chalicelib.entries.entry import Entry
from chalicelib.entries.next_steps import next_steps
from chalicelib.entries.states import State
from chalicelib.text import Suggestion, Text
from chalicelib.words.words import words_of
from tests.builders.entries import BEGINS, NOW, entry

NAME = {"entry": "reminder:T1"}
RELEASE, CANCEL = Suggestion("release_entry", **NAME), Suggestion("cancel_entry", **NAME)
DELIVERED, RESEND = (Suggestion("resolve_entry", decision=decision, **NAME) for decision in ("delivered", "resend"))
NOTHING, PHONE = "Nichts mehr.", "Nichts mehr; bis zum Termin steht er auf der Anrufliste."


@pytest.mark.parametrize(
    ("state", "words", "commands"),
    [
        (State.PREPARED, "Der nächste Versandlauf prüft die Angaben nochmals und sendet.", [CANCEL]),
        (State.RESERVED, "Wird innert einer halben Stunde gesendet, sonst mit Erstattung zurückgestellt.", [CANCEL]),
        (State.SENDING,
            "Der Anbieter wird eben gefragt; bleibt die Antwort zehn Minuten aus, ist der Eintrag ungewiss.",
            []),
        (State.SENT, "Wartet auf die Zustellbestätigung des Anbieters, höchstens sieben Tage.", []),
        (State.UNKNOWN, "Eine Zustellbestätigung klärt es, oder die Praxis fragt den Patienten.", [DELIVERED, RESEND]),
        (State.DELIVERED, NOTHING, []),
        (State.UNCONFIRMED, NOTHING, []),
        (State.FAILED, PHONE, []),
        (State.REFUSED, PHONE, []),
        (State.CANCELLED,
            "Nichts, solange der Grund besteht; ein späterer Aufbereitungslauf kann ihn wieder aufnehmen.", []),
        (State.EXPIRED, NOTHING, []),
        (State.NOT_SENDABLE,
            "Ein späterer Aufbereitungslauf nimmt ihn auf, sobald der Grund behoben ist; sonst anrufen.", []),
        (State.COVERED,
            "Nichts, solange die Mitteilung zum ersten Termin des Tages steht; sonst wird er selbst gesendet.", []),
    ],
)  # fmt: skip
def test_each_state_has_its_next_step(state: State, words: str, commands: list[Suggestion]) -> None:
    steps = next_steps(entry(state), NOW)
    assert (steps.next, list(steps.commands)) == (Text(f"next.{state}"), commands)
    assert words_of("de").of(steps.next) == words


@pytest.mark.parametrize(
    ("one", "code", "words", "commands"),
    [
        (entry(held=True), "held", "Kein Versandlauf nimmt ihn, bis jemand ihn freigibt; sonst verfällt er.",
            [RELEASE, CANCEL]),
        (entry(State.CANCELLED, cancelled_manually=True), "cancelled_manually",
            "Nichts, bis jemand ihn freigibt: Von Hand Storniertes nimmt kein Lauf wieder auf.", [RELEASE]),
        (entry(State.CANCELLED, expires_at=NOW), "over", NOTHING, []),
        (entry(State.UNKNOWN, expires_at=NOW), "unknown",
            "Eine Zustellbestätigung klärt es, oder die Praxis fragt den Patienten.", [DELIVERED]),
        (entry(State.SENT, anonymised=True), "anonymised",
            "Nichts: Die Personendaten sind gelöscht, er verhindert nur noch eine zweite Mitteilung.", []),
    ],
)  # fmt: skip
def test_what_a_person_or_the_time_has_decided_comes_first(
    one: Entry, code: str, words: str, commands: list[Suggestion]
) -> None:
    steps = next_steps(one, NOW)
    assert (steps.next, list(steps.commands)) == (Text(f"next.{code}"), commands)
    assert words_of("de").of(steps.next) == words


def test_a_command_is_printed_with_its_arguments() -> None:
    commands = (*next_steps(entry(held=True), NOW).commands, *next_steps(entry(State.UNKNOWN), BEGINS).commands)
    assert [words_of("de").suggestion(command) for command in commands] == [
        "vitosms queue release reminder:T1",
        "vitosms queue cancel reminder:T1 --reason TEXT",
        "vitosms queue resolve reminder:T1 delivered --note TEXT",
    ]

"""The next step of an entry, and the actions that a person may take."""

import pytest

from chalicelib.entries.entry import Entry
from chalicelib.entries.next_steps import commands, may_become, next_step
from chalicelib.entries.states import State
from chalicelib.text import Suggestion, Text
from chalicelib.words.words import words_of
from tests.builders.entries import BEGINS, NOW, entry

NAME = {"entry": "reminder:T1"}
RELEASE, CANCEL = Suggestion("release_entry", **NAME), Suggestion("cancel_entry", **NAME)
AGAIN = Suggestion("send_again", **NAME)
DELIVERED, RESEND = (Suggestion("resolve_entry", decision=decision, **NAME) for decision in ("delivered", "resend"))
NOTHING, PHONE = "Nichts mehr.", "Nichts mehr; bis zum Termin steht er auf der Anrufliste."


@pytest.mark.parametrize(
    ("state", "words", "allowed"),
    [
        (State.PREPARED, "Der nächste Versandlauf prüft die Angaben nochmals und sendet.", [CANCEL]),
        (State.RESERVED, "Wird innert einer halben Stunde gesendet, sonst mit Erstattung zurückgestellt.", [CANCEL]),
        (State.SENDING,
            "Der Anbieter wird eben gefragt; bleibt die Antwort zehn Minuten aus, ist der Eintrag ungewiss.",
            []),
        (State.SENT, "Wartet auf die Zustellbestätigung des Anbieters, höchstens sieben Tage.", []),
        (State.UNKNOWN, "Eine Zustellbestätigung klärt es, oder die Praxis fragt den Patienten.", [DELIVERED, RESEND]),
        (State.DELIVERED, NOTHING, [AGAIN]),
        (State.UNCONFIRMED, NOTHING, [AGAIN]),
        (State.FAILED, PHONE, [AGAIN]),
        (State.REFUSED, PHONE, [AGAIN]),
        (State.CANCELLED,
            "Nichts, solange der Grund besteht; ein späterer Aufbereitungslauf kann ihn wieder aufnehmen.", []),
        (State.EXPIRED, NOTHING, []),
        (State.NOT_SENDABLE,
            "Ein späterer Aufbereitungslauf nimmt ihn auf, sobald der Grund behoben ist; sonst anrufen.", []),
        (State.COVERED,
            "Nichts, solange die Mitteilung zum ersten Termin des Tages steht; sonst wird er selbst gesendet.",
            [AGAIN]),
    ],
)  # fmt: skip
def test_each_state_has_its_next_step(state: State, words: str, allowed: list[Suggestion]) -> None:
    text = next_step(entry(state), NOW)
    assert (text, list(commands(entry(state), NOW))) == (Text(f"next.{state}"), allowed)
    assert words_of("de").of(text) == words


@pytest.mark.parametrize(
    ("one", "code", "words", "allowed"),
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
    one: Entry, code: str, words: str, allowed: list[Suggestion]
) -> None:
    text = next_step(one, NOW)
    assert (text, list(commands(one, NOW))) == (Text(f"next.{code}"), allowed)
    assert words_of("de").of(text) == words


def test_a_command_is_printed_with_its_arguments() -> None:
    allowed = (*commands(entry(held=True), NOW), *commands(entry(State.UNKNOWN), BEGINS))
    assert [words_of("de").suggestion(command) for command in allowed] == [
        "vitosms queue release reminder:T1",
        "vitosms queue cancel reminder:T1 --reason TEXT",
        "vitosms queue resolve reminder:T1 delivered --note TEXT",
    ]


@pytest.mark.parametrize(
    ("one", "states"),
    [
        (entry(State.SENT), (State.DELIVERED, State.FAILED, State.UNCONFIRMED)),
        (entry(State.DELIVERED), ()),  # only an e-mail bounces afterwards
        (entry(State.DELIVERED, channel="E-Mail"), (State.FAILED,)),
        (entry(State.CANCELLED), (State.PREPARED, State.NOT_SENDABLE, State.COVERED)),
        (entry(State.CANCELLED, cancelled_manually=True), (State.PREPARED,)),
        (entry(State.CANCELLED, expires_at=NOW), ()),
        (entry(State.UNKNOWN, anonymised=True), ()),
    ],
)
def test_the_arrows_say_what_it_may_become(one: Entry, states: tuple[State, ...]) -> None:
    assert may_become(one, NOW) == states

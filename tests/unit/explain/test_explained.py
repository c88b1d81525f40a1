"""The history of a message, and the verdicts of the rules."""

from __future__ import annotations

import pytest

from chalicelib.entries.states import State
from chalicelib.explain.timeline import timeline_of
from chalicelib.rules.rule import Result
from chalicelib.words.words import words_of
from tests.builders.entries import ZURICH, at, entry
from tests.unit.explain.explained import LEFT_OUT, told


def test_the_timeline_is_what_the_logs_tell_and_the_entry_where_they_do_not() -> None:
    before = entry(State.SENT, claimed_at=at("2026-11-23 10:06"), changed_at=at("2026-11-23 10:07"))
    lines = [
        LEFT_OUT,
        {"at": "2026-11-23T09:00:00Z", "key": "K", "to": "prepared"},
        {"at": "2026-11-23T09:05:00Z", "key": "K", "from": "prepared", "to": "reserved"},
    ]
    told_ = told(before=before, lines=lines).timeline
    assert [(one.at.astimezone(ZURICH).strftime("%H:%M"), one.state, one.rule) for one in told_] == [
        ("10:00", None, "definitive"),
        ("10:00", State.PREPARED, None),
        ("10:05", State.RESERVED, None),
        ("10:06", State.SENDING, None),
        ("10:07", State.SENT, None),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"rule": "definitive"}, "keine Mitteilung"),
        ({"to": "prepared"}, "aufbereitet"),
        ({"from": "prepared", "to": "reserved"}, "geprüft, bezahlt und in den Ausgang gelegt"),
        ({"from": "reserved", "to": "sending"}, "dem Anbieter übergeben"),
        ({"from": "sending", "to": "sent"}, "vom Anbieter angenommen"),
        ({"from": "sent", "to": "delivered"}, "zugestellt"),
        ({"from": "sent", "to": "failed"}, "nicht zugestellt"),
        ({"from": "sent", "to": "unconfirmed"}, "ohne Bestätigung geblieben"),
        ({"from": "sending", "to": "refused"}, "vom Anbieter abgelehnt"),
        ({"from": "sending", "to": "unknown"}, "ungewiss"),
        ({"from": "prepared", "to": "cancelled"}, "storniert"),
        ({"from": "prepared", "to": "expired"}, "verfallen"),
        ({"from": "prepared", "to": "not_sendable"}, "nicht sendbar"),
        ({"from": "prepared", "to": "covered"}, "mit einer anderen Mitteilung zusammengefasst"),
        ({"from": "reserved", "to": "prepared"}, "zurück in die Versand-Queue, Credits erstattet"),
        ({"from": "cancelled", "to": "prepared"}, "aufbereitet"),
        ({"from": "prepared", "to": "prepared"}, "wartet"),
        ({"from": "prepared", "to": "prepared", "by": "anna"}, "von Hand geändert"),
    ],
)
def test_each_line_is_an_event(line: dict[str, str], words: str) -> None:
    (event,) = timeline_of(None, [{"at": "2026-11-23T09:00:00Z", "key": "K", **line}])
    assert words_of("de").of(event.what) == words


def test_the_rules_are_those_of_the_run_to_come_and_those_that_send_asks_besides_with_the_text_as_it_would_be() -> None:
    found = told()
    run = found.answers.run
    assert run is not None
    assert (run.slot, run.ahead) == (at("2026-11-23 10:00"), True)
    assert [one.result for one in found.answers.prepare] == [Result.PASSED] * 14
    assert [one.rule.name for one in found.answers.differing_in_send] == ["switched_on"]
    assert found.answers.text is not None
    assert "14:30" in found.answers.text.text

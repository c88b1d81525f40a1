"""`vitosms queue resolve` on a running stage: a person settles an unknown outcome."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.entries.entry import Entry, transition
from chalicelib.entries.receipt import SmsReceipt
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.text import Text
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running, words
from tests.flow.build import PRACTICE, TOMORROW_9, Database, entry_of


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rehearsal, Database]]:
    with running(tmp_path_factory.mktemp("resolve")) as (rehearsed, database):
        rehearsed.play()
        yield rehearsed, database


@pytest.fixture
def vitosms(both: tuple[Rehearsal, Database], capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def unknown(stage: Rehearsal, database: Database, name: str) -> Entry:
    """A new patient's reminder that was paid and requested, without an answer from the provider."""
    store, now, patient = wiring().store, stage.cloud.clock.now(), database.patient()
    database.appointment(name, patient, TOMORROW_9)
    sent = entry_of(stage, "T1")  # only its shape matters
    own: dict[str, Any] = {
        "identity": f"reminder:{name}",
        "patient": patient,
        "appointment": name,
        "version": 1,
        "attempt": 0,
    }
    gone: dict[str, Any] = {"charge": None, "credits": 0, "recipient": None, "message_id": None, "claimed_at": None}
    fresh = replace(sent, state=State.PREPARED, **own, **gone)
    (made,) = store.commit([Transition(None, fresh)])
    after = transition(made.after, State.RESERVED, now, credits=1, attempt=1, reserved_at=now, send_before=now)
    (paid,) = store.reserve("M1", [Transition(made.after, after)], now)
    (asked,) = store.commit([Transition(paid.after, transition(paid.after, State.SENDING, now, claimed_at=now))])
    (lost,) = store.commit(
        [
            Transition(
                asked.after,
                transition(asked.after, State.UNKNOWN, now, reason=Text("deliver.no_answer", said="Timeout")),
            )
        ]
    )
    return lost.after


def test_a_person_settles_an_unknown_entry_as_delivered_once(
    vitosms: Vitosms, both: tuple[Rehearsal, Database]
) -> None:
    one = unknown(*both, "T20")
    document = vitosms.told("queue", "resolve", one.identity, "delivered", "--note", "am Telefon gefragt")
    reason = "Von Hand als zugestellt bestätigt: am Telefon gefragt"
    assert document | {"reason": words(document["reason"])} == {
        "practice": PRACTICE, "entry": one.identity, "key": one.key, "state": "delivered", "reason": reason,
        "credits": 1, "next_send": None, "warnings": [],
    }  # fmt: skip
    refused = vitosms.refuses("queue", "resolve", one.key, "resend")
    assert "nothing was changed: The entry is “delivered” (Confirmed manually as delivered" in refused
    transitions = vitosms.told("activity", "--entry", one.key)["activities"]
    assert [(line["from"], line["to"], words(line["reason"])) for line in transitions] == [
        ("unknown", "delivered", reason)
    ]


def test_a_person_has_an_unknown_entry_sent_again(vitosms: Vitosms, both: tuple[Rehearsal, Database]) -> None:
    stage, database = both
    one, before = unknown(stage, database, "T21"), vitosms.told("credits", "balance")["credits"]["M1"]
    assert "reminder:T21 ist jetzt «aufbereitet»; der nächste Versand ist am Mo 23.11.2026" in vitosms.shows(
        "queue", "resolve", one.key, "resend", "--yes"
    )
    assert vitosms.told("credits", "balance")["credits"]["M1"]["balance"] == before["balance"] + 1
    stage.cloud.play(stage.cloud.clock.now() + timedelta(minutes=30))
    assert entry_of(stage, "T21").state == "delivered"
    assert vitosms.told("credits", "balance")["credits"]["M1"]["balance"] == before["balance"]


def test_what_the_carrier_has_told_already_is_not_sent_again(
    vitosms: Vitosms, both: tuple[Rehearsal, Database]
) -> None:
    one, now = unknown(*both, "T22"), both[0].cloud.clock.now()
    found = replace(one, message_id="m22", version=one.version + 1)
    wiring().store.commit([Transition(one, found, adopted_id="m22")])
    wiring().receipts.park_sms([SmsReceipt("m22", now, True, "", True, "")])
    refused = vitosms.refuses("queue", "resolve", one.identity, "resend", "--yes")
    assert "nothing was changed: The provider has already reported the outcome of the message" in refused
    assert entry_of(both[0], "T22") == wiring().store.entries(PRACTICE, [one.key])[one.key]
    assert entry_of(both[0], "T22").state is State.UNKNOWN


def test_whoever_resolves_wrongly_changes_nothing(vitosms: Vitosms, both: tuple[Rehearsal, Database]) -> None:
    assert "The entry is “cannot be sent”" in vitosms.refuses("queue", "resolve", "reminder:T2", "delivered")
    assert "no entry 'reminder:T99' at praxis; did you mean" in vitosms.refuses(
        "queue", "resolve", "reminder:T99", "resend"
    )
    assert "--note" in vitosms.refuses("queue", "resolve", "reminder:T2", "resend", "--note", "x" * 301)
    code, out, err = vitosms.run("queue", "resolve", "reminder:T2", "lost")
    assert (code, out) == (2, "")
    assert "delivered" in err

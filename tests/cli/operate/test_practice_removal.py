"""`vitosms practice remove` and `practice reinstate` on a running stage."""

import io
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from unittest.mock import patch

from chalicelib.aws.practice_store import PracticeStore
from chalicelib.entries.credits import TopUp, balance_of
from chalicelib.entries.entry import transition
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.practice.record import PracticeRecord
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.cli.operate.test_practice import URL, record
from tests.cli.running import Vitosms, words
from tests.contract.entries import entry
from tests.flow.build import PRACTICE, at


def test_removing_cancels_what_waits_and_refunds_what_is_reserved(vitosms: Vitosms, stage: Rehearsal) -> None:
    vitosms.shows("practice", "add", "weg")
    store, now = wiring().store, stage.cloud.clock.now()
    store.top_up("weg", TopUp("M1", "r", 10, now))
    made = [done.after for done in store.commit([Transition(None, entry("weg", n)) for n in (1, 2)])]
    reserved = transition(made[0], State.RESERVED, now, credits=3, attempt=1, reserved_at=now)
    store.reserve("M1", [Transition(made[0], reserved)], now)
    told = vitosms.asks("practice", "remove", "weg")
    assert told.splitlines()[:3] == [
        "Remove weg:", "• 1 waiting entry is cancelled", "• 1 reserved entry is cancelled and refunded (3 credits)",
    ]  # fmt: skip
    assert "• until Tue 01.12.2026 09:55 only receipts are collected; you can take it back until then: " in told
    assert "type its ID (weg):" in told
    assert "nothing was changed (--yes weg confirms)" in told
    assert record("weg").removed is None
    assert "--yes 'praxis': give the ID of the practice to remove (weg)" in vitosms.refuses(
        "practice", "remove", "weg", "--yes", PRACTICE
    )
    with patch("sys.stdin", io.StringIO("weg\n")):
        code, out, _ = vitosms.run("practice", "remove", "weg", "--json")
    assert code == 0
    document = json.loads(out)
    assert (document["state"], document["cancelled"], document["refunded"]) == ("removed", 2, 1)
    assert datetime.fromisoformat(document["receipts_until"]) == now + timedelta(days=8)
    assert {one.state for one in store.entries("weg", [one.key for one in made]).values()} == {State.CANCELLED}
    assert store.balances("weg", ["M1"])["M1"] == balance_of(store.ledger("weg", "M1")) == 10
    assert set(record("weg").jobs) == {Job.STATUS}
    for args in (("jobs", "enable", "send", "--practice", "weg"), ("practice", "pause", "weg", "--reason", "x"),
                 ("practice", "database", "weg", URL, "--insecure-argument"),
                 ("switches", "set", "Sprache", "fr", "--practice", "weg")):  # fmt: skip
        assert "practice 'weg' was removed on Mon 23.11.2026" in vitosms.refuses(*args)
    assert wiring().parameters.saved("weg").switches["Sprache"] == "de"
    assert "its receipts are collected for eight days" in vitosms.refuses("practice", "add", "weg")
    assert "ist am 23.11.2026 entfernt worden" in vitosms.shows("jobs", "list", "--practice", "weg")


def test_a_removal_is_taken_back_and_the_day_goes_on(vitosms: Vitosms, stage: Rehearsal) -> None:
    stage.cloud.play(at("10:02"))
    vitosms.shows("practice", "remove", PRACTICE, "--yes", PRACTICE)
    assert "Reinstate praxis (removed Mon 23.11.2026 10:02)?" in vitosms.asks("practice", "reinstate", PRACTICE)
    assert "vitosms practice reinstate praxis" in vitosms.refuses("practice", "pause", PRACTICE, "--reason", "x")
    document = vitosms.told("practice", "reinstate", PRACTICE, "--yes")
    assert (document["state"], document["reinstated"]) == ("active", True)
    assert (document["waiting"], document["held"], document["too_late"]) == (2, 0, 0)
    assert words(document["warnings"]) == [
        "nächste Läufe: Terminerinnerungen aufbereiten Di 24.11. 10:00, Mitteilungen senden Mo 23.11. 10:05"
    ]
    stage.cloud.play(at("10:26"))
    assert len(stage.cloud.networks.messages) == 2
    again = vitosms.shows("practice", "reinstate", PRACTICE)
    assert again == "praxis: war nicht entfernt\n"
    assert "praxis: wieder aufgenommen" not in again


def test_a_practice_that_was_deleted_meanwhile_is_not_reinstated(vitosms: Vitosms, stage: Rehearsal) -> None:
    assert stage
    vitosms.shows("practice", "add", "spaet")
    vitosms.shows("practice", "remove", "spaet", "--yes", "spaet")
    real = PracticeStore.reinstate

    def forgotten_first(self: PracticeStore, found: PracticeRecord, jobs: Sequence[JobState]) -> bool:
        self.forget(found)
        return real(self, found, jobs)

    with patch.object(PracticeStore, "reinstate", forgotten_first):
        refused = vitosms.refuses("practice", "reinstate", "spaet", "--yes")
    assert refused.startswith("spaet: its eight days are over, and it has just been deleted; register it again: ")
    assert "spaet" not in wiring().practices.ids()
